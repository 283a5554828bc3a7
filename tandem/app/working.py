"""The worker process: durable steps, the relay, and the watch over the elements."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from typing import Final

import structlog

from tandem.app import seam_binding, server, wiring
from tandem.app.mail import bind_mail
from tandem.app.settings import Settings
from tandem.bss.charging.wire import Work, take_dropped, take_received
from tandem.kernel.errors import TandemError
from tandem.kernel.steps import Worker
from tandem.kernel.store import Database
from tandem.oss.elements.wire import ReachabilityWatch

log = structlog.get_logger("tandem.working")


def make_worker(settings: Settings, database: Database) -> Worker:
    """A worker with every step, reaction and job of the halves that run here, and the hubs' deliveries."""
    seam_binding.bind_other_half(settings)
    bind_mail(settings)
    registry = wiring.registry_of(settings.halves)
    engine = server.engine_of(settings, database)
    registry.add_steps([engine.notifications.step, *seam_binding.following_steps(settings)])
    return Worker(database, registry, threads=settings.workers, fanouts=[engine.notifications.fanout])


@contextlib.contextmanager
def working(settings: Settings, database_url: str) -> Iterator[Worker]:
    """A running worker with the watch beside it, stopped in the end."""
    wiring.declare_tables()
    server.use_keys(settings)
    with Database(database_url, min_size=2, max_size=settings.workers + 8) as database:
        worker = make_worker(settings, database)
        worker.schedule_jobs(settings.tenant)
        watch = ReachabilityWatch(database, tenant=settings.tenant)
        watching = threading.Thread(target=watch.run, name="element-watch", daemon=True)
        worker.start()
        drop = UsageDrop(database, settings)
        seam_watch = seam_binding.seam_watch(settings, database)
        if seam_watch is not None:
            seam_watch.start()
        if settings.halves != "bss":
            watching.start()
        if settings.halves != "oss":
            drop.start()
        try:
            yield worker
        finally:
            watch.stop()
            drop.stop()
            if seam_watch is not None:
                seam_watch.stop()
            worker.stop()


_QUIET_NS: Final = 10**9
"""A file that was written to a shorter time ago may not be whole."""


class UsageDrop:
    """Takes in the usage files of the drop folder and those received at the door, every second."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._settings = settings
        self._stop = threading.Event()
        self._work = Work(database, settings.tenant, "system", "usage-drop", stop=self._stop, is_service=True)

    def start(self) -> None:
        """Begin to look."""
        self._settings.usage_drop.mkdir(parents=True, exist_ok=True)
        threading.Thread(target=self._run, name="usage-drop", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.wait(1.0):
            try:
                take_dropped(self._work, self._settings.usage_drop, before_ns=time.time_ns() - _QUIET_NS)
                take_received(self._work)
            except (TandemError, OSError) as fault:
                log.warning("usage.drop", fault=str(fault))


def run(settings: Settings, database_url: str) -> None:
    """Work until asked to stop."""
    server.start_log(settings, "worker")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with working(settings, database_url) as worker:
        while not stop.wait(1.0):
            keep_jobs_scheduled(worker, settings.tenant)


def keep_jobs_scheduled(worker: Worker, tenant: str) -> None:
    """Every second, since the business clock may have been put back; a database that is away is waited for."""
    try:
        worker.schedule_jobs(tenant)
    except TandemError as fault:
        log.warning("jobs.schedule", fault=fault.reason)

"""The worker process: durable steps, the relay, and the watch over the elements."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator

from tandem.app import seam_binding, server, wiring
from tandem.app.settings import Settings
from tandem.kernel.steps import Worker
from tandem.kernel.store import Database
from tandem.oss.elements.wire import ReachabilityWatch


def make_worker(settings: Settings, database: Database) -> Worker:
    """A worker with every step, reaction and job of the halves that run here, and the hubs' deliveries."""
    seam_binding.bind_other_half(settings)
    registry = wiring.registry_of(settings.halves)
    engine = server.engine_of(settings, database)
    registry.add_steps([engine.notifications.step])
    return Worker(database, registry, threads=settings.workers, fanouts=[engine.notifications.fanout])


@contextlib.contextmanager
def working(settings: Settings, database_url: str) -> Iterator[Worker]:
    """A running worker with the watch beside it, stopped in the end."""
    wiring.declare_tables()
    server.use_keys(settings)
    with Database(database_url, min_size=2, max_size=settings.workers + 6) as database:
        worker = make_worker(settings, database)
        worker.schedule_jobs(settings.tenant)
        watch = ReachabilityWatch(database, tenant=settings.tenant)
        watching = threading.Thread(target=watch.run, name="element-watch", daemon=True)
        worker.start()
        if settings.halves != "bss":
            watching.start()
        try:
            yield worker
        finally:
            watch.stop()
            worker.stop()


def run(settings: Settings, database_url: str) -> None:
    """Work until asked to stop."""
    server.start_log(settings, "worker")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with working(settings, database_url):
        while not stop.is_set():
            time.sleep(0.2)

"""The watch that asks every unlocked element, again and again, whether it answers. Runs on real time."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import psycopg
import structlog

from tandem.kernel.errors import Unavailable
from tandem.kernel.store import Database
from tandem.kernel.store.uow import Connection
from tandem.oss.elements import commands, queries, store
from tandem.oss.elements.drivers import driver_of
from tandem.oss.elements.rules.reachability import Turn
from tandem.oss.elements.terms import Element, Reachability

log = structlog.get_logger("tandem.elements")

ACTOR: Final = "system"
CAUSE: Final = "watch:elements"
# What nobody waits for is kept less often than it is looked at.
_KEEP_EVERY_S: Final = 5.0
_PROBES_AT_ONCE: Final = 8


class ReachabilityWatch:
    """Probes a tenant's elements until it is stopped; one watch works in a database, others stand by.

    Tells ElementStoppedAnswering after two missed probes in a row and ElementAnswered after the first answer.
    Units: every_s, real seconds between two rounds.
    """

    def __init__(self, database: Database, *, tenant: str, every_s: float = 1.0) -> None:
        self._database = database
        self._tenant = tenant
        self._every_s = every_s
        self._stop = threading.Event()
        self._misses: dict[str, int] = {}
        self._kept_at: dict[str, float] = {}
        self._threads = ThreadPoolExecutor(_PROBES_AT_ONCE, thread_name_prefix="probe")

    def stop(self) -> None:
        """End `run` after the round at hand."""
        self._stop.set()

    def run(self) -> None:
        """Probe until stopped; waits for its turn while another watch works."""
        while not self._stop.is_set():
            try:
                with self._database.connection() as connection:
                    self._lead(connection)
            except (Unavailable, psycopg.Error) as fault:
                log.warning("elements.watch.database", fault=str(fault))
                self._stop.wait(self._every_s)
        self._threads.shutdown(wait=False)

    def look(self) -> dict[str, Turn]:
        """One round: probe all, keep what is worth it, tell who fell silent and who is back. Gives turns by name."""
        with self._database.uow(tenant=self._tenant, actor=ACTOR, cause=CAUSE) as uow:
            elements = queries.list_probed_elements(uow)
        probes = list(self._threads.map(_probe, elements))
        return {element.name: self._judge(element, probe) for element, probe in zip(elements, probes, strict=True)}

    def _lead(self, connection: Connection) -> None:
        while not self._stop.is_set():
            if store.try_to_lead(connection, self._tenant):
                break
            self._stop.wait(self._every_s)
        try:
            while not self._stop.is_set():
                self.look()
                self._stop.wait(self._every_s)
        finally:
            if not connection.closed:
                store.stop_leading(connection, self._tenant)

    def _judge(self, element: Element, probe: Reachability) -> Turn:
        missed_before = self._misses.get(element.id, 0)
        self._misses[element.id] = 0 if probe.answers else missed_before + 1
        if probe.answers and not missed_before and not self._is_due(element.id):
            return Turn.NONE
        self._kept_at[element.id] = time.monotonic()
        with self._database.uow(tenant=self._tenant, actor=ACTOR, cause=CAUSE) as uow:
            return commands.record_probe(uow, element, probe, misses=self._misses[element.id])

    def _is_due(self, element_id: str) -> bool:
        return time.monotonic() - self._kept_at.get(element_id, float("-inf")) >= _KEEP_EVERY_S


def _probe(element: Element) -> Reachability:
    return driver_of(element).probe()

"""The relay: from the outbox to reactions, hubs and open pages. At least once, in order per subject.

One relay works at a time in a database (a session lock); others stand by. It reads in the order of writing: two events
of one subject are written in the order of that subject's row lock, so the later is never visible without the earlier.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import psycopg
import structlog
from psycopg.types.json import Jsonb

from tandem.kernel import json
from tandem.kernel.errors import Unavailable
from tandem.kernel.json import Doc
from tandem.kernel.period import Instant
from tandem.kernel.steps.registry import Registry
from tandem.kernel.store import Database, lock_number
from tandem.kernel.store.database import TOPICS_CHANNEL, WORK_CHANNEL
from tandem.kernel.store.uow import Connection

log = structlog.get_logger("tandem.relay")

BATCH = 500
_NOTIFY_OCTETS = 7_500  # a NOTIFY carries less than 8,000 bytes


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """An event as the outbox holds it."""

    seq: int
    tenant: str
    name: str
    subject_type: str
    subject_id: str
    doc: Doc
    at: Instant
    actor: str
    cause: str


class StepRequest(msgspec.Struct, frozen=True):
    """A step that an event asks for."""

    tenant: str
    kind: str
    key: str
    order_key: str
    payload: Doc
    actor: str
    cause: str


Fanout = Callable[[Connection, Sequence[ToldEvent]], list[StepRequest]]


class Relay:
    """Moves events on until it is stopped. `fanouts` add deliveries of other kinds, such as hubs."""

    def __init__(self, database: Database, registry: Registry, *, fanouts: Sequence[Fanout] = ()) -> None:
        self._database = database
        self._registry = registry
        self._fanouts = fanouts
        self._stop = threading.Event()
        self._wake = threading.Event()

    def stop(self) -> None:
        """End `run` after the batch at hand."""
        self._stop.set()
        self._wake.set()

    def wake(self) -> None:
        """Look at the outbox now."""
        self._wake.set()

    def run(self, *, poll_s: float = 0.5) -> None:
        """Relay until stopped; waits for its turn while another relay works."""
        while not self._stop.is_set():
            try:
                with self._database.connection() as connection:
                    self._run_on(connection, poll_s)
            except (Unavailable, psycopg.Error) as fault:
                log.warning("relay.database", fault=str(fault))
                self._stop.wait(poll_s)

    def _run_on(self, connection: Connection, poll_s: float) -> None:
        lock = lock_number("kernel.relay")
        holds = False
        try:
            while not self._stop.is_set():
                holds = holds or _try_lock(connection, lock)
                self._wake.clear()
                if holds and self.relay_batch(connection) == BATCH:
                    continue
                self._wake.wait(poll_s)
        finally:
            if holds and not connection.closed:
                connection.execute("select pg_advisory_unlock(%s)", (lock,))

    def relay_batch(self, connection: Connection) -> int:
        """Relay what waits, at most `BATCH` events, in one transaction. Returns how many."""
        with connection.transaction():
            rows = connection.execute(
                "select seq, tenant, name, subject_type, subject_id, doc, at, actor, cause from kernel_outbox "
                "where not relayed order by seq limit %s for update",
                (BATCH,),
            ).fetchall()
            if not rows:
                return 0
            told = [ToldEvent(**row) for row in rows]
            requests = [request for event in told for request in self._reactions(event)]
            for fanout in self._fanouts:
                requests += fanout(connection, told)
            _insert(connection, requests)
            connection.execute(
                "update kernel_outbox set relayed = true where seq = any(%s)", ([event.seq for event in told],)
            )
        self._hint(connection, told, bool(requests))
        return len(rows)

    def _reactions(self, event: ToldEvent) -> list[StepRequest]:
        return [
            StepRequest(
                tenant=event.tenant,
                kind=reaction.kind,
                key=str(event.seq),
                order_key=f"{reaction.kind}:{event.subject_type}:{event.subject_id}",
                payload={"event": event.name, "doc": event.doc},
                actor=event.actor,
                cause=f"event:{event.seq}",
            )
            for reaction in self._registry.reactions_to(event.name, event.subject_type)
        ]

    def _hint(self, connection: Connection, told: Sequence[ToldEvent], has_work: bool) -> None:
        topics = dict.fromkeys(f"{event.tenant}/{event.subject_type}:{event.subject_id}" for event in told)
        with connection.pipeline():
            for text in _notify_texts(topics):
                connection.execute("select pg_notify(%s, %s)", (TOPICS_CHANNEL, text))
            if has_work:
                connection.execute(f"notify {WORK_CHANNEL}")


def _notify_texts(topics: Iterable[str]) -> Iterator[str]:
    """JSON lists of the topics, each short enough for one NOTIFY."""
    batch: list[str] = []
    size = 2
    for topic in topics:
        octets = len(json.dumps(topic)) + 1
        if batch and size + octets > _NOTIFY_OCTETS:
            yield json.dumps(batch).decode()
            batch, size = [], 2
        batch.append(topic)
        size += octets
    if batch:
        yield json.dumps(batch).decode()


def _try_lock(connection: Connection, lock: int) -> bool:
    row = connection.execute("select pg_try_advisory_lock(%s) as held", (lock,)).fetchone()
    return bool(row and row["held"])


def _insert(connection: Connection, requests: Sequence[StepRequest]) -> None:
    if not requests:
        return
    rows: list[tuple[Any, ...]] = [
        (r.tenant, r.kind, r.key, r.order_key, Jsonb(r.payload), r.actor, r.cause) for r in requests
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into kernel_step (tenant, kind, key, order_key, payload, actor, cause) "
            "values (%s, %s, %s, %s, %s, %s, %s) on conflict (tenant, kind, key) where key is not null do nothing",
            rows,
        )

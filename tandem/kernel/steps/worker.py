"""The worker: claims steps, does them, and completes them in the same transaction.

A worker that is killed leaves nothing behind: its transaction is gone, and with it the lock on its step, so the next
worker takes the step at once. There is no lease to wait for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import psycopg
import structlog
from psycopg.types.json import Jsonb

from tandem.kernel.errors import Broken, Refused, TandemError, Unavailable
from tandem.kernel.steps.registry import Registry, Step, real_now, schedule
from tandem.kernel.steps.relay import Fanout, Relay
from tandem.kernel.store import Database, Uow, read_clock
from tandem.kernel.store.database import WORK_CHANNEL
from tandem.kernel.store.uow import Connection, translated

log = structlog.get_logger("tandem.worker")

_CLAIM = """
select id, tenant, kind, payload, attempts, actor from kernel_step s
where state = 'ready' and due_at <= %(now)s and not_before <= clock_timestamp()
  and (%(calling)s::boolean is null or (kind = any(%(callers)s)) = %(calling)s)
  and (order_key is null or not exists (
    select 1 from kernel_step earlier
    where earlier.tenant = s.tenant and earlier.order_key = s.order_key and earlier.state = 'ready'
      and earlier.id < s.id and earlier.due_at <= s.due_at))
order by due_at, id limit 1 for update skip locked
"""


class Worker:
    """Threads that do steps, one relay, and a listener that wakes them. Every wait has a poll behind it."""

    def __init__(
        self,
        database: Database,
        registry: Registry,
        *,
        threads: int = 4,
        calling_threads: int = 2,
        fanouts: Sequence[Fanout] = (),
    ) -> None:
        self.database = database
        self.registry = registry
        self.relay = Relay(database, registry, fanouts=fanouts)
        self._threads = threads
        self._calling_threads = calling_threads
        self._stop = threading.Event()
        self._work = threading.Condition()
        self._signals = 0
        self._running: list[threading.Thread] = []
        database.on_wake(self.wake)

    def start(self) -> None:
        """Start the threads."""
        targets: list[tuple[str, Callable[[], None]]] = [("relay", self.relay.run), ("listen", self._listen)]
        for name, count, calling in (("worker", self._threads, False), ("caller", self._calling_threads, True)):
            targets += [(f"{name}-{number}", partial(self._work_on, calling)) for number in range(count)]
        self._running = [threading.Thread(target=target, name=name, daemon=True) for name, target in targets]
        for thread in self._running:
            thread.start()

    def stop(self) -> None:
        """Finish the steps at hand, then end."""
        self._stop.set()
        self.relay.stop()
        self.wake()
        for thread in self._running:
            thread.join(timeout=10)

    def wake(self) -> None:
        """Look for work now."""
        self.relay.wake()
        with self._work:
            self._signals += 1
            self._work.notify_all()

    def drain(self) -> int:
        """Relay and do everything that is ready, in this thread, until nothing is left. Returns how many steps.

        For a clock that is dragged, and for tests; `run` is for serving.
        """
        done = 0
        while True:
            with self.database.connection() as connection:
                moved = self.relay.relay_batch(connection)
                worked = self.work_once(connection)
            done += worked
            if not moved and not worked:
                return done

    def schedule_jobs(self, tenant: str) -> None:
        """See to it that every job has its next turn, also after the business clock was put back.

        Idempotent: by the due instant.
        """
        with self.database.uow(tenant=tenant, actor="system", cause="job:schedule") as uow:
            rows = uow.all(
                "select kind, min(greatest(due_at, not_before)) as due from kernel_step "
                "where tenant = %s and kind = any(%s) and state = 'ready' group by kind",
                (tenant, [job.kind for job in self.registry.jobs.values()]),
            )
            waiting = {row["kind"]: row["due"] for row in rows}
            for job in self.registry.jobs.values():
                now = real_now() if job.is_technical else uow.now
                if job.kind not in waiting or waiting[job.kind] > job.next_due(now):
                    schedule(uow, job, after=now)

    # -- one step ---------------------------------------------------------------------------------------------------

    def work_once(self, connection: Connection, *, calling: bool | None = None) -> bool:
        """Claim one ready step and do it. Returns whether there was one.

        `calling` asks for steps that call out, or for those that do not; without it any will do.
        """
        connection.execute("begin")
        try:
            now = read_clock(connection)
            callers = [step.kind for step in self.registry.steps.values() if step.calls_out]
            asked = {"now": now, "calling": calling, "callers": callers}
            row = connection.execute(_CLAIM, asked).fetchone()
            if row is None:
                connection.execute("rollback")
                return False
            connection.execute("select set_config('tandem.tenant', %s, true)", (row["tenant"],))
            uow = Uow(connection, tenant=row["tenant"], actor=row["actor"], cause=f"step:{row['id']}", now=now)
            self._do(uow, row)
            connection.execute("commit")
        except BaseException:
            if not connection.closed:
                connection.execute("rollback")
            raise
        self.database.after(uow)
        return True

    def _do(self, uow: Uow, row: dict[str, Any]) -> None:
        started = time.monotonic()
        connection = uow.connection
        step = self.registry.steps.get(row["kind"])
        connection.execute("savepoint effect")
        try:
            if step is None:
                raise Broken(f"no step is called {row['kind']}", code="steps.unknown")
            step.effect(uow, row["payload"])
            uow.flush()
            connection.execute(
                "update kernel_step set state = 'done', finished_at = clock_timestamp(), attempts = attempts + 1, "
                "error = null, took_ms = %s where id = %s",
                (round((time.monotonic() - started) * 1000), row["id"]),
            )
        except Exception as fault:
            error = _as_error(fault)
            if connection.closed or connection.broken:
                raise
            connection.execute("rollback to savepoint effect")
            uow.forget()
            self._failed(uow, step, row, error)

    def _failed(self, uow: Uow, step: Step | None, row: dict[str, Any], error: TandemError) -> None:
        attempt = row["attempts"] + 1
        again = step is not None and isinstance(error, Unavailable) and attempt < step.attempts
        log.warning("step.failed", step=row["id"], kind=row["kind"], attempt=attempt, again=again, **error.to_doc())
        if again and step is not None:
            uow.execute(
                "update kernel_step set attempts = %s, error = %s, "
                "not_before = clock_timestamp() + make_interval(secs => %s) where id = %s",
                (attempt, Jsonb(error.to_doc()), step.wait_s(attempt), row["id"]),
            )
            if step.on_retry is not None:
                step.on_retry(uow, row["payload"], error, attempt)
        else:
            uow.execute(
                "update kernel_step set state = 'dead', attempts = %s, error = %s, finished_at = clock_timestamp() "
                "where id = %s",
                (attempt, Jsonb(error.to_doc()), row["id"]),
            )
            if step is not None and step.on_dead is not None:
                _tell_dead(uow, step, row, error)
        uow.flush()

    # -- the threads --------------------------------------------------------------------------------------------------

    def _work_on(self, calling: bool, poll_s: float = 0.5) -> None:
        while not self._stop.is_set():
            seen = self._signals
            try:
                self._work_while_there_is_any(calling)
            except Exception as fault:
                log.error("worker.loop", fault=str(fault), kind=type(fault).__name__)
                self._stop.wait(poll_s)
            with self._work:
                if self._signals == seen and not self._stop.is_set():
                    self._work.wait(poll_s)

    def _work_while_there_is_any(self, calling: bool) -> None:
        with self.database.connection() as connection:
            while not self._stop.is_set() and self.work_once(connection, calling=calling):
                pass

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                with psycopg.connect(self.database.url, autocommit=True) as connection:
                    connection.execute(f"listen {WORK_CHANNEL}")
                    self._hear(connection)
            except psycopg.Error as fault:
                log.warning("worker.listen", fault=str(fault))
                self._stop.wait(1.0)

    def _hear(self, connection: psycopg.Connection) -> None:
        while not self._stop.is_set():
            if any(True for _ in connection.notifies(timeout=1.0, stop_after=1)):
                self.wake()


def _as_error(fault: Exception) -> TandemError:
    if isinstance(fault, TandemError):
        return fault
    if isinstance(fault, psycopg.Error):
        return translated(fault)
    log.exception("step.broken", exc_info=fault)
    return Broken(f"{type(fault).__name__}: {fault}", code="steps.broken")


def _tell_dead(uow: Uow, step: Step, row: dict[str, Any], error: TandemError) -> None:
    """Let the room know of a dead letter. What it refuses (the thing is gone) does not bring it back to life."""
    assert step.on_dead is not None, "asked only where somebody wants to know"
    uow.execute("savepoint told")
    try:
        step.on_dead(uow, row["payload"], error)
    except Refused as fault:
        uow.execute("rollback to savepoint told")
        log.warning("steps.dead.untold", kind=row["kind"], step=row["id"], fault=fault.reason)

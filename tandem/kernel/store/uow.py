"""The unit of work: one transaction with its tenant, actor, cause, the clock's reading, and the events it will tell."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import psycopg
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from tandem.kernel import events
from tandem.kernel.errors import Conflict, Invalid, Refused, TandemError, Unavailable
from tandem.kernel.json import Doc, canonical
from tandem.kernel.period import Instant

Connection = psycopg.Connection[DictRow]
Params = Sequence[Any] | dict[str, Any]

_OUTBOX = (
    "insert into kernel_outbox (tenant, name, subject_type, subject_id, doc, at, actor, cause) "
    "values (%s, %s, %s, %s, %s, %s, %s, %s)"
)
_STEP = (
    "insert into kernel_step (tenant, kind, key, order_key, payload, due_at, not_before, actor, cause) values "
    "(%s, %s, %s, %s, %s, coalesce(%s, '-infinity'::timestamptz), coalesce(%s, '-infinity'::timestamptz), %s, %s) "
    "on conflict (tenant, kind, key) where key is not null do nothing"
)
_AUDIT = (
    "insert into kernel_audit (tenant, at, actor, cause, verb, entity, entity_id, outcome, facts) "
    "values (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


class AlreadyTaken(Conflict):
    """A value that must be unique is in use; `facts["constraint"]` names the rule."""

    code = "store.already_taken"


class KeyReused(Refused):
    """An idempotency key came again with other content."""

    code = "idempotency.key_reused"


class Uow:
    """One transaction. Made by `Database.uow`; never commits by itself."""

    def __init__(
        self, connection: Connection, *, tenant: str, actor: str, cause: str, now: Instant, why: str | None = None
    ) -> None:
        self.connection = connection
        self.tenant = tenant
        self.actor = actor
        self.cause = cause
        self.now = now
        self.why = why
        self._events: list[tuple[Any, ...]] = []
        self._steps: list[tuple[Any, ...]] = []
        self._audits: list[tuple[Any, ...]] = []
        self._after_commit: list[Callable[[], None]] = []
        self.told = False

    @property
    def whose(self) -> str:
        """The tenant and the database that it is in: what a process may know something by that it has read."""
        info = self.connection.info
        return f"{info.host}:{info.port}/{info.dbname}/{self.tenant}"

    # -- statements ---------------------------------------------------------------------------------------------

    def execute(self, sql: str, params: Params = ()) -> psycopg.Cursor[DictRow]:
        """Run one statement; rows are dicts.

        Raises: AlreadyTaken (unique or exclusion), Invalid (other constraints), Unavailable (lost connection,
        deadlock, timeout).
        """
        try:
            return self.connection.execute(sql, params)
        except psycopg.Error as fault:
            raise translated(fault) from fault

    def one(self, sql: str, params: Params = ()) -> DictRow | None:
        """The first row, or none."""
        return self.execute(sql, params).fetchone()

    def all(self, sql: str, params: Params = ()) -> list[DictRow]:
        """Every row."""
        return self.execute(sql, params).fetchall()

    def many(self, sql: str, rows: Iterable[Params]) -> None:
        """Run one statement for each row of parameters, in one batch."""
        try:
            with self.connection.cursor() as cursor:
                cursor.executemany(sql, rows)
        except psycopg.Error as fault:
            raise translated(fault) from fault

    def lock(self, name: str) -> None:
        """Wait for a named lock of this tenant; it ends with the transaction."""
        self.execute("select pg_advisory_xact_lock(%s)", (lock_number(f"{self.tenant}/{name}"),))

    # -- what will be kept with the change ------------------------------------------------------------------------

    def emit(self, event: events.Event) -> None:
        """Tell an event: written in this transaction, delivered after it."""
        self._events.append(
            (
                self.tenant,
                events.event_name(type(event)),
                event.subject_type,
                event.subject_id,
                Jsonb(events.to_doc(event)),
                self.now,
                self.actor,
                self.cause,
            )
        )

    def enqueue(
        self,
        step: str,
        payload: Doc,
        *,
        key: str | None = None,
        order_key: str | None = None,
        due_at: Instant | None = None,
        not_before: Instant | None = None,
    ) -> None:
        """Ask for a durable step.

        Idempotent: by `key`, for the kind of step. Steps of one `order_key` run one after the other. `due_at` is
        business time: a timer; `not_before` is real time, for what the business clock must not hurry.
        """
        self._steps.append(
            (self.tenant, step, key, order_key, Jsonb(payload), due_at, not_before, self.actor, self.cause)
        )

    def audit(self, verb: str, entity: str, entity_id: str, *, outcome: str = "done", facts: Doc | None = None) -> None:
        """Write who did what to what; entity tables do it for every write of theirs."""
        self._audits.append(
            (self.tenant, self.now, self.actor, self.cause, verb, entity, entity_id, outcome, Jsonb(facts or {}))
        )

    def after_commit(self, act: Callable[[], None]) -> None:
        """Do something once the transaction is kept; lost when the process dies: for hints, never for effects."""
        self._after_commit.append(act)

    # -- idempotency ------------------------------------------------------------------------------------------------

    def answered_before(self, scope: str, key: str, body: Any) -> Doc | None:
        """The stored answer of an earlier call with this key and body; else claims the key for this transaction.

        A second call at the same time waits here for the first. Raises: KeyReused when the body differs.
        """
        digest = hashlib.sha256(canonical(body)).digest()
        claimed = self.one(
            "insert into kernel_idempotency (tenant, scope, key, input_hash) values (%s, %s, %s, %s) "
            "on conflict do nothing returning key",
            (self.tenant, scope, key, digest),
        )
        if claimed:
            return None
        row = self.one(
            "select input_hash, answer from kernel_idempotency where tenant = %s and scope = %s and key = %s",
            (self.tenant, scope, key),
        )
        if row is None or bytes(row["input_hash"]) != digest:
            raise KeyReused(
                "this idempotency key was used with other content",
                path="Idempotency-Key",
                next_action="send the first content again, or use a new key",
            )
        answer: Doc | None = row["answer"]
        return answer

    def keep_answer(self, scope: str, key: str, answer: Doc) -> None:
        """Keep the answer for calls that repeat the key."""
        self.execute(
            "update kernel_idempotency set answer = %s where tenant = %s and scope = %s and key = %s",
            (Jsonb(answer), self.tenant, scope, key),
        )

    # -- the end, called by the database and by the worker --------------------------------------------------------

    def flush(self) -> None:
        """Write what was told; the caller commits."""
        batches = ((_OUTBOX, self._events), (_STEP, self._steps), (_AUDIT, self._audits))
        statements = [(sql, row) for sql, rows in batches for row in rows]
        if not statements:
            return
        self.told = self.told or bool(self._events or self._steps)
        try:
            with self.connection.pipeline(), self.connection.cursor() as cursor:
                for sql, row in statements:
                    cursor.execute(sql, row)
        except psycopg.Error as fault:
            raise translated(fault) from fault
        for _, rows in batches:
            rows.clear()

    def forget(self) -> None:
        """Drop what was told: the change is rolled back."""
        for rows in (self._events, self._steps, self._audits, self._after_commit):
            rows.clear()

    def committed(self) -> None:
        """Do what was left for after the commit."""
        for act in self._after_commit:
            act()
        self._after_commit.clear()


def lock_number(name: str) -> int:
    """The signed 64-bit number of a named lock."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


def translated(fault: psycopg.Error) -> TandemError:
    """The database's error as one of our three families."""
    diag = fault.diag
    if isinstance(fault, psycopg.errors.UniqueViolation | psycopg.errors.ExclusionViolation):
        return AlreadyTaken(
            f"already taken: {diag.message_detail or diag.constraint_name}", constraint=diag.constraint_name
        )
    if isinstance(fault, psycopg.errors.IntegrityError | psycopg.errors.DataError):
        return Invalid(
            f"the database refuses it: {diag.message_primary or fault}",
            code="store.constraint",
            constraint=diag.constraint_name,
        )
    return Unavailable(f"the database did not do it: {diag.message_primary or fault}", code="store.unavailable")

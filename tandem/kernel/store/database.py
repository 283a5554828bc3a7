"""The pool of connections, and the units of work made from it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import ConnectionPool, PoolTimeout

from tandem.kernel import json
from tandem.kernel.errors import TandemError, Unavailable
from tandem.kernel.period import Instant
from tandem.kernel.store.uow import Connection, Uow, translated

WORK_CHANNEL = "tandem_work"
TOPICS_CHANNEL = "tandem_topics"

BUSINESS_NOW = "(select coalesce(fixed_at, clock_timestamp() + shift) from kernel_clock)"
"""The business clock as an expression, for views: everything else has its unit of work's `now`."""

_AS_TENANT = "select set_config('tandem.tenant', %s, true)"
_BEGIN = (
    "select set_config('tandem.tenant', %s, true), coalesce(fixed_at, clock_timestamp() + shift) as now "
    "from kernel_clock"
)


def _configure(connection: Connection) -> None:
    set_json_dumps(json.dumps, connection)
    set_json_loads(json.loads, connection)
    connection.prepare_threshold = 2


class Database:
    """One PostgreSQL as the program sees it: pooled connections of the role that owns nothing.

    Raises: Unavailable from `uow` when no connection can be had within the pool's time-out.
    """

    def __init__(self, url: str, *, min_size: int = 1, max_size: int = 8, timeout_s: float = 10.0) -> None:
        self.url = url
        self.pool: ConnectionPool[Connection] = ConnectionPool(
            url,
            connection_class=psycopg.Connection,
            min_size=min_size,
            max_size=max_size,
            timeout=timeout_s,
            kwargs={"row_factory": dict_row, "autocommit": True, "application_name": "tandem"},
            configure=_configure,
            open=True,
        )
        self._wake = Wake(url)

    def close(self) -> None:
        """Give all connections back; open units of work are not waited for."""
        self._wake.close()
        self.pool.close()

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A pooled connection in autocommit mode, for the kernel's own queues."""
        try:
            with self.pool.connection() as connection:
                yield connection
        except (PoolTimeout, psycopg.OperationalError) as fault:
            raise Unavailable(f"no database connection: {fault}", code="store.unavailable") from fault

    @contextmanager
    def uow(self, *, tenant: str, actor: str, cause: str, why: str | None = None) -> Iterator[Uow]:
        """A unit of work: committed when the block ends, rolled back when it raises."""
        with self.connection() as connection:
            uow = begin(connection, tenant=tenant, actor=actor, cause=cause, why=why)
            try:
                yield uow
                uow.flush()
                connection.execute("commit")
            except BaseException as fault:
                _roll_back(connection)
                if isinstance(fault, psycopg.Error):
                    raise translated(fault) from fault
                raise
        self.after(uow)

    def read_row(self, tenant: str, sql: str, params: tuple[Any, ...]) -> dict[str, Any] | None:
        """The first row of one statement, read as a tenant, in one round trip instead of three.

        Both statements of the pipeline are one implicit transaction, so the tenant is set for exactly this read.
        """
        try:
            with self.connection() as connection:
                with connection.pipeline():
                    connection.execute(_AS_TENANT, (tenant,))
                    cursor = connection.execute(sql, params)
                return cursor.fetchone()
        except psycopg.Error as fault:
            raise translated(fault) from fault

    def after(self, uow: Uow) -> None:
        """What follows a kept transaction: wake those who wait for work, then the hints left for now."""
        if uow.told:
            self._wake.set()
        uow.committed()

    def on_wake(self, act: Callable[[], None]) -> None:
        """Call `act` in this process whenever a unit of work of this process left work."""
        self._wake.listeners.append(act)

    def clock(self) -> Instant:
        """The business clock's reading."""
        with self.connection() as connection:
            return read_clock(connection)


def begin(connection: Connection, *, tenant: str, actor: str, cause: str, why: str | None = None) -> Uow:
    """Open a transaction for a tenant on a connection and read the clock, in one round trip."""
    try:
        with connection.pipeline():
            connection.execute("begin")
            row = connection.execute(_BEGIN, (tenant,)).fetchone()
    except psycopg.Error as fault:
        raise translated(fault) from fault
    assert row is not None, "kernel_clock has its one row from the migration"
    return Uow(connection, tenant=tenant, actor=actor, cause=cause, now=row["now"].astimezone(UTC), why=why)


def _roll_back(connection: Connection) -> None:
    try:
        connection.execute("rollback")
    except psycopg.Error:
        connection.close()


def read_clock(connection: Connection) -> Instant:
    """The business clock: fixed, or real time moved by the shift that all processes read."""
    row = connection.execute("select coalesce(fixed_at, clock_timestamp() + shift) as now from kernel_clock").fetchone()
    assert row is not None, "kernel_clock has its one row from the migration"
    now: datetime = row["now"]
    return now.astimezone(UTC)


class Wake:
    """Tells waiting workers that there is work: at once in this process, by NOTIFY to others.

    Why: a NOTIFY inside a transaction takes a lock that puts all commits in one queue; it is only a hint (everybody
    also polls), so it is sent behind the commits, many as one, on a connection of its own.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._due = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self.listeners: list[Callable[[], None]] = []

    def set(self) -> None:
        """There is work."""
        for listener in self.listeners:
            listener()
        if self._thread is None:
            with self._lock:
                if self._thread is None and not self._closed:
                    self._thread = threading.Thread(target=self._run, name="wake", daemon=True)
                    self._thread.start()
        self._due.set()

    def close(self) -> None:
        """Stop telling."""
        self._closed = True
        self._due.set()
        if self._thread is not None:
            self._thread.join(timeout=2)

    def _run(self) -> None:
        connection: psycopg.Connection | None = None
        while not self._closed:
            self._due.wait()
            self._due.clear()
            try:
                if connection is None or connection.closed:
                    connection = psycopg.connect(self._url, autocommit=True)
                connection.execute(f"notify {WORK_CHANNEL}")
            except psycopg.Error:
                connection = None  # a hint lost; the poll behind it finds the work
        if connection is not None:
            connection.close()


def set_clock(database: Database, at: Instant | None, *, fixed: bool = False) -> None:
    """Put the business clock at an instant, running on from there or standing still; `None` is real time again.

    Raises: TandemError never; moving back is the caller's decision and is refused by `drag_to`.
    """
    with database.connection() as connection:
        if at is None:
            connection.execute("update kernel_clock set fixed_at = null, shift = '0'")
        elif fixed:
            connection.execute("update kernel_clock set fixed_at = %s", (at,))
        else:
            shift: timedelta = at - datetime.now(UTC)
            connection.execute("update kernel_clock set fixed_at = null, shift = %s", (shift,))
        connection.execute(f"notify {WORK_CHANNEL}")  # what is due now is looked for at once


__all__ = ["Database", "TandemError", "begin", "read_clock", "set_clock"]

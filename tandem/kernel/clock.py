"""The business clock that all processes share, and dragging it forward through every due instant in order.

Retries, timeouts and tokens stay on real time.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from tandem.kernel.errors import Conflict, Unavailable
from tandem.kernel.period import Instant, text_of
from tandem.kernel.store import Database, set_clock
from tandem.kernel.store.uow import Connection


class ClockGoesForward(Conflict):
    """Business time does not run backwards."""

    code = "clock.backwards"


def drag_to(
    database: Database,
    target: Instant,
    *,
    settle: Callable[[], object] | None = None,
    told: Callable[[Instant], None] = lambda at: None,
    timeout_s: float = 600.0,
) -> int:
    """Move the business clock to `target`, stopping at each due instant until all that was due there is done.

    `settle` does the work (a worker's `drain`); without it the running workers do, and this waits for them. `told` is
    called with each stop. Returns the number of stops. Raises: ClockGoesForward; Unavailable when the work at an
    instant is not done within `timeout_s` of real time (the clock then stands at that instant, and running again
    goes on from there).
    """
    now = database.clock()
    if target < now:
        raise ClockGoesForward(f"the clock is at {text_of(now)}, after {text_of(target)}")
    stops = 0
    _settle(database, settle, timeout_s)
    while (due := _next_due(database, target)) is not None:
        set_clock(database, max(due, database.clock()))
        told(due)
        _settle(database, settle, timeout_s)
        stops += 1
    set_clock(database, max(target, database.clock()))
    _settle(database, settle, timeout_s)
    return stops


def _next_due(database: Database, target: Instant) -> Instant | None:
    with database.connection() as connection:
        row = connection.execute(
            "select min(due_at) as due from kernel_step s, "
            "(select coalesce(fixed_at, clock_timestamp() + shift) as now from kernel_clock) c "
            "where state = 'ready' and due_at > c.now and due_at <= %s",
            (target,),
        ).fetchone()
    return row["due"] if row else None


def _settle(database: Database, settle: Callable[[], object] | None, timeout_s: float) -> None:
    if settle is not None:
        settle()
        return
    until = time.monotonic() + timeout_s
    with database.connection() as connection:
        while not _is_quiet(connection):
            if time.monotonic() > until:
                raise Unavailable(
                    "what was due is not done yet", code="clock.not_settled", next_action="see the steps that wait"
                )
            time.sleep(0.02)


def _is_quiet(connection: Connection) -> bool:
    """Nothing to relay, and no step ready but those that wait, in real time, to be tried again."""
    row = connection.execute(
        "select not exists (select 1 from kernel_outbox where not relayed) and not exists ("
        "  select 1 from kernel_step, (select coalesce(fixed_at, clock_timestamp() + shift) as now from kernel_clock) c"
        "  where state = 'ready' and due_at <= c.now and not_before <= clock_timestamp() and attempts = 0) as quiet"
    ).fetchone()
    return bool(row and row["quiet"])

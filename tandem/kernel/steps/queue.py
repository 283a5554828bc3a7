"""Steps as a person sees them: what waits, what was given up, and doing it again."""

from __future__ import annotations

from dataclasses import dataclass

from tandem.kernel.errors import Conflict, NotFound
from tandem.kernel.json import Doc
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow


@dataclass(frozen=True, slots=True)
class StepView:
    """A step. `state` is ready, done, dead or cancelled; `error` is the last failure, also while it waits to retry."""

    id: int
    kind: str
    state: str
    payload: Doc
    attempts: int
    error: Doc | None
    due_at: Instant | None
    not_before: Instant | None
    cause: str
    created_at: Instant
    finished_at: Instant | None


_COLUMNS = (
    "id, kind, state, payload, attempts, error, nullif(due_at, '-infinity') as due_at, "
    "nullif(not_before, '-infinity') as not_before, cause, created_at, finished_at"
)


_CHOSEN = "tenant = %s and (%s::text is null or state = %s) and (%s::text is null or starts_with(kind, %s))"


def list_steps(
    uow: Uow, *, state: str | None = None, kind: str | None = None, limit: int = 100, offset: int = 0
) -> list[StepView]:
    """The newest steps of the tenant, by state and by the start of their kind."""
    rows = uow.all(
        f"select {_COLUMNS} from kernel_step where {_CHOSEN} order by id desc limit %s offset %s",
        (uow.tenant, state, state, kind, kind, limit, offset),
    )
    return [StepView(**row) for row in rows]


def count_steps(uow: Uow, *, state: str | None = None, kind: str | None = None) -> int:
    """How many steps of the tenant there are, by state and by the start of their kind."""
    row = uow.one(f"select count(*) as n from kernel_step where {_CHOSEN}", (uow.tenant, state, state, kind, kind))
    return int(row["n"]) if row else 0


def get_step(uow: Uow, step_id: int) -> StepView:
    """One step. Raises: NotFound."""
    row = uow.one(f"select {_COLUMNS} from kernel_step where tenant = %s and id = %s", (uow.tenant, step_id))
    if row is None:
        raise NotFound(f"there is no step {step_id}")
    return StepView(**row)


def retry_step(uow: Uow, step_id: int) -> None:
    """Make a given-up step ready again with fresh attempts. Raises: NotFound, Conflict when it is not given up."""
    _move(uow, step_id, frm="dead", to="ready")
    uow.execute("update kernel_step set attempts = 0, not_before = '-infinity' where id = %s", (step_id,))
    uow.audit("retry", "Step", str(step_id))
    uow.told = True


def cancel_step(uow: Uow, step_id: int) -> None:
    """Never do a step that waits. Raises: NotFound, Conflict when it does not wait."""
    _move(uow, step_id, frm="ready", to="cancelled")
    uow.audit("cancel", "Step", str(step_id))


def cancel_steps(uow: Uow, *, kind: str, key: str) -> int:
    """Cancel the waiting step of a kind with a key, if there is one. Returns how many."""
    return uow.execute(
        "update kernel_step set state = 'cancelled', finished_at = clock_timestamp() "
        "where tenant = %s and kind = %s and key = %s and state = 'ready'",
        (uow.tenant, kind, key),
    ).rowcount


def hurry_steps(uow: Uow, *, kind: str) -> int:
    """Let steps of a kind that wait to retry be tried now: a neighbour is back. Returns how many."""
    uow.told = True
    return uow.execute(
        "update kernel_step set not_before = '-infinity' where tenant = %s and kind = %s and state = 'ready' "
        "and not_before > clock_timestamp()",
        (uow.tenant, kind),
    ).rowcount


def _move(uow: Uow, step_id: int, *, frm: str, to: str) -> None:
    moved = uow.execute(
        "update kernel_step set state = %s where tenant = %s and id = %s and state = %s",
        (to, uow.tenant, step_id, frm),
    ).rowcount
    if not moved:
        present = get_step(uow, step_id)
        raise Conflict(f"step {step_id} is {present.state}, not {frm}", code="steps.state")

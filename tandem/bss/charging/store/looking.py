"""What desks look for among usage records: those that wait, by cause, and one by its id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from tandem.bss.charging.store.usage import SUSPENDED, records_of_rows, suspended_of
from tandem.bss.charging.terms import SuspendedUsage
from tandem.bss.charging.terms.desks import STATES, CauseCount, RecordView, WaitingFilter
from tandem.kernel.store import Uow

_TOLD: Final = (
    "usage_id, service, served, destination, started_at, duration_s, octets, units, network, rating_group, "
    "value_micros, record_id, details, source, line, status, code, reason, product_id, billing_account_id, "
    "customer_id, has_document, taken_at"
)
_SORTED: Final = {"since": "taken_at", "started": "started_at", "number": "served", "code": "code"}


def find_waiting(
    uow: Uow, wanted: WaitingFilter, *, sort: tuple[str, bool], limit: int, offset: int
) -> tuple[list[SuspendedUsage], int]:
    """Records that wait and agree with a filter, and how many there are. `sort`: a word, and whether downwards."""
    condition, params = _condition(uow, wanted)
    way = "desc" if sort[1] else "asc"
    rows = uow.all(
        f"select {_TOLD} from charging_record where {condition} "
        f"order by {_SORTED[sort[0]]} {way}, usage_id limit {int(limit)} offset {int(offset)}",
        params,
    )
    count = uow.one(f"select count(*) as n from charging_record where {condition}", params)
    return suspended_of(uow, rows), int(count["n"]) if count else 0


def count_waiting(uow: Uow, wanted: WaitingFilter) -> list[CauseCount]:
    """How many records wait for each reason, the most first."""
    condition, params = _condition(uow, wanted)
    rows = uow.all(
        "select code, count(*) as count, min(taken_at) as oldest_at from charging_record "
        f"where {condition} group by code order by count(*) desc, code",
        params,
    )
    return [CauseCount(row["code"] or "", row["count"], row["oldest_at"]) for row in rows]


def find_record(uow: Uow, usage_id: str) -> RecordView | None:
    """One record as it stands."""
    row = uow.one(f"select {_TOLD} from charging_record where tenant = %s and usage_id = %s", (uow.tenant, usage_id))
    if row is None:
        return None
    return RecordView(
        usage_id=usage_id,
        state=STATES[row["status"]],
        record=records_of_rows(uow, [row])[0],
        source=row["source"],
        line=row["line"],
        code=row["code"],
        reason=row["reason"],
        product_id=row["product_id"],
        billing_account_id=row["billing_account_id"],
        taken_at=row["taken_at"],
    )


def _condition(uow: Uow, wanted: WaitingFilter) -> tuple[str, list[Any]]:
    parts, params = [f"tenant = %s and status = {SUSPENDED}"], [uow.tenant]
    for text, values in _parts(wanted):
        parts.append(text)
        params += values
    return " and ".join(parts), params


def _parts(wanted: WaitingFilter) -> Iterator[tuple[str, list[Any]]]:
    if wanted.codes:
        yield "code = any(%s)", [list(wanted.codes)]
    if wanted.source:
        yield "starts_with(source, %s)", [wanted.source]
    if wanted.services:
        yield "service = any(%s)", [list(wanted.services)]
    if wanted.number:
        yield "(strpos(served, %s) > 0 or strpos(destination, %s) > 0)", [wanted.number] * 2
    if wanted.first_at:
        yield "started_at >= %s", [wanted.first_at]
    if wanted.end_at:
        yield "started_at < %s", [wanted.end_at]

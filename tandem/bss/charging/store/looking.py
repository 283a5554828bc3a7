"""What desks look for among usage records: those that wait, by cause, and one by its id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from tandem.bss.charging.rules import documents, reading
from tandem.bss.charging.store.usage import SUSPENDED, USAGE
from tandem.bss.charging.terms import SuspendedUsage
from tandem.bss.charging.terms.desks import STATES, CauseCount, RecordView, WaitingFilter
from tandem.kernel.json import Doc
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
    docs = _documents(uow, rows)
    return [_waiting(row, docs.get(row["usage_id"])) for row in rows], int(count["n"]) if count else 0


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
    doc = _documents(uow, [row]).get(usage_id)
    return RecordView(
        usage_id=usage_id,
        state=STATES[row["status"]],
        record=reading.record_of_row(row) if doc is None else reading.record_of(doc),
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


def _documents(uow: Uow, rows: list[dict[str, Any]]) -> dict[str, Doc]:
    documented = [row["usage_id"] for row in rows if row["has_document"]]
    return {one.id: one.doc for one in USAGE.where(uow, "id = any(%s)", (documented,))} if documented else {}


def _waiting(row: dict[str, Any], doc: Doc | None) -> SuspendedUsage:
    record = reading.record_of_row(row) if doc is None else reading.record_of(doc)
    return SuspendedUsage(
        usage_id=row["usage_id"],
        code=row["code"],
        reason=row["reason"],
        usage_type=record.usage_type,
        served=record.served,
        destination=record.destination,
        started_at=record.started_at,
        quantity=record.quantity,
        source=documents.source_of_row(row),
        since=row["taken_at"],
    )

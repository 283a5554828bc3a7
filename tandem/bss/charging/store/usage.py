"""Usage: every record that was accepted, by what it is known by, and the documents of those that have one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from tandem.bss.charging.rules import documents, reading
from tandem.bss.charging.store.tables import USAGE_COLUMNS
from tandem.bss.charging.terms import SuspendedUsage, Tally, UsageRecord
from tandem.kernel.errors import NotFound
from tandem.kernel.json import Doc
from tandem.kernel.store import EntityTable, Stored, Uow
from tandem.kernel.store.bulk import Column, rows_of

RATED, SUSPENDED, EXCLUDED, BILLED, RERATED = range(5)
"""How a record stands."""


class UsageTable(EntityTable):
    """Usage documents. A record that came in volume is shown without one; it gets its document when it is worked on."""

    SHOWN = "charging_usage_shown"

    def get_for_update(self, uow: Uow, entity_id: str) -> Stored:
        """As of every entity. Locks: the record too, where it had no document."""
        try:
            return super().get_for_update(uow, entity_id)
        except NotFound:
            if not _lock_undocumented(uow, entity_id):
                raise
        shown = self.find(uow, entity_id)
        if shown is not None:
            uow.execute(
                "update charging_record set has_document = true where tenant = %s and usage_id = %s",
                (uow.tenant, entity_id),
            )
            self.add(uow, shown.doc)
        return super().get_for_update(uow, entity_id)


def _lock_undocumented(uow: Uow, usage_id: str) -> bool:
    row = uow.one(
        "select 1 as one from charging_record where tenant = %s and usage_id = %s and not has_document for update",
        (uow.tenant, usage_id),
    )
    return row is not None


USAGE: Final = UsageTable(
    entity="Usage",
    table="charging_usage",
    columns=USAGE_COLUMNS,
    state_attribute="status",
    indexes=(
        "served, usage_date",
        "customer_id, usage_date",
        "product_id, usage_date",
        "specification_id",
        "suspension_code, suspended_since",
    ),
)


# -- what a record is known by ----------------------------------------------------------------------------------------

RECORD: Final = (
    "served, identity, content, usage_id, service, started_at, duration_s, octets, units, destination, network, "
    "rating_group, value_micros, record_id, details, source, line, status, code, reason, product_id, "
    "billing_account_id, customer_id"
)


class Known(NamedTuple):
    """A record that came before: its place among those that come now, and whether it says the same."""

    n: int
    usage_id: str
    is_same: bool


def claim_records(uow: Uow, columns: Mapping[str, Column], *, has_document: bool) -> list[Known]:
    """Make records known; answers those that were.

    Shape: the columns of `RECORD` by name, and `n`, the place. Locks: in order of the key, so that two files with the
    same records wait for one another in one order.
    """
    rows = rows_of(uow, "claimed", columns)
    claimed = uow.execute(
        f"insert into charging_record (tenant, {RECORD}, has_document, taken_at) "
        f"select %s, {RECORD}, %s, %s from {rows.sql} order by served, identity on conflict do nothing",
        (uow.tenant, has_document, uow.now, *rows.params),
    ).rowcount
    if claimed == len(columns["n"].values):
        return []
    found = uow.all(
        "select claimed.n, r.usage_id, "
        "coalesce(r.content, r.identity) = coalesce(claimed.content, claimed.identity) as is_same "
        f"from {rows.sql} join charging_record r on r.tenant = %s and r.served = claimed.served "
        "and r.identity = claimed.identity where r.usage_id <> claimed.usage_id",
        (*rows.params, uow.tenant),
    )
    return [Known(row["n"], row["usage_id"], row["is_same"]) for row in found]


def settle_records(uow: Uow, columns: Mapping[str, Column]) -> None:
    """How records ended. Shape: usage_id, status, code, reason, product_id, billing_account_id, customer_id."""
    rows = rows_of(uow, "settled", columns)
    uow.execute(
        "update charging_record r set status = settled.status, code = settled.code, reason = settled.reason, "
        "product_id = coalesce(settled.product_id, r.product_id), "
        "billing_account_id = coalesce(settled.billing_account_id, r.billing_account_id), "
        "customer_id = coalesce(settled.customer_id, r.customer_id) "
        f"from {rows.sql} where r.tenant = %s and r.usage_id = settled.usage_id",
        (*rows.params, uow.tenant),
    )


def note_exclusion(uow: Uow, usage_id: str, because: str) -> None:
    """A record is put aside for good; it stays known."""
    uow.execute(
        "update charging_record set status = %s, code = null, reason = %s where tenant = %s and usage_id = %s",
        (EXCLUDED, because, uow.tenant, usage_id),
    )


def tally(uow: Uow) -> Tally:
    """Where every accepted record ended."""
    rows = uow.all("select status, count(*) as n from charging_record where tenant = %s group by status", (uow.tenant,))
    ended = {row["status"]: row["n"] for row in rows}
    suspended, excluded = ended.get(SUSPENDED, 0), ended.get(EXCLUDED, 0)
    rated = sum(ended.get(status, 0) for status in (RATED, BILLED, RERATED))
    return Tally(accepted=sum(ended.values()), rated=rated, suspended=suspended, excluded=excluded)


def records_of(uow: Uow, usage_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Records as rows, by usage id; unknown ids are left out."""
    return uow.all(
        f"select {RECORD}, has_document, taken_at from charging_record "
        "where tenant = %s and usage_id = any(%s) order by usage_id",
        (uow.tenant, list(usage_ids)),
    )


# -- what waits -------------------------------------------------------------------------------------------------------


def suspended(uow: Uow, code: str | None, *, limit: int, offset: int) -> tuple[list[SuspendedUsage], int]:
    """Records that wait, the longest first, and how many there are."""
    condition = "tenant = %s and status = 1" + ("" if code is None else " and code = %s")
    params: tuple[Any, ...] = (uow.tenant,) if code is None else (uow.tenant, code)
    rows = uow.all(
        f"select {RECORD}, has_document, taken_at from charging_record where {condition} "
        f"order by taken_at, usage_id limit {int(limit)} offset {int(offset)}",
        params,
    )
    count = uow.one(f"select count(*) as n from charging_record where {condition}", params)
    return suspended_of(uow, rows), int(count["n"]) if count else 0


def suspended_of(uow: Uow, rows: Sequence[dict[str, Any]]) -> list[SuspendedUsage]:
    """Records that wait, as people see them."""
    return [_suspended(row, record) for row, record in zip(rows, records_of_rows(uow, rows), strict=True)]


def records_of_rows(uow: Uow, rows: Sequence[dict[str, Any]]) -> list[UsageRecord]:
    """What records say: by their documents where they have one, since those are what people correct."""
    documented = [row["usage_id"] for row in rows if row["has_document"]]
    docs = {one.id: one.doc for one in USAGE.where(uow, "id = any(%s)", (documented,))} if documented else {}
    return [
        reading.record_of(docs[row["usage_id"]]) if row["usage_id"] in docs else reading.record_of_row(row)
        for row in rows
    ]


def _suspended(row: dict[str, Any], record: UsageRecord) -> SuspendedUsage:
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


# -- documents --------------------------------------------------------------------------------------------------------


_WHOLE_ON_BILL: Final = (
    "with bounds as materialized (select usage_id, usage_id || '-' as first, usage_id || '.' as past from "
    "(select distinct left(b.id, -strpos(reverse(b.id), '-')) as usage_id from charging_rated_event b "
    "where b.tenant = %s and b.bill_id = %s and b.bill_id > '') as on_bill), "
    "whole as materialized (select usage_id from bounds where not exists (select from charging_rated_event e "
    "where e.tenant = %s and e.id >= bounds.first and e.id < bounds.past and e.bill_id is null)) "
)
"""Records with charges on a bill, of whose charges none waits for one. Under row-level security an index is asked only
by what is no expression: so the bounds stand as columns."""


def show_billed_records(uow: Uow, bill_id: str) -> None:
    """Show records of a bill that have no document as billed, where all their charges stand on bills. Idempotent."""
    uow.execute(
        f"{_WHOLE_ON_BILL} update charging_record r set status = {BILLED} from whole where r.tenant = %s "
        f"and r.usage_id = whole.usage_id and r.status in ({RATED}, {RERATED}) and not r.has_document",
        (uow.tenant, bill_id, uow.tenant, uow.tenant),
    )


def rated_usage_on_bill(uow: Uow, bill_id: str, limit: int) -> list[Stored]:
    """Usage with a document that a bill charges whole and that is not shown as billed yet."""
    rows = uow.all(
        f"{_WHOLE_ON_BILL} select r.usage_id from whole join charging_record r on r.tenant = %s "
        "and r.usage_id = whole.usage_id join charging_usage u on u.tenant = r.tenant and u.id = r.usage_id "
        f"where u.status = any(%s) limit {int(limit)}",
        (uow.tenant, bill_id, uow.tenant, uow.tenant, ["rated", "rerated"]),
    )
    return USAGE.where(uow, "id = any(%s)", ([row["usage_id"] for row in rows],)) if rows else []


def is_specification_used(uow: Uow, specification_id: str) -> bool:
    """Whether a usage record follows a specification."""
    return bool(USAGE.where(uow, "specification_id = %s", (specification_id,), limit=1))


def usage_doc(uow: Uow, usage_id: str) -> Doc | None:
    """A usage record's document, where it is still there."""
    found = USAGE.find(uow, usage_id)
    return None if found is None else found.doc

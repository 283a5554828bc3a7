"""Rated events: narrow rows, written many at once, read as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tandem.bss.catalog.terms import Source
from tandem.bss.charging.rules import moves as packed
from tandem.bss.charging.rules.core.layout import BY_PRICE
from tandem.bss.charging.rules.termed import Termed
from tandem.bss.charging.store.accounts import buckets_by_number
from tandem.bss.charging.store.tariffs import tariff_docs
from tandem.bss.charging.terms import BucketMove, RatedEvent
from tandem.kernel.money import Money
from tandem.kernel.period import FOREVER, Instant, Period
from tandem.kernel.store import Uow
from tandem.kernel.store.bulk import Column, rows_of

_KEPT: Final = (
    "billing_account_id, started_at, id, product_id, service, destination, quantity, charged_units, amount_micros, "
    "waived_micros, invoiced_micros, unpaid_micros, source, term_id, tariff_key, moves"
)
_READ: Final = f"{_KEPT}, rated_at, bill_id, reversed_by, reversal_of"


def add_events(uow: Uow, columns: Mapping[str, Column]) -> None:
    """Keep charges; one that costs something of which the invoice takes nothing comes on no bill.

    Shape: the columns of `_KEPT` by name; the accounts are locked.
    """
    rows = rows_of(uow, "charged", columns)
    uow.execute(
        f"insert into charging_rated_event (tenant, {_KEPT}, rated_at, bill_id) select %s, {_KEPT}, %s, "
        f"case when invoiced_micros = 0 and amount_micros <> 0 then '' end from {rows.sql}",
        (uow.tenant, uow.now, *rows.params),
    )


# -- read -------------------------------------------------------------------------------------------------------------


def rated_events(uow: Uow, condition: str, params: tuple[Any, ...], *, tail: str = "") -> list[RatedEvent]:
    """The rated events that meet a condition, the oldest use first unless `tail` says otherwise."""
    return _events(uow, event_rows(uow, condition, params, tail=tail))


def event_rows(uow: Uow, condition: str, params: tuple[Any, ...], *, tail: str = "") -> list[dict[str, Any]]:
    """The same as the table has them."""
    return uow.all(
        f"select {_READ} from charging_rated_event where tenant = %s and {condition} "
        f"{tail or 'order by started_at, id'}",
        (uow.tenant, *params),
    )


def _events(uow: Uow, rows: Sequence[dict[str, Any]]) -> list[RatedEvent]:
    docs = tariff_docs(uow, {bytes(row["tariff_key"]) for row in rows})
    terms = {key: Termed(doc) for key, doc in docs.items()}
    moved = {(row["billing_account_id"], move.n) for row in rows for move in packed.unpacked(row["moves"])}
    buckets = buckets_by_number(uow, sorted(moved)) if moved else {}
    return [_event(row, terms[bytes(row["tariff_key"])], buckets) for row in rows]


def _event(row: dict[str, Any], terms: Termed, buckets: Mapping[tuple[str, int], dict[str, Any]]) -> RatedEvent:
    usage_id, _, place = row["id"].rpartition("-")
    term = terms.term(row["term_id"])
    return RatedEvent(
        id=row["id"],
        usage_id=usage_id,
        place=int(place),
        billing_account_id=row["billing_account_id"],
        product_id=row["product_id"],
        usage_type=row["service"],
        started_at=row["started_at"],
        destination=row["destination"],
        quantity=row["quantity"],
        charged_units=row["charged_units"],
        unit=terms.unit_of(row["service"]),
        amount=Money(row["amount_micros"], terms.currency),
        waived=Money(row["waived_micros"], terms.currency),
        invoiced=Money(row["invoiced_micros"], terms.currency),
        unpaid=Money(row["unpaid_micros"], terms.currency),
        tax_included=terms.tax_included,
        tax_category=terms.tax_category,
        tax_rate_bp=terms.tax_rate_bp,
        term=Source(row["term_id"], term.version, term.entity_version),
        term_name=term.name,
        zone=term.zone,
        offering_id=terms.offering_id,
        offering_version=terms.offering_version,
        offering_entity_version=terms.offering_entity_version,
        moves=_moves(row, buckets),
        is_within_allowance=row["source"] != BY_PRICE,
        rule=terms.rule,
        tariff_key=bytes(row["tariff_key"]),
        rated_at=row["rated_at"],
        bill_id=row["bill_id"] or None,
        reversed_by=row["reversed_by"],
        reversal_of=row["reversal_of"],
    )


def _moves(row: dict[str, Any], buckets: Mapping[tuple[str, int], dict[str, Any]]) -> tuple[BucketMove, ...]:
    found = []
    for move in packed.unpacked(row["moves"]):
        bucket = buckets[(row["billing_account_id"], move.n)]
        period = Period(bucket["start_at"] or packed.ALWAYS, bucket["end_at"] or FOREVER)
        found.append(
            BucketMove(
                price_id=bucket["term_id"],
                period=period,
                used_before=move.before,
                taken=move.taken,
                n=move.n,
                kind=bucket["kind"],
                what=move.what,
                name=bucket["name"],
            )
        )
    return tuple(found)


def events_to_bill(uow: Uow, billing_account_id: str, until: Instant, bill_id: str | None) -> list[RatedEvent]:
    """An account's charges for use before an instant that stand on no bill, or on this one.

    Where the account's open ones begin is noted with its lock, so that years of billed ones are not read.
    """
    begun = (
        "billing_account_id = %s and started_at < %s and started_at >= (select coalesce(a.open_from, 'infinity') "
        "from charging_account a where a.tenant = %s and a.billing_account_id = %s) and bill_id is null"
    )
    found = rated_events(uow, begun, (billing_account_id, until, uow.tenant, billing_account_id))
    if bill_id is None:
        return found
    on_bill = rated_events(
        uow, "bill_id = %s and bill_id > '' and billing_account_id = %s", (bill_id, billing_account_id)
    )
    return sorted([*found, *on_bill], key=lambda event: (event.started_at, event.usage_id, event.place))


class EventOwner(NamedTuple):
    """Whose events are read: those of an account, or of a product on some accounts."""

    account_ids: Sequence[str]
    product_id: str | None = None

    @property
    def condition(self) -> tuple[str, tuple[Any, ...]]:
        """As SQL, with its parameters."""
        if self.product_id is None:
            return "billing_account_id = any(%s)", (list(self.account_ids),)
        return "billing_account_id = any(%s) and product_id = %s", (list(self.account_ids), self.product_id)


def page_of_events(
    uow: Uow, owner: EventOwner, period: Period | None, *, limit: int, offset: int
) -> tuple[list[RatedEvent], int]:
    """A page of the charges of a product or an account, the newest use first, and how many there are."""
    condition, params = owner.condition
    if period is not None:
        condition, params = f"{condition} and started_at >= %s and started_at < %s", (*params, period.start, period.end)
    tail = f"order by started_at desc, id desc limit {int(limit)} offset {int(offset)}"
    events = rated_events(uow, condition, params, tail=tail)
    row = uow.one(
        f"select count(*) as n from charging_rated_event where tenant = %s and {condition}", (uow.tenant, *params)
    )
    return events, int(row["n"]) if row else 0


def charged_within(uow: Uow, owner: EventOwner, period: Period) -> tuple[int, int]:
    """Micro-units and number of a product's charges for use within a period; what was reversed is neither."""
    condition, params = owner.condition
    row = uow.one(
        "select coalesce(sum(amount_micros), 0) as micros, "
        "count(*) filter (where reversed_by is null and reversal_of is null) as n from charging_rated_event "
        f"where tenant = %s and {condition} and started_at >= %s and started_at < %s",
        (uow.tenant, *params, period.start, period.end),
    )
    return (int(row["micros"]), int(row["n"])) if row else (0, 0)


def events_of_usage(uow: Uow, usage_ids: Sequence[str]) -> list[RatedEvent]:
    """The events of some usage records, reversed ones and reversals too, by record and place."""
    condition = f"id in (select e.id from {_ASKED} join charging_rated_event e on {_OF_ASKED})"
    found = rated_events(uow, condition, (*_bounds(usage_ids), uow.tenant))
    return sorted(found, key=lambda event: (event.usage_id, event.place))


def next_places(uow: Uow, usage_ids: Sequence[str]) -> NDArray[np.int64]:
    """The place of the next charge of each usage record: 0 but where it was charged before. Shape: by usage id."""
    rows = uow.all(
        "select asked.n, max(right(e.id, strpos(reverse(e.id), '-') - 1)::int) + 1 as place "
        f"from {_ASKED} join charging_rated_event e on {_OF_ASKED} group by asked.n",
        (*_bounds(usage_ids), uow.tenant),
    )
    places = np.zeros(len(usage_ids), np.int64)
    for row in rows:
        places[row["n"] - 1] = row["place"]
    return places


_ASKED: Final = "unnest(%s::text[], %s::text[]) with ordinality as asked (first, past, n)"
_OF_ASKED: Final = "e.tenant = %s and e.id >= asked.first and e.id < asked.past"
"""The events of records begin with their names. Under row-level security an index is asked only by what is no
expression, so the bounds come as values."""


def _bounds(usage_ids: Sequence[str]) -> tuple[list[str], list[str]]:
    return [f"{usage_id}-" for usage_id in usage_ids], [f"{usage_id}." for usage_id in usage_ids]


# -- bills and reversals ----------------------------------------------------------------------------------------------


def put_on_bill(uow: Uow, billing_account_id: str, event_ids: Sequence[str], bill_id: str) -> int:
    """Put those on a bill that are on none; answers how many. The account is locked."""
    changed = uow.execute(
        "update charging_rated_event set bill_id = %s "
        "where tenant = %s and billing_account_id = %s and id = any(%s) and bill_id is null",
        (bill_id, uow.tenant, billing_account_id, list(event_ids)),
    ).rowcount
    uow.execute(
        "update charging_account a set open_from = (select min(e.started_at) from charging_rated_event e "
        "where e.tenant = a.tenant and e.billing_account_id = a.billing_account_id and e.started_at >= a.open_from "
        "and e.bill_id is null) where a.tenant = %s and a.billing_account_id = %s",
        (uow.tenant, billing_account_id),
    )
    return changed


def bills_of(uow: Uow, billing_account_id: str, event_ids: Sequence[str]) -> dict[str, str | None]:
    """The bill that each rated event of an account stands on."""
    rows = uow.all(
        "select id, bill_id from charging_rated_event where tenant = %s and billing_account_id = %s and id = any(%s)",
        (uow.tenant, billing_account_id, list(event_ids)),
    )
    return {row["id"]: row["bill_id"] for row in rows}


def mark_reversed(uow: Uow, columns: Mapping[str, Column]) -> int:
    """Note which event takes back which. Shape: account, id, by, cancelled (1: neither comes on a bill).

    Answers how many were not reversed before. The accounts are locked.
    """
    rows = rows_of(uow, "reversed", columns)
    return uow.execute(
        "update charging_rated_event e set reversed_by = reversed.by, "
        "bill_id = case when e.bill_id is null then '' else e.bill_id end "
        f"from {rows.sql} where e.tenant = %s and e.billing_account_id = reversed.account and e.id = reversed.id "
        "and e.reversed_by is null",
        (*rows.params, uow.tenant),
    ).rowcount

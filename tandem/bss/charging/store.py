"""The room's tables: usage documents, by what each is known, allowances, and the narrow rows that money is summed from.

The narrow tables lead their keys with what a large installation spreads them by: the billing account, or the served
number where the account is not known yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from tandem.bss.catalog.terms import Source
from tandem.bss.charging.rules import documents, reading
from tandem.bss.charging.rules.rating import Bucket
from tandem.bss.charging.terms import (
    BucketMove,
    BucketView,
    RatedEvent,
    SuspendedUsage,
    Tally,
)
from tandem.kernel.access.personal import PersonalData
from tandem.kernel.json import Doc
from tandem.kernel.money import Money
from tandem.kernel.period import Instant, Period, instant
from tandem.kernel.store import Column, EntityTable, Stored, Uow, plain_table

USAGE: Final = EntityTable(
    entity="Usage",
    table="charging_usage",
    columns=(
        Column("usage_type", "text", "usageType"),
        Column("status", "text", "status"),
        Column("usage_date", "timestamptz", "usageDate"),
        Column("served", "text", reading.served_of),
        Column("customer_id", "text", reading.customer_of),
        Column("product_id", "text", documents.product_of),
        Column("specification_id", "text", "usageSpecification.id"),
        Column("suspension_code", "text", "suspension.code"),
        Column("suspended_since", "timestamptz", "suspension.since"),
    ),
    state_attribute="status",
    indexes=(
        "served, usage_date",
        "customer_id, usage_date",
        "product_id, usage_date",
        "specification_id",
        "suspension_code, suspended_since",
    ),
)

SPECIFICATIONS: Final = EntityTable(
    entity="UsageSpecification",
    table="charging_usage_specification",
    columns=(
        Column("name", "text", "name"),
        Column("lifecycle_status", "text", "lifecycleStatus"),
        Column("last_update", "timestamptz", "lastUpdate"),
    ),
    state_attribute="lifecycleStatus",
    indexes=("name",),
)

IDENTITY: Final = plain_table(
    "charging_usage_identity",
    """
    tenant text not null,
    served text collate "C" not null,
    identity text collate "C" not null,
    content text not null,
    usage_id text collate "C" not null,
    excluded_because text,
    primary key (tenant, served, identity)
    """,
    also=("create index charging_usage_identity_usage on charging_usage_identity (tenant, usage_id)",),
)
"""Every record that was ever accepted, by what it is known by: it outlives the document."""

BUCKET: Final = plain_table(
    "charging_bucket",
    """
    tenant text not null,
    billing_account_id text collate "C" not null,
    product_id text collate "C" not null,
    price_id text collate "C" not null,
    month_start timestamptz not null,
    month_end timestamptz not null,
    name text not null,
    usage_type text not null,
    unit text not null,
    price_entity_version integer not null,
    granted bigint check (granted >= 0),
    used bigint not null default 0 check (used >= 0 and (granted is null or used <= granted)),
    granted_at timestamptz not null,
    primary key (tenant, billing_account_id, product_id, price_id, month_start)
    """,
)
"""An allowance of a product in a bill month, granted once: with the first use, as the plan was then."""

RATED_EVENT: Final = plain_table(
    "charging_rated_event",
    """
    tenant text not null,
    billing_account_id text collate "C" not null,
    id text collate "C" not null,
    usage_id text collate "C" not null,
    place integer not null,
    product_id text collate "C" not null,
    usage_type text not null,
    started_at timestamptz not null,
    destination text not null,
    quantity bigint not null check (quantity >= 0),
    charged_units bigint not null check (charged_units >= 0),
    unit text not null,
    amount_micros numeric(38, 0) not null,
    currency text not null,
    tax_included boolean not null,
    tax_category text not null,
    tax_rate_bp integer not null,
    price_id text collate "C" not null,
    price_version text not null,
    price_entity_version integer not null,
    term_name text not null,
    zone text not null,
    offering_id text collate "C" not null,
    offering_version text not null,
    offering_entity_version integer not null,
    move_month_start timestamptz,
    move_month_end timestamptz,
    move_used_before bigint,
    rule text not null,
    rated_at timestamptz not null,
    bill_id text collate "C",
    primary key (tenant, billing_account_id, id)
    """,
    also=(
        "create index charging_rated_event_account on charging_rated_event (tenant, billing_account_id, started_at)",
        "create index charging_rated_event_product on charging_rated_event (tenant, product_id, started_at)",
        "create index charging_rated_event_usage on charging_rated_event (tenant, usage_id)",
        "create index charging_rated_event_id on charging_rated_event (tenant, id)",
        "create index charging_rated_event_bill on charging_rated_event (tenant, bill_id) where bill_id is not null",
        "create index charging_rated_event_open on charging_rated_event (tenant, billing_account_id, started_at) "
        "where bill_id is null",
    ),
)

PERSONAL_DATA: Final = (
    PersonalData(table="charging_usage", path="id", kind="identity", subject="customer_id"),
    PersonalData(table="charging_usage", path="usageCharacteristic", kind="contact", subject="customer_id"),
    PersonalData(table="charging_usage", path="relatedParty", kind="relation", subject="customer_id"),
    PersonalData(table="charging_usage_identity", path="served", kind="contact", subject="served"),
    PersonalData(table="charging_rated_event", path="destination", kind="contact", subject="product_id"),
)
"""Whom somebody called and when is the most private thing that we hold; the narrow rows know products, not people."""


# -- what a record is known by ----------------------------------------------------------------------------------------


class Known(NamedTuple):
    """A record that came before."""

    usage_id: str
    content: str


def claim_identities(uow: Uow, claims: Sequence[tuple[str, str, str, str]]) -> set[str]:
    """Make records known; answers the usage ids of those that were not.

    Shape: (served, identity, content, usage id). Locks: in order of the key, so that two files with the same records
    wait for one another in one order.
    """
    served, identities, contents, ids = zip(*sorted(claims), strict=True)
    rows = uow.all(
        "insert into charging_usage_identity (tenant, served, identity, content, usage_id) "
        "select %s, s, i, c, u from unnest(%s::text[], %s::text[], %s::text[], %s::text[]) as t (s, i, c, u) "
        "on conflict do nothing returning usage_id",
        (uow.tenant, list(served), list(identities), list(contents), list(ids)),
    )
    return {row["usage_id"] for row in rows}


def known_identities(uow: Uow, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Known]:
    """What is known by these (served, identity)."""
    rows = uow.all(
        "select served, identity, content, usage_id from charging_usage_identity "
        "join unnest(%s::text[], %s::text[]) as t (s, i) on served = s and identity = i where tenant = %s",
        ([served for served, _ in keys], [identity for _, identity in keys], uow.tenant),
    )
    return {(row["served"], row["identity"]): Known(row["usage_id"], row["content"]) for row in rows}


def note_exclusion(uow: Uow, usage_id: str, because: str) -> None:
    """A record is put aside for good; it stays known."""
    uow.execute(
        "update charging_usage_identity set excluded_because = %s where tenant = %s and usage_id = %s",
        (because, uow.tenant, usage_id),
    )


def tally(uow: Uow) -> Tally:
    """Where every accepted record ended."""
    known = uow.one(
        "select count(*) as accepted, count(excluded_because) as excluded from charging_usage_identity "
        "where tenant = %s",
        (uow.tenant,),
    )
    rated = uow.one("select count(distinct usage_id) as n from charging_rated_event where tenant = %s", (uow.tenant,))
    assert known is not None and rated is not None, "a count is a row"
    waiting = USAGE.count(uow, "suspension_code is not null")
    return Tally(accepted=known["accepted"], rated=rated["n"], suspended=waiting, excluded=known["excluded"])


# -- usage documents --------------------------------------------------------------------------------------------------


def suspended(uow: Uow, code: str | None, *, limit: int, offset: int) -> tuple[list[SuspendedUsage], int]:
    """Records that wait, the longest first, and how many there are."""
    condition = "suspension_code is not null" if code is None else "suspension_code = %s"
    params = () if code is None else (code,)
    rows = USAGE.where(uow, condition, params, order_by="suspended_since, id", limit=limit, offset=offset)
    return [_suspended(row) for row in rows], USAGE.count(uow, condition, params)


def _suspended(stored: Stored) -> SuspendedUsage:
    doc = stored.doc
    record, why = reading.record_of(doc), doc["suspension"]
    return SuspendedUsage(
        usage_id=stored.id,
        code=why["code"],
        reason=why["reason"],
        usage_type=record.usage_type,
        served=record.served,
        destination=record.destination,
        started_at=record.started_at,
        quantity=record.quantity,
        source=documents.source_text(doc),
        since=instant(why["since"]),
    )


def rated_usage_on_bill(uow: Uow, bill_id: str, limit: int) -> list[Stored]:
    """Usage that a bill charges whole and that is not shown as billed yet."""
    return USAGE.where(
        uow,
        "status = any(%s) and id in (select usage_id from charging_rated_event where tenant = %s "
        "group by usage_id having bool_and(bill_id is not null) and bool_or(bill_id = %s))",
        (["rated", "rerated"], uow.tenant, bill_id),
        limit=limit,
    )


def is_specification_used(uow: Uow, specification_id: str) -> bool:
    """Whether a usage record follows a specification."""
    return bool(USAGE.where(uow, "specification_id = %s", (specification_id,), limit=1))


# -- allowances -------------------------------------------------------------------------------------------------------


class BucketKey(NamedTuple):
    """Whose allowance it is, by which price, and in which month. Sorts as the table's key does."""

    billing_account_id: str
    product_id: str
    price_id: str
    month_start: Instant


class Grant(NamedTuple):
    """An allowance as it is granted."""

    key: BucketKey
    month_end: Instant
    name: str
    usage_type: str
    unit: str
    price_entity_version: int
    granted: int | None


def grant_and_lock(uow: Uow, grants: Iterable[Grant]) -> dict[BucketKey, Bucket]:
    """The allowances as they stand, those that are new granted now.

    Idempotent: by the key. Locks: the rows, in order of the key.
    """
    wanted = sorted({grant.key: grant for grant in grants}.items())
    if not wanted:
        return {}
    uow.many(
        "insert into charging_bucket (tenant, billing_account_id, product_id, price_id, month_start, month_end, name, "
        "usage_type, unit, price_entity_version, granted, granted_at) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        [(uow.tenant, *key, *grant[1:], uow.now) for key, grant in wanted],
    )
    keys = list(zip(*(key for key, _ in wanted), strict=True))
    rows = uow.all(
        "select billing_account_id, product_id, price_id, month_start, granted, used from charging_bucket "
        "join unnest(%s::text[], %s::text[], %s::text[], %s::timestamptz[]) as t (a, p, c, m) "
        "on billing_account_id = a and product_id = p and price_id = c and month_start = m where tenant = %s "
        "order by billing_account_id, product_id, price_id, month_start for update of charging_bucket",
        (*(list(column) for column in keys), uow.tenant),
    )
    return {_bucket_key(row): Bucket(row["granted"], row["used"]) for row in rows}


def _bucket_key(row: dict[str, Any]) -> BucketKey:
    return BucketKey(row["billing_account_id"], row["product_id"], row["price_id"], row["month_start"])


def put_used(uow: Uow, buckets: Iterable[tuple[BucketKey, Bucket]]) -> None:
    """How much of each allowance is used now; the rows are locked."""
    uow.many(
        "update charging_bucket set used = %s where tenant = %s and billing_account_id = %s and product_id = %s "
        "and price_id = %s and month_start = %s",
        [(bucket.used, uow.tenant, *key) for key, bucket in buckets],
    )


def buckets_of(uow: Uow, billing_account_id: str, product_id: str, month_start: Instant) -> list[BucketView]:
    """A product's allowances of a month that were granted."""
    rows = uow.all(
        "select price_id, name, usage_type, unit, month_start, month_end, granted, used from charging_bucket "
        "where tenant = %s and billing_account_id = %s and product_id = %s and month_start = %s order by price_id",
        (uow.tenant, billing_account_id, product_id, month_start),
    )
    return [
        BucketView(
            price_id=row["price_id"],
            name=row["name"],
            usage_type=row["usage_type"],
            unit=row["unit"],
            period=Period(row["month_start"], row["month_end"]),
            granted=row["granted"],
            used=row["used"],
        )
        for row in rows
    ]


# -- rated events -----------------------------------------------------------------------------------------------------

_EVENT_COLUMNS: Final = (
    "billing_account_id, id, usage_id, place, product_id, usage_type, started_at, destination, quantity, "
    "charged_units, unit, amount_micros, currency, tax_included, tax_category, tax_rate_bp, "
    "price_id, price_version, price_entity_version, term_name, zone, "
    "offering_id, offering_version, offering_entity_version, "
    "move_month_start, move_month_end, move_used_before, rule, rated_at"
)


def add_rated_events(uow: Uow, events: Sequence[RatedEvent]) -> None:
    """Keep charges."""
    marks = ", ".join(["%s"] * (2 + _EVENT_COLUMNS.count(",")))
    uow.many(
        f"insert into charging_rated_event (tenant, {_EVENT_COLUMNS}) values ({marks})",
        [(uow.tenant, *_row(event)) for event in events],
    )


def _row(event: RatedEvent) -> tuple[Any, ...]:
    move = event.move
    return (
        *(event.billing_account_id, event.id, event.usage_id, event.place, event.product_id),
        *(event.usage_type, event.started_at, event.destination, event.quantity, event.charged_units, event.unit),
        *(event.amount.micros, event.amount.currency, event.tax_included, event.tax_category, event.tax_rate_bp),
        *(event.term.price_id, event.term.price_version, event.term.entity_version, event.term_name, event.zone),
        *(event.offering_id, event.offering_version, event.offering_entity_version),
        *((move.period.start, move.period.end, move.used_before) if move else (None, None, None)),
        *(event.rule, event.rated_at),
    )


def _event(row: dict[str, Any]) -> RatedEvent:
    return RatedEvent(
        id=row["id"],
        usage_id=row["usage_id"],
        place=row["place"],
        billing_account_id=row["billing_account_id"],
        product_id=row["product_id"],
        usage_type=row["usage_type"],
        started_at=row["started_at"],
        destination=row["destination"],
        quantity=row["quantity"],
        charged_units=row["charged_units"],
        unit=row["unit"],
        amount=Money(int(row["amount_micros"]), row["currency"]),
        tax_included=row["tax_included"],
        tax_category=row["tax_category"],
        tax_rate_bp=row["tax_rate_bp"],
        term=Source(row["price_id"], row["price_version"], row["price_entity_version"]),
        term_name=row["term_name"],
        zone=row["zone"],
        offering_id=row["offering_id"],
        offering_version=row["offering_version"],
        offering_entity_version=row["offering_entity_version"],
        move=_move(row),
        rule=row["rule"],
        rated_at=row["rated_at"],
        bill_id=row["bill_id"],
    )


def _move(row: dict[str, Any]) -> BucketMove | None:
    if row["move_month_start"] is None:
        return None
    month = Period(row["move_month_start"], row["move_month_end"])
    return BucketMove(row["price_id"], month, row["move_used_before"], row["charged_units"])


def rated_events(uow: Uow, condition: str, params: tuple[Any, ...], *, tail: str = "") -> list[RatedEvent]:
    """The rated events that meet a condition, the oldest use first unless `tail` says otherwise."""
    rows = uow.all(
        f"select {_EVENT_COLUMNS}, bill_id from charging_rated_event where tenant = %s and {condition} "
        f"{tail or 'order by started_at, usage_id, place'}",
        (uow.tenant, *params),
    )
    return [_event(row) for row in rows]


def rated_events_to_bill(uow: Uow, billing_account_id: str, until: Instant, bill_id: str | None) -> list[RatedEvent]:
    """An account's charges for use before an instant that stand on no bill, or on this one."""
    begun = "billing_account_id = %s and started_at < %s and "
    if bill_id is None:
        return rated_events(uow, begun + "bill_id is null", (billing_account_id, until))
    return rated_events(uow, begun + "(bill_id is null or bill_id = %s)", (billing_account_id, until, bill_id))


def page_of_rated_events(
    uow: Uow, owner: tuple[str, str], period: Period | None, *, limit: int, offset: int
) -> tuple[list[RatedEvent], int]:
    """A page of the charges of a product or an account, the newest use first, and how many there are."""
    column, owner_id = owner
    condition = f"{column} = %s" + ("" if period is None else " and started_at >= %s and started_at < %s")
    params: tuple[Any, ...] = (owner_id,) if period is None else (owner_id, period.start, period.end)
    tail = f"order by started_at desc, usage_id desc, place limit {int(limit)} offset {int(offset)}"
    events = rated_events(uow, condition, params, tail=tail)
    row = uow.one(
        f"select count(*) as n from charging_rated_event where tenant = %s and {condition}", (uow.tenant, *params)
    )
    return events, int(row["n"]) if row else 0


def charged_within(uow: Uow, product_id: str, period: Period) -> tuple[int, int]:
    """Micro-units and number of a product's charges for use within a period."""
    row = uow.one(
        "select coalesce(sum(amount_micros), 0) as micros, count(*) as n from charging_rated_event "
        "where tenant = %s and product_id = %s and started_at >= %s and started_at < %s",
        (uow.tenant, product_id, period.start, period.end),
    )
    return (int(row["micros"]), int(row["n"])) if row else (0, 0)


def put_on_bill(uow: Uow, billing_account_id: str, event_ids: Sequence[str], bill_id: str) -> int:
    """Put those on a bill that are on none; answers how many. Locks: the rows."""
    return uow.execute(
        "update charging_rated_event set bill_id = %s "
        "where tenant = %s and billing_account_id = %s and id = any(%s) and bill_id is null",
        (bill_id, uow.tenant, billing_account_id, list(event_ids)),
    ).rowcount


def bills_of(uow: Uow, billing_account_id: str, event_ids: Sequence[str]) -> dict[str, str | None]:
    """The bill that each rated event of an account stands on."""
    rows = uow.all(
        "select id, bill_id from charging_rated_event where tenant = %s and billing_account_id = %s and id = any(%s)",
        (uow.tenant, billing_account_id, list(event_ids)),
    )
    return {row["id"]: row["bill_id"] for row in rows}


def usage_doc(uow: Uow, usage_id: str) -> Doc | None:
    """A usage record's document, where it is still there."""
    found = USAGE.find(uow, usage_id)
    return None if found is None else found.doc

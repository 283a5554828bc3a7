"""The room's tables.

The narrow ones lead their keys with what a large installation spreads them by: the billing account, or the served
number where the account is not known yet. Under an account everything is read and written with its row locked
(`charging_account`, decision 0010).
"""

from __future__ import annotations

from typing import Final

from tandem.bss.charging.rules import documents, reading
from tandem.kernel.access.personal import PersonalData
from tandem.kernel.store import Column, EntityTable, plain_table

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

USAGE_COLUMNS: Final = (
    Column("usage_type", "text", "usageType"),
    Column("status", "text", "status"),
    Column("usage_date", "timestamptz", "usageDate"),
    Column("served", "text", reading.served_of),
    Column("customer_id", "text", reading.customer_of),
    Column("product_id", "text", documents.product_of),
    Column("specification_id", "text", "usageSpecification.id"),
    Column("suspension_code", "text", "suspension.code"),
    Column("suspended_since", "timestamptz", "suspension.since"),
)

ACCOUNT: Final = plain_table(
    "charging_account",
    """
    tenant text not null,
    billing_account_id text collate "C" not null,
    buckets integer not null default 0,
    open_from timestamptz,
    opened_at timestamptz not null,
    primary key (tenant, billing_account_id)
    """,
)
"""The lock of an account. `buckets`: how many it ever had, the last one's number. `open_from`: no rated event of a use
that began before it waits for a bill; null when none does."""

BUCKET: Final = plain_table(
    "charging_bucket",
    """
    tenant text not null,
    billing_account_id text collate "C" not null,
    n integer not null,
    subject_id text collate "C" not null,
    kind smallint not null check (kind between 0 and 8),
    term_id text collate "C" not null,
    start_at timestamptz not null,
    end_at timestamptz not null,
    measure smallint not null check (measure between 0 and 2),
    currency text,
    granted bigint check (granted >= 0),
    used bigint not null default 0,
    moved bigint not null default 0 check (moved >= 0),
    reserved bigint not null default 0 check (reserved >= 0),
    priority integer not null default 100,
    services text[],
    told smallint not null default 0,
    consent boolean not null default false,
    is_once boolean not null default false,
    name text not null,
    source text collate "C" not null,
    price_version text not null default '',
    price_entity_version integer not null default 0,
    granted_at timestamptz not null,
    primary key (tenant, billing_account_id, n),
    check (kind in (4, 5, 6, 7, 8) or granted is null or used <= granted)
    """,
    also=(
        "create unique index charging_bucket_once on charging_bucket "
        "(tenant, billing_account_id, subject_id, term_id, kind, start_at, end_at) where kind not in (2, 3)",
    ),
)
"""Everything that is counted: allowances, what was carried over, bought units, money, counters, limits.

`n` is its number within the account: it is known outside as `<account>.<n>`. `subject_id` is the product, or the
account where all its products share it. `kind` and `measure` are the core's numbers (`rules.core.layout`); `term_id`
the allowance, price or limit that it stands by. `granted` null is without limit; micros where it counts money, of
`currency`. `told` is the highest threshold told, percent. `is_once`: never granted again, so it is looked at after
its end too. `source` is what granted it: a usage record, a top-up. -infinity and infinity: always was, has no end.
"""

TARIFF: Final = plain_table(
    "charging_tariff",
    """
    tenant text not null,
    key bytea not null,
    doc jsonb not null,
    kept_at timestamptz not null,
    primary key (tenant, key)
    """,
    append_only=True,
)
"""By what use was rated, known by its content: the tariff, its versions in the catalogue, the account's calendar."""

RECORD: Final = plain_table(
    "charging_record",
    """
    tenant text not null,
    served text collate "C" not null,
    identity bytea not null,
    content bytea,
    usage_id text collate "C" not null,
    service text collate "C" not null,
    started_at timestamptz not null,
    duration_s bigint,
    octets bigint,
    units bigint,
    destination text collate "C" not null default '',
    network text collate "C" not null default '',
    rating_group integer,
    value_micros bigint,
    record_id text collate "C",
    details jsonb,
    source text collate "C" not null,
    line bigint,
    status smallint not null check (status between 0 and 4),
    code text collate "C",
    reason text,
    product_id text collate "C",
    billing_account_id text collate "C",
    customer_id text collate "C",
    has_document boolean not null,
    taken_at timestamptz not null,
    primary key (tenant, served, identity)
    """,
    also=(
        "create index charging_record_usage on charging_record (tenant, usage_id)",
        "create index charging_record_time on charging_record using brin (started_at)",
        "create index charging_record_waiting on charging_record (tenant, taken_at, usage_id) where status = 1",
    ),
)
"""Every usage record that was ever accepted: it outlives its document, and one that came in volume has none.

`identity`: half a SHA-256 of what it is known by among those of its served number; `content` of what it says, null
where that is the identity. `status`: 0 rated, 1 suspended (`code`, `reason`), 2 excluded (`reason`), 3 all its charges
on bills, 4 rated again.
`has_document`: shown as `charging_usage` has it.
"""

RATED_EVENT: Final = plain_table(
    "charging_rated_event",
    """
    tenant text not null,
    billing_account_id text collate "C" not null,
    started_at timestamptz not null,
    id text collate "C" not null,
    product_id text collate "C" not null,
    service text collate "C" not null,
    destination text collate "C" not null,
    quantity bigint not null,
    charged_units bigint not null,
    amount_micros bigint not null,
    waived_micros bigint not null,
    invoiced_micros bigint not null,
    unpaid_micros bigint not null,
    source smallint not null check (source between 0 and 2),
    term_id text collate "C" not null,
    tariff_key bytea not null,
    moves text collate "C",
    rated_at timestamptz not null,
    bill_id text collate "C",
    reversed_by text collate "C",
    reversal_of text collate "C",
    primary key (tenant, billing_account_id, started_at, id)
    """,
    also=(
        "create index charging_rated_event_id on charging_rated_event (tenant, id)",
        "create index charging_rated_event_bill on charging_rated_event (tenant, bill_id) where bill_id > ''",
    ),
)
"""One charge by one term. `id` is the usage record's, a dash and its place among the record's charges.

`amount_micros` is after caps, of the tariff's currency: what money paid, `invoiced_micros` and `unpaid_micros`.
`moves`: bucket number, what (the core's), taken, before, with colons, parted by semicolons. `bill_id` empty: it
comes on none, since money paid it, or it was reversed before, and its reversal with it.
"""

PERSONAL_DATA: Final = (
    PersonalData(table="charging_usage", path="id", kind="identity", subject="customer_id"),
    PersonalData(table="charging_usage", path="usageCharacteristic", kind="contact", subject="customer_id"),
    PersonalData(table="charging_usage", path="relatedParty", kind="relation", subject="customer_id"),
    PersonalData(table="charging_record", path="served", kind="contact", subject="served"),
    PersonalData(table="charging_record", path="destination", kind="contact", subject="served"),
    PersonalData(table="charging_record", path="details", kind="contact", subject="served"),
    PersonalData(table="charging_rated_event", path="destination", kind="contact", subject="product_id"),
)
"""Whom somebody called and when is the most private thing that we hold; the narrow rows know products, not people."""

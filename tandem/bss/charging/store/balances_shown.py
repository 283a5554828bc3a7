"""Balances as TMF654 shows them: documents that are made of buckets and of what was done to them when they are read."""

from __future__ import annotations

from typing import Final

from tandem.bss.charging.rules.core.layout import MONEY
from tandem.bss.charging.store import tables
from tandem.bss.charging.store.balances import ADJUSTMENTS, RESERVATIONS, TOPUPS, TRANSFERS
from tandem.bss.charging.store.shown import instant_sql
from tandem.kernel.store import BUSINESS_NOW, Column, EntityView, view

# Kinds up to MONEY are what people call a balance; what follows in `rules.core.layout` are counters and limits.
_ID: Final = "b.billing_account_id || '.' || b.n"
_LEFT: Final = "b.granted - b.used - b.moved - b.reserved"
_KIND: Final = (
    f"case when b.kind = {MONEY} then 'monetary' when b.measure = 0 then 'voice' when b.measure = 1 then 'data' "
    "else 'other' end"
)
_STATUS: Final = "case when b.end_at <= c.at then 'expired' else 'active' end"
_CLOCK: Final = f"cross join (select {BUSINESS_NOW} as at) c"


def _quantity(amount: str) -> str:
    """The standard's Quantity: money in its currency, everything else in the smallest unit."""
    return (
        f"jsonb_build_object('amount', case when b.kind = {MONEY} then trim_scale(({amount}) / 1000000.0) "
        f"else ({amount}) end, 'units', case when b.kind = {MONEY} then b.currency when b.measure = 0 then 'second' "
        "when b.measure = 1 then 'octet' else 'unit' end)"
    )


_ACCOUNT: Final = (
    "jsonb_build_object('@type', 'PartyAccountRef', '@referredType', 'BillingAccount', 'id', b.billing_account_id)"
)
_BUCKET: Final = f"""jsonb_strip_nulls(jsonb_build_object(
    '@type', 'Bucket',
    'id', {_ID},
    'name', b.name,
    'usageType', {_KIND},
    'isShared', b.subject_id = b.billing_account_id and b.kind <> {MONEY},
    'partyAccount', {_ACCOUNT},
    'product', case when b.subject_id <> b.billing_account_id then jsonb_build_array(jsonb_build_object(
        '@type', 'ProductRef', '@referredType', 'Product', 'id', b.subject_id)) end,
    'remainingValue', case when b.granted is not null then {_quantity(_LEFT)} end,
    'remainingValueName', case when b.granted is null then 'without limit' end,
    'reservedValue', {_quantity("b.reserved")},
    'status', {_STATUS},
    'requestedDate', {instant_sql("b.granted_at")},
    'confirmationDate', {instant_sql("b.granted_at")},
    'validFor', jsonb_build_object(
        'startDateTime', case when b.start_at > '-infinity' then {instant_sql("b.start_at")} end,
        'endDateTime', case when b.end_at < 'infinity' then {instant_sql("b.end_at")} end)
))"""

BUCKETS: Final = EntityView(
    entity="Bucket",
    shown="charging_bucket_shown",
    columns=(
        Column("usage_type", "text", "usageType"),
        Column("status", "text", "status"),
        Column("billing_account_id", "text", "partyAccount.id"),
        Column("product_id", "text", "product.id"),
    ),
)
BUCKET_VIEW: Final = view(
    BUCKETS.shown,
    f"""
select b.tenant, ({_ID}) collate "C" as id, {_BUCKET} as doc, 1 as version, b.granted_at as created_at,
    b.granted_at as updated_at, ({_KIND}) collate "C" as usage_type, ({_STATUS}) collate "C" as status,
    b.billing_account_id, nullif(b.subject_id, b.billing_account_id) as product_id
from {tables.BUCKET.name} b {_CLOCK} where b.kind <= {MONEY}
""",
)

_SUM: Final = f"sum({_LEFT})"
_TOTAL: Final = f"""jsonb_build_object(
    '@type', 'AccumulatedBalance',
    'id', b.billing_account_id || ':' || ({_KIND}) || coalesce(':' || b.currency, ''),
    'name', ({_KIND}),
    'bucket', jsonb_agg(jsonb_build_object('@type', 'BucketRef', '@referredType', 'Bucket', 'id', {_ID}, 'name', b.name)
        order by b.n),
    'totalBalance', jsonb_build_object(
        'amount', case when b.currency is not null then trim_scale({_SUM} / 1000000.0) else {_SUM} end,
        'units', coalesce(b.currency, case b.measure when 0 then 'second' when 1 then 'octet' else 'unit' end)),
    'partyAccount', {_ACCOUNT}
)"""

ACCUMULATED: Final = EntityView(
    entity="AccumulatedBalance",
    shown="charging_accumulated_shown",
    columns=(Column("billing_account_id", "text", "partyAccount.id"), Column("name", "text", "name")),
)
ACCUMULATED_VIEW: Final = view(
    ACCUMULATED.shown,
    f"""
select b.tenant, (b.billing_account_id || ':' || ({_KIND}) || coalesce(':' || b.currency, '')) collate "C" as id,
    {_TOTAL} as doc, 1 as version, min(b.granted_at) as created_at, max(b.granted_at) as updated_at,
    b.billing_account_id, ({_KIND}) collate "C" as name
from {tables.BUCKET.name} b {_CLOCK}
where b.kind <= {MONEY} and b.granted is not null and b.start_at <= c.at and b.end_at > c.at
group by b.tenant, b.billing_account_id, ({_KIND}), b.currency, b.measure
""",
)

_RECEIVER: Final = "jsonb_build_object('receiverLogicalResource', jsonb_build_object('id', doc #>> '{bucket,id}'))"
"""The standard demands a receiver of every action; what only one bucket knows of names that one."""

HISTORY: Final = EntityView(
    entity="BalanceActionHistory",
    shown="charging_balance_action_shown",
    columns=(
        Column("status", "text", "status"),
        Column("bucket_id", "text", "bucket.id"),
        Column("billing_account_id", "text", "partyAccount.id"),
        Column("customer_id", "text", "relatedParty.id"),
        Column("requested_at", "timestamptz", "requestedDate"),
    ),
)
HISTORY_VIEW: Final = view(
    HISTORY.shown,
    " union all ".join(
        f"select tenant, id, {_RECEIVER} || doc || jsonb_build_object('@type', 'BalanceActionHistory', "
        f"'@baseType', '{one.entity}') as doc, "
        "version, created_at, updated_at, status, bucket_id, billing_account_id, customer_id, requested_at "
        f"from {one.table}"
        for one in (TOPUPS, ADJUSTMENTS, TRANSFERS, RESERVATIONS)
    ),
)

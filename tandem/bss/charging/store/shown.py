"""Usage as TMF635 shows it: the documents, and for records that came in volume one that is made when it is read."""

from __future__ import annotations

from typing import Final

from tandem.bss.charging.store.tables import USAGE_COLUMNS
from tandem.bss.charging.store.usage import USAGE
from tandem.kernel.store import view

_PROMOTED: Final = ", ".join(column.name for column in USAGE_COLUMNS)


def instant_sql(column: str) -> str:
    """RFC 3339 in UTC, with a fraction only where there is one, as `kernel.period.text_of` writes it."""
    at = f"{column} at time zone 'UTC'"
    return (
        f"to_char({at}, 'YYYY-MM-DD\"T\"HH24:MI:SS') || case when extract(microseconds from {column})::bigint "
        f"% 1000000 <> 0 then to_char({at}, '.US') else '' end || 'Z'"
    )


def _money(micros: str) -> str:
    """The standard's Money of a number of micros: two decimals, or as many as it has."""
    return (
        f"jsonb_build_object('unit', t.doc #>> '{{tariff,currency}}', 'value', case when {micros} % 10000 = 0 "
        f"then round({micros} / 1000000.0, 2) else trim_scale({micros} / 1000000.0) end)"
    )


_RATE: Final = "coalesce((t.doc #>> '{tariff,taxRate}')::numeric, 0)"
_IS_INCLUDED: Final = "coalesce((t.doc #> '{tariff,taxIncluded}')::boolean, false)"
_WITH: Final = f"round(e.amount_micros * (100 + {_RATE}) / 100, -4)"
_WITHOUT: Final = f"round(e.amount_micros * 100 / (100 + {_RATE}), -4)"

_CHARGES: Final = f"""
    select jsonb_agg(jsonb_build_object(
        '@type', 'RatedProductUsage',
        'ratedEventId', e.id,
        'isBilled', coalesce(e.bill_id, '') <> '',
        'isTaxExempt', {_RATE} = 0,
        'offerTariffType', coalesce((
            select term ->> 'name' from jsonb_array_elements(
                coalesce(t.doc #> '{{tariff,prices}}', '[]') || coalesce(t.doc #> '{{tariff,allowances}}', '[]')
            ) as terms (term) where term ->> 'id' = e.term_id limit 1), e.term_id),
        'ratingAmountType', 'Total',
        'ratingDate', {instant_sql("e.rated_at")},
        'taxRate', {_RATE},
        'usageRatingTag', case when e.source = 2 then 'usage' else 'included usage' end,
        'taxIncludedRatingAmount', case when {_IS_INCLUDED} then {_money("e.amount_micros")} else {_money(_WITH)} end,
        'taxExcludedRatingAmount',
            case when {_IS_INCLUDED} then {_money(_WITHOUT)} else {_money("e.amount_micros")} end,
        'productRef', jsonb_build_object('@type', 'ProductRef', '@referredType', 'Product', 'id', e.product_id)
    ) order by e.id)
    from charging_rated_event e join charging_tariff t on t.tenant = e.tenant and t.key = e.tariff_key
    where e.tenant = r.tenant and e.billing_account_id = r.billing_account_id and e.started_at = r.started_at
    and e.id >= r.usage_id || '-' and e.id < r.usage_id || '.' and e.reversed_by is null and e.reversal_of is null
"""

_TOLD: Final = """
    select jsonb_agg(jsonb_build_object(
        '@type', 'UsageCharacteristic', 'name', told.name, 'value', told.value,
        'valueType', case jsonb_typeof(told.value) when 'number' then 'number' else 'string' end
    ) order by told.place, told.name) from (values
        (1, 'servedNumber', to_jsonb(r.served)), (2, 'destinationNumber', to_jsonb(nullif(r.destination, ''))),
        (3, 'duration', to_jsonb(r.duration_s)), (4, 'octets', to_jsonb(r.octets)), (5, 'messages', to_jsonb(r.units)),
        (6, 'recordId', to_jsonb(r.record_id)), (7, 'network', to_jsonb(nullif(r.network, ''))),
        (8, 'ratingGroup', to_jsonb(r.rating_group)),
        (9, 'value', to_jsonb(trim_scale(r.value_micros / 1000000.0)::text))
        union all select 10, key, value from jsonb_each(r.details)
    ) as told (place, name, value) where told.value is not null
"""

_DOCUMENT: Final = f"""jsonb_strip_nulls(jsonb_build_object(
    'id', r.usage_id,
    '@type', 'Usage',
    'usageType', r.service,
    'usageDate', {instant_sql("r.started_at")},
    'status', case r.status when 0 then 'rated' when 3 then 'billed' when 4 then 'rerated' else 'rejected' end,
    'usageCharacteristic', ({_TOLD}),
    'relatedParty', case when r.customer_id is not null then jsonb_build_array(jsonb_build_object(
        '@type', 'RelatedParty', 'role', 'customer', 'id', r.customer_id, '@referredType', 'Customer')) end,
    'ratedProductUsage', case when r.status in (0, 3, 4) then ({_CHARGES}) end,
    'usageSource', jsonb_build_object('@type', 'UsageSource', 'kind', 'file', 'name', r.source, 'line', r.line),
    'suspension', case when r.status = 1 then jsonb_build_object(
        '@type', 'Suspended', 'code', r.code, 'reason', r.reason, 'since', {instant_sql("r.taken_at")}) end,
    'exclusion', case when r.status = 2 then jsonb_build_object('@type', 'Excluded', 'because', r.reason) end
))"""

USAGE_SHOWN: Final = view(
    USAGE.shown,
    f"""
select tenant, id, doc, version, created_at, updated_at, {_PROMOTED} from (
select tenant, id, doc, version, created_at, updated_at, {_PROMOTED}, true as is_shown from {USAGE.table}
union all
select r.tenant, r.usage_id, {_DOCUMENT}, 1, r.taken_at, r.taken_at, r.service,
    case r.status when 0 then 'rated' when 3 then 'billed' when 4 then 'rerated' else 'rejected' end collate "C",
    r.started_at, r.served, r.customer_id,
    case when r.status in (0, 3, 4) then r.product_id end, null::text collate "C", r.code,
    case when r.status = 1 then r.taken_at end, not r.has_document
from charging_record r) as known where is_shown
""",
)
"""Its two halves have no condition of their own: so PostgreSQL reads both by their indexes and merges them."""

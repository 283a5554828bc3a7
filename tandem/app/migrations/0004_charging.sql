-- Charging on one engine. Rated events become narrow rows, buckets all that is counted, records what every usage record
-- is known by; what an operator has is carried over by way of temporary tables.
create temporary table charging_bucket_before on commit drop as select * from charging_bucket;

create temporary table charging_rated_event_before on commit drop as select * from charging_rated_event;

drop table charging_bucket, charging_rated_event;

create table charging_topup_balance (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    status text collate "C",
    bucket_id text collate "C",
    billing_account_id text collate "C",
    customer_id text collate "C",
    requested_at timestamptz,
    primary key (tenant, id)
);

create index charging_topup_balance_doc on charging_topup_balance using gin (doc jsonb_path_ops);

create index charging_topup_balance_billing_account_id_requested_at on charging_topup_balance (tenant, billing_account_id, requested_at);

create index charging_topup_balance_customer_id_requested_at on charging_topup_balance (tenant, customer_id, requested_at);

create index charging_topup_balance_bucket_id on charging_topup_balance (tenant, bucket_id);

alter table charging_topup_balance enable row level security;

create policy tenant on charging_topup_balance using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_topup_balance to tandem_app;

create table charging_adjust_balance (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    status text collate "C",
    bucket_id text collate "C",
    billing_account_id text collate "C",
    customer_id text collate "C",
    requested_at timestamptz,
    primary key (tenant, id)
);

create index charging_adjust_balance_doc on charging_adjust_balance using gin (doc jsonb_path_ops);

create index charging_adjust_balance_billing_account_id_requested_at on charging_adjust_balance (tenant, billing_account_id, requested_at);

create index charging_adjust_balance_customer_id_requested_at on charging_adjust_balance (tenant, customer_id, requested_at);

create index charging_adjust_balance_bucket_id on charging_adjust_balance (tenant, bucket_id);

alter table charging_adjust_balance enable row level security;

create policy tenant on charging_adjust_balance using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_adjust_balance to tandem_app;

create table charging_transfer_balance (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    status text collate "C",
    bucket_id text collate "C",
    billing_account_id text collate "C",
    customer_id text collate "C",
    requested_at timestamptz,
    primary key (tenant, id)
);

create index charging_transfer_balance_doc on charging_transfer_balance using gin (doc jsonb_path_ops);

create index charging_transfer_balance_billing_account_id_requested_at on charging_transfer_balance (tenant, billing_account_id, requested_at);

create index charging_transfer_balance_customer_id_requested_at on charging_transfer_balance (tenant, customer_id, requested_at);

create index charging_transfer_balance_bucket_id on charging_transfer_balance (tenant, bucket_id);

alter table charging_transfer_balance enable row level security;

create policy tenant on charging_transfer_balance using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_transfer_balance to tandem_app;

create table charging_reserve_balance (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    status text collate "C",
    bucket_id text collate "C",
    billing_account_id text collate "C",
    customer_id text collate "C",
    requested_at timestamptz,
    primary key (tenant, id)
);

create index charging_reserve_balance_doc on charging_reserve_balance using gin (doc jsonb_path_ops);

create index charging_reserve_balance_billing_account_id_requested_at on charging_reserve_balance (tenant, billing_account_id, requested_at);

create index charging_reserve_balance_customer_id_requested_at on charging_reserve_balance (tenant, customer_id, requested_at);

create index charging_reserve_balance_bucket_id on charging_reserve_balance (tenant, bucket_id);

alter table charging_reserve_balance enable row level security;

create policy tenant on charging_reserve_balance using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_reserve_balance to tandem_app;

create table charging_voucher (tenant text not null,
    code_hash bytea not null,
    series text collate "C" not null,
    micros bigint not null check (micros > 0),
    currency text not null,
    ends_at timestamptz not null,
    made_at timestamptz not null,
    used_at timestamptz,
    used_by text collate "C",
    primary key (tenant, code_hash));

create index charging_voucher_series on charging_voucher (tenant, series);

alter table charging_voucher enable row level security;

create policy tenant on charging_voucher using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_voucher to tandem_app;

create table charging_account (tenant text not null,
    billing_account_id text collate "C" not null,
    buckets integer not null default 0,
    open_from timestamptz,
    opened_at timestamptz not null,
    primary key (tenant, billing_account_id));

alter table charging_account enable row level security;

create policy tenant on charging_account using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_account to tandem_app;

create table charging_bucket (tenant text not null,
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
    check (kind in (4, 5, 6, 7, 8) or granted is null or used <= granted));

create unique index charging_bucket_once on charging_bucket (tenant, billing_account_id, subject_id, term_id, kind, start_at, end_at) where kind not in (2, 3);

alter table charging_bucket enable row level security;

create policy tenant on charging_bucket using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_bucket to tandem_app;

create table charging_tariff (tenant text not null,
    key bytea not null,
    doc jsonb not null,
    kept_at timestamptz not null,
    primary key (tenant, key));

alter table charging_tariff enable row level security;

create policy tenant on charging_tariff using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert on charging_tariff to tandem_app;

create table charging_record (tenant text not null,
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
    primary key (tenant, served, identity));

create index charging_record_usage on charging_record (tenant, usage_id);

create index charging_record_time on charging_record using brin (started_at);

create index charging_record_waiting on charging_record (tenant, taken_at, usage_id) where status = 1;

alter table charging_record enable row level security;

create policy tenant on charging_record using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_record to tandem_app;

create table charging_rated_event (tenant text not null,
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
    primary key (tenant, billing_account_id, started_at, id));

create index charging_rated_event_id on charging_rated_event (tenant, id);

create index charging_rated_event_bill on charging_rated_event (tenant, bill_id) where bill_id > '';

alter table charging_rated_event enable row level security;

create policy tenant on charging_rated_event using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_rated_event to tandem_app;

create view charging_usage_shown with (security_invoker = true) as select tenant, id, doc, version, created_at, updated_at, usage_type, status, usage_date, served, customer_id, product_id, specification_id, suspension_code, suspended_since from (
select tenant, id, doc, version, created_at, updated_at, usage_type, status, usage_date, served, customer_id, product_id, specification_id, suspension_code, suspended_since, true as is_shown from charging_usage
union all
select r.tenant, r.usage_id, jsonb_strip_nulls(jsonb_build_object(
    'id', r.usage_id,
    '@type', 'Usage',
    'usageType', r.service,
    'usageDate', to_char(r.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') || case when extract(microseconds from r.started_at)::bigint % 1000000 <> 0 then to_char(r.started_at at time zone 'UTC', '.US') else '' end || 'Z',
    'status', case r.status when 0 then 'rated' when 3 then 'billed' when 4 then 'rerated' else 'rejected' end,
    'usageCharacteristic', (
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
),
    'relatedParty', case when r.customer_id is not null then jsonb_build_array(jsonb_build_object(
        '@type', 'RelatedParty', 'role', 'customer', 'id', r.customer_id, '@referredType', 'Customer')) end,
    'ratedProductUsage', case when r.status in (0, 3, 4) then (
    select jsonb_agg(jsonb_build_object(
        '@type', 'RatedProductUsage',
        'ratedEventId', e.id,
        'isBilled', coalesce(e.bill_id, '') <> '',
        'isTaxExempt', coalesce((t.doc #>> '{tariff,taxRate}')::numeric, 0) = 0,
        'offerTariffType', coalesce((
            select term ->> 'name' from jsonb_array_elements(
                coalesce(t.doc #> '{tariff,prices}', '[]') || coalesce(t.doc #> '{tariff,allowances}', '[]')
            ) as terms (term) where term ->> 'id' = e.term_id limit 1), e.term_id),
        'ratingAmountType', 'Total',
        'ratingDate', to_char(e.rated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') || case when extract(microseconds from e.rated_at)::bigint % 1000000 <> 0 then to_char(e.rated_at at time zone 'UTC', '.US') else '' end || 'Z',
        'taxRate', coalesce((t.doc #>> '{tariff,taxRate}')::numeric, 0),
        'usageRatingTag', case when e.source = 2 then 'usage' else 'included usage' end,
        'taxIncludedRatingAmount', case when coalesce((t.doc #> '{tariff,taxIncluded}')::boolean, false) then jsonb_build_object('unit', t.doc #>> '{tariff,currency}', 'value', case when e.amount_micros % 10000 = 0 then round(e.amount_micros / 1000000.0, 2) else trim_scale(e.amount_micros / 1000000.0) end) else jsonb_build_object('unit', t.doc #>> '{tariff,currency}', 'value', case when round(e.amount_micros * (100 + coalesce((t.doc #>> '{tariff,taxRate}')::numeric, 0)) / 100, -4) % 10000 = 0 then round(round(e.amount_micros * (100 + coalesce((t.doc #>> '{tariff,taxRate}')::numeric, 0)) / 100, -4) / 1000000.0, 2) else trim_scale(round(e.amount_micros * (100 + coalesce((t.doc #>> '{tariff,taxRate}')::numeric, 0)) / 100, -4) / 1000000.0) end) end,
        'taxExcludedRatingAmount',
            case when coalesce((t.doc #> '{tariff,taxIncluded}')::boolean, false) then jsonb_build_object('unit', t.doc #>> '{tariff,currency}', 'value', case when round(e.amount_micros * 100 / (100 + coalesce((t.doc #>> '{tariff,taxRate}')::numeric, 0)), -4) % 10000 = 0 then round(round(e.amount_micros * 100 / (100 + coalesce((t.doc #>> '{tariff,taxRate}')::numeric, 0)), -4) / 1000000.0, 2) else trim_scale(round(e.amount_micros * 100 / (100 + coalesce((t.doc #>> '{tariff,taxRate}')::numeric, 0)), -4) / 1000000.0) end) else jsonb_build_object('unit', t.doc #>> '{tariff,currency}', 'value', case when e.amount_micros % 10000 = 0 then round(e.amount_micros / 1000000.0, 2) else trim_scale(e.amount_micros / 1000000.0) end) end,
        'productRef', jsonb_build_object('@type', 'ProductRef', '@referredType', 'Product', 'id', e.product_id)
    ) order by e.id)
    from charging_rated_event e join charging_tariff t on t.tenant = e.tenant and t.key = e.tariff_key
    where e.tenant = r.tenant and e.billing_account_id = r.billing_account_id and e.started_at = r.started_at
    and e.id >= r.usage_id || '-' and e.id < r.usage_id || '.' and e.reversed_by is null and e.reversal_of is null
) end,
    'usageSource', jsonb_build_object('@type', 'UsageSource', 'kind', 'file', 'name', r.source, 'line', r.line),
    'suspension', case when r.status = 1 then jsonb_build_object(
        '@type', 'Suspended', 'code', r.code, 'reason', r.reason, 'since', to_char(r.taken_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') || case when extract(microseconds from r.taken_at)::bigint % 1000000 <> 0 then to_char(r.taken_at at time zone 'UTC', '.US') else '' end || 'Z') end,
    'exclusion', case when r.status = 2 then jsonb_build_object('@type', 'Excluded', 'because', r.reason) end
)), 1, r.taken_at, r.taken_at, r.service,
    case r.status when 0 then 'rated' when 3 then 'billed' when 4 then 'rerated' else 'rejected' end collate "C",
    r.started_at, r.served, r.customer_id,
    case when r.status in (0, 3, 4) then r.product_id end, null::text collate "C", r.code,
    case when r.status = 1 then r.taken_at end, not r.has_document
from charging_record r) as known where is_shown;

grant select on charging_usage_shown to tandem_app;

create view charging_bucket_shown with (security_invoker = true) as select b.tenant, (b.billing_account_id || '.' || b.n) collate "C" as id, jsonb_strip_nulls(jsonb_build_object(
    '@type', 'Bucket',
    'id', b.billing_account_id || '.' || b.n,
    'name', b.name,
    'usageType', case when b.kind = 3 then 'monetary' when b.measure = 0 then 'voice' when b.measure = 1 then 'data' else 'other' end,
    'isShared', b.subject_id = b.billing_account_id and b.kind <> 3,
    'partyAccount', jsonb_build_object('@type', 'PartyAccountRef', '@referredType', 'BillingAccount', 'id', b.billing_account_id),
    'product', case when b.subject_id <> b.billing_account_id then jsonb_build_array(jsonb_build_object(
        '@type', 'ProductRef', '@referredType', 'Product', 'id', b.subject_id)) end,
    'remainingValue', case when b.granted is not null then jsonb_build_object('amount', case when b.kind = 3 then trim_scale((b.granted - b.used - b.moved - b.reserved) / 1000000.0) else (b.granted - b.used - b.moved - b.reserved) end, 'units', case when b.kind = 3 then b.currency when b.measure = 0 then 'second' when b.measure = 1 then 'octet' else 'unit' end) end,
    'remainingValueName', case when b.granted is null then 'without limit' end,
    'reservedValue', jsonb_build_object('amount', case when b.kind = 3 then trim_scale((b.reserved) / 1000000.0) else (b.reserved) end, 'units', case when b.kind = 3 then b.currency when b.measure = 0 then 'second' when b.measure = 1 then 'octet' else 'unit' end),
    'status', case when b.end_at <= c.at then 'expired' else 'active' end,
    'requestedDate', to_char(b.granted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') || case when extract(microseconds from b.granted_at)::bigint % 1000000 <> 0 then to_char(b.granted_at at time zone 'UTC', '.US') else '' end || 'Z',
    'confirmationDate', to_char(b.granted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') || case when extract(microseconds from b.granted_at)::bigint % 1000000 <> 0 then to_char(b.granted_at at time zone 'UTC', '.US') else '' end || 'Z',
    'validFor', jsonb_build_object(
        'startDateTime', case when b.start_at > '-infinity' then to_char(b.start_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') || case when extract(microseconds from b.start_at)::bigint % 1000000 <> 0 then to_char(b.start_at at time zone 'UTC', '.US') else '' end || 'Z' end,
        'endDateTime', case when b.end_at < 'infinity' then to_char(b.end_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') || case when extract(microseconds from b.end_at)::bigint % 1000000 <> 0 then to_char(b.end_at at time zone 'UTC', '.US') else '' end || 'Z' end)
)) as doc, 1 as version, b.granted_at as created_at,
    b.granted_at as updated_at, (case when b.kind = 3 then 'monetary' when b.measure = 0 then 'voice' when b.measure = 1 then 'data' else 'other' end) collate "C" as usage_type, (case when b.end_at <= c.at then 'expired' else 'active' end) collate "C" as status,
    b.billing_account_id, nullif(b.subject_id, b.billing_account_id) as product_id
from charging_bucket b cross join (select (select coalesce(fixed_at, clock_timestamp() + shift) from kernel_clock) as at) c where b.kind <= 3;

grant select on charging_bucket_shown to tandem_app;

create view charging_accumulated_shown with (security_invoker = true) as select b.tenant, (b.billing_account_id || ':' || (case when b.kind = 3 then 'monetary' when b.measure = 0 then 'voice' when b.measure = 1 then 'data' else 'other' end) || coalesce(':' || b.currency, '')) collate "C" as id,
    jsonb_build_object(
    '@type', 'AccumulatedBalance',
    'id', b.billing_account_id || ':' || (case when b.kind = 3 then 'monetary' when b.measure = 0 then 'voice' when b.measure = 1 then 'data' else 'other' end) || coalesce(':' || b.currency, ''),
    'name', (case when b.kind = 3 then 'monetary' when b.measure = 0 then 'voice' when b.measure = 1 then 'data' else 'other' end),
    'bucket', jsonb_agg(jsonb_build_object('@type', 'BucketRef', '@referredType', 'Bucket', 'id', b.billing_account_id || '.' || b.n, 'name', b.name)
        order by b.n),
    'totalBalance', jsonb_build_object(
        'amount', case when b.currency is not null then trim_scale(sum(b.granted - b.used - b.moved - b.reserved) / 1000000.0) else sum(b.granted - b.used - b.moved - b.reserved) end,
        'units', coalesce(b.currency, case b.measure when 0 then 'second' when 1 then 'octet' else 'unit' end)),
    'partyAccount', jsonb_build_object('@type', 'PartyAccountRef', '@referredType', 'BillingAccount', 'id', b.billing_account_id)
) as doc, 1 as version, min(b.granted_at) as created_at, max(b.granted_at) as updated_at,
    b.billing_account_id, (case when b.kind = 3 then 'monetary' when b.measure = 0 then 'voice' when b.measure = 1 then 'data' else 'other' end) collate "C" as name
from charging_bucket b cross join (select (select coalesce(fixed_at, clock_timestamp() + shift) from kernel_clock) as at) c
where b.kind <= 3 and b.granted is not null and b.start_at <= c.at and b.end_at > c.at
group by b.tenant, b.billing_account_id, (case when b.kind = 3 then 'monetary' when b.measure = 0 then 'voice' when b.measure = 1 then 'data' else 'other' end), b.currency, b.measure;

grant select on charging_accumulated_shown to tandem_app;

create view charging_balance_action_shown with (security_invoker = true) as select tenant, id, jsonb_build_object('receiverLogicalResource', jsonb_build_object('id', doc #>> '{bucket,id}')) || doc || jsonb_build_object('@type', 'BalanceActionHistory', '@baseType', 'TopupBalance') as doc, version, created_at, updated_at, status, bucket_id, billing_account_id, customer_id, requested_at from charging_topup_balance union all select tenant, id, jsonb_build_object('receiverLogicalResource', jsonb_build_object('id', doc #>> '{bucket,id}')) || doc || jsonb_build_object('@type', 'BalanceActionHistory', '@baseType', 'AdjustBalance') as doc, version, created_at, updated_at, status, bucket_id, billing_account_id, customer_id, requested_at from charging_adjust_balance union all select tenant, id, jsonb_build_object('receiverLogicalResource', jsonb_build_object('id', doc #>> '{bucket,id}')) || doc || jsonb_build_object('@type', 'BalanceActionHistory', '@baseType', 'TransferBalance') as doc, version, created_at, updated_at, status, bucket_id, billing_account_id, customer_id, requested_at from charging_transfer_balance union all select tenant, id, jsonb_build_object('receiverLogicalResource', jsonb_build_object('id', doc #>> '{bucket,id}')) || doc || jsonb_build_object('@type', 'BalanceActionHistory', '@baseType', 'ReserveBalance') as doc, version, created_at, updated_at, status, bucket_id, billing_account_id, customer_id, requested_at from charging_reserve_balance;

grant select on charging_balance_action_shown to tandem_app;

create table charging_session (tenant text not null,
    billing_account_id text collate "C" not null,
    session text collate "C" not null,
    product_id text collate "C" not null,
    protocol text not null,
    opened_at timestamptz not null,
    held_until timestamptz,
    is_spent boolean not null,
    stale_at timestamptz,
    state bytea not null,
    primary key (tenant, billing_account_id, session));

create index charging_session_stale on charging_session (tenant, stale_at) where stale_at is not null;

create index charging_session_server on charging_session (tenant, protocol) where stale_at is not null;

alter table charging_session set (fillfactor = 60);

alter table charging_session alter column state set storage main;

alter table charging_session enable row level security;

create policy tenant on charging_session using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_session to tandem_app;

create table charging_answer (tenant text not null,
    billing_account_id text collate "C" not null,
    session text collate "C" not null,
    sequence bigint not null,
    answered_at timestamptz not null,
    answer bytea not null,
    primary key (tenant, billing_account_id, session, sequence));

create index charging_answer_age on charging_answer using brin (answered_at);

alter table charging_answer enable row level security;

create policy tenant on charging_answer using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_answer to tandem_app;

create table charging_notice (tenant text not null,
    billing_account_id text collate "C" not null,
    id text collate "C" not null,
    protocol text not null,
    session text not null,
    notify_at text not null,
    kind text not null check (kind in ('reauthorise', 'abort')),
    rating_groups bigint[] not null,
    subscriber text not null,
    made_at timestamptz not null,
    not_before timestamptz not null default '-infinity',
    attempts integer not null default 0,
    settled text check (settled in ('delivered', 'given_up')),
    primary key (tenant, billing_account_id, id));

create index charging_notice_waiting on charging_notice (tenant, not_before) where settled is null;

alter table charging_notice enable row level security;

create policy tenant on charging_notice using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_notice to tandem_app;

create table charging_cdr (tenant text not null,
    billing_account_id text collate "C" not null,
    session text collate "C" not null,
    number integer not null,
    opened_at timestamptz not null,
    closed_at timestamptz not null,
    cause integer not null,
    doc jsonb not null,
    file text,
    primary key (tenant, billing_account_id, session, number));

create index charging_cdr_waiting on charging_cdr (tenant, closed_at) where file is null;

alter table charging_cdr enable row level security;

create policy tenant on charging_cdr using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_cdr to tandem_app;

create table charging_whereabouts (tenant text not null,
    billing_account_id text collate "C" not null,
    product_id text collate "C" not null,
    country text not null,
    since timestamptz not null,
    primary key (tenant, billing_account_id, product_id));

alter table charging_whereabouts enable row level security;

create policy tenant on charging_whereabouts using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_whereabouts to tandem_app;

-- Buckets get their numbers within the account in the order in which they were granted.
insert into charging_bucket (tenant, billing_account_id, n, subject_id, kind, term_id, start_at, end_at, measure, granted,
    used, name, source, price_entity_version, granted_at)
select tenant, billing_account_id,
    row_number() over (partition by tenant, billing_account_id order by granted_at, product_id, price_id, month_start),
    product_id, 0, price_id, month_start, month_end,
    case unit when 'second' then 0 when 'octet' then 1 else 2 end, granted, used, name, '', price_entity_version, granted_at
from charging_bucket_before;

-- What an event says of its tariff goes where it is kept once.
create temporary table charging_event_terms on commit drop as
select tenant, id, usage_id || '-' || place as new_id, doc, decode(md5(doc::text), 'hex') as key
from charging_rated_event_before e, lateral (select jsonb_strip_nulls(jsonb_build_object(
    'rule', rule,
    'tariff', jsonb_build_object(
        'id', offering_id, 'version', offering_version, 'currency', currency, 'taxIncluded', tax_included,
        'taxCategory', tax_category, 'taxRate', trim_scale(tax_rate_bp / 100.0)::text,
        case when move_month_start is null then 'prices' else 'allowances' end, jsonb_build_array(jsonb_build_object(
            'id', price_id, 'name', term_name, 'version', price_version, 'service', usage_type,
            'to', case when zone ~ '^[A-Za-z][A-Za-z0-9_.-]{0,62}$' then jsonb_build_array(zone) end))),
    'sources', jsonb_build_object(
        offering_id, jsonb_build_object('name', offering_id, 'version', offering_version, 'write', offering_entity_version))
        || jsonb_build_object(
        price_id, jsonb_build_object('name', term_name, 'version', price_version, 'write', price_entity_version)),
    'zone', 'UTC', 'cycleDay', 1,
    'measures', jsonb_build_object(usage_type, case unit when 'second' then 0 when 'octet' then 1 else 2 end)
)) as doc) as terms;

insert into charging_tariff (tenant, key, doc, kept_at)
select distinct on (tenant, key) tenant, key, doc, clock_timestamp() from charging_event_terms;

insert into charging_rated_event (tenant, billing_account_id, started_at, id, product_id, service, destination, quantity,
    charged_units, amount_micros, waived_micros, invoiced_micros, unpaid_micros, source, term_id, tariff_key, moves, rated_at,
    bill_id)
select e.tenant, e.billing_account_id, e.started_at, t.new_id, e.product_id, e.usage_type, e.destination, e.quantity,
    e.charged_units, e.amount_micros, 0, e.amount_micros, 0, case when e.move_month_start is null then 2 else 0 end,
    e.price_id, t.key, b.n || ':0:' || e.charged_units || ':' || e.move_used_before, e.rated_at, e.bill_id
from charging_rated_event_before e
join charging_event_terms t on t.tenant = e.tenant and t.id = e.id
left join charging_bucket b on b.tenant = e.tenant and b.billing_account_id = e.billing_account_id
    and b.subject_id = e.product_id and b.term_id = e.price_id and b.start_at = e.move_month_start;

insert into charging_account (tenant, billing_account_id, buckets, open_from, opened_at)
select tenant, billing_account_id, sum(buckets), min(open_from), min(at) from (
    select tenant, billing_account_id, count(*) as buckets, null::timestamptz as open_from, min(granted_at) as at
    from charging_bucket group by 1, 2
    union all
    select tenant, billing_account_id, 0, min(started_at) filter (where bill_id is null), min(rated_at)
    from charging_rated_event group by 1, 2
) as known group by 1, 2;

-- Events have new names: their usage record's and their place.
update billing_line_cause c set rated_event_id = t.new_id
from charging_event_terms t where t.tenant = c.tenant and t.id = c.rated_event_id;

update charging_usage u set doc = jsonb_set(u.doc, '{ratedProductUsage}', (
    select jsonb_agg(coalesce(charge || jsonb_build_object('ratedEventId', t.new_id), charge) order by place)
    from jsonb_array_elements(u.doc -> 'ratedProductUsage') with ordinality as charges (charge, place)
    left join charging_event_terms t on t.tenant = u.tenant and t.id = charge ->> 'ratedEventId'
)) where jsonb_array_length(case jsonb_typeof(u.doc -> 'ratedProductUsage') when 'array' then u.doc -> 'ratedProductUsage'
    else '[]' end) > 0;

-- Records are known by the same as before, as half of its hash.
insert into charging_record (tenant, served, identity, content, usage_id, service, started_at, source, line, status, code,
    reason, product_id, billing_account_id, customer_id, has_document, taken_at)
select i.tenant, i.served, known.identity, nullif(known.content, known.identity), i.usage_id, coalesce(u.usage_type, ''),
    coalesce(u.usage_date, 'epoch'), coalesce(u.doc #>> '{usageSource,name}', ''),
    case jsonb_typeof(u.doc #> '{usageSource,line}') when 'number' then (u.doc #>> '{usageSource,line}')::bigint end,
    case when i.excluded_because is not null then 2 when u.suspension_code is not null then 1 else 0 end,
    u.suspension_code, coalesce(i.excluded_because, u.doc #>> '{suspension,reason}'), u.product_id,
    (select max(e.billing_account_id) from charging_rated_event e where e.tenant = i.tenant
        and e.id >= i.usage_id || '-' and e.id < i.usage_id || '.'),
    u.customer_id, true, coalesce(u.suspended_since, u.created_at, 'epoch')
from charging_usage_identity i
left join charging_usage u on u.tenant = i.tenant and u.id = i.usage_id,
lateral (select
    case when i.identity ~ '^content:[0-9a-f]{64}$' then decode(substr(i.identity, 9, 32), 'hex')
        else substr(sha256(convert_to(i.identity, 'UTF8')), 1, 16) end as identity,
    case when i.content ~ '^[0-9a-f]{64}$' then decode(substr(i.content, 1, 32), 'hex')
        else substr(sha256(convert_to(i.content, 'UTF8')), 1, 16) end as content
) as known;

drop table charging_usage_identity;

-- Usage in volume asks for numbers in thousands; equality is found faster here than in the index that keeps them apart.
create index subscriptions_identifier_number on subscriptions_identifier (tenant, identifier);

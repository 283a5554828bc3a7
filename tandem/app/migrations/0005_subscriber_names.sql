-- Networks name subscribers by IMSI, NAI and line too. Products that are held have these names from now on as if they had
-- been given with their start; of two that claim one name the first keeps it, as it would have been refused to the other.
insert into subscriptions_identifier (tenant, identifier, product_id, valid)
select p.tenant, named.identifier, p.id, tstzrange(p.start_date, p.termination_date)
from subscriptions_product p, lateral (
    select case told ->> 'name'
        when 'imsi' then 'imsi:' || nullif(regexp_replace(told ->> 'value', '\D', '', 'g'), '')
        when 'nai' then 'nai:' || nullif(regexp_replace(btrim(told ->> 'value'), '@[^@]*$', ''), '')
            || lower(coalesce(substring(btrim(told ->> 'value') from '@[^@]*$'), ''))
        when 'lineId' then 'line:' || nullif(btrim(told ->> 'value'), '') end as identifier
    from jsonb_array_elements(case jsonb_typeof(p.doc -> 'productCharacteristic') when 'array'
        then p.doc -> 'productCharacteristic' else '[]' end) as characteristics (told)
) as named
where named.identifier is not null and p.start_date is not null
    and p.status in ('active', 'suspended', 'pendingTerminate', 'terminated')
    and (p.termination_date is null or p.termination_date > p.start_date)
order by p.tenant, p.start_date, p.id
on conflict do nothing;

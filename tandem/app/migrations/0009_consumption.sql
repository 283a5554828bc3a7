-- Questions about consumption (TMF677), with their answers.
create table charging_consumption_query (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    state text collate "C",
    customer_id text collate "C",
    creation_date timestamptz,
    primary key (tenant, id)
);

create index charging_consumption_query_doc on charging_consumption_query using gin (doc jsonb_path_ops);

create index charging_consumption_query_customer_id_creation_date on charging_consumption_query (tenant, customer_id, creation_date);

alter table charging_consumption_query enable row level security;

create policy tenant on charging_consumption_query using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_consumption_query to tandem_app;

create table charging_consumption_report (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    customer_id text collate "C",
    creation_date timestamptz,
    primary key (tenant, id)
);

create index charging_consumption_report_doc on charging_consumption_report using gin (doc jsonb_path_ops);

create index charging_consumption_report_customer_id_creation_date on charging_consumption_report (tenant, customer_id, creation_date);

alter table charging_consumption_report enable row level security;

create policy tenant on charging_consumption_report using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_consumption_report to tandem_app;

-- Use is rated again by what is believed now; and what it would have cost under a draft of a tariff.
create table charging_rerating (tenant text not null,
    id text collate "C" not null,
    state text not null check (state in ('drafting', 'drafted', 'running', 'stopped', 'done')),
    selection jsonb not null,
    because text not null,
    drafted_by text not null,
    drafted_at timestamptz not null,
    believed_at timestamptz,
    approved_by text,
    approved_at timestamptz,
    finished_at timestamptz,
    primary key (tenant, id));

alter table charging_rerating enable row level security;

create policy tenant on charging_rerating using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_rerating to tandem_app;

create table charging_rerating_account (tenant text not null,
    rerating_id text collate "C" not null,
    billing_account_id text collate "C" not null,
    since timestamptz not null,
    state smallint not null default 0 check (state between 0 and 4),
    customer_id text collate "C",
    currency text,
    uses integer not null default 0,
    changed integer not null default 0,
    refused integer not null default 0,
    before_micros bigint not null default 0,
    after_micros bigint not null default 0,
    invoiced_micros bigint not null default 0,
    buckets integer not null default 0,
    digest bytea,
    primary key (tenant, rerating_id, billing_account_id));

create index charging_rerating_account_open on charging_rerating_account (tenant, rerating_id, state);

alter table charging_rerating_account enable row level security;

create policy tenant on charging_rerating_account using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_rerating_account to tandem_app;

create table charging_what_if (tenant text not null,
    id text collate "C" not null,
    state text not null check (state in ('running', 'done')),
    offering_id text collate "C" not null,
    draft jsonb not null,
    first_at timestamptz not null,
    end_at timestamptz not null,
    asked_by text not null,
    asked_at timestamptz not null,
    primary key (tenant, id));

alter table charging_what_if enable row level security;

create policy tenant on charging_what_if using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_what_if to tandem_app;

create table charging_what_if_account (tenant text not null,
    what_if_id text collate "C" not null,
    billing_account_id text collate "C" not null,
    is_done boolean not null default false,
    customer_id text collate "C",
    currency text,
    before_micros bigint not null default 0,
    after_micros bigint not null default 0,
    uses integer not null default 0,
    uncovered integer not null default 0,
    checked integer not null default 0,
    same integer not null default 0,
    primary key (tenant, what_if_id, billing_account_id));

alter table charging_what_if_account enable row level security;

create policy tenant on charging_what_if_account using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_what_if_account to tandem_app;

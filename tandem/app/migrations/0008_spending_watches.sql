-- Policy functions watch what subscribers spend (Nchf_SpendingLimitControl): their subscriptions.
create table charging_spending_watch (tenant text not null,
    billing_account_id text collate "C" not null,
    id text collate "C" not null,
    product_id text collate "C" not null,
    subscriber text not null,
    subscriber_kind text not null,
    notify_at text not null,
    notify_id text,
    counters text[] not null,
    expires_at timestamptz,
    told jsonb not null,
    is_changed boolean not null default false,
    not_before timestamptz not null default '-infinity',
    attempts integer not null default 0,
    primary key (tenant, billing_account_id, id));

create index charging_spending_watch_id on charging_spending_watch (tenant, id);

create index charging_spending_watch_waiting on charging_spending_watch (tenant, not_before) where is_changed;

alter table charging_spending_watch enable row level security;

create policy tenant on charging_spending_watch using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_spending_watch to tandem_app;

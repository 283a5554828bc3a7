-- Usage files as they come: how far each is, what was wrong, parts that wait, and what was done to many records.
create table charging_file (tenant text not null,
    id text collate "C" not null,
    source text collate "C" not null,
    name text not null,
    sha256 bytea not null,
    size bigint not null,
    form text collate "C" not null,
    place text not null,
    state text not null check (state in ('received', 'running', 'done', 'stopped', 'refused')),
    position bigint not null default 0,
    ahead bigint not null default 0,
    octets bigint not null default 0,
    rated bigint not null default 0,
    suspended bigint not null default 0,
    excluded bigint not null default 0,
    duplicates bigint not null default 0,
    rejected bigint not null default 0,
    sequence bigint,
    modulo bigint,
    reason text not null default '',
    by_whom text not null,
    received_at timestamptz not null,
    started_at timestamptz,
    ended_at timestamptz,
    primary key (tenant, id));

create index charging_file_content on charging_file (tenant, sha256);

create index charging_file_received on charging_file (tenant, received_at);

create index charging_file_number on charging_file (tenant, source, received_at) where sequence is not null;

alter table charging_file enable row level security;

create policy tenant on charging_file using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_file to tandem_app;

create table charging_file_fault (tenant text not null,
    file_id text collate "C" not null,
    line bigint not null,
    field text not null,
    reason text not null,
    primary key (tenant, file_id, line, field));

alter table charging_file_fault enable row level security;

create policy tenant on charging_file_fault using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_file_fault to tandem_app;

create table charging_part (tenant text not null,
    served text collate "C" not null,
    session text collate "C" not null,
    number bigint not null,
    usage_id text collate "C" not null,
    is_last boolean not null,
    primary key (tenant, served, session, number, usage_id));

alter table charging_part enable row level security;

create policy tenant on charging_part using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_part to tandem_app;

create table charging_rework (tenant text not null,
    id text collate "C" not null,
    verb text not null check (verb in ('release', 'exclude')),
    code text collate "C",
    source text collate "C",
    served text collate "C",
    corrections jsonb not null,
    because text not null,
    state text not null check (state in ('running', 'done', 'stopped')),
    total bigint not null,
    done bigint not null default 0,
    rated bigint not null default 0,
    suspended bigint not null default 0,
    excluded bigint not null default 0,
    until timestamptz not null,
    after_at timestamptz not null default '-infinity',
    after_id text collate "C" not null default '',
    by_whom text not null,
    started_at timestamptz not null,
    ended_at timestamptz,
    primary key (tenant, id));

create index charging_rework_started on charging_rework (tenant, started_at);

alter table charging_rework enable row level security;

create policy tenant on charging_rework using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_rework to tandem_app;

create table charging_record_history (tenant text not null,
    usage_id text collate "C" not null,
    n bigint generated always as identity,
    at timestamptz not null,
    what text collate "C" not null check (what in ('released', 'excluded', 'whole')),
    code text collate "C",
    reason text,
    by_whom text not null,
    cause text not null,
    primary key (tenant, usage_id, n));

alter table charging_record_history enable row level security;

create policy tenant on charging_record_history using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert on charging_record_history to tandem_app;
grant usage on all sequences in schema public to tandem_app;

create table kernel_clock (one boolean primary key default true check (one),
    fixed_at timestamptz,
    shift interval not null default '0');

insert into kernel_clock default values;

grant select, insert, update, delete on kernel_clock to tandem_app;

create table kernel_history (tenant text not null,
    entity text collate "C" not null,
    id text collate "C" not null,
    version integer not null,
    change text not null check (change in ('create', 'attributeValueChange', 'stateChange', 'delete')),
    at timestamptz not null,
    recorded_at timestamptz not null default clock_timestamp(),
    actor text not null,
    cause text not null,
    why text,
    doc jsonb not null,
    primary key (tenant, entity, id, version));

alter table kernel_history enable row level security;

create policy tenant on kernel_history using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on kernel_history to tandem_app;

create table kernel_outbox (seq bigint generated always as identity primary key,
    tenant text not null,
    name text not null,
    subject_type text not null,
    subject_id text collate "C" not null,
    doc jsonb not null,
    at timestamptz not null,
    recorded_at timestamptz not null default clock_timestamp(),
    actor text not null,
    cause text not null,
    relayed boolean not null default false);

create index kernel_outbox_waiting on kernel_outbox (seq) where not relayed;

create index kernel_outbox_subject on kernel_outbox (tenant, subject_type, subject_id, seq);

grant select, insert, update, delete on kernel_outbox to tandem_app;

create table kernel_step (id bigint generated always as identity primary key,
    tenant text not null,
    kind text collate "C" not null,
    key text collate "C",
    order_key text collate "C",
    payload jsonb not null,
    state text not null default 'ready' check (state in ('ready', 'done', 'dead', 'cancelled')),
    due_at timestamptz not null default '-infinity',
    not_before timestamptz not null default '-infinity',
    attempts integer not null default 0,
    error jsonb,
    actor text not null,
    cause text not null,
    created_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    took_ms integer);

create unique index kernel_step_once on kernel_step (tenant, kind, key) where key is not null;

create index kernel_step_ready on kernel_step (due_at, id) where state = 'ready';

create index kernel_step_turn on kernel_step (tenant, order_key, id) where state = 'ready';

create index kernel_step_dead on kernel_step (tenant, id) where state = 'dead';

create index kernel_step_finished on kernel_step (finished_at) where state = 'done';

grant select, insert, update, delete on kernel_step to tandem_app;

create table kernel_audit (seq bigint generated always as identity,
    tenant text not null,
    at timestamptz not null,
    recorded_at timestamptz not null default clock_timestamp(),
    actor text not null,
    cause text not null,
    verb text not null,
    entity text not null,
    entity_id text collate "C" not null,
    outcome text not null,
    facts jsonb not null,
    primary key (tenant, seq));

create index kernel_audit_entity on kernel_audit (tenant, entity, entity_id, seq);

alter table kernel_audit enable row level security;

create policy tenant on kernel_audit using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert on kernel_audit to tandem_app;

create table kernel_idempotency (tenant text not null,
    scope text collate "C" not null,
    key text collate "C" not null,
    input_hash bytea not null,
    answer jsonb,
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant, scope, key));

alter table kernel_idempotency enable row level security;

create policy tenant on kernel_idempotency using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on kernel_idempotency to tandem_app;

create table kernel_login_attempt (tenant text not null,
    about text collate "C" not null,
    failures integer not null,
    last_at timestamptz not null,
    locked_until timestamptz not null,
    primary key (tenant, about));

create index kernel_login_attempt_age on kernel_login_attempt (last_at);

alter table kernel_login_attempt enable row level security;

create policy tenant on kernel_login_attempt using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on kernel_login_attempt to tandem_app;

create table kernel_user (tenant text not null,
    id text collate "C" not null,
    username text collate "C" not null,
    display_name text not null,
    roles text[] not null,
    party_id text collate "C",
    password_hash text,
    disabled_at timestamptz,
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant, id),
    unique (tenant, username));

create index kernel_user_party on kernel_user (tenant, party_id) where party_id is not null;

alter table kernel_user enable row level security;

create policy tenant on kernel_user using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on kernel_user to tandem_app;

create table kernel_login (tenant text not null,
    token_hash bytea not null,
    id text collate "C" not null,
    user_id text collate "C" not null,
    mount text not null,
    address text not null,
    created_at timestamptz not null default clock_timestamp(),
    seen_at timestamptz not null default clock_timestamp(),
    ends_at timestamptz not null,
    primary key (tenant, token_hash),
    foreign key (tenant, user_id) references kernel_user (tenant, id));

create index kernel_login_user on kernel_login (tenant, user_id);

create index kernel_login_end on kernel_login (tenant, ends_at);

alter table kernel_login enable row level security;

create policy tenant on kernel_login using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on kernel_login to tandem_app;

create table kernel_audit_seal (tenant text not null,
    seq bigint not null,
    digests bytea not null,
    hash bytea not null,
    sealed_at timestamptz not null default clock_timestamp(),
    primary key (tenant, seq));

alter table kernel_audit_seal enable row level security;

create policy tenant on kernel_audit_seal using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert on kernel_audit_seal to tandem_app;

create table kernel_hub (tenant text not null,
    id text collate "C" not null,
    base text collate "C" not null,
    base_url text not null,
    callback text not null,
    query text not null,
    secret text not null,
    actor text not null,
    roles text[] not null,
    party_id text,
    created_at timestamptz not null,
    last_told_at timestamptz,
    last_error jsonb,
    primary key (tenant, id));

create unique index kernel_hub_once on kernel_hub (tenant, base, actor, callback, query);


create function kernel_containing(which regclass, wanted jsonb[]) returns setof text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query execute format(
    'select id from %s where tenant = current_setting(''tandem.tenant'', true) and doc @> any ($1)', which
  ) using wanted;
end $$;

revoke all on function kernel_containing from public;

grant execute on function kernel_containing to tandem_app;

grant select, insert, update, delete on kernel_hub to tandem_app;

create table provisioning_service_order (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    state text collate "C",
    external_id text collate "C",
    order_date timestamptz,
    completion_date timestamptz,
    category text collate "C",
    primary key (tenant, id)
);

create index provisioning_service_order_doc on provisioning_service_order using gin (doc jsonb_path_ops);

create index provisioning_service_order_state_id on provisioning_service_order (tenant, state, id);

create index provisioning_service_order_order_date on provisioning_service_order (tenant, order_date);

create index provisioning_service_order_external_id on provisioning_service_order (tenant, external_id);

alter table provisioning_service_order enable row level security;

create policy tenant on provisioning_service_order using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on provisioning_service_order to tandem_app;

create table provisioning_cancel_service_order (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    state text collate "C",
    service_order_id text collate "C",
    primary key (tenant, id)
);

create index provisioning_cancel_service_order_doc on provisioning_cancel_service_order using gin (doc jsonb_path_ops);

alter table provisioning_cancel_service_order enable row level security;

create policy tenant on provisioning_cancel_service_order using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on provisioning_cancel_service_order to tandem_app;

create table provisioning_resource_order (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    state text collate "C",
    external_id text collate "C",
    order_date timestamptz,
    completion_date timestamptz,
    category text collate "C",
    primary key (tenant, id)
);

create index provisioning_resource_order_doc on provisioning_resource_order using gin (doc jsonb_path_ops);

create index provisioning_resource_order_state_id on provisioning_resource_order (tenant, state, id);

create index provisioning_resource_order_order_date on provisioning_resource_order (tenant, order_date);

create index provisioning_resource_order_external_id on provisioning_resource_order (tenant, external_id);

alter table provisioning_resource_order enable row level security;

create policy tenant on provisioning_resource_order using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on provisioning_resource_order to tandem_app;

create table provisioning_cancel_resource_order (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    state text collate "C",
    resource_order_id text collate "C",
    primary key (tenant, id)
);

create index provisioning_cancel_resource_order_doc on provisioning_cancel_resource_order using gin (doc jsonb_path_ops);

alter table provisioning_cancel_resource_order enable row level security;

create policy tenant on provisioning_cancel_resource_order using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on provisioning_cancel_resource_order to tandem_app;

create table provisioning_request (tenant text not null,
    external_id text collate "C" not null,
    service_order_id text collate "C" not null,
    primary key (tenant, external_id));

alter table provisioning_request enable row level security;

create policy tenant on provisioning_request using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on provisioning_request to tandem_app;

create table provisioning_plan (tenant text not null,
    service_order_id text collate "C" not null,
    generation integer not null default 1,
    mode text not null default 'forward' check (mode in ('forward', 'rollback')),
    goal text check (goal in ('held', 'cancelled', 'retry')),
    problem jsonb,
    primary key (tenant, service_order_id));

alter table provisioning_plan enable row level security;

create policy tenant on provisioning_plan using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on provisioning_plan to tandem_app;

create table provisioning_task (tenant text not null,
    service_order_id text collate "C" not null,
    task_id text collate "C" not null,
    place integer not null,
    item_id text not null,
    kind text not null,
    subject text not null,
    needs text[] not null,
    state text not null default 'pending' check (state in ('pending', 'waiting', 'done', 'failed', 'undone')),
    attempts integer not null default 0,
    started_at timestamptz,
    finished_at timestamptz,
    answer jsonb not null default '{}',
    problem jsonb,
    primary key (tenant, service_order_id, task_id));

alter table provisioning_task enable row level security;

create policy tenant on provisioning_task using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on provisioning_task to tandem_app;

create table elements_element (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    kind text collate "C",
    administrative_state text collate "C",
    primary key (tenant, id)
);

create index elements_element_doc on elements_element using gin (doc jsonb_path_ops);

create unique index elements_element_name_once on elements_element (tenant, name);

alter table elements_element enable row level security;

create policy tenant on elements_element using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on elements_element to tandem_app;

create table elements_change (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    element_id text collate "C",
    subject text collate "C",
    state text collate "C",
    primary key (tenant, id)
);

create index elements_change_doc on elements_change using gin (doc jsonb_path_ops);

create index elements_change_element_id_subject on elements_change (tenant, element_id, subject);

create index elements_change_subject on elements_change (tenant, subject);

alter table elements_change enable row level security;

create policy tenant on elements_change using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on elements_change to tandem_app;

create table elements_contact (tenant text not null,
    element_id text collate "C" not null,
    answers boolean not null,
    latency_ms double precision not null,
    detail text not null,
    tried_at timestamptz not null,
    answered_at timestamptz,
    primary key (tenant, element_id));

alter table elements_contact enable row level security;

create policy tenant on elements_contact using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on elements_contact to tandem_app;

create table inventory_service (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    state text collate "C",
    specification_id text collate "C",
    party_id text collate "C",
    product_id text collate "C",
    primary key (tenant, id)
);

create index inventory_service_doc on inventory_service using gin (doc jsonb_path_ops);

create index inventory_service_party_id on inventory_service (tenant, party_id);

create index inventory_service_specification_id on inventory_service (tenant, specification_id);

create index inventory_service_state on inventory_service (tenant, state);

alter table inventory_service enable row level security;

create policy tenant on inventory_service using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on inventory_service to tandem_app;

create table inventory_resource (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    category text collate "C",
    specification_id text collate "C",
    value text collate "C",
    resource_status text collate "C",
    primary key (tenant, id)
);

create index inventory_resource_doc on inventory_resource using gin (doc jsonb_path_ops);

create index inventory_resource_category on inventory_resource (tenant, category);

create index inventory_resource_specification_id on inventory_resource (tenant, specification_id);

create index inventory_resource_value on inventory_resource (tenant, value);

alter table inventory_resource enable row level security;

create policy tenant on inventory_resource using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on inventory_resource to tandem_app;

create table inventory_link (tenant text not null,
    upper text collate "C" not null,
    lower text collate "C" not null,
    gone boolean not null default false,
    xid xid8 not null default pg_current_xact_id(),
    primary key (tenant, upper, lower));

create index inventory_link_xid on inventory_link (tenant, xid);

create index inventory_link_lower on inventory_link (tenant, lower) where not gone;

alter table inventory_link enable row level security;

create policy tenant on inventory_link using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on inventory_link to tandem_app;

create table inventory_sim_key (tenant text not null,
    resource_id text collate "C" not null,
    iccid text collate "C" not null,
    imsi text collate "C" not null,
    ki text not null,
    opc text not null,
    acc text,
    primary key (tenant, resource_id));

create unique index inventory_sim_key_imsi_once on inventory_sim_key (tenant, imsi);

alter table inventory_sim_key enable row level security;

create policy tenant on inventory_sim_key using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on inventory_sim_key to tandem_app;

create table inventory_owner (tenant text not null,
    resource_id text collate "C" not null,
    service_id text collate "C" not null,
    since timestamptz not null,
    primary key (tenant, resource_id));

create index inventory_owner_service on inventory_owner (tenant, service_id);

alter table inventory_owner enable row level security;

create policy tenant on inventory_owner using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on inventory_owner to tandem_app;

create table inventory_pool (tenant text not null,
    name text collate "C" not null,
    kind text not null check (kind in ('number', 'sim')),
    quarantine_days integer not null check (quarantine_days >= 0),
    primary key (tenant, name));

alter table inventory_pool enable row level security;

create policy tenant on inventory_pool using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on inventory_pool to tandem_app;

create table inventory_pool_item (tenant text not null,
    resource_id text collate "C" not null,
    kind text not null,
    pool text collate "C" not null,
    value text collate "C" not null,
    state text not null,
    held_for text collate "C",
    due_at timestamptz,
    primary key (tenant, resource_id));

create unique index inventory_pool_item_value_once on inventory_pool_item (tenant, kind, value);

create index inventory_pool_item_free on inventory_pool_item (tenant, pool, value) where state in ('available', 'in_stock');

create unique index inventory_pool_item_held_once on inventory_pool_item (tenant, pool, held_for) where held_for is not null;

alter table inventory_pool_item enable row level security;

create policy tenant on inventory_pool_item using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on inventory_pool_item to tandem_app;

create table service_catalog_service_catalog (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    status text collate "C",
    primary key (tenant, id)
);

create index service_catalog_service_catalog_doc on service_catalog_service_catalog using gin (doc jsonb_path_ops);

create index service_catalog_service_catalog_name on service_catalog_service_catalog (tenant, name);

alter table service_catalog_service_catalog enable row level security;

create policy tenant on service_catalog_service_catalog using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on service_catalog_service_catalog to tandem_app;

create table service_catalog_service_category (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    status text collate "C",
    parent_id text collate "C",
    primary key (tenant, id)
);

create index service_catalog_service_category_doc on service_catalog_service_category using gin (doc jsonb_path_ops);

create index service_catalog_service_category_name on service_catalog_service_category (tenant, name);

alter table service_catalog_service_category enable row level security;

create policy tenant on service_catalog_service_category using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on service_catalog_service_category to tandem_app;

create table service_catalog_service_candidate (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    status text collate "C",
    specification_id text collate "C",
    primary key (tenant, id)
);

create index service_catalog_service_candidate_doc on service_catalog_service_candidate using gin (doc jsonb_path_ops);

create index service_catalog_service_candidate_name on service_catalog_service_candidate (tenant, name);

alter table service_catalog_service_candidate enable row level security;

create policy tenant on service_catalog_service_candidate using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on service_catalog_service_candidate to tandem_app;

create table service_catalog_service_specification (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    status text collate "C",
    primary key (tenant, id)
);

create index service_catalog_service_specification_doc on service_catalog_service_specification using gin (doc jsonb_path_ops);

create index service_catalog_service_specification_name on service_catalog_service_specification (tenant, name);

alter table service_catalog_service_specification enable row level security;

create policy tenant on service_catalog_service_specification using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on service_catalog_service_specification to tandem_app;

create table service_catalog_service_import_job (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    status text collate "C",
    primary key (tenant, id)
);

create index service_catalog_service_import_job_doc on service_catalog_service_import_job using gin (doc jsonb_path_ops);

alter table service_catalog_service_import_job enable row level security;

create policy tenant on service_catalog_service_import_job using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on service_catalog_service_import_job to tandem_app;

create table service_catalog_service_export_job (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    status text collate "C",
    primary key (tenant, id)
);

create index service_catalog_service_export_job_doc on service_catalog_service_export_job using gin (doc jsonb_path_ops);

alter table service_catalog_service_export_job enable row level security;

create policy tenant on service_catalog_service_export_job using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on service_catalog_service_export_job to tandem_app;

create table service_catalog_resource_catalog (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    status text collate "C",
    primary key (tenant, id)
);

create index service_catalog_resource_catalog_doc on service_catalog_resource_catalog using gin (doc jsonb_path_ops);

create index service_catalog_resource_catalog_name on service_catalog_resource_catalog (tenant, name);

alter table service_catalog_resource_catalog enable row level security;

create policy tenant on service_catalog_resource_catalog using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on service_catalog_resource_catalog to tandem_app;

create table service_catalog_resource_category (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    status text collate "C",
    parent_id text collate "C",
    primary key (tenant, id)
);

create index service_catalog_resource_category_doc on service_catalog_resource_category using gin (doc jsonb_path_ops);

create index service_catalog_resource_category_name on service_catalog_resource_category (tenant, name);

alter table service_catalog_resource_category enable row level security;

create policy tenant on service_catalog_resource_category using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on service_catalog_resource_category to tandem_app;

create table service_catalog_resource_candidate (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    status text collate "C",
    specification_id text collate "C",
    primary key (tenant, id)
);

create index service_catalog_resource_candidate_doc on service_catalog_resource_candidate using gin (doc jsonb_path_ops);

create index service_catalog_resource_candidate_name on service_catalog_resource_candidate (tenant, name);

alter table service_catalog_resource_candidate enable row level security;

create policy tenant on service_catalog_resource_candidate using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on service_catalog_resource_candidate to tandem_app;

create table service_catalog_resource_specification (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    status text collate "C",
    category text collate "C",
    primary key (tenant, id)
);

create index service_catalog_resource_specification_doc on service_catalog_resource_specification using gin (doc jsonb_path_ops);

create index service_catalog_resource_specification_name on service_catalog_resource_specification (tenant, name);

alter table service_catalog_resource_specification enable row level security;

create policy tenant on service_catalog_resource_specification using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on service_catalog_resource_specification to tandem_app;

create table service_catalog_resource_import_job (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    status text collate "C",
    primary key (tenant, id)
);

create index service_catalog_resource_import_job_doc on service_catalog_resource_import_job using gin (doc jsonb_path_ops);

alter table service_catalog_resource_import_job enable row level security;

create policy tenant on service_catalog_resource_import_job using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on service_catalog_resource_import_job to tandem_app;

create table service_catalog_resource_export_job (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    status text collate "C",
    primary key (tenant, id)
);

create index service_catalog_resource_export_job_doc on service_catalog_resource_export_job using gin (doc jsonb_path_ops);

alter table service_catalog_resource_export_job enable row level security;

create policy tenant on service_catalog_resource_export_job using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on service_catalog_resource_export_job to tandem_app;

create table remote_order (tenant text not null,
    external_id text collate "C" not null,
    service_order_id text collate "C" not null,
    is_open boolean not null default true,
    is_silent boolean not null default false,
    told jsonb,
    checked_at timestamptz not null default '-infinity',
    primary key (tenant, external_id));

create unique index remote_order_id on remote_order (tenant, service_order_id);

create index remote_order_open on remote_order (tenant, checked_at) where is_open;

alter table remote_order enable row level security;

create policy tenant on remote_order using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on remote_order to tandem_app;

create table remote_impact (tenant text not null,
    alarm_id text collate "C" not null,
    told jsonb not null,
    primary key (tenant, alarm_id));

alter table remote_impact enable row level security;

create policy tenant on remote_impact using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on remote_impact to tandem_app;

create table remote_hub (tenant text not null,
    event_type text collate "C" not null,
    hub_id text not null,
    callback text not null,
    secret text not null,
    primary key (tenant, event_type));

alter table remote_hub enable row level security;

create policy tenant on remote_hub using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on remote_hub to tandem_app;

create table crm_communication_message (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    state text collate "C",
    message_type text collate "C",
    customer_id text collate "C",
    once text collate "C",
    send_time timestamptz,
    primary key (tenant, id)
);

create index crm_communication_message_doc on crm_communication_message using gin (doc jsonb_path_ops);

create index crm_communication_message_customer_id_created_at on crm_communication_message (tenant, customer_id, created_at);

create index crm_communication_message_state on crm_communication_message (tenant, state);

create unique index crm_communication_message_once_once on crm_communication_message (tenant, once);

alter table crm_communication_message enable row level security;

create policy tenant on crm_communication_message using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on crm_communication_message to tandem_app;

create table crm_delivery (tenant text not null,
    message_id text collate "C" not null,
    place integer not null,
    failure text,
    at timestamptz not null,
    primary key (tenant, message_id, place));

alter table crm_delivery enable row level security;

create policy tenant on crm_delivery using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on crm_delivery to tandem_app;

create table crm_impact (tenant text not null,
    impact_id text collate "C" not null,
    alarm_id text collate "C" not null,
    severity text not null,
    since timestamptz not null,
    primary key (tenant, impact_id));

alter table crm_impact enable row level security;

create policy tenant on crm_impact using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on crm_impact to tandem_app;

create table crm_felt_service (tenant text not null,
    impact_id text collate "C" not null,
    service_id text collate "C" not null,
    customer_id text collate "C",
    over_at timestamptz,
    primary key (tenant, impact_id, service_id));

create index crm_felt_service_customer on crm_felt_service (tenant, impact_id, customer_id);

create index crm_felt_service_lasting on crm_felt_service (tenant, service_id) where over_at is null;

alter table crm_felt_service enable row level security;

create policy tenant on crm_felt_service using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on crm_felt_service to tandem_app;

create table crm_notice (tenant text not null,
    impact_id text collate "C" not null,
    customer_id text collate "C" not null,
    message_id text collate "C" not null,
    over_at timestamptz,
    primary key (tenant, impact_id, customer_id));

create index crm_notice_lasting on crm_notice (tenant, customer_id) where over_at is null;

alter table crm_notice enable row level security;

create policy tenant on crm_notice using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on crm_notice to tandem_app;

create table catalog_product_catalog (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    stated_version text collate "C",
    lifecycle_status text collate "C",
    valid_from timestamptz,
    valid_to timestamptz,
    catalog_type text collate "C",
    primary key (tenant, id)
);

create index catalog_product_catalog_doc on catalog_product_catalog using gin (doc jsonb_path_ops);

create index catalog_product_catalog_name on catalog_product_catalog (tenant, name);

create index catalog_product_catalog_lifecycle_status on catalog_product_catalog (tenant, lifecycle_status);

alter table catalog_product_catalog enable row level security;

create policy tenant on catalog_product_catalog using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on catalog_product_catalog to tandem_app;

create table catalog_category (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    stated_version text collate "C",
    lifecycle_status text collate "C",
    valid_from timestamptz,
    valid_to timestamptz,
    parent_id text collate "C",
    is_root boolean,
    primary key (tenant, id)
);

create index catalog_category_doc on catalog_category using gin (doc jsonb_path_ops);

create index catalog_category_name on catalog_category (tenant, name);

create index catalog_category_lifecycle_status on catalog_category (tenant, lifecycle_status);

create index catalog_category_parent_id on catalog_category (tenant, parent_id);

alter table catalog_category enable row level security;

create policy tenant on catalog_category using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on catalog_category to tandem_app;

create table catalog_product_offering (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    stated_version text collate "C",
    lifecycle_status text collate "C",
    valid_from timestamptz,
    valid_to timestamptz,
    specification_id text collate "C",
    is_bundle boolean,
    is_sellable boolean,
    primary key (tenant, id)
);

create index catalog_product_offering_doc on catalog_product_offering using gin (doc jsonb_path_ops);

create index catalog_product_offering_name on catalog_product_offering (tenant, name);

create index catalog_product_offering_lifecycle_status on catalog_product_offering (tenant, lifecycle_status);

create index catalog_product_offering_specification_id on catalog_product_offering (tenant, specification_id);

alter table catalog_product_offering enable row level security;

create policy tenant on catalog_product_offering using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on catalog_product_offering to tandem_app;

create table catalog_product_offering_price (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    stated_version text collate "C",
    lifecycle_status text collate "C",
    valid_from timestamptz,
    valid_to timestamptz,
    price_type text collate "C",
    currency text collate "C",
    amount numeric,
    primary key (tenant, id)
);

create index catalog_product_offering_price_doc on catalog_product_offering_price using gin (doc jsonb_path_ops);

create index catalog_product_offering_price_name on catalog_product_offering_price (tenant, name);

create index catalog_product_offering_price_lifecycle_status on catalog_product_offering_price (tenant, lifecycle_status);

create index catalog_product_offering_price_price_type on catalog_product_offering_price (tenant, price_type);

alter table catalog_product_offering_price enable row level security;

create policy tenant on catalog_product_offering_price using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on catalog_product_offering_price to tandem_app;

create table catalog_product_specification (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    stated_version text collate "C",
    lifecycle_status text collate "C",
    valid_from timestamptz,
    valid_to timestamptz,
    product_number text collate "C",
    brand text collate "C",
    primary key (tenant, id)
);

create index catalog_product_specification_doc on catalog_product_specification using gin (doc jsonb_path_ops);

create index catalog_product_specification_name on catalog_product_specification (tenant, name);

create index catalog_product_specification_lifecycle_status on catalog_product_specification (tenant, lifecycle_status);

create index catalog_product_specification_product_number on catalog_product_specification (tenant, product_number);

alter table catalog_product_specification enable row level security;

create policy tenant on catalog_product_specification using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on catalog_product_specification to tandem_app;

create table catalog_import_job (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    status text collate "C",
    started_from text collate "C",
    primary key (tenant, id)
);

create index catalog_import_job_doc on catalog_import_job using gin (doc jsonb_path_ops);

create index catalog_import_job_status on catalog_import_job (tenant, status);

alter table catalog_import_job enable row level security;

create policy tenant on catalog_import_job using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on catalog_import_job to tandem_app;

create table catalog_export_job (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    status text collate "C",
    started_from text collate "C",
    primary key (tenant, id)
);

create index catalog_export_job_doc on catalog_export_job using gin (doc jsonb_path_ops);

create index catalog_export_job_status on catalog_export_job (tenant, status);

alter table catalog_export_job enable row level security;

create policy tenant on catalog_export_job using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on catalog_export_job to tandem_app;

create table subscriptions_product (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    status text collate "C",
    customer_id text collate "C",
    billing_account_id text collate "C",
    offering_id text collate "C",
    specification_id text collate "C",
    order_id text collate "C",
    msisdn text collate "C",
    serial_number text collate "C",
    start_date timestamptz,
    termination_date timestamptz,
    primary key (tenant, id)
);

create index subscriptions_product_doc on subscriptions_product using gin (doc jsonb_path_ops);

create index subscriptions_product_customer_id_status on subscriptions_product (tenant, customer_id, status);

create index subscriptions_product_billing_account_id_start_date on subscriptions_product (tenant, billing_account_id, start_date);

create index subscriptions_product_offering_id on subscriptions_product (tenant, offering_id);

create index subscriptions_product_order_id on subscriptions_product (tenant, order_id);

create index subscriptions_product_msisdn on subscriptions_product (tenant, msisdn);

create index subscriptions_product_status on subscriptions_product (tenant, status);

alter table subscriptions_product enable row level security;

create policy tenant on subscriptions_product using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on subscriptions_product to tandem_app;

create extension if not exists btree_gist;

create table subscriptions_identifier (tenant text not null,
    identifier text collate "C" not null,
    product_id text collate "C" not null,
    valid tstzrange not null check (not isempty(valid)),
    constraint subscriptions_identifier_once exclude using gist (tenant with =, identifier with =, valid with &&));

create index subscriptions_identifier_product on subscriptions_identifier (tenant, product_id);

alter table subscriptions_identifier enable row level security;

create policy tenant on subscriptions_identifier using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on subscriptions_identifier to tandem_app;

create table subscriptions_realizing_service (tenant text not null,
    service_id text collate "C" not null,
    product_id text collate "C" not null,
    primary key (tenant, service_id, product_id));

create index subscriptions_realizing_product on subscriptions_realizing_service (tenant, product_id);

alter table subscriptions_realizing_service enable row level security;

create policy tenant on subscriptions_realizing_service using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on subscriptions_realizing_service to tandem_app;

create table party_individual (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    family_name text collate "C",
    given_name text collate "C",
    email text collate "C",
    phone text collate "C",
    status text collate "C",
    customer_id text collate "C",
    external_id text collate "C",
    primary key (tenant, id)
);

create index party_individual_doc on party_individual using gin (doc jsonb_path_ops);

create index party_individual_family_name_given_name on party_individual (tenant, family_name, given_name);

create index party_individual_customer_id on party_individual (tenant, customer_id);

create index party_individual_external_id on party_individual (tenant, external_id);

alter table party_individual enable row level security;

create policy tenant on party_individual using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on party_individual to tandem_app;

create table party_organization (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    email text collate "C",
    phone text collate "C",
    status text collate "C",
    customer_id text collate "C",
    external_id text collate "C",
    parent_id text collate "C",
    primary key (tenant, id)
);

create index party_organization_doc on party_organization using gin (doc jsonb_path_ops);

create index party_organization_name on party_organization (tenant, name);

create index party_organization_customer_id on party_organization (tenant, customer_id);

create index party_organization_external_id on party_organization (tenant, external_id);

create index party_organization_parent_id on party_organization (tenant, parent_id);

alter table party_organization enable row level security;

create policy tenant on party_organization using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on party_organization to tandem_app;

create table party_party_role (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    status text collate "C",
    party_id text collate "C",
    email text collate "C",
    phone text collate "C",
    valid_from timestamptz,
    valid_to timestamptz,
    primary key (tenant, id)
);

create index party_party_role_doc on party_party_role using gin (doc jsonb_path_ops);

create index party_party_role_party_id on party_party_role (tenant, party_id);

create index party_party_role_name on party_party_role (tenant, name);

alter table party_party_role enable row level security;

create policy tenant on party_party_role using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on party_party_role to tandem_app;

create table party_party_role_specification (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    lifecycle_status text collate "C",
    valid_from timestamptz,
    valid_to timestamptz,
    primary key (tenant, id)
);

create index party_party_role_specification_doc on party_party_role_specification using gin (doc jsonb_path_ops);

alter table party_party_role_specification enable row level security;

create policy tenant on party_party_role_specification using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on party_party_role_specification to tandem_app;

create table party_customer (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    status text collate "C",
    party_id text collate "C",
    email text collate "C",
    phone text collate "C",
    valid_from timestamptz,
    valid_to timestamptz,
    primary key (tenant, id)
);

create index party_customer_doc on party_customer using gin (doc jsonb_path_ops);

create index party_customer_party_id on party_customer (tenant, party_id);

create index party_customer_name on party_customer (tenant, name);

create index party_customer_status on party_customer (tenant, status);

alter table party_customer enable row level security;

create policy tenant on party_customer using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on party_customer to tandem_app;

create table party_billing_account (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    state text collate "C",
    account_type text collate "C",
    customer_id text collate "C",
    cycle_id text collate "C",
    financial_account_id text collate "C",
    primary key (tenant, id)
);

create index party_billing_account_doc on party_billing_account using gin (doc jsonb_path_ops);

create index party_billing_account_customer_id on party_billing_account (tenant, customer_id);

create index party_billing_account_name on party_billing_account (tenant, name);

create index party_billing_account_cycle_id on party_billing_account (tenant, cycle_id);

create index party_billing_account_financial_account_id on party_billing_account (tenant, financial_account_id);

alter table party_billing_account enable row level security;

create policy tenant on party_billing_account using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on party_billing_account to tandem_app;

create table party_party_account (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    state text collate "C",
    account_type text collate "C",
    customer_id text collate "C",
    primary key (tenant, id)
);

create index party_party_account_doc on party_party_account using gin (doc jsonb_path_ops);

create index party_party_account_customer_id on party_party_account (tenant, customer_id);

create index party_party_account_name on party_party_account (tenant, name);

alter table party_party_account enable row level security;

create policy tenant on party_party_account using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on party_party_account to tandem_app;

create table party_settlement_account (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    state text collate "C",
    account_type text collate "C",
    customer_id text collate "C",
    primary key (tenant, id)
);

create index party_settlement_account_doc on party_settlement_account using gin (doc jsonb_path_ops);

create index party_settlement_account_customer_id on party_settlement_account (tenant, customer_id);

create index party_settlement_account_name on party_settlement_account (tenant, name);

alter table party_settlement_account enable row level security;

create policy tenant on party_settlement_account using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on party_settlement_account to tandem_app;

create table party_financial_account (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    state text collate "C",
    account_type text collate "C",
    customer_id text collate "C",
    primary key (tenant, id)
);

create index party_financial_account_doc on party_financial_account using gin (doc jsonb_path_ops);

create index party_financial_account_customer_id on party_financial_account (tenant, customer_id);

create index party_financial_account_name on party_financial_account (tenant, name);

alter table party_financial_account enable row level security;

create policy tenant on party_financial_account using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on party_financial_account to tandem_app;

create table party_billing_cycle_specification (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    primary key (tenant, id)
);

create index party_billing_cycle_specification_doc on party_billing_cycle_specification using gin (doc jsonb_path_ops);

alter table party_billing_cycle_specification enable row level security;

create policy tenant on party_billing_cycle_specification using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on party_billing_cycle_specification to tandem_app;

create table party_bill_format (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    primary key (tenant, id)
);

create index party_bill_format_doc on party_bill_format using gin (doc jsonb_path_ops);

alter table party_bill_format enable row level security;

create policy tenant on party_bill_format using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on party_bill_format to tandem_app;

create table party_bill_presentation_media (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    primary key (tenant, id)
);

create index party_bill_presentation_media_doc on party_bill_presentation_media using gin (doc jsonb_path_ops);

alter table party_bill_presentation_media enable row level security;

create policy tenant on party_bill_presentation_media using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on party_bill_presentation_media to tandem_app;

create table party_search (tenant text not null,
    term text collate "C" not null,
    customer_id text collate "C" not null,
    primary key (tenant, term, customer_id));

create index party_search_customer on party_search (tenant, customer_id);

alter table party_search enable row level security;

create policy tenant on party_search using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on party_search to tandem_app;

create table charging_usage (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    usage_type text collate "C",
    status text collate "C",
    usage_date timestamptz,
    served text collate "C",
    customer_id text collate "C",
    product_id text collate "C",
    specification_id text collate "C",
    suspension_code text collate "C",
    suspended_since timestamptz,
    primary key (tenant, id)
);

create index charging_usage_doc on charging_usage using gin (doc jsonb_path_ops);

create index charging_usage_served_usage_date on charging_usage (tenant, served, usage_date);

create index charging_usage_customer_id_usage_date on charging_usage (tenant, customer_id, usage_date);

create index charging_usage_product_id_usage_date on charging_usage (tenant, product_id, usage_date);

create index charging_usage_specification_id on charging_usage (tenant, specification_id);

create index charging_usage_suspension_code_suspended_since on charging_usage (tenant, suspension_code, suspended_since);

alter table charging_usage enable row level security;

create policy tenant on charging_usage using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_usage to tandem_app;

create table charging_usage_specification (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text collate "C",
    lifecycle_status text collate "C",
    last_update timestamptz,
    primary key (tenant, id)
);

create index charging_usage_specification_doc on charging_usage_specification using gin (doc jsonb_path_ops);

create index charging_usage_specification_name on charging_usage_specification (tenant, name);

alter table charging_usage_specification enable row level security;

create policy tenant on charging_usage_specification using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_usage_specification to tandem_app;

create table charging_usage_identity (tenant text not null,
    served text collate "C" not null,
    identity text collate "C" not null,
    content text not null,
    usage_id text collate "C" not null,
    excluded_because text,
    primary key (tenant, served, identity));

create index charging_usage_identity_usage on charging_usage_identity (tenant, usage_id);

alter table charging_usage_identity enable row level security;

create policy tenant on charging_usage_identity using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_usage_identity to tandem_app;

create table charging_bucket (tenant text not null,
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
    primary key (tenant, billing_account_id, product_id, price_id, month_start));

alter table charging_bucket enable row level security;

create policy tenant on charging_bucket using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_bucket to tandem_app;

create table charging_rated_event (tenant text not null,
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
    primary key (tenant, billing_account_id, id));

create index charging_rated_event_account on charging_rated_event (tenant, billing_account_id, started_at);

create index charging_rated_event_product on charging_rated_event (tenant, product_id, started_at);

create index charging_rated_event_usage on charging_rated_event (tenant, usage_id);

create index charging_rated_event_id on charging_rated_event (tenant, id);

create index charging_rated_event_bill on charging_rated_event (tenant, bill_id) where bill_id is not null;

create index charging_rated_event_open on charging_rated_event (tenant, billing_account_id, started_at) where bill_id is null;

alter table charging_rated_event enable row level security;

create policy tenant on charging_rated_event using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on charging_rated_event to tandem_app;

create table billing_customer_bill (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    state text collate "C",
    bill_no text collate "C",
    billing_account_id text collate "C",
    customer_id text collate "C",
    bill_date timestamptz,
    due_at timestamptz,
    cycle_key text collate "C",
    primary key (tenant, id)
);

create index billing_customer_bill_doc on billing_customer_bill using gin (doc jsonb_path_ops);

create index billing_customer_bill_billing_account_id_bill_date on billing_customer_bill (tenant, billing_account_id, bill_date);

create index billing_customer_bill_customer_id on billing_customer_bill (tenant, customer_id);

create index billing_customer_bill_state_due_at on billing_customer_bill (tenant, state, due_at);

create unique index billing_customer_bill_bill_no_once on billing_customer_bill (tenant, bill_no);

create unique index billing_customer_bill_billing_account_id_cycle_key_once on billing_customer_bill (tenant, billing_account_id, cycle_key);

alter table billing_customer_bill enable row level security;

create policy tenant on billing_customer_bill using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on billing_customer_bill to tandem_app;

create table billing_applied_rate (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    bill_id text collate "C",
    billing_account_id text collate "C",
    customer_id text collate "C",
    product_id text collate "C",
    price_id text collate "C",
    kind text collate "C",
    covers_to timestamptz,
    place integer,
    primary key (tenant, id)
);

create index billing_applied_rate_doc on billing_applied_rate using gin (doc jsonb_path_ops);

create index billing_applied_rate_bill_id_place on billing_applied_rate (tenant, bill_id, place);

create index billing_applied_rate_billing_account_id_product_id on billing_applied_rate (tenant, billing_account_id, product_id);

create index billing_applied_rate_customer_id on billing_applied_rate (tenant, customer_id);

alter table billing_applied_rate enable row level security;

create policy tenant on billing_applied_rate using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on billing_applied_rate to tandem_app;

create table billing_bill_on_demand (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    state text collate "C",
    billing_account_id text collate "C",
    customer_id text collate "C",
    primary key (tenant, id)
);

create index billing_bill_on_demand_doc on billing_bill_on_demand using gin (doc jsonb_path_ops);

create index billing_bill_on_demand_billing_account_id on billing_bill_on_demand (tenant, billing_account_id);

create index billing_bill_on_demand_customer_id on billing_bill_on_demand (tenant, customer_id);

alter table billing_bill_on_demand enable row level security;

create policy tenant on billing_bill_on_demand using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on billing_bill_on_demand to tandem_app;

create table billing_bill_cycle (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    billing_date timestamptz,
    primary key (tenant, id)
);

create index billing_bill_cycle_doc on billing_bill_cycle using gin (doc jsonb_path_ops);

create index billing_bill_cycle_billing_date on billing_bill_cycle (tenant, billing_date);

alter table billing_bill_cycle enable row level security;

create policy tenant on billing_bill_cycle using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on billing_bill_cycle to tandem_app;

create table billing_line_cause (tenant text not null,
    billing_account_id text collate "C" not null,
    rate_id text collate "C" not null,
    rated_event_id text collate "C" not null,
    primary key (tenant, billing_account_id, rate_id, rated_event_id),
    unique (tenant, billing_account_id, rated_event_id));

alter table billing_line_cause enable row level security;

create policy tenant on billing_line_cause using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert on billing_line_cause to tandem_app;

create table billing_document (tenant text not null,
    bill_id text collate "C" not null,
    media_type text not null,
    content bytea not null,
    sha256 text not null,
    made_at timestamptz not null,
    primary key (tenant, bill_id));

alter table billing_document enable row level security;

create policy tenant on billing_document using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on billing_document to tandem_app;

create table billing_number (tenant text not null primary key, last_number bigint not null);

alter table billing_number enable row level security;

create policy tenant on billing_number using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on billing_number to tandem_app;

create table ledger_entry (tenant text not null,
    billing_account_id text collate "C" not null,
    kind text collate "C" not null,
    cause_id text collate "C" not null,
    cause_type text not null,
    rule text not null,
    booked_at timestamptz not null,
    recorded_at timestamptz not null default clock_timestamp(),
    actor text not null,
    cause text not null,
    primary key (tenant, billing_account_id, kind, cause_id));

create index ledger_entry_booked on ledger_entry (tenant, booked_at);

alter table ledger_entry enable row level security;

create policy tenant on ledger_entry using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert on ledger_entry to tandem_app;

create table ledger_line (tenant text not null,
    billing_account_id text collate "C" not null,
    kind text collate "C" not null,
    cause_id text collate "C" not null,
    place integer not null,
    ledger_account text collate "C" not null,
    currency text not null,
    micros numeric(38, 0) not null check (micros <> 0),
    primary key (tenant, billing_account_id, kind, cause_id, place),
    foreign key (tenant, billing_account_id, kind, cause_id)
        references ledger_entry (tenant, billing_account_id, kind, cause_id));

create index ledger_line_account on ledger_line (tenant, ledger_account, billing_account_id);

alter table ledger_line enable row level security;

create policy tenant on ledger_line using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert on ledger_line to tandem_app;

create table ordering_product_order (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    state text collate "C",
    customer_id text collate "C",
    billing_account_id text collate "C",
    category text collate "C",
    creation_date timestamptz,
    completion_date timestamptz,
    error_code text collate "C",
    primary key (tenant, id)
);

create index ordering_product_order_doc on ordering_product_order using gin (doc jsonb_path_ops);

create index ordering_product_order_state_creation_date on ordering_product_order (tenant, state, creation_date);

create index ordering_product_order_customer_id_creation_date on ordering_product_order (tenant, customer_id, creation_date);

create index ordering_product_order_creation_date on ordering_product_order (tenant, creation_date);

alter table ordering_product_order enable row level security;

create policy tenant on ordering_product_order using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on ordering_product_order to tandem_app;

create table ordering_cancel_product_order (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    state text collate "C",
    product_order_id text collate "C",
    customer_id text collate "C",
    primary key (tenant, id)
);

create index ordering_cancel_product_order_doc on ordering_cancel_product_order using gin (doc jsonb_path_ops);

create index ordering_cancel_product_order_product_order_id on ordering_cancel_product_order (tenant, product_order_id);

alter table ordering_cancel_product_order enable row level security;

create policy tenant on ordering_cancel_product_order using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on ordering_cancel_product_order to tandem_app;

create table activation_service_monitor (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    state text collate "C",
    source_href text collate "C",
    primary key (tenant, id)
);

create index activation_service_monitor_doc on activation_service_monitor using gin (doc jsonb_path_ops);

create index activation_service_monitor_source_href on activation_service_monitor (tenant, source_href);

alter table activation_service_monitor enable row level security;

create policy tenant on activation_service_monitor using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on activation_service_monitor to tandem_app;

create table activation_resource_monitor (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    state text collate "C",
    source_href text collate "C",
    primary key (tenant, id)
);

create index activation_resource_monitor_doc on activation_resource_monitor using gin (doc jsonb_path_ops);

create index activation_resource_monitor_source_href on activation_resource_monitor (tenant, source_href);

alter table activation_resource_monitor enable row level security;

create policy tenant on activation_resource_monitor using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on activation_resource_monitor to tandem_app;

create table fault_alarm (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    state text collate "C",
    severity text collate "C",
    ack_state text collate "C",
    object_id text collate "C",
    raised_at timestamptz,
    changed_at timestamptz,
    open_key text collate "C",
    primary key (tenant, id)
);

create index fault_alarm_doc on fault_alarm using gin (doc jsonb_path_ops);

create index fault_alarm_state_changed_at on fault_alarm (tenant, state, changed_at);

create index fault_alarm_object_id on fault_alarm (tenant, object_id);

create unique index fault_alarm_open_key_once on fault_alarm (tenant, open_key);

alter table fault_alarm enable row level security;

create policy tenant on fault_alarm using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on fault_alarm to tandem_app;

create table fault_number (tenant text not null primary key, last_number bigint not null);

alter table fault_number enable row level security;

create policy tenant on fault_number using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on fault_number to tandem_app;

create table fault_ack_alarms (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    state text collate "C",
    primary key (tenant, id)
);

create index fault_ack_alarms_doc on fault_ack_alarms using gin (doc jsonb_path_ops);

alter table fault_ack_alarms enable row level security;

create policy tenant on fault_ack_alarms using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on fault_ack_alarms to tandem_app;

create table fault_un_ack_alarms (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    state text collate "C",
    primary key (tenant, id)
);

create index fault_un_ack_alarms_doc on fault_un_ack_alarms using gin (doc jsonb_path_ops);

alter table fault_un_ack_alarms enable row level security;

create policy tenant on fault_un_ack_alarms using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on fault_un_ack_alarms to tandem_app;

create table fault_clear_alarms (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    state text collate "C",
    primary key (tenant, id)
);

create index fault_clear_alarms_doc on fault_clear_alarms using gin (doc jsonb_path_ops);

alter table fault_clear_alarms enable row level security;

create policy tenant on fault_clear_alarms using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on fault_clear_alarms to tandem_app;

create table fault_comment_alarms (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    state text collate "C",
    primary key (tenant, id)
);

create index fault_comment_alarms_doc on fault_comment_alarms using gin (doc jsonb_path_ops);

alter table fault_comment_alarms enable row level security;

create policy tenant on fault_comment_alarms using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on fault_comment_alarms to tandem_app;

create table fault_group_alarms (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    state text collate "C",
    primary key (tenant, id)
);

create index fault_group_alarms_doc on fault_group_alarms using gin (doc jsonb_path_ops);

alter table fault_group_alarms enable row level security;

create policy tenant on fault_group_alarms using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on fault_group_alarms to tandem_app;

create table fault_un_group_alarms (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    state text collate "C",
    primary key (tenant, id)
);

create index fault_un_group_alarms_doc on fault_un_group_alarms using gin (doc jsonb_path_ops);

alter table fault_un_group_alarms enable row level security;

create policy tenant on fault_un_group_alarms using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on fault_un_group_alarms to tandem_app;

create table service_quality_impact (tenant text not null,
    id text collate "C" not null,
    alarm_id text collate "C" not null,
    object_id text collate "C" not null,
    severity text not null,
    summary text not null,
    since timestamptz not null,
    ended_at timestamptz,
    primary key (tenant, id));

create unique index service_quality_impact_lasting on service_quality_impact (tenant, alarm_id) where ended_at is null;

create index service_quality_impact_alarm on service_quality_impact (tenant, alarm_id, since);

alter table service_quality_impact enable row level security;

create policy tenant on service_quality_impact using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on service_quality_impact to tandem_app;

create table service_quality_impacted_service (tenant text not null,
    service_id text collate "C" not null,
    impact_id text collate "C" not null,
    left_at timestamptz,
    primary key (tenant, service_id, impact_id));

create index service_quality_impacted_by on service_quality_impacted_service (tenant, impact_id);

alter table service_quality_impacted_service enable row level security;

create policy tenant on service_quality_impacted_service using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on service_quality_impacted_service to tandem_app;

create table receivables_payment (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    status text collate "C",
    billing_account_id text collate "C",
    customer_id text collate "C",
    authorization_code text collate "C",
    paid_at timestamptz,
    primary key (tenant, id)
);

create index receivables_payment_doc on receivables_payment using gin (doc jsonb_path_ops);

create index receivables_payment_billing_account_id_paid_at on receivables_payment (tenant, billing_account_id, paid_at);

create index receivables_payment_customer_id on receivables_payment (tenant, customer_id);

create index receivables_payment_status on receivables_payment (tenant, status);

create unique index receivables_payment_authorization_code_once on receivables_payment (tenant, authorization_code);

alter table receivables_payment enable row level security;

create policy tenant on receivables_payment using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on receivables_payment to tandem_app;

create table receivables_refund (
    tenant text not null,
    id text collate "C" not null,
    doc jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    status text collate "C",
    billing_account_id text collate "C",
    customer_id text collate "C",
    payment_id text collate "C",
    cause_id text collate "C",
    primary key (tenant, id)
);

create index receivables_refund_doc on receivables_refund using gin (doc jsonb_path_ops);

create index receivables_refund_billing_account_id on receivables_refund (tenant, billing_account_id);

create index receivables_refund_customer_id on receivables_refund (tenant, customer_id);

create index receivables_refund_status on receivables_refund (tenant, status);

create unique index receivables_refund_payment_id_cause_id_once on receivables_refund (tenant, payment_id, cause_id);

alter table receivables_refund enable row level security;

create policy tenant on receivables_refund using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert, update, delete on receivables_refund to tandem_app;

create table receivables_allocation (tenant text not null,
    billing_account_id text collate "C" not null,
    payment_id text collate "C" not null,
    bill_id text collate "C" not null,
    currency text not null,
    micros bigint not null check (micros > 0),
    allocated_at timestamptz not null,
    primary key (tenant, billing_account_id, payment_id, bill_id));

alter table receivables_allocation enable row level security;

create policy tenant on receivables_allocation using (tenant = current_setting('tandem.tenant', true)) with check (tenant = current_setting('tandem.tenant', true));

grant select, insert on receivables_allocation to tandem_app;

grant usage on all sequences in schema public to tandem_app;

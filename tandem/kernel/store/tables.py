"""The kernel's own tables: clock, history, events, steps, audit, idempotency keys."""

from __future__ import annotations

from tandem.kernel.store.schema import plain_table

CLOCK = plain_table(
    "kernel_clock",
    """
    one boolean primary key default true check (one),
    fixed_at timestamptz,
    shift interval not null default '0'
    """,
    also=("insert into kernel_clock default values",),
    tenant_scoped=False,
)

HISTORY = plain_table(
    "kernel_history",
    """
    tenant text not null,
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
    primary key (tenant, entity, id, version)
    """,
)

OUTBOX = plain_table(
    "kernel_outbox",
    """
    seq bigint generated always as identity primary key,
    tenant text not null,
    name text not null,
    subject_type text not null,
    subject_id text collate "C" not null,
    doc jsonb not null,
    at timestamptz not null,
    recorded_at timestamptz not null default clock_timestamp(),
    actor text not null,
    cause text not null,
    relayed boolean not null default false
    """,
    also=(
        "create index kernel_outbox_waiting on kernel_outbox (seq) where not relayed",
        "create index kernel_outbox_subject on kernel_outbox (tenant, subject_type, subject_id, seq)",
    ),
    tenant_scoped=False,
)

STEP = plain_table(
    "kernel_step",
    """
    id bigint generated always as identity primary key,
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
    took_ms integer
    """,
    also=(
        "create unique index kernel_step_once on kernel_step (tenant, kind, key) where key is not null",
        "create index kernel_step_ready on kernel_step (due_at, id) where state = 'ready'",
        "create index kernel_step_turn on kernel_step (tenant, order_key, id) where state = 'ready'",
        "create index kernel_step_dead on kernel_step (tenant, id) where state = 'dead'",
        "create index kernel_step_finished on kernel_step (finished_at) where state = 'done'",
    ),
    tenant_scoped=False,
)

AUDIT = plain_table(
    "kernel_audit",
    """
    seq bigint generated always as identity,
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
    primary key (tenant, seq)
    """,
    also=("create index kernel_audit_entity on kernel_audit (tenant, entity, entity_id, seq)",),
    append_only=True,
)

IDEMPOTENCY = plain_table(
    "kernel_idempotency",
    """
    tenant text not null,
    scope text collate "C" not null,
    key text collate "C" not null,
    input_hash bytea not null,
    answer jsonb,
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant, scope, key)
    """,
    also=("create index kernel_idempotency_age on kernel_idempotency (tenant, created_at)",),
)

"""The engine's own table: subscriptions to notifications.

The relay reads it for all tenants at once, so it has no row-level security and every statement names its tenant.
"""

from __future__ import annotations

from tandem.kernel.store import plain_table

HUBS = plain_table(
    "kernel_hub",
    """
    tenant text not null,
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
    primary key (tenant, id)
    """,
    also=("create unique index kernel_hub_once on kernel_hub (tenant, base, actor, callback, query)",),
    tenant_scoped=False,
)

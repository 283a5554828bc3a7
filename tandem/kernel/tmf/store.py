"""The engine's own table: subscriptions to notifications.

The relay reads it for all tenants at once, so it has no row-level security and every statement names its tenant.
"""

from __future__ import annotations

from tandem.kernel.store import plain_table
from tandem.kernel.store.schema import APP_ROLE

CONTAINING = "kernel_containing"
_CONTAINING = f"""
create function {CONTAINING}(which regclass, wanted jsonb[]) returns setof text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query execute format(
    'select id from %s where tenant = current_setting(''tandem.tenant'', true) and doc @> any ($1)', which
  ) using wanted;
end $$"""
"""The ids of this tenant's documents that contain one of the wanted ones, by the table's document index.

Why a function of the tables' owner: under row-level security PostgreSQL uses an index only for operators that are
marked leakproof, and `@>` on jsonb is not, so every such filter would read the whole table (38 ms instead of 0.4 ms on
100,000 rows). The function keeps the tenant's border by itself and gives nothing but ids, which are then read under the
policy.
"""

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
    also=(
        "create unique index kernel_hub_once on kernel_hub (tenant, base, actor, callback, query)",
        _CONTAINING,
        f"revoke all on function {CONTAINING} from public",
        f"grant execute on function {CONTAINING} to {APP_ROLE}",
    ),
    tenant_scoped=False,
)

"""What the business half keeps of the other half: which orders it follows, what it has told, and its subscriptions.

`checked_at` is real time, as the other half's answers are; '-infinity' asks for a look as soon as possible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from psycopg.types.json import Jsonb

from tandem.app.adapters.documents import FINAL, Impact, OrderTold
from tandem.kernel.access.sealed import Secret, seal, unseal
from tandem.kernel.store import Uow, lock_number, plain_table
from tandem.kernel.store.uow import Connection

ORDER = plain_table(
    "remote_order",
    """
    tenant text not null,
    external_id text collate "C" not null,
    service_order_id text collate "C" not null,
    is_open boolean not null default true,
    is_silent boolean not null default false,
    told jsonb,
    checked_at timestamptz not null default '-infinity',
    primary key (tenant, external_id)
    """,
    also=(
        "create unique index remote_order_id on remote_order (tenant, service_order_id)",
        "create index remote_order_open on remote_order (tenant, checked_at) where is_open",
    ),
)
IMPACT = plain_table(
    "remote_impact",
    """
    tenant text not null,
    alarm_id text collate "C" not null,
    told jsonb not null,
    primary key (tenant, alarm_id)
    """,
)
HUB = plain_table(
    "remote_hub",
    """
    tenant text not null,
    event_type text collate "C" not null,
    hub_id text not null,
    callback text not null,
    secret text not null,
    primary key (tenant, event_type)
    """,
)

_WATCH = "seam.watch"


@dataclass(frozen=True, slots=True)
class FollowedOrder:
    """A service order of the other half that we asked for, and what was told of it last."""

    external_id: str
    service_order_id: str
    is_open: bool
    is_silent: bool
    told: OrderTold | None


@dataclass(frozen=True, slots=True)
class KeptHub:
    """A subscription of ours at the other half."""

    event_type: str
    hub_id: str
    callback: str
    secret: Secret


# -- orders -----------------------------------------------------------------------------------------------------------


def follow_order(uow: Uow, external_id: str, service_order_id: str) -> None:
    """Follow an order from now on. Idempotent."""
    uow.execute(
        "insert into remote_order (tenant, external_id, service_order_id) values (%s, %s, %s) on conflict do nothing",
        (uow.tenant, external_id, service_order_id),
    )


def find_order(uow: Uow, external_id: str) -> str | None:
    """The service order that a request made, if we follow it."""
    row = uow.one(
        "select service_order_id from remote_order where tenant = %s and external_id = %s", (uow.tenant, external_id)
    )
    return row["service_order_id"] if row else None


def followed(uow: Uow, service_order_id: str) -> FollowedOrder | None:
    """What we know of a service order."""
    found = _orders(uow, "service_order_id = %s", (service_order_id,))
    return found[0] if found else None


def lock_order(uow: Uow, service_order_id: str) -> None:
    """One at a time reads an order and tells of it: who reads later has seen more."""
    uow.lock(f"seam/order/{service_order_id}")


def keep_told(uow: Uow, service_order_id: str, told: OrderTold) -> None:
    """What was told of an order; one that has ended is followed no more."""
    uow.execute(
        "update remote_order set told = %s, is_open = %s, is_silent = false, checked_at = clock_timestamp() "
        "where tenant = %s and service_order_id = %s",
        (Jsonb(msgspec.to_builtins(told)), told.state not in FINAL, uow.tenant, service_order_id),
    )


def drop_order(uow: Uow, service_order_id: str) -> None:
    """Forget an order that the other half does not know: it can be asked for anew."""
    uow.execute("delete from remote_order where tenant = %s and service_order_id = %s", (uow.tenant, service_order_id))


def due_orders(uow: Uow, *, after_s: float, limit: int) -> list[str]:
    """Open orders that nobody has looked at for so long, those that wait longest first."""
    rows = uow.all(
        "select service_order_id from remote_order where tenant = %s and is_open "
        "and (is_silent or checked_at < clock_timestamp() - make_interval(secs => %s)) order by checked_at limit %s",
        (uow.tenant, after_s, limit),
    )
    return [row["service_order_id"] for row in rows]


def all_due(uow: Uow) -> None:
    """Look at every open order again: news of it may have been lost."""
    uow.execute("update remote_order set checked_at = '-infinity' where tenant = %s and is_open", (uow.tenant,))


def fall_silent(uow: Uow, *, limit: int) -> list[FollowedOrder]:
    """Open orders that do not say yet that the other half is silent, and from now on do."""
    found = _orders(uow, "is_open and not is_silent", (), f"order by external_id limit {limit} for update")
    uow.execute(
        "update remote_order set is_silent = true where tenant = %s and external_id = any(%s)",
        (uow.tenant, [order.external_id for order in found]),
    )
    return found


def _orders(uow: Uow, condition: str, params: Sequence[Any], rest: str = "") -> list[FollowedOrder]:
    rows = uow.all(
        "select external_id, service_order_id, is_open, is_silent, told from remote_order "
        f"where tenant = %s and {condition} {rest}",
        (uow.tenant, *params),
    )
    return [
        FollowedOrder(**{**row, "told": msgspec.convert(row["told"], OrderTold) if row["told"] else None})
        for row in rows
    ]


# -- impacts ----------------------------------------------------------------------------------------------------------


def lock_alarm(uow: Uow, alarm_id: str) -> None:
    """One at a time reads an alarm and tells what is felt of it."""
    uow.lock(f"seam/alarm/{alarm_id}")


def find_impact(uow: Uow, alarm_id: str) -> Impact | None:
    """What was told of an alarm, while it is felt."""
    row = uow.one("select told from remote_impact where tenant = %s and alarm_id = %s", (uow.tenant, alarm_id))
    return msgspec.convert(row["told"], Impact) if row else None


def keep_impact(uow: Uow, alarm_id: str, impact: Impact | None) -> None:
    """What was told of an alarm; none when nobody feels it any more."""
    if impact is None:
        uow.execute("delete from remote_impact where tenant = %s and alarm_id = %s", (uow.tenant, alarm_id))
        return
    uow.execute(
        "insert into remote_impact (tenant, alarm_id, told) values (%s, %s, %s) "
        "on conflict (tenant, alarm_id) do update set told = excluded.told",
        (uow.tenant, alarm_id, Jsonb(msgspec.to_builtins(impact))),
    )


def felt_alarms(uow: Uow) -> list[str]:
    """The alarms that were told as felt and not as over."""
    rows = uow.all("select alarm_id from remote_impact where tenant = %s order by alarm_id", (uow.tenant,))
    return [row["alarm_id"] for row in rows]


# -- subscriptions ----------------------------------------------------------------------------------------------------


def find_hub(uow: Uow, event_type: str) -> KeptHub | None:
    """Our subscription to a type of event."""
    row = uow.one(
        "select event_type, hub_id, callback, secret from remote_hub where tenant = %s and event_type = %s",
        (uow.tenant, event_type),
    )
    return KeptHub(**{**row, "secret": unseal(row["secret"], purpose=_purpose(row["hub_id"]))}) if row else None


def keep_hub(uow: Uow, event_type: str, hub_id: str, callback: str, secret: str) -> None:
    """Keep a subscription, its secret sealed, in place of the one before."""
    uow.execute(
        "insert into remote_hub (tenant, event_type, hub_id, callback, secret) values (%s, %s, %s, %s, %s) "
        "on conflict (tenant, event_type) do update "
        "set hub_id = excluded.hub_id, callback = excluded.callback, secret = excluded.secret",
        (uow.tenant, event_type, hub_id, callback, seal(secret, purpose=_purpose(hub_id))),
    )


def _purpose(hub_id: str) -> str:
    return f"remote-hub:{hub_id}"


# -- who watches ------------------------------------------------------------------------------------------------------


def try_to_watch(connection: Connection, tenant: str) -> bool:
    """Become the one process that watches the other half for a tenant, for as long as the connection lasts."""
    row = connection.execute(
        "select pg_try_advisory_lock(%s) as leads", (lock_number(f"{tenant}/{_WATCH}"),)
    ).fetchone()
    return bool(row and row["leads"])


def stop_watching(connection: Connection, tenant: str) -> None:
    """Let another process watch."""
    connection.execute("select pg_advisory_unlock(%s)", (lock_number(f"{tenant}/{_WATCH}"),))

"""Which service owns which resource: at most one at a time, by the table's key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tandem.kernel.store import Uow, plain_table

OWNER: Final = plain_table(
    "inventory_owner",
    """
    tenant text not null,
    resource_id text collate "C" not null,
    service_id text collate "C" not null,
    since timestamptz not null,
    primary key (tenant, resource_id)
    """,
    also=("create index inventory_owner_service on inventory_owner (tenant, service_id)",),
)


def claim(uow: Uow, resource_id: str, service_id: str) -> str:
    """Make the service the owner, unless there is one; the owner then. A claim at the same time waits for this one."""
    uow.execute(
        "insert into inventory_owner (tenant, resource_id, service_id, since) values (%s, %s, %s, %s) "
        "on conflict do nothing",
        (uow.tenant, resource_id, service_id, uow.now),
    )
    row = uow.one(
        "select service_id from inventory_owner where tenant = %s and resource_id = %s", (uow.tenant, resource_id)
    )
    return str(row["service_id"]) if row else service_id


def give_up(uow: Uow, service_id: str, resource_ids: Iterable[str]) -> None:
    """The service owns these no longer."""
    uow.execute(
        "delete from inventory_owner where tenant = %s and service_id = %s and resource_id = any(%s)",
        (uow.tenant, service_id, list(resource_ids)),
    )


def owned_by(uow: Uow, service_id: str) -> list[str]:
    """The resources that a service owns."""
    rows = uow.all(
        "select resource_id from inventory_owner where tenant = %s and service_id = %s order by resource_id",
        (uow.tenant, service_id),
    )
    return [row["resource_id"] for row in rows]


def owner_of(uow: Uow, resource_id: str) -> str | None:
    """The service that owns a resource."""
    row = uow.one(
        "select service_id from inventory_owner where tenant = %s and resource_id = %s", (uow.tenant, resource_id)
    )
    return row["service_id"] if row else None

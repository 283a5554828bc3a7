"""Pools of numbers and SIMs: one narrow row for each, which is what reservations lock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from tandem.kernel.period import Instant
from tandem.kernel.store import Uow, plain_table
from tandem.oss.inventory.terms import PoolKind

POOL: Final = plain_table(
    "inventory_pool",
    """
    tenant text not null,
    name text collate "C" not null,
    kind text not null check (kind in ('number', 'sim')),
    quarantine_days integer not null check (quarantine_days >= 0),
    primary key (tenant, name)
    """,
)

POOL_ITEM: Final = plain_table(
    "inventory_pool_item",
    """
    tenant text not null,
    resource_id text collate "C" not null,
    kind text not null,
    pool text collate "C" not null,
    value text collate "C" not null,
    state text not null,
    held_for text collate "C",
    due_at timestamptz,
    primary key (tenant, resource_id)
    """,
    also=(
        "create unique index inventory_pool_item_value_once on inventory_pool_item (tenant, kind, value)",
        "create index inventory_pool_item_free on inventory_pool_item (tenant, pool, value) "
        "where state in ('available', 'in_stock')",
        "create unique index inventory_pool_item_held_once on inventory_pool_item (tenant, pool, held_for) "
        "where held_for is not null",
    ),
)

_ITEM: Final = "resource_id, kind, pool, value, state, held_for, due_at"


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A number or SIM as its pool counts it. `due_at` ends a reservation or a quarantine."""

    resource_id: str
    kind: PoolKind
    pool: str
    value: str
    state: str
    held_for: str | None = None
    due_at: Instant | None = None


def add_pool(uow: Uow, name: str, kind: PoolKind, quarantine_days: int) -> bool:
    """Make a pool; whether it was new."""
    made = uow.one(
        "insert into inventory_pool (tenant, name, kind, quarantine_days) values (%s, %s, %s, %s) "
        "on conflict do nothing returning name",
        (uow.tenant, name, kind, quarantine_days),
    )
    return made is not None


def pool_exists(uow: Uow, name: str, kind: PoolKind) -> bool:
    """Whether there is such a pool of that kind."""
    found = uow.one(
        "select 1 as one from inventory_pool where tenant = %s and name = %s and kind = %s", (uow.tenant, name, kind)
    )
    return found is not None


def quarantine_days(uow: Uow, pool: str) -> int:
    """How long a number of the pool rests."""
    row = uow.one("select quarantine_days from inventory_pool where tenant = %s and name = %s", (uow.tenant, pool))
    return int(row["quarantine_days"]) if row else 0


def add_item(uow: Uow, item: Item) -> None:
    """Count a new number or SIM. Raises: AlreadyTaken."""
    uow.execute(
        "insert into inventory_pool_item (tenant, resource_id, kind, pool, value, state) "
        "values (%s, %s, %s, %s, %s, %s)",
        (uow.tenant, item.resource_id, item.kind, item.pool, item.value, item.state),
    )


def known_values(uow: Uow, kind: PoolKind, values: Iterable[str]) -> dict[str, Item]:
    """Those of the values that some pool counts."""
    rows = uow.all(
        f"select {_ITEM} from inventory_pool_item where tenant = %s and kind = %s and value = any(%s)",
        (uow.tenant, kind, list(values)),
    )
    return {row["value"]: _item(row) for row in rows}


def item_held(uow: Uow, pool: str, held_for: str) -> Item | None:
    """What an order holds of a pool."""
    row = uow.one(
        f"select {_ITEM} from inventory_pool_item where tenant = %s and pool = %s and held_for = %s",
        (uow.tenant, pool, held_for),
    )
    return _item(row) if row else None


def items_held(uow: Uow, held_for: str) -> list[Item]:
    """Everything that an order holds, locked in a fixed order."""
    rows = uow.all(
        f"select {_ITEM} from inventory_pool_item where tenant = %s and held_for = %s order by resource_id for update",
        (uow.tenant, held_for),
    )
    return [_item(row) for row in rows]


def hold_free(uow: Uow, pool: str, free: str, held_for: str, until: Instant) -> Item | None:
    """Hold the first free item of a pool that nobody else is about to take; none when there is none.

    Locks: the item, until the end; others pass over it and take the next.
    """
    row = uow.one(
        "update inventory_pool_item set state = 'reserved', held_for = %s, due_at = %s "
        "where tenant = %s and resource_id = (select resource_id from inventory_pool_item "
        "where tenant = %s and pool = %s and state = %s order by value limit 1 for update skip locked) "
        f"returning {_ITEM}",
        (held_for, until, uow.tenant, uow.tenant, pool, free),
    )
    return _item(row) if row else None


def lock_value(uow: Uow, kind: PoolKind, value: str) -> Item | None:
    """The item of a value, locked until the end."""
    row = uow.one(
        f"select {_ITEM} from inventory_pool_item where tenant = %s and kind = %s and value = %s for update",
        (uow.tenant, kind, value),
    )
    return _item(row) if row else None


def find_item(uow: Uow, resource_id: str) -> Item | None:
    """The item of a resource, if a pool counts it."""
    row = uow.one(
        f"select {_ITEM} from inventory_pool_item where tenant = %s and resource_id = %s", (uow.tenant, resource_id)
    )
    return _item(row) if row else None


def lock_items(uow: Uow, resource_ids: Iterable[str]) -> list[Item]:
    """Those of the resources that a pool counts, locked in a fixed order until the end."""
    rows = uow.all(
        f"select {_ITEM} from inventory_pool_item where tenant = %s and resource_id = any(%s) "
        "order by resource_id for update",
        (uow.tenant, list(resource_ids)),
    )
    return [_item(row) for row in rows]


def put_item(uow: Uow, item: Item) -> None:
    """Keep an item's state, holder and due instant; the caller has locked it."""
    uow.execute(
        "update inventory_pool_item set state = %s, held_for = %s, due_at = %s where tenant = %s and resource_id = %s",
        (item.state, item.held_for, item.due_at, uow.tenant, item.resource_id),
    )


def drop_item(uow: Uow, resource_id: str) -> None:
    """Count it no longer."""
    uow.execute("delete from inventory_pool_item where tenant = %s and resource_id = %s", (uow.tenant, resource_id))


def levels(uow: Uow) -> list[dict[str, Any]]:
    """How many items of each pool are in each state, with empty pools."""
    return uow.all(
        "select p.name as pool, p.kind, i.state, count(i.resource_id) as n from inventory_pool p "
        "left join inventory_pool_item i on i.tenant = p.tenant and i.pool = p.name "
        "where p.tenant = %s group by p.name, p.kind, i.state order by p.name, i.state",
        (uow.tenant,),
    )


def _item(row: dict[str, Any]) -> Item:
    return Item(**row)

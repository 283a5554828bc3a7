"""Numbers and SIMs: hold, hand over, free, let rest. Each one's row in its pool is locked while it changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import msgspec

from tandem.kernel.errors import Broken
from tandem.kernel.json import Doc
from tandem.kernel.period import Instant, text_of
from tandem.kernel.store import Uow
from tandem.oss.inventory.lifecycle import FREE, LIVES
from tandem.oss.inventory.rules import standing
from tandem.oss.inventory.store import pools
from tandem.oss.inventory.store.entities import RESOURCES
from tandem.oss.inventory.store.pools import Item
from tandem.oss.inventory.terms import (
    AlreadyHeld,
    HeldOtherwise,
    NotHeld,
    NotInPool,
    NumberFreed,
    PoolEmpty,
    PoolKind,
    PoolUnknown,
)

END_RESERVATION: Final = "inventory.end_reservation"
END_QUARANTINE: Final = "inventory.end_quarantine"


def reserve(uow: Uow, kind: PoolKind, pool: str, for_order: str, until: Instant, wish: str | None = None) -> Item:
    """Hold a number or SIM for an order: the wished one, or the first that is free.

    Idempotent: by `for_order`, for each pool. Locks: the item. Raises: PoolUnknown, PoolEmpty, NotInPool, AlreadyHeld,
    HeldOtherwise.
    """
    held = pools.item_held(uow, pool, for_order)
    if held is not None:
        return _same_as_wished(held, wish)
    item = _hold_wished(uow, kind, pool, wish) if wish is not None else None
    if item is None:
        item = pools.hold_free(uow, pool, FREE[kind], for_order, until)
        if item is None:
            raise _nothing_free(uow, kind, pool)
    else:
        item = msgspec.structs.replace(item, state="reserved", held_for=for_order, due_at=until)
        pools.put_item(uow, item)
    _show(uow, item)
    _ask_for_end(uow, item)
    return item


def held_until(item: Item) -> Instant:
    """The instant until which an item is held for an order."""
    if item.due_at is None:
        raise Broken("what is held for an order is held until an instant", resource=item.resource_id)
    return item.due_at


def prolong(uow: Uow, for_order: str, until: Instant) -> int:
    """Hold everything of an order until a later instant; how many items that were."""
    held = [item for item in pools.items_held(uow, for_order) if item.due_at is None or item.due_at < until]
    for item in held:
        later = msgspec.structs.replace(item, due_at=until)
        pools.put_item(uow, later)
        _show(uow, later)
        _ask_for_end(uow, later)
    return len(held)


def release(uow: Uow, for_order: str) -> int:
    """Free everything that is still held for an order; how many items that were. Idempotent: what is free stays so."""
    held = pools.items_held(uow, for_order)
    for item in held:
        free(uow, item)
    return len(held)


def hand_over(uow: Uow, item: Item, service_id: str, held_for: str | None) -> None:
    """Give a held or free item to a service, which holds it without an end.

    Raises: NotHeld (it is held for something else), AlreadyHeld.
    """
    if item.state == "reserved" and item.held_for != held_for:
        raise NotHeld(
            f"{item.value} is not reserved for this order", resource=item.resource_id, held_for=held_for, kind=item.kind
        )
    if item.state not in ("reserved", FREE[item.kind]):
        raise _already_held(item)
    change(uow, item, "reserved", service_id=service_id)


def change(
    uow: Uow, item: Item, state: str, *, service_id: str | None = None, rests_until: Instant | None = None
) -> None:
    """Take an item to a state along its life; it is held for no order any more. Raises: IllegalTransition."""
    if state != item.state:
        LIVES[item.kind].require(item.state, state, path=standing.POOL_STATE)
    changed = msgspec.structs.replace(item, state=state, held_for=None, due_at=rests_until)
    pools.put_item(uow, changed)
    _show(uow, changed, service_id)


def free(uow: Uow, item: Item) -> None:
    """Give an item back to its pool. Raises: IllegalTransition."""
    change(uow, item, FREE[item.kind])
    if item.kind == "number":
        uow.emit(NumberFreed(resource=item.resource_id, pool=item.pool))


def let_rest(uow: Uow, item: Item, days: int | None) -> None:
    """Quarantine a number for some days, by default those of its pool; then it is free. Raises: IllegalTransition."""
    rest = pools.quarantine_days(uow, item.pool) if days is None else days
    until = uow.now + timedelta(days=rest)
    change(uow, item, "quarantined", rests_until=until)
    payload = {"resource": item.resource_id, "until": text_of(until)}
    uow.enqueue(END_QUARANTINE, payload, key=f"{item.resource_id}/{text_of(until)}", due_at=until)


def end_reservation(uow: Uow, payload: Doc) -> None:
    """A reservation's time is over: free the item, unless it was used, prolonged or freed meanwhile."""
    for item in pools.lock_items(uow, [payload["resource"]]):
        is_over = item.due_at is not None and item.due_at <= uow.now
        if item.state == "reserved" and item.held_for == payload["held_for"] and is_over:
            free(uow, item)


def end_quarantine(uow: Uow, payload: Doc) -> None:
    """A number has rested: free it, unless it was freed or rests longer by now."""
    for item in pools.lock_items(uow, [payload["resource"]]):
        if item.state == "quarantined" and item.due_at is not None and item.due_at <= uow.now:
            free(uow, item)


def locked(uow: Uow, resource_id: str) -> Item:
    """The item of a resource, locked. Raises: NotInPool."""
    found = pools.lock_items(uow, [resource_id])
    if not found:
        raise NotInPool("no pool counts this resource", resource=resource_id)
    return found[0]


def _hold_wished(uow: Uow, kind: PoolKind, pool: str, wish: str) -> Item:
    item = pools.lock_value(uow, kind, wish)
    if item is None or item.pool != pool:
        raise NotInPool(f"{wish} is not in the pool {pool}", path=_path(kind), pool=pool)
    if item.state != FREE[kind]:
        raise _already_held(item)
    return item


def _same_as_wished(held: Item, wish: str | None) -> Item:
    if wish is not None and held.value != wish:
        raise HeldOtherwise(
            f"the order holds {held.value} already",
            path=_path(held.kind),
            next_action="release it before another one is asked for",
            held=held.value,
        )
    return held


def _nothing_free(uow: Uow, kind: PoolKind, pool: str) -> PoolEmpty | PoolUnknown:
    if not pools.pool_exists(uow, pool, kind):
        return PoolUnknown(f"there is no pool of {kind}s called {pool}", pool=pool)
    return PoolEmpty(
        f"nothing is free in the pool {pool}", pool=pool, kind=kind, next_action="fill the pool, then try again"
    )


def _already_held(item: Item) -> AlreadyHeld:
    return AlreadyHeld(
        f"{item.value} is taken: it is {item.state.replace('_', ' ')}",
        path=_path(item.kind),
        next_action="choose another one",
        value=item.value,
        state=item.state,
    )


def _path(kind: PoolKind) -> str:
    return "msisdn" if kind == "number" else "iccid"


def _show(uow: Uow, item: Item, service_id: str | None = None) -> None:
    """Write into the resource's document how its item stands."""
    due = None if item.due_at is None else text_of(item.due_at)
    facts = {
        standing.HELD_FOR: item.held_for,
        standing.HELD_UNTIL: due if item.state == "reserved" else None,
        standing.RESTS_UNTIL: due if item.state == "quarantined" else None,
        standing.SERVICE: service_id,
    }
    doc = RESOURCES.get_for_update(uow, item.resource_id).doc
    RESOURCES.save(uow, item.resource_id, standing.with_standing(doc, item.state, facts))


def _ask_for_end(uow: Uow, item: Item) -> None:
    due = held_until(item)
    payload = {"resource": item.resource_id, "held_for": item.held_for}
    uow.enqueue(END_RESERVATION, payload, key=f"{item.resource_id}/{item.held_for}/{text_of(due)}", due_at=due)

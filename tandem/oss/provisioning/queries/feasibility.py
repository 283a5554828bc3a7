"""Can it be delivered? Asked before a customer is promised anything; looks, and holds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tandem.kernel.errors import Refused
from tandem.kernel.store import Uow
from tandem.oss.inventory import public as inventory
from tandem.oss.inventory.terms import ResourceFacts
from tandem.oss.service_catalog import public as service_catalog
from tandem.seam.terms import Obstacle, ServiceItem, ServiceOrderRequest

FREE = ("available", "in_stock")


def obstacles(uow: Uow, request: ServiceOrderRequest) -> tuple[Obstacle, ...]:
    """What stands in the way of each item: no such specification, a wish that is taken, an empty pool."""
    return tuple(one for item in request.items for one in _of_item(uow, item))


def _of_item(uow: Uow, item: ServiceItem) -> Iterator[Obstacle]:
    try:
        decomposition = service_catalog.decomposition_of(uow, spec_id=item.specification_id)
    except Refused as refused:
        yield Obstacle(item_id=item.item_id, code=refused.error_code, reason=refused.reason)
        return
    if item.action != "add":
        return
    yield from _of_wishes(uow, item)
    pools = {need.pool for need in decomposition.resources if need.pool}
    for level in inventory.pool_levels(uow):
        if level.pool in pools and not any(level.by_state.get(state) for state in FREE):
            yield Obstacle(item_id=item.item_id, code="inventory.pool_empty", reason=f"nothing is free in {level.pool}")


def _of_wishes(uow: Uow, item: ServiceItem) -> Iterator[Obstacle]:
    finders: dict[str, Callable[[str], ResourceFacts | None]] = {
        "msisdn": lambda wish: inventory.find_number(uow, msisdn=wish),
        "iccid": lambda wish: inventory.find_sim(uow, iccid=wish),
    }
    for name, find in finders.items():
        wish = item.characteristics.get(name)
        obstacle = _of_wish(str(wish), find) if wish is not None else None
        if obstacle is not None:
            yield Obstacle(item_id=item.item_id, code=obstacle[0], reason=obstacle[1])


def _of_wish(wish: str, find: Callable[[str], ResourceFacts | None]) -> tuple[str, str] | None:
    try:
        found = find(wish)
    except Refused as refused:
        return refused.error_code, refused.reason
    if found is None:
        return "inventory.not_in_pool", f"{wish} is in no pool of ours"
    if found.state not in FREE:
        return "inventory.already_held", f"{wish} is taken: it is {str(found.state).replace('_', ' ')}"
    return None

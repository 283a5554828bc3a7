"""Why anything is so: a room's own explanation where it has one, else the recorded changes and their causes."""

from __future__ import annotations

from collections.abc import Callable

from tandem.app import wiring
from tandem.kernel.errors import NotFound
from tandem.kernel.store import Uow
from tandem.kernel.why import Why, changes_of
from tandem.oss.provisioning import public as provisioning

Explain = Callable[[Uow, str], Why]


def why_of(uow: Uow, kind: str, thing: str) -> Why:
    """The tree of causes of a thing. Raises: NotFound when nothing of that kind and id was ever kept."""
    explain = _explanations().get(kind)
    if explain is not None:
        return explain(uow, thing)
    changes = changes_of(uow, kind, thing)
    if not changes:
        raise NotFound(f"nothing is known of {kind} {thing}", next_action="give the entity type and its id")
    return Why(what=f"{kind} {thing}", entity=kind, id=thing, because=changes)


def why_product_order(uow: Uow, order_id: str) -> Why:
    """A product order across the seam: its own changes, and the service order that it asked for, task by task."""
    changes = changes_of(uow, "ProductOrder", order_id)
    if not changes:
        raise NotFound(f"there is no product order {order_id}", id=order_id)
    try:
        service_order = provisioning.order_of_request(uow, external_id=order_id)
    except NotFound:
        network: tuple[Why, ...] = ()
    else:
        network = (why_of(uow, "ServiceOrder", service_order.id),)
    return Why(what=f"product order {order_id}", entity="ProductOrder", id=order_id, because=(*network, *changes))


def _explanations() -> dict[str, Explain]:
    """What rooms declare in `why.py` as `EXPLANATIONS`: entity type → explanation."""
    found: dict[str, Explain] = {"ProductOrder": why_product_order}
    for room in wiring.rooms_of("both"):
        module = wiring.part(room, "why")
        found.update(getattr(module, "EXPLANATIONS", {}))
    return found

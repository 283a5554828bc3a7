"""What can be said of an order before anybody is asked: ids, actions, quantities.

Standard: TMF622 v5; TMF630 for errors with the path of the fault.
"""

from __future__ import annotations

from tandem.bss.ordering.rules.reading import items_of, offering_of, product_of, quantity_of
from tandem.bss.ordering.terms import OrderRefused
from tandem.kernel.json import Doc


def require_sound(order: Doc) -> None:
    """Raises: OrderRefused for the first item that contradicts itself."""
    seen: set[str] = set()
    if "state" in order:
        raise server_sets_state("a new order begins as requestedInitialState says: acknowledged or draft")
    if not order.get("productOrderItem"):
        raise OrderRefused("an order has at least one item", path="productOrderItem")
    for place, item in enumerate(items_of(order)):
        path = f"productOrderItem[{place}]"
        if item["id"] in seen:
            raise OrderRefused(f"two items have the id {item['id']}", path=f"{path}.id")
        seen.add(item["id"])
        _require_sound_item(item, path)


def server_sets_state(reason: str) -> OrderRefused:
    """The refusal of a state that a client asks for."""
    return OrderRefused(f"state is set by the server only: {reason}", code="tmf.server_set_attribute", path="state")


def _require_sound_item(item: Doc, path: str) -> None:
    if quantity_of(item) != 1:
        raise OrderRefused(
            "one item is one product", path=f"{path}.quantity", next_action="order each product as an item of its own"
        )
    if item["action"] == "add" and offering_of(item) is None:
        raise OrderRefused("what is added names its offering", path=f"{path}.productOffering")
    if item["action"] in ("modify", "delete") and product_of(item) is None:
        raise OrderRefused(f"what is to {item['action']} names its product", path=f"{path}.product.id")

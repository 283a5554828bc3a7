"""From product items to what is asked of the network. Names no service: the catalogue says what an offering needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tandem.bss.ordering.rules.reading import characteristics_of, product_of
from tandem.kernel import json
from tandem.kernel.json import Doc
from tandem.kernel.period import instant
from tandem.seam.terms import ServiceItem, ServiceOrderRequest

WishedState = Literal["active", "inactive", "terminated"]
_WISHED: Mapping[str, WishedState] = {"suspended": "inactive", "active": "active", "terminated": "terminated"}


@dataclass(frozen=True, slots=True)
class ItemNeeds:
    """An item with what it needs of the network: specifications for what is new, services for what is there."""

    item: Doc
    specification_ids: tuple[str, ...] = ()
    services: tuple[tuple[str, str], ...] = ()
    """(service id, its specification id) pairs."""


def service_request(order: Doc, customer_id: str, needs: Sequence[ItemNeeds]) -> ServiceOrderRequest | None:
    """What the operations half is asked for; none when no item needs the network."""
    items = tuple(one for need in needs for one in _service_items(need))
    if not items:
        return None
    wanted = order.get("requestedStartDate")
    return ServiceOrderRequest(
        external_id=order["id"],
        customer_reference=customer_id,
        items=items,
        requested_start_at=instant(wanted) if wanted else None,
        description=order.get("description"),
    )


def _service_items(need: ItemNeeds) -> list[ServiceItem]:
    action = need.item["action"]
    if action == "add":
        return [
            ServiceItem(
                item_id=_item_id(need.item, place),
                action="add",
                specification_id=specification_id,
                characteristics=characteristics_of(need.item),
            )
            for place, specification_id in enumerate(need.specification_ids)
        ]
    if action == "noChange":
        return []
    return [
        ServiceItem(
            item_id=_item_id(need.item, place),
            action="delete" if action == "delete" else "modify",
            specification_id=specification_id,
            service_id=service_id,
            state="terminated" if action == "delete" else wished_state(need.item),
            characteristics=characteristics_of(need.item),
        )
        for place, (service_id, specification_id) in enumerate(need.services)
    ]


def wished_state(item: Doc) -> WishedState:
    """The service's state that a changed product asks for: suspended products have inactive services."""
    return _WISHED.get(str(json.at(item, "product.status", "active")), "active")


def _item_id(item: Doc, place: int) -> str:
    return f"{item['id']}/{place}"


def product_item_id(service_item_id: str) -> str:
    """The product order item that a service item came from."""
    return service_item_id.rpartition("/")[0]


def product_of_item(item: Doc) -> str | None:
    """The product that an item is about."""
    return product_of(item)

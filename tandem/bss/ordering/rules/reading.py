"""What an order says: the customer, the account, the items. Reads only attributes of the standard (TMF622 v5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tandem.kernel import json
from tandem.kernel.json import Doc


def customer_of(order: Doc) -> str | None:
    """The id of the related party whose role, or whose type, is customer."""
    for related in order.get("relatedParty") or ():
        party = related.get("partyOrPartyRole") or {}
        if str(related.get("role", "")).lower() == "customer" or party.get("@referredType") == "Customer":
            found: str | None = party.get("id")
            return found
    return None


def billing_account_of(order: Doc, item: Doc) -> str | None:
    """The account that pays for an item: its own, else the order's."""
    found: str | None = json.at(item, "billingAccount.id") or json.at(order, "billingAccount.id")
    return found


def items_of(order: Doc) -> Iterator[Doc]:
    """Every item, nested ones after the one that holds them."""
    yield from _nested(order.get("productOrderItem") or ())


def _nested(items: Any) -> Iterator[Doc]:
    for item in items:
        yield item
        yield from _nested(item.get("productOrderItem") or ())


def with_items(holder: Doc, change: Callable[[Doc], Doc]) -> Doc:
    """The order (or item) with every item within changed, nested ones too."""
    items = holder.get("productOrderItem")
    if not items:
        return holder
    return {**holder, "productOrderItem": [with_items(change(item), change) for item in items]}


def offering_of(item: Doc) -> str | None:
    """The offering that an item buys."""
    found: str | None = json.at(item, "productOffering.id") or json.at(item, "product.productOffering.id")
    return found


def product_of(item: Doc) -> str | None:
    """The product that an item changes, ends, or has made."""
    found: str | None = json.at(item, "product.id")
    return found


def characteristics_of(item: Doc) -> dict[str, Any]:
    """The characteristics that are asked for, by name."""
    return {one["name"]: one.get("value") for one in json.at(item, "product.productCharacteristic") or ()}


def quantity_of(item: Doc) -> int:
    """How many; one unless it says."""
    said = item.get("quantity")
    return 1 if said is None else int(said)

"""Where version 4 of TMF622 says it in another way than the stored shape, which is version 5's.

What version 4 has no word for stands in attributes of ours, so that a change made by version 4 loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tandem.bss.subscriptions import public as subscriptions
from tandem.kernel.json import Doc
from tandem.kernel.tmf.conversion import Path, Step, beneath, conversion, flattened, related_parties, renamed

_DRAFT: Final = "isDraft"
_IDENTIFIERS: Final = "externalIdentifier"


def _without(doc: Doc, *names: str) -> Doc:
    return {name: value for name, value in doc.items() if name not in names}


def _state_to_v4(order: Doc) -> Doc:
    """Version 4 knows no draft: it is pending, and says by an attribute of ours that it never began."""
    return {**order, "state": "pending", _DRAFT: True} if order.get("state") == "draft" else order


def _state_from_v4(order: Doc) -> Doc:
    if _DRAFT not in order:
        return order
    kept = _without(order, _DRAFT)
    return {**kept, "state": "draft"} if order[_DRAFT] is True and order.get("state") == "pending" else kept


def _identifiers_to_v4(order: Doc) -> Doc:
    """Version 4 has one identifier, as text; whose it is, and further ones, stand beside it."""
    identifiers = order.get("externalId")
    if not identifiers:
        return order
    first = {"externalId": identifiers[0]["id"]} if "id" in identifiers[0] else {}
    return {**_without(order, "externalId"), **first, _IDENTIFIERS: identifiers}


def _identifiers_from_v4(order: Doc) -> Doc:
    """The first identifier is what version 4 says; what stands beside it is kept."""
    told = order.get("externalId")
    beside = order.get(_IDENTIFIERS) or [{}]
    kept = _without(order, "externalId", _IDENTIFIERS)
    if told is None:
        further = [one for one in beside[:1] if one and "id" not in one] + beside[1:]
        return {**kept, "externalId": further} if further else kept
    return {**kept, "externalId": [{**beside[0], "id": told}, *beside[1:]]}


def _identifier_to_stored(path: Path) -> Path:
    return ("externalId", "id") if path == ("externalId",) else path


def _identifier_to_wire(path: Path) -> Path:
    inside = len(path) == 2 and path[0].startswith("externalId") and path[1] == "id"
    return ("externalId",) if inside else path


_ITEM: Final = (
    renamed("quoteItem.quoteItemId", "id"),
    renamed("productOfferingQualificationItem.itemId", "id"),
    *beneath("product", *subscriptions.product_differences()),
)


def _within(change: Callable[[Doc], Doc]) -> Callable[[Doc], Doc]:
    """The same change in the items that an item holds, as deep as they go."""

    def deeper(item: Doc) -> Doc:
        held = item.get("productOrderItem")
        if not isinstance(held, list):
            return item
        return {**item, "productOrderItem": [deeper(change(one)) for one in held]}

    return deeper


_one_to_v4, _one_from_v4 = conversion(*_ITEM)
_NESTED: Final = Step(out=_within(_one_to_v4), back=_within(_one_from_v4))

ORDER_TO_V4, ORDER_FROM_V4 = conversion(
    renamed("creationDate", "orderDate"),
    Step(_identifiers_to_v4, _identifiers_from_v4, _identifier_to_wire, _identifier_to_stored),
    Step(out=_state_to_v4, back=_state_from_v4),
    flattened("channel", under="channel"),
    related_parties("relatedParty"),
    *beneath("productOrderItem", *_ITEM, _NESTED),
)
CANCEL_TO_V4, CANCEL_FROM_V4 = conversion()

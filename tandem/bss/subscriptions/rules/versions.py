"""Where version 4 of TMF637 says it in another way than the stored shape, which is version 5's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from tandem.kernel.json import Doc
from tandem.kernel.tmf.conversion import Path, Step, conversion, flattened, mapped, related_parties, renamed

_IDENTITY: Final = ("id", "href", "name", "@referredType")


def relationship_to_v4(relationship: Any) -> Any:
    """Version 4 encloses the related product."""
    if not isinstance(relationship, dict):
        return relationship
    identity = {name: relationship[name] for name in _IDENTITY if name in relationship}
    rest = {name: value for name, value in relationship.items() if name not in identity}
    return {**rest, "product": {**identity, **rest.get("product", {})}}


def relationship_from_v4(relationship: Any) -> Any:
    """Version 5 is itself the reference; what it has no word for stays enclosed."""
    product = relationship.get("product") if isinstance(relationship, dict) else None
    if not isinstance(product, dict):
        return relationship
    identity = {name: product[name] for name in _IDENTITY if name in product}
    more = {name: value for name, value in product.items() if name not in identity}
    rest = {name: value for name, value in relationship.items() if name != "product"}
    return {**rest, **identity, **({"product": more} if more else {})}


def _relationships() -> Step:
    def stored_path(path: Path) -> Path:
        told = len(path) == 3 and path[0] == "productRelationship" and path[1] == "product"
        return (path[0], path[2]) if told and path[2] in _IDENTITY else path

    def wire_path(path: Path) -> Path:
        told = len(path) == 2 and path[0].startswith("productRelationship") and path[1] in _IDENTITY
        return (path[0], "product", path[1]) if told else path

    step = mapped("productRelationship", out=relationship_to_v4, back=relationship_from_v4)
    return replace(step, stored_path=stored_path, wire_path=wire_path)


_DIFFERENCES: Final = (
    related_parties("relatedParty"),
    flattened("place", under="place"),
    renamed("agreementItem.agreementId", "id"),
    renamed("agreementItem.agreementHref", "href"),
    renamed("agreementItem.agreementName", "name"),
    renamed("agreementItem", "agreement"),
    renamed("productOrderItem.orderId", "productOrderId"),
    renamed("productOrderItem.orderHref", "productOrderHref"),
    renamed("productPrice.priceAlteration", "productPriceAlteration"),
    _relationships(),
)
_one_to_v4, _one_from_v4 = conversion(*_DIFFERENCES)


def _within(change: Callable[[Doc], Doc]) -> Callable[[Doc], Doc]:
    """The same change in the products that a product holds, as deep as they go."""

    def deeper(doc: Doc) -> Doc:
        held = doc.get("product")
        if not isinstance(held, list):
            return doc
        return {**doc, "product": [deeper(change(one)) if isinstance(one, dict) else one for one in held]}

    return deeper


PRODUCT_DIFFERENCES: Final = (*_DIFFERENCES, Step(out=_within(_one_to_v4), back=_within(_one_from_v4)))
PRODUCT_TO_V4, PRODUCT_FROM_V4 = conversion(*PRODUCT_DIFFERENCES)

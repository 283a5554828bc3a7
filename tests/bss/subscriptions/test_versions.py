"""Version 4 of a product and the stored shape say the same."""

from __future__ import annotations

from typing import Any

import pytest

from tandem.bss.subscriptions.rules import versions

OLD: dict[str, Any] = {
    "agreement": [{"id": "a1", "agreementItemId": "2", "name": "Frame"}],
    "place": [{"id": "p1", "name": "Home", "role": "use"}],
    "productOrderItem": [{"productOrderId": "o1", "productOrderHref": "h", "orderItemId": "1"}],
    "productPrice": [{"name": "m", "productPriceAlteration": [{"name": "half"}]}],
    "productRelationship": [
        {"relationshipType": "reliesOn", "product": {"id": "7", "href": "h"}},
        {"relationshipType": "bundles", "product": {"name": "Option", "isBundle": False}},
    ],
    "relatedParty": [{"id": "c1", "role": "customer", "@referredType": "Customer"}],
}
NEW: dict[str, Any] = {
    "agreementItem": [{"agreementId": "a1", "agreementItemId": "2", "agreementName": "Frame"}],
    "place": [{"role": "use", "place": {"id": "p1", "name": "Home"}}],
    "productOrderItem": [{"orderId": "o1", "orderHref": "h", "orderItemId": "1"}],
    "productPrice": [{"name": "m", "priceAlteration": [{"name": "half"}]}],
    "productRelationship": [
        {"relationshipType": "reliesOn", "id": "7", "href": "h"},
        {"relationshipType": "bundles", "name": "Option", "product": {"isBundle": False}},
    ],
    "relatedParty": [{"role": "customer", "partyOrPartyRole": {"id": "c1", "@referredType": "Customer"}}],
}


def nested(doc: dict[str, Any]) -> dict[str, Any]:
    return {**doc, "product": [{**doc, "product": [doc]}, {"id": "8"}]}


@pytest.mark.parametrize(("old", "new"), [(OLD, NEW), (nested(OLD), nested(NEW)), ({}, {})])
def test_both_shapes_say_the_same_however_deep_products_lie(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert versions.PRODUCT_FROM_V4(old) == new
    assert versions.PRODUCT_TO_V4(new) == old


def test_paths_of_version_4_lead_to_where_things_are_stored() -> None:
    assert versions.PRODUCT_FROM_V4.stored("productRelationship.product.id", "7")[0] == "productRelationship.id"
    assert versions.PRODUCT_TO_V4.path("productRelationship[1].id") == "productRelationship[1].product.id"
    assert versions.PRODUCT_FROM_V4.stored("place.id", "7")[0] == "place.place.id"

"""What a desk asks for, as an order in the standard's shape (TMF622 v5)."""

from __future__ import annotations

from typing import Any

from tandem.bss.ordering.terms import NewOrder
from tandem.kernel.json import Doc


def order_of(new: NewOrder) -> Doc:
    """An order with one item that adds one product."""
    item: Doc = {
        "@type": "ProductOrderItem",
        "id": "1",
        "action": "add",
        "quantity": 1,
        "productOffering": {"id": new.offering_id, "@type": "ProductOfferingRef"},
    }
    if new.wished:
        wished = [{"name": name, "value": value, "@type": "StringCharacteristic"} for name, value in new.wished.items()]
        item["product"] = {"@type": "Product", "productCharacteristic": wished}
    customer: dict[str, Any] = {"id": new.customer_id, "@type": "PartyRoleRef", "@referredType": "Customer"}
    order: Doc = {
        "@type": "ProductOrder",
        "relatedParty": [{"@type": "RelatedPartyRefOrPartyRoleRef", "role": "customer", "partyOrPartyRole": customer}],
        "productOrderItem": [item],
    }
    if new.billing_account_id:
        order["billingAccount"] = {"id": new.billing_account_id, "@type": "BillingAccountRef"}
    return order


def named(order: Doc, name: str) -> Doc:
    """The order with the offering's name beside its id, so that whoever reads it later knows it as it was called."""
    items = [
        {**item, "productOffering": {**item["productOffering"], "name": name}} for item in order["productOrderItem"]
    ]
    return {**order, "productOrderItem": items}

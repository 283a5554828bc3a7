"""Samples of TMF622, versions 4 and 5."""

from __future__ import annotations

from tests.entities.sample import Doc, Made, Sample, created, ref
from tests.support.tmf_client import TmfClient

BASE = "/tmf-api/productOrderingManagement"
CATALOG = "/tmf-api/productCatalogManagement/v5"
PERIOD = {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2027-01-01T00:00:00Z"}
MONEY = {"unit": "EUR", "value": 30.0}
NOTE: Doc = {"id": "n1", "author": "agent", "date": "2026-10-12T09:00:00Z", "text": "She asked for the morning"}
PATCH: Doc = {"description": "changed"}


def needs(client: TmfClient) -> Made:
    """A customer with an account, an offering that is for sale, and what else an order may point at."""
    person = ref(client, "/tmf-api/partyManagement/v5/individual", {"givenName": "Orla", "familyName": "Reyes"})
    customer = ref(client, "/tmf-api/customer/v5/customer", {"name": "Orla Reyes", "engagedParty": person})
    owner = {"role": "customer", "partyOrPartyRole": {**customer, "@type": "PartyRoleRef"}}
    account = {"name": "Orla Reyes", "relatedParty": [owner]}
    service = ref(client, "/tmf-api/serviceCatalogManagement/v4/serviceSpecification", {"name": "Mobile"})
    plan = {"name": "Plan", "serviceSpecification": [service]}
    specification = ref(client, f"{CATALOG}/productSpecification", plan)
    monthly = {
        "name": "Monthly",
        "priceType": "recurring",
        "recurringChargePeriodType": "month",
        "recurringChargePeriodLength": 1,
        "price": MONEY,
    }
    price = ref(client, f"{CATALOG}/productOfferingPrice", monthly)
    offering = {
        "name": "Max",
        "lifecycleStatus": "Launched",
        "isSellable": True,
        "productSpecification": specification,
        "productOfferingPrice": [price],
    }
    return {
        "customer": customer,
        "account": ref(client, "/tmf-api/accountManagement/v5/billingAccount", account),
        "offering": ref(client, f"{CATALOG}/productOffering", offering),
        "specification": specification,
        "price": price,
        "other": ref(client, "/tmf-api/productInventory/v5/product", {"name": "Another", "status": "created"}),
    }


def cancel_needs(client: TmfClient) -> Made:
    """An order is made for each wish to cancel, since one order has one undecided wish."""
    return {**needs(client), "client": client}


def _ref(made: Made, what: str) -> Doc:
    return {"id": made[what]["id"], "name": made[what].get("name", what), "@referredType": made[what]["@referredType"]}


def item_of_least(made: Made) -> Doc:
    return {"id": "1", "action": "add", "productOffering": _ref(made, "offering")}


def least(made: Made) -> Doc:
    return {"productOrderItem": [item_of_least(made)]}


def order_price(made: Made) -> Doc:
    """A price of an order, which both versions say alike."""
    change = {"name": "Half price", "priceType": "recurring", "priority": 1, "price": {"percentage": 50}}
    return {
        "name": "Monthly",
        "description": "In advance",
        "priceType": "recurring",
        "recurringChargePeriod": "month",
        "unitOfMeasure": "month",
        "billingAccount": _ref(made, "account"),
        "price": {"taxIncludedAmount": MONEY, "dutyFreeAmount": {"unit": "EUR", "value": 24.39}, "taxRate": 23},
        "productOfferingPrice": _ref(made, "price"),
        "priceAlteration": [change],
    }


def product_price(made: Made, alteration: str) -> Doc:
    """A price of the product; the versions differ in the name of its alterations."""
    price = {name: value for name, value in order_price(made).items() if name != "billingAccount"}
    return {
        **{name: value for name, value in price.items() if name != "priceAlteration"},
        alteration: price["priceAlteration"],
    }


def product(made: Made) -> Doc:
    """What both versions say of a product alike."""
    return {
        "name": f"Max {made['n']}",
        "description": "Her plan",
        "isBundle": False,
        "isCustomerVisible": True,
        "productSerialNumber": "sn-1",
        "startDate": "2026-10-12T09:00:00Z",
        "status": "created",
        "billingAccount": _ref(made, "account"),
        "productCharacteristic": [{"name": "colour", "value": "blue", "valueType": "string"}],
        "productOffering": _ref(made, "offering"),
        "productSpecification": _ref(made, "specification"),
        "productTerm": [{"name": "A year", "duration": {"amount": 12, "units": "month"}, "validFor": PERIOD}],
        "realizingResource": [{"id": "r1", "name": "SIM"}],
        "realizingService": [{"id": "s1", "name": "Mobile"}],
    }


def product_v4(made: Made) -> Doc:
    return {
        **product(made),
        "agreement": [{"id": "a1", "name": "Frame", "agreementItemId": "1"}],
        "place": [{"id": "pl1", "name": "Home", "role": "use", "@referredType": "GeographicAddress"}],
        "product": [{"name": "Option", "place": [{"id": "pl2", "name": "Office", "role": "use"}]}],
        "productOrderItem": [{"productOrderId": "o1", "orderItemId": "1", "orderItemAction": "add"}],
        "productPrice": [product_price(made, "productPriceAlteration")],
        "productRelationship": [{"relationshipType": "reliesOn", "product": {"id": made["other"]["id"]}}],
        "relatedParty": [{**_ref(made, "customer"), "role": "user"}],
    }


def product_v5(made: Made) -> Doc:
    party = {"role": "user", "partyOrPartyRole": {**_ref(made, "customer"), "@type": "PartyRoleRef"}}
    return {
        **product(made),
        "agreementItem": [{"agreementId": "a1", "agreementName": "Frame", "agreementItemId": "1"}],
        "intent": {"id": "i1", "name": "Reach", "@referredType": "Intent"},
        "place": [{"role": "use", "place": {"id": "pl1", "name": "Home", "@referredType": "GeographicAddress"}}],
        "product": [{"name": "Option", "place": [{"role": "use", "place": {"city": "Galway"}}]}],
        "productOrderItem": [{"orderId": "o1", "orderItemId": "1", "orderItemAction": "add"}],
        "productPrice": [product_price(made, "priceAlteration")],
        "productRelationship": [{"relationshipType": "reliesOn", "id": made["other"]["id"], "name": "Another"}],
        "relatedParty": [party],
    }


def item(made: Made, **of_version: Doc) -> Doc:
    """An item with everything that both versions have."""
    return {
        **item_of_least(made),
        "quantity": 1,
        "appointment": {"id": "ap1", "description": "In the morning"},
        "billingAccount": _ref(made, "account"),
        "itemPrice": [order_price(made)],
        "itemTerm": [{"name": "A year", "description": "Least", "duration": {"amount": 12, "units": "month"}}],
        "itemTotalPrice": [order_price(made)],
        "payment": [{"id": "pay1", "name": "Card"}],
        "productOrderItemRelationship": [{"id": "2", "relationshipType": "bundles"}],
        "qualification": [{"id": "q1", "name": "Checked"}],
        **of_version,
    }


def order(made: Made) -> Doc:
    """What both versions say of an order alike."""
    return {
        "category": "residential",
        "description": "Her first order",
        "priority": "1",
        "notificationContact": "orla@example.com",
        "requestedStartDate": "2026-10-12T09:00:00Z",
        "requestedCompletionDate": "2026-10-13T09:00:00Z",
        "expectedCompletionDate": "2026-10-13T09:00:00Z",
        "agreement": [{"id": "a1", "name": "Frame"}],
        "billingAccount": _ref(made, "account"),
        "note": [NOTE],
        "orderTotalPrice": [order_price(made)],
        "payment": [{"id": "pay1", "name": "Card"}],
        "productOfferingQualification": [{"id": "q1", "name": "Checked"}],
        "quote": [{"id": "quote1", "name": "Offer"}],
    }


def order_v4(made: Made) -> Doc:
    quoted = {"id": "1", "quoteId": "quote1", "quoteHref": "https://e.org/quote1"}
    qualified = {"id": "1", "productOfferingQualificationId": "q1"}
    full = item(made, product=product_v4(made), quoteItem=quoted, productOfferingQualificationItem=qualified)
    nested = {**item_of_least(made), "id": "2", "product": product_v4(made), "quoteItem": quoted}
    return {
        **order(made),
        "externalId": f"web-{made['n']}",
        "channel": [{"id": "web", "name": "Web shop", "role": "sale"}],
        "relatedParty": [{**_ref(made, "customer"), "role": "customer"}],
        "productOrderItem": [{**full, "productOrderItem": [nested]}],
    }


def order_v5(made: Made) -> Doc:
    quoted = {"quoteItemId": "1", "quoteId": "quote1", "quoteHref": "https://e.org/quote1"}
    qualified = {"itemId": "1", "productOfferingQualificationId": "q1"}
    full = item(made, product=product_v5(made), quoteItem=quoted, productOfferingQualificationItem=qualified)
    nested = {**item_of_least(made), "id": "2", "product": product_v5(made), "quoteItem": quoted, "note": [NOTE]}
    alert = {"id": "j1", "name": "Late", "alertDate": "2026-10-12T09:00:00Z", "jeopardyType": "warning"}
    return {
        **order(made),
        "requestedInitialState": "acknowledged",
        "externalId": [
            {"id": f"web-{made['n']}", "owner": "web", "externalIdentifierType": "basket"},
            {"id": "crm-7", "owner": "crm"},
        ],
        "channel": [{"role": "sale", "channel": {"id": "web", "name": "Web shop"}}],
        "orderRelationship": [{"id": "o0", "relationshipType": "reliesOn", "name": "Earlier"}],
        "productOrderJeopardyAlert": [alert],
        "relatedParty": [{"role": "customer", "partyOrPartyRole": {**_ref(made, "customer"), "@type": "PartyRoleRef"}}],
        "productOrderItem": [{**full, "note": [NOTE], "productOrderItem": [nested]}],
    }


def draft(client: TmfClient, made: Made) -> str:
    """An order that never began: what is under way is called off, not deleted."""
    order_id: str = created(client, f"{BASE}/v5/productOrder", {**least(made), "requestedInitialState": "draft"})["id"]
    return order_id


def cancel_least(made: Made) -> Doc:
    placed = created(made["client"], f"{BASE}/v5/productOrder", least(made))
    return {"productOrder": {"id": placed["id"]}}


def cancel(made: Made) -> Doc:
    return {
        **cancel_least(made),
        "cancellationReason": "She changed her mind",
        "requestedCancellationDate": "2026-10-12T09:00:00Z",
    }


SAMPLES = {
    ("TMF622", "v4", "productOrder"): Sample(least, order_v4, PATCH, needs, deletable=draft),
    ("TMF622", "v5", "productOrder"): Sample(least, order_v5, PATCH, needs, deletable=draft),
    ("TMF622", "v4", "cancelProductOrder"): Sample(cancel_least, cancel, needs=cancel_needs),
    ("TMF622", "v5", "cancelProductOrder"): Sample(cancel_least, cancel, needs=cancel_needs),
}

"""Samples of TMF637, versions 4 and 5."""

from __future__ import annotations

from tests.entities.sample import Doc, Made, Sample, ref
from tests.support.tmf_client import TmfClient

BASE = "/tmf-api/productInventory"
CATALOG = "/tmf-api/productCatalogManagement/v5"
PERIOD = {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2027-01-01T00:00:00Z"}
PATCH: Doc = {"description": "changed"}


def product_needs(client: TmfClient) -> Made:
    """A customer with an account, and what she bought."""
    person = ref(client, "/tmf-api/partyManagement/v5/individual", {"givenName": "Orla", "familyName": "Reyes"})
    customer = ref(client, "/tmf-api/customer/v5/customer", {"name": "Orla Reyes", "engagedParty": person})
    owner = {"role": "customer", "partyOrPartyRole": {**customer, "@type": "PartyRoleRef"}}
    account = {"name": "Orla Reyes", "relatedParty": [owner]}
    return {
        "customer": customer,
        "account": ref(client, "/tmf-api/accountManagement/v5/billingAccount", account),
        "offering": ref(client, f"{CATALOG}/productOffering", {"name": "Max"}),
        "specification": ref(client, f"{CATALOG}/productSpecification", {"name": "Plan"}),
        "price": ref(client, f"{CATALOG}/productOfferingPrice", {"name": "Monthly"}),
        "other": ref(client, f"{BASE}/v5/product", {"name": "Another"}),
    }


def _ref(made: Made, what: str) -> Doc:
    return {"id": made[what]["id"], "name": made[what].get("name", what), "@referredType": made[what]["@referredType"]}


def common(made: Made) -> Doc:
    """What both versions of a product share."""
    return {
        "name": f"Max {made['n']}",
        "description": "Her plan",
        "isBundle": False,
        "isCustomerVisible": True,
        "orderDate": "2026-10-01T09:00:00Z",
        "productSerialNumber": "sn-1",
        "startDate": "2026-10-12T09:00:00Z",
        "terminationDate": "2027-10-12T09:00:00Z",
        "status": "active",
        "billingAccount": _ref(made, "account"),
        "productCharacteristic": [{"name": "msisdn", "value": f"35320911{made['n']:05d}", "valueType": "string"}],
        "productOffering": _ref(made, "offering"),
        "productSpecification": _ref(made, "specification"),
        "productTerm": [
            {
                "name": "One year",
                "description": "Least",
                "duration": {"amount": 12, "units": "month"},
                "validFor": PERIOD,
            }
        ],
        "realizingResource": [{"id": "r1", "name": "SIM"}],
        "realizingService": [{"id": "s1", "name": "Mobile"}],
    }


def product_price(made: Made, alteration: str) -> Doc:
    """A price of a product; the versions differ in the name of its alterations."""
    money = {"unit": "EUR", "value": 30.0}
    amount = {"taxIncludedAmount": money, "dutyFreeAmount": {"unit": "EUR", "value": 24.39}, "taxRate": 23}
    change = {"name": "Half price", "priceType": "recurring", "priority": 1, "price": {"percentage": 50}}
    return {
        "name": "Monthly",
        "description": "In advance",
        "priceType": "recurring",
        "recurringChargePeriod": "month",
        "unitOfMeasure": "month",
        "price": amount,
        "productOfferingPrice": _ref(made, "price"),
        alteration: [change],
    }


def product_v4(made: Made) -> Doc:
    return {
        **common(made),
        "agreement": [{"id": "a1", "name": "Frame", "agreementItemId": "1"}],
        "place": [{"id": "pl1", "name": "Home", "role": "use"}],
        "product": [
            {
                "name": "Option",
                "relatedParty": [{**_ref(made, "customer"), "role": "customer"}],
                "productPrice": [product_price(made, "productPriceAlteration")],
            }
        ],
        "productOrderItem": [
            {
                "productOrderId": "o1",
                "productOrderHref": "https://e.org/o1",
                "orderItemId": "1",
                "orderItemAction": "add",
                "role": "orderedBy",
            }
        ],
        "productPrice": [product_price(made, "productPriceAlteration")],
        "productRelationship": [{"relationshipType": "reliesOn", "product": {"id": made["other"]["id"]}}],
        "relatedParty": [{**_ref(made, "customer"), "role": "customer"}],
    }


def product_v5(made: Made) -> Doc:
    party = {
        "@type": "RelatedPartyOrPartyRole",
        "role": "customer",
        "partyOrPartyRole": {**_ref(made, "customer"), "@type": "PartyRoleRef"},
    }
    place = {"@type": "PlaceRef", "id": "pl1", "name": "Home", "@referredType": "GeographicAddress"}
    return {
        **common(made),
        "agreementItem": [{"agreementId": "a1", "agreementName": "Frame", "agreementItemId": "1"}],
        "intent": {"@type": "IntentRef", "id": "i1", "name": "Reach", "@referredType": "Intent"},
        "place": [{"@type": "RelatedPlaceRefOrValue", "role": "use", "place": place}],
        "product": [
            {
                "@type": "Product",
                "name": "Option",
                "relatedParty": [party],
                "productPrice": [product_price(made, "priceAlteration")],
            }
        ],
        "productOrderItem": [
            {
                "orderId": "o1",
                "orderHref": "https://e.org/o1",
                "orderItemId": "1",
                "orderItemAction": "add",
                "role": "orderedBy",
            }
        ],
        "productPrice": [product_price(made, "priceAlteration")],
        "productRelationship": [{"relationshipType": "reliesOn", "id": made["other"]["id"], "name": "Another"}],
        "relatedParty": [party],
    }


LEAST: Doc = {"name": "Least", "status": "created"}
SAMPLES = {
    ("TMF637", "v4", "product"): Sample(LEAST, product_v4, PATCH, product_needs),
    ("TMF637", "v5", "product"): Sample(LEAST, product_v5, PATCH, product_needs),
}

"""Samples of TMF620, versions 4 and 5."""

from __future__ import annotations

from tests.entities.sample import Doc, Made, Sample, ref
from tests.support.tmf_client import TmfClient

BASE = "/tmf-api/productCatalogManagement"
PERIOD = {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2027-01-01T00:00:00Z"}
IMPORTED = "data:application/x-ndjson,%7B%22@type%22%3A%22Category%22%2C%22name%22%3A%22Taken%20in%22%7D"
PATCH: Doc = {"description": "changed"}
LEAST: Doc = {"name": "Least"}


def catalog_needs(client: TmfClient) -> Made:
    """What an offering stands on."""
    price = {"name": "Monthly", "priceType": "recurring", "price": {"unit": "EUR", "value": 10}}
    return {
        "category": ref(client, f"{BASE}/v5/category", {"name": "Mobile"}),
        "price": ref(client, f"{BASE}/v5/productOfferingPrice", price),
        "specification": ref(client, f"{BASE}/v5/productSpecification", {"name": "Plan"}),
        "offering": ref(client, f"{BASE}/v5/productOffering", {"name": "Base offer"}),
        "party": ref(client, "/tmf-api/partyManagement/v5/organization", {"name": "Corrib"}),
    }


def _entry(made: Made, name: str) -> Doc:
    return {
        "name": f"{name} {made['n']}",
        "description": "As it is described",
        "lifecycleStatus": "In Design",
        "version": "2.1",
        "validFor": PERIOD,
    }


def _ref(made: Made, what: str) -> Doc:
    return {"id": made[what]["id"], "name": made[what].get("name", what), "@referredType": made[what]["@referredType"]}


def related(made: Made, version: str) -> list[Doc]:
    """A related party in either shape."""
    if version == "v4":
        return [{**_ref(made, "party"), "role": "owner"}]
    reference = {**_ref(made, "party"), "@type": "PartyRef"}
    return [{"@type": "RelatedPartyRefOrPartyRoleRef", "role": "owner", "partyOrPartyRole": reference}]


def attachment(version: str) -> Doc:
    """An attachment by value; version 5 types it."""
    kind: Doc = {"@type": "Attachment"} if version == "v5" else {}
    return {**kind, "name": "Terms", "url": "https://e.org/terms", "mimeType": "text/plain", "description": "All"}


def catalog(version: str) -> Sample:
    """A catalog."""

    def full(made: Made) -> Doc:
        more = {
            "catalogType": "ProductCatalog",
            "category": [_ref(made, "category")],
            "relatedParty": related(made, version),
        }
        return {**_entry(made, "Shop"), **more}

    return Sample(LEAST, full, PATCH, catalog_needs)


def category(version: str) -> Sample:
    """A category below another."""

    def full(made: Made) -> Doc:
        parent: Doc = {"parent": _ref(made, "category")}
        if version == "v4":
            parent = {"parentId": made["category"]["id"]}
        return {
            **_entry(made, "Mobile"),
            **parent,
            "isRoot": False,
            "productOffering": [_ref(made, "offering")],
            "subCategory": [_ref(made, "category")],
        }

    return Sample(LEAST, full, PATCH, catalog_needs)


def value_use(made: Made) -> Doc:
    """A characteristic of a price or an offering with its value."""
    return {
        "name": "speed",
        "description": "Down",
        "valueType": "string",
        "minCardinality": 1,
        "maxCardinality": 1,
        "validFor": PERIOD,
        "productSpecCharacteristicValue": [
            {"valueType": "string", "value": "100M", "isDefault": True, "unitOfMeasure": "bit/s", "validFor": PERIOD}
        ],
        "productSpecification": _ref(made, "specification"),
    }


TERM: Doc = {
    "name": "One year",
    "description": "At least",
    "duration": {"amount": 12, "units": "month"},
    "validFor": PERIOD,
}


def offering(version: str) -> Sample:
    """An offering with everything that it may have."""

    def full(made: Made) -> Doc:
        option = {"numberRelOfferDefault": 1, "numberRelOfferLowerLimit": 0, "numberRelOfferUpperLimit": 2}
        bundled = {"id": made["offering"]["id"], "name": "Base offer", "bundledProductOfferingOption": option}
        doc: Doc = {
            **_entry(made, "Max"),
            "isBundle": True,
            "isSellable": True,
            "statusReason": "new",
            "agreement": [{"id": "a1", "name": "Frame"}],
            "attachment": [attachment(version)],
            "bundledProductOffering": [bundled],
            "category": [_ref(made, "category")],
            "channel": [{"id": "c1", "name": "Shop"}],
            "marketSegment": [{"id": "m1", "name": "Families"}],
            "place": [{"id": "pl1", "name": "Ireland"}],
            "prodSpecCharValueUse": [value_use(made)],
            "productOfferingPrice": [_price(made, version)],
            "productOfferingRelationship": [
                {"id": made["offering"]["id"], "name": "Base offer", "relationshipType": "requires", "role": "base"}
            ],
            "productOfferingTerm": [TERM],
            "productSpecification": _ref(made, "specification"),
            "resourceCandidate": {"id": "rc1", "name": "SIM"},
            "serviceCandidate": {"id": "sc1", "name": "Mobile"},
            "serviceLevelAgreement": {"id": "sla1", "name": "Gold"},
        }
        return {**doc, **_offering_v5()} if version == "v5" else doc

    return Sample(LEAST, full, PATCH, catalog_needs)


def _price(made: Made, version: str) -> Doc:
    price = _ref(made, "price")
    return {**price, "@type": "ProductOfferingPriceRef"} if version == "v5" else price


def _offering_v5() -> Doc:
    group = {
        "id": "g1",
        "name": "One of these",
        "bundledGroupProductOfferingOption": {"numberRelOfferLowerLimit": 1, "numberRelOfferUpperLimit": 1},
    }
    return {
        "allowedAction": [{"action": "add", "channel": [{"id": "c1", "name": "Shop"}], "validFor": PERIOD}],
        "bundledGroupProductOffering": [group],
        "externalIdentifier": [{"id": "e1", "owner": "ERP", "externalIdentifierType": "article"}],
        "policy": [{"id": "po1", "name": "Adults"}],
        "productOfferingCharacteristic": [{"name": "colour", "valueType": "string", "configurable": True}],
    }


def price(version: str) -> Sample:
    """A price with everything that it may have."""

    def full(made: Made) -> Doc:
        rule = {"id": "r1", "name": "Adults"}
        doc: Doc = {
            **_entry(made, "Monthly"),
            "isBundle": False,
            "percentage": 0,
            "priceType": "recurring",
            "recurringChargePeriodLength": 1,
            "recurringChargePeriodType": "month",
            "price": {"unit": "EUR", "value": 30.0},
            "tax": [{"taxCategory": "VAT", "taxRate": 23, "taxAmount": {"unit": "EUR", "value": 5.61}}],
            "unitOfMeasure": {"amount": 1, "units": "month"},
            "place": [{"id": "pl1", "name": "Ireland"}],
            "bundledPopRelationship": [{"id": made["price"]["id"], "name": "Monthly"}],
            "popRelationship": [{"id": made["price"]["id"], "name": "Monthly", "relationshipType": "migration"}],
            "pricingLogicAlgorithm": [{"id": "pl1", "name": "Plain", "plaSpecId": "p", "validFor": PERIOD}],
            "prodSpecCharValueUse": [value_use(made)],
            "productOfferingTerm": [TERM],
        }
        if version == "v4":
            return {**doc, "constraint": [rule]}
        return {**doc, "policy": [rule], "externalIdentifier": [{"id": "e1", "owner": "ERP"}]}

    return Sample(LEAST, full, PATCH, catalog_needs)


def specification(version: str) -> Sample:
    """A product specification with everything that it may have."""

    def full(made: Made) -> Doc:
        value = {"value": "red", "valueType": "string", "isDefault": True}
        relation = {"name": "size", "relationshipType": "with"}
        characteristic: Doc = {"name": "colour", "valueType": "string", "configurable": True, "maxCardinality": 1}
        if version == "v4":
            told = {"productSpecCharacteristicValue": [value], "productSpecCharRelationship": [relation]}
        else:
            told = {"characteristicValueSpecification": [value], "charSpecRelationship": [relation]}
        doc: Doc = {
            **_entry(made, "Plan"),
            "brand": "Corrib",
            "isBundle": False,
            "productNumber": "n-1",
            "attachment": [attachment(version)],
            "bundledProductSpecification": [{"id": made["specification"]["id"], "name": "Plan"}],
            "productSpecCharacteristic": [{**characteristic, **told}],
            "productSpecificationRelationship": [
                {"id": made["specification"]["id"], "name": "Plan", "relationshipType": "requires"}
            ],
            "relatedParty": related(made, version),
            "resourceSpecification": [{"id": "rs1", "name": "SIM"}],
            "serviceSpecification": [{"id": "ss1", "name": "Mobile"}],
            "targetProductSchema": {"@type": "Plan", "@schemaLocation": "https://e.org/plan.json"},
        }
        return {**doc, **_specification_v5(made)} if version == "v5" else doc

    return Sample(LEAST, full, PATCH, catalog_needs)


def _specification_v5(made: Made) -> Doc:
    return {
        "category": [_ref(made, "category")],
        "externalIdentifier": [{"id": "e1", "owner": "ERP", "externalIdentifierType": "article"}],
        "intentSpecification": {"id": "i1", "name": "Reach"},
        "policy": [{"id": "po1", "name": "Adults"}],
    }


EXPORT = Sample({}, {"path": "/productOffering", "query": "lifecycleStatus=Launched"}, wrong=({"path": 17}, "path"))
IMPORT = Sample({"url": IMPORTED})


def _samples(version: str, catalog_path: str) -> dict[tuple[str, str, str], Sample]:
    return {
        ("TMF620", version, catalog_path): catalog(version),
        ("TMF620", version, "category"): category(version),
        ("TMF620", version, "productOffering"): offering(version),
        ("TMF620", version, "productOfferingPrice"): price(version),
        ("TMF620", version, "productSpecification"): specification(version),
        ("TMF620", version, "exportJob"): EXPORT,
        ("TMF620", version, "importJob"): IMPORT,
    }


SAMPLES = {**_samples("v4", "catalog"), **_samples("v5", "productCatalog")}

"""Samples of TMF635, version 4."""

from __future__ import annotations

from tests.entities.sample import Doc, Made, Sample, ref
from tests.support.tmf_client import TmfClient

BASE = "/tmf-api/usageManagement/v4"


def usage_needs(client: TmfClient) -> Made:
    """A customer, and a description of what is sent."""
    person = ref(client, "/tmf-api/partyManagement/v5/individual", {"givenName": "Orla", "familyName": "Reyes"})
    customer = {"name": "Orla Reyes", "engagedParty": person}
    return {
        "customer": ref(client, "/tmf-api/customer/v5/customer", customer),
        "specification": ref(client, f"{BASE}/usageSpecification", {"name": "Voice"}),
    }


def _characteristic(name: str, value: object) -> Doc:
    return {"name": name, "value": value}


def usage_minimal(made: Made) -> Doc:
    """A call from a number that is nobody's: it waits. Each is another record."""
    return {
        "usageType": "voice",
        "usageDate": "2026-10-20T10:00:00Z",
        "usageCharacteristic": [
            _characteristic("servedNumber", "353209119999"),
            _characteristic("destinationNumber", "353915550100"),
            _characteristic("duration", 190),
            _characteristic("recordId", f"cdr-{made['n']}"),
        ],
    }


def usage_full(made: Made) -> Doc:
    """Everything that a client may say."""
    minimal = usage_minimal(made)
    customer, specification = made["customer"], made["specification"]
    return {
        **minimal,
        "description": "A call",
        "status": "received",
        "usageCharacteristic": [
            *minimal["usageCharacteristic"],
            {"id": "c1", "name": "cell", "value": "272-01-17", "valueType": "string"},
        ],
        "usageSpecification": {
            "id": specification["id"],
            "name": "Voice",
            "@referredType": "UsageSpecification",
        },
        "relatedParty": [{"id": customer["id"], "name": "Orla", "role": "customer", "@referredType": "Customer"}],
    }


SPECIFICATION: Doc = {
    "name": "Voice",
    "description": "A call of one party",
    "version": "1.0",
    "isBundle": False,
    "lifecycleStatus": "Active",
    "attachment": [{"name": "Form", "attachmentType": "document", "mimeType": "text/csv", "url": "https://x.test/f"}],
    "constraint": [{"id": "c1", "name": "Must be a number", "version": "1"}],
    "entitySpecRelationship": [{"id": "s1", "name": "Data", "relationshipType": "sibling", "role": "other"}],
    "relatedParty": [{"id": "p1", "name": "Roaming house", "role": "sender", "@referredType": "ClearingHouse"}],
    "specCharacteristic": [
        {
            "name": "servedNumber",
            "description": "Whose use it is",
            "valueType": "string",
            "configurable": False,
            "minCardinality": 1,
            "maxCardinality": 1,
        }
    ],
    "validFor": {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2027-01-01T00:00:00Z"},
}

PATCH: Doc = {"description": "changed"}

SAMPLES = {
    ("TMF635", "v4", "usage"): Sample(minimal=usage_minimal, full=usage_full, patch=PATCH, needs=usage_needs),
    ("TMF635", "v4", "usageSpecification"): Sample(minimal={"name": "Voice"}, full=SPECIFICATION, patch=PATCH),
}

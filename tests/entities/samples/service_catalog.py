"""Samples of TMF633 v4 and TMF634 v4 and v5."""

from __future__ import annotations

from collections.abc import Callable

from tests.entities.sample import Doc, Made, Sample, ref
from tests.support.tmf_client import TmfClient

SERVICES = "/tmf-api/serviceCatalogManagement/v4"
RESOURCES = {"v4": "/tmf-api/resourceCatalog/v4", "v5": "/tmf-api/resourceCatalog/v5"}
PERIOD = {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2027-01-01T00:00:00Z"}
INLINE = "data:application/x-ndjson,%7B%22name%22%3A%22Taken%20in%22%7D"
NO_FILE = "data:application/x-ndjson,"

ENTRY: Doc = {
    "description": "As it is described",
    "lifecycleStatus": "In design",
    "version": "2.1",
    "validFor": PERIOD,
}
V4_PARTY = {"id": "p1", "role": "owner", "name": "Corrib", "@referredType": "Organization", "href": "https://e.org/p1"}
V5_PARTY: Doc = {
    "@type": "RelatedPartyRefOrPartyRoleRef",
    "role": "owner",
    "partyOrPartyRole": {"@type": "PartyRef", "id": "p1", "name": "Corrib", "@referredType": "Organization"},
}


def service_needs(client: TmfClient) -> Made:
    """A category, a candidate and specifications to refer to."""
    specification = ref(client, f"{SERVICES}/serviceSpecification", {"name": "Base service"})
    candidate = {"name": "Base candidate", "serviceSpecification": specification}
    return {
        "specification": specification,
        "category": ref(client, f"{SERVICES}/serviceCategory", {"name": "Base category"}),
        "candidate": ref(client, f"{SERVICES}/serviceCandidate", candidate),
        "resource": ref(client, f"{RESOURCES['v4']}/resourceSpecification", {"name": "Base resource"}),
    }


def resource_needs(version: str) -> Callable[[TmfClient], Made]:
    """As `service_needs`, for the resource half in one version."""

    def needs(client: TmfClient) -> Made:
        base = RESOURCES[version]
        specification = ref(client, f"{base}/resourceSpecification", {"name": "Base resource"})
        candidate = {"name": "Base candidate", "resourceSpecification": specification}
        return {
            "specification": specification,
            "category": ref(client, f"{base}/resourceCategory", {"name": "Base category"}),
            "candidate": ref(client, f"{base}/resourceCandidate", candidate),
        }

    return needs


def value(text: str, *, is_default: bool = False) -> Doc:
    """A value of a characteristic."""
    return {"value": text, "valueType": "string", "isDefault": is_default, "validFor": PERIOD}


def service_specification(made: Made) -> Doc:
    """A service specification with everything that it may have."""
    return {
        **ENTRY,
        "name": f"Broadband {made['n']}",
        "isBundle": False,
        "attachment": [{"id": "a1", "name": "Data sheet", "mimeType": "text/plain", "url": "https://e.org/sheet"}],
        "constraint": [{"id": "c1", "name": "Only in towns", "version": "1"}],
        "entitySpecRelationship": [{"id": "x1", "relationshipType": "uses", "role": "tool", "name": "Tool"}],
        "featureSpecification": [
            {
                "id": "f1",
                "name": "Fixed address",
                "isEnabled": True,
                "constraint": [{"id": "c2"}],
                "featureSpecCharacteristic": [
                    {"name": "address", "valueType": "string", "featureSpecCharacteristicValue": [value("10.0.0.1")]}
                ],
                "featureSpecRelationship": [{"name": "needs", "relationshipType": "requires", "featureId": "f0"}],
            }
        ],
        "relatedParty": [V4_PARTY],
        "resourceSpecification": [made["resource"]],
        "serviceLevelSpecification": [{"id": "sls1", "name": "Gold"}],
        "serviceSpecRelationship": [
            {**made["specification"], "relationshipType": "dependency", "role": "base", "validFor": PERIOD}
        ],
        "specCharacteristic": [
            {
                "name": "speed",
                "valueType": "string",
                "configurable": True,
                "minCardinality": 1,
                "maxCardinality": 1,
                "characteristicValueSpecification": [value("100M", is_default=True), value("1G")],
                "charSpecRelationship": [{"name": "duplex", "relationshipType": "with"}],
            }
        ],
        "targetEntitySchema": {"@type": "Broadband", "@schemaLocation": "https://e.org/broadband.json"},
    }


def resource_v4(made: Made) -> Doc:
    """A resource specification in the shape of version 4."""
    characteristic = {
        "name": "length",
        "valueType": "string",
        "resourceSpecCharacteristicValue": [value("10 m")],
        "resourceSpecCharRelationship": [{"name": "with", "relationshipType": "with", "resourceSpecificationId": "r0"}],
    }
    return {
        **ENTRY,
        "name": f"Cable {made['n']}",
        "@type": "PhysicalResourceSpecification",
        "category": "cable",
        "isBundle": False,
        "model": "X1",
        "vendor": "Corrib",
        "attachment": [{"id": "a1", "name": "Data sheet", "url": "https://e.org/sheet", "attachmentType": "sheet"}],
        "featureSpecification": [
            {
                "id": "f1",
                "name": "Armour",
                "constraint": [{"id": "c1", "name": "Below ground"}],
                "featureSpecCharacteristic": [
                    {
                        "name": "steel",
                        "featureSpecCharacteristicValue": [value("yes")],
                        "featureSpecCharRelationship": [
                            {"name": "with", "relationshipType": "with", "characteristicId": "ch1", "featureId": "f0"}
                        ],
                    }
                ],
                "featureSpecRelationship": [{"name": "needs", "relationshipType": "requires", "featureId": "f0"}],
            }
        ],
        "relatedParty": [V4_PARTY],
        "resourceSpecCharacteristic": [characteristic],
        "resourceSpecRelationship": [
            {
                "id": made["specification"]["id"],
                "name": "Base resource",
                "relationshipType": "requires",
                "minimumQuantity": 1,
                "characteristic": [characteristic],
            }
        ],
        "targetResourceSchema": {"@type": "Cable", "@schemaLocation": "https://e.org/cable.json"},
    }


def resource_v5(made: Made) -> Doc:
    """A resource specification in the shape of version 5."""
    characteristic = {
        "@type": "CharacteristicSpecification",
        "name": "length",
        "valueType": "string",
        "characteristicValueSpecification": [value("10 m")],
        "charSpecRelationship": [{"name": "with", "relationshipType": "with", "parentSpecificationId": "r0"}],
    }
    return {
        **ENTRY,
        "name": f"Cable {made['n']}",
        "@type": "PhysicalResourceSpecification",
        "category": "cable",
        "model": "X1",
        "attachment": [{"@type": "Attachment", "name": "Data sheet", "url": "https://e.org/sheet", "mimeType": "a/b"}],
        "externalIdentifier": [{"id": "e1", "owner": "ERP", "externalIdentifierType": "article"}],
        "featureSpecification": [
            {
                "id": "f1",
                "name": "Armour",
                "policyConstraint": [{"id": "c1", "name": "Below ground"}],
                "featureSpecCharacteristic": [characteristic],
                "featureSpecRelationship": [{"name": "needs", "relationshipType": "requires", "featureId": "f0"}],
            }
        ],
        "intentSpecification": {"id": "i1", "name": "Reach"},
        "relatedParty": [V5_PARTY],
        "resourceSpecCharacteristic": [characteristic],
        "resourceSpecRelationship": [
            {"id": made["specification"]["id"], "relationshipType": "requires", "characteristic": [characteristic]}
        ],
        "targetResourceSchema": {"@type": "Cable", "@schemaLocation": "https://e.org/cable.json"},
    }


def entry(name: str, **references: str) -> Callable[[Made], Doc]:
    """A body with a name of its own; `references`: attribute → what the sample made, a list where that ends in s."""

    def body(made: Made) -> Doc:
        doc: Doc = {**ENTRY, "name": f"{name} {made['n']}"}
        for attribute, made_name in references.items():
            found = made[made_name.removesuffix("s")]
            doc[attribute] = [found] if made_name.endswith("s") else found
        return doc

    return body


def with_party(body: Callable[[Made], Doc], party: Doc) -> Callable[[Made], Doc]:
    """The same body with a related party."""
    return lambda made: {**body(made), "relatedParty": [party]}


def resource_samples(version: str) -> dict[tuple[str, str, str], Sample]:
    """The resource half in one version."""
    party = V4_PARTY if version == "v4" else V5_PARTY
    needs = resource_needs(version)
    category = entry("Resources", category="categorys", resourceCandidate="candidates")
    return {
        ("TMF634", version, "resourceCatalog"): Sample(
            minimal={"name": "Resources"},
            full=with_party(entry("Resources", category="categorys"), party),
            patch=PATCH,
            needs=needs,
        ),
        ("TMF634", version, "resourceCategory"): Sample(
            minimal={"name": "Cables"}, full=with_party(category, party), patch=PATCH, needs=needs
        ),
        ("TMF634", version, "resourceCandidate"): Sample(
            minimal={"name": "Cable"},
            full=entry("Cable", category="categorys", resourceSpecification="specification"),
            patch=PATCH,
            needs=needs,
        ),
        ("TMF634", version, "resourceSpecification"): Sample(
            minimal={"name": "Cable"},
            full=resource_v4 if version == "v4" else resource_v5,
            patch={"description": "changed", "lifecycleStatus": "Rejected"},
            needs=needs,
        ),
        ("TMF634", version, "importJob"): Sample(minimal={"url": INLINE}, full={"url": INLINE, "contentType": "x/y"}),
        ("TMF634", version, "exportJob"): Sample(
            minimal={"url": NO_FILE}, full={"url": NO_FILE, "query": "lifecycleStatus=Active", "path": "here"}
        ),
    }


PATCH: Doc = {"description": "changed"}
SAMPLES = {
    ("TMF633", "v4", "serviceCatalog"): Sample(
        minimal={"name": "Services"},
        full=with_party(entry("Services", category="categorys"), V4_PARTY),
        patch=PATCH,
        needs=service_needs,
    ),
    ("TMF633", "v4", "serviceCategory"): Sample(
        minimal={"name": "Broadband"},
        full=entry("Broadband", category="categorys", serviceCandidate="candidates"),
        patch=PATCH,
        needs=service_needs,
    ),
    ("TMF633", "v4", "serviceCandidate"): Sample(
        minimal=lambda made: {"name": "Broadband", "serviceSpecification": made["specification"]},
        full=entry("Broadband", category="categorys", serviceSpecification="specification"),
        patch=PATCH,
        needs=service_needs,
    ),
    ("TMF633", "v4", "serviceSpecification"): Sample(
        minimal={"name": "Broadband"},
        full=service_specification,
        patch={"description": "changed", "lifecycleStatus": "Rejected"},
        needs=service_needs,
    ),
    ("TMF633", "v4", "importJob"): Sample(minimal={"url": INLINE}, full={"url": INLINE, "contentType": "x/y"}),
    ("TMF633", "v4", "exportJob"): Sample(minimal={"url": NO_FILE}, full={"url": NO_FILE, "query": "name=none"}),
    **resource_samples("v4"),
    **resource_samples("v5"),
}

"""Samples of TMF638 and TMF639, each in version 4 and 5."""

from __future__ import annotations

from collections.abc import Callable

from tests.entities.sample import Doc, Made, Sample, ref
from tests.support.tmf_client import TmfClient

SPECIFICATIONS = "/tmf-api/serviceCatalogManagement/v4/serviceSpecification"
RESOURCE_SPECIFICATIONS = "/tmf-api/resourceCatalog/v4/resourceSpecification"
SERVICES = "/tmf-api/serviceInventory/v4/service"
RESOURCES = "/tmf-api/resourceInventoryManagement/v4/resource"
NOTE = {"id": "n1", "author": "tester", "date": "2026-10-12T09:00:00Z", "text": "As it was found"}
CHARACTERISTICS = [{"name": "speed", "value": "100M", "valueType": "string"}, {"name": "vlan", "value": 17}]
V4_PARTY = {"id": "p1", "role": "customer", "name": "Anna", "@referredType": "Individual"}
V5_PARTY: Doc = {"role": "customer", "partyOrPartyRole": {"id": "p1", "name": "Anna", "@referredType": "Individual"}}
V4_PLACE = {"id": "pl1", "role": "installation", "name": "Main Street 1", "@referredType": "GeographicAddress"}
V5_PLACE: Doc = {"role": "installation", "place": {"id": "pl1", "name": "Main Street 1"}}


def needs(client: TmfClient) -> Made:
    """Specifications, a service and a resource to refer to; every body asks for a resource of its own."""
    specification = ref(client, SPECIFICATIONS, {"name": "Broadband"})
    return {
        "specification": specification,
        "resource_specification": ref(client, RESOURCE_SPECIFICATIONS, {"name": "Port"}),
        "service": ref(client, SERVICES, {"name": "Base", "state": "active", "serviceSpecification": specification}),
        "resource": ref(
            client,
            RESOURCES,
            {"name": "Shelf", "resourceCharacteristic": [{"name": "shareable", "value": True, "valueType": "boolean"}]},
        ),
    }


def feature(constraint: str) -> Doc:
    """A feature, whose rule has another name in each document."""
    return {
        "id": "f1",
        "name": "Fixed address",
        "isEnabled": True,
        constraint: [{"id": "c1", "name": "In towns", "version": "1"}],
        "featureCharacteristic": CHARACTERISTICS,
        "featureRelationship": [{"id": "f0", "name": "needs", "relationshipType": "requires"}],
    }


def service(parties: Doc, place: Doc, entity: Doc) -> Callable[[Made], Doc]:
    """A service with everything that it may have, in the words of one version."""
    return lambda made: {
        "name": f"Broadband {made['n']}",
        "description": "As it is described",
        "category": "CustomerFacingService",
        "serviceType": "broadband",
        "state": "designed",
        "isServiceEnabled": False,
        "hasStarted": False,
        "isStateful": True,
        "isBundle": False,
        "startMode": "1",
        "startDate": "2026-10-12T09:00:00Z",
        "serviceSpecification": made["specification"],
        "serviceCharacteristic": CHARACTERISTICS,
        "feature": [feature("constraint")],
        "note": [NOTE],
        "place": [place],
        "relatedEntity": [entity],
        "relatedParty": [parties],
        "serviceOrderItem": [{"serviceOrderId": "so1", "itemId": "1", "itemAction": "add", "role": "origin"}],
        "serviceRelationship": [{"relationshipType": "requires", "service": made["service"]}],
        "supportingResource": [made["resource"]],
        "supportingService": [made["service"]],
    }


def resource(more: Doc) -> Callable[[Made], Doc]:
    """A resource with everything that both versions have, and what only one has."""
    return lambda made: {
        "@type": "LogicalResource",
        "name": f"Port {made['n']}",
        "description": "As it is described",
        "category": "port",
        "resourceVersion": "1",
        "value": f"port/{made['n']}",
        "startOperatingDate": "2026-10-12T09:00:00Z",
        "usageState": "idle",
        "note": [NOTE],
        "resourceCharacteristic": CHARACTERISTICS,
        "resourceRelationship": [{"relationshipType": "containedIn", "resource": made["resource"]}],
        "resourceSpecification": made["resource_specification"],
        **more,
    }


RESOURCE_V4: Doc = {
    "resourceStatus": "standby",
    "administrativeState": "shutdown",
    "operationalState": "enable",
    "activationFeature": [feature("constraint")],
    "attachment": [
        {"name": "Photo", "url": "https://e.org/photo", "attachmentType": "picture", "mimeType": "image/png"}
    ],
    "place": V4_PLACE,
    "relatedParty": [V4_PARTY],
}
RESOURCE_V5: Doc = {
    "administrativeState": "shuttingDown",
    "operationalState": "enabled",
    "lifecycleState": "installed",
    "alarmStatus": ["minor"],
    "availabilityStatus": "online",
    "controlStatus": "subjectToTest",
    "proceduralStatus": "reporting",
    "unknownStatus": False,
    "validFor": {"startDateTime": "2026-01-01T00:00:00Z"},
    "activationFeature": [feature("policyConstraint")],
    "attachment": [{"id": "a1", "name": "Photo", "url": "https://e.org/photo"}],
    "externalIdentifier": [{"id": "e1", "owner": "ERP", "externalIdentifierType": "asset"}],
    "intent": {"id": "i1", "name": "Reach"},
    "place": [V5_PLACE, {"role": "spare", "place": {"id": "pl2"}}],
    "relatedParty": [V5_PARTY],
    "resourceOrderItem": [{"resourceOrderId": "ro1", "itemId": "1", "itemAction": "add"}],
}

PATCH: Doc = {"description": "changed"}


def least(made: Made) -> Doc:
    """The least that makes a service."""
    return {"state": "feasibilityChecked", "serviceSpecification": made["specification"]}


SAMPLES = {
    ("TMF638", "v4", "service"): Sample(
        minimal=least,
        full=service(V4_PARTY, V4_PLACE, {"id": "x1", "role": "tool", "name": "Tool", "@referredType": "Product"}),
        patch=PATCH,
        needs=needs,
    ),
    ("TMF638", "v5", "service"): Sample(
        minimal=least,
        full=service(V5_PARTY, V5_PLACE, {"role": "tool", "entity": {"id": "x1", "name": "Tool"}}),
        patch=PATCH,
        needs=needs,
    ),
    ("TMF639", "v4", "resource"): Sample(
        minimal={"name": "Port"}, full=resource(RESOURCE_V4), patch=PATCH, needs=needs
    ),
    ("TMF639", "v5", "resource"): Sample(
        minimal={"name": "Port"}, full=resource(RESOURCE_V5), patch=PATCH, needs=needs
    ),
}

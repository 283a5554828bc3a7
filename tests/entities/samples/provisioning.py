"""Samples of TMF641 and TMF652, version 4."""

from __future__ import annotations

from tests.entities.sample import Doc, Made, Sample, created, ref
from tests.support.tmf_client import TmfClient

SERVICE_ORDERS = "/tmf-api/serviceOrdering/v4/serviceOrder"
CANCEL_SERVICE_ORDERS = "/tmf-api/serviceOrdering/v4/cancelServiceOrder"
RESOURCE_ORDERS = "/tmf-api/resourceOrderingManagement/v4/resourceOrder"
CANCEL_RESOURCE_ORDERS = "/tmf-api/resourceOrderingManagement/v4/cancelResourceOrder"
SPECIFICATIONS = "/tmf-api/serviceCatalogManagement/v4/serviceSpecification"
RESOURCE_SPECIFICATIONS = "/tmf-api/resourceCatalog/v4/resourceSpecification"
NOTE: Doc = {"id": "n1", "author": "tester", "date": "2026-10-12T09:00:00Z", "text": "As it was asked"}
PARTY: Doc = {"id": "p1", "role": "customer", "name": "Orla", "@referredType": "Customer"}
PLACE: Doc = {"id": "pl1", "role": "installation", "name": "Main Street 1", "@referredType": "GeographicAddress"}
CHARACTERISTICS = [{"name": "speed", "value": "100M", "valueType": "string"}, {"name": "vlan", "value": 17}]
PATCH: Doc = {"description": "changed"}


def needs(client: TmfClient) -> Made:
    """What is ordered, and the client, since each cancellation has an order of its own."""
    return {
        "client": client,
        "specification": ref(client, SPECIFICATIONS, {"name": "Broadband"}),
        "resource_specification": ref(client, RESOURCE_SPECIFICATIONS, {"name": "Port"}),
    }


def service_order_least(made: Made) -> Doc:
    service = {"state": "active", "serviceSpecification": made["specification"]}
    return {"serviceOrderItem": [{"id": "1", "action": "add", "service": service}]}


def service(made: Made) -> Doc:
    """A service with everything that an order may say of it."""
    return {
        "name": f"Broadband {made['n']}",
        "description": "As it is described",
        "category": "CustomerFacingService",
        "serviceType": "broadband",
        "state": "active",
        "isServiceEnabled": True,
        "hasStarted": False,
        "isStateful": True,
        "isBundle": False,
        "startMode": "1",
        "startDate": "2026-10-12T09:00:00Z",
        "endDate": "2027-10-12T09:00:00Z",
        "serviceDate": "2026-10-12",
        "feature": [{"id": "f1", "name": "Fixed address", "isEnabled": True, "featureCharacteristic": CHARACTERISTICS}],
        "note": [NOTE],
        "place": [PLACE],
        "relatedEntity": [{"id": "x1", "role": "tool", "name": "Tool", "@referredType": "Product"}],
        "relatedParty": [PARTY],
        "serviceCharacteristic": CHARACTERISTICS,
        "serviceOrderItem": [{"serviceOrderId": "so1", "itemId": "1", "itemAction": "add", "role": "origin"}],
        "serviceRelationship": [{"relationshipType": "requires", "service": {"id": "s1", "name": "Base"}}],
        "serviceSpecification": made["specification"],
        "supportingResource": [{"id": "r1", "name": "Port"}],
        "supportingService": [{"id": "s1", "name": "Base"}],
    }


def service_order(made: Made) -> Doc:
    """A service order with everything that a client may say."""
    nested = {"id": "2", "action": "noChange", "service": service(made)}
    item = {
        "id": "1",
        "action": "add",
        "quantity": 1,
        "service": service(made),
        "appointment": {"id": "ap1", "description": "In the morning"},
        "serviceOrderItem": [nested],
        "serviceOrderItemRelationship": [{"relationshipType": "reliesOn", "orderItem": {"id": "2", "itemId": "2"}}],
    }
    return {
        "category": "broadband",
        "description": "As it was asked",
        "externalId": f"ext-{made['n']}",
        "notificationContact": "noc@example.com",
        "priority": "1",
        "requestedStartDate": "2026-10-12T09:00:00Z",
        "requestedCompletionDate": "2026-10-13T09:00:00Z",
        "expectedCompletionDate": "2026-10-13T09:00:00Z",
        "externalReference": [{"id": "e1", "name": "Ticket", "externalReferenceType": "ticket"}],
        "jeopardyAlert": [{"id": "j1", "name": "Late", "alertDate": "2026-10-12T09:00:00Z", "message": "Maybe"}],
        "note": [NOTE],
        "orderRelationship": [{"id": "so0", "relationshipType": "dependsOn", "@referredType": "ServiceOrder"}],
        "relatedParty": [PARTY],
        "serviceOrderItem": [item],
    }


def resource_order(made: Made) -> Doc:
    """A resource order with everything that a client may say; nobody keeps ports in a pool, so that it is rejected."""
    resource = {
        "id": "r1",
        "href": "https://e.org/r1",
        "name": "Port",
        "description": "As it is described",
        "category": "port",
        "resourceVersion": "1",
        "administrativeState": "locked",
        "operationalState": "enable",
        "resourceStatus": "standby",
        "usageState": "idle",
        "startOperatingDate": "2026-10-12T09:00:00Z",
        "note": [NOTE],
        "place": PLACE,
        "relatedParty": [PARTY],
        "resourceCharacteristic": CHARACTERISTICS,
        "resourceRelationship": [{"relationshipType": "containedIn", "id": "r0", "href": "https://e.org/r0"}],
        "resourceSpecification": made["resource_specification"],
    }
    item = {
        "id": "1",
        "action": "add",
        "quantity": 1,
        "appointment": {"id": "ap1", "description": "In the morning"},
        "orderItemRelationship": [{"relationshipType": "reliesOn", "orderItem": {"itemId": "2"}}],
        "resource": resource,
        "resourceSpecification": made["resource_specification"],
    }
    return {
        "name": f"Ports {made['n']}",
        "category": "access",
        "description": "As it was asked",
        "externalId": f"ext-{made['n']}",
        "orderType": "add",
        "priority": 1,
        "requestedStartDate": "2026-10-12T09:00:00Z",
        "requestedCompletionDate": "2026-10-13T09:00:00Z",
        "expectedCompletionDate": "2026-10-13T09:00:00Z",
        "externalReference": [{"id": "e1", "owner": "ERP", "entityType": "ticket"}],
        "note": [NOTE],
        "relatedParty": [PARTY],
        "orderItem": [item],
    }


def cancel_service_order(made: Made) -> Doc:
    placed = created(made["client"], SERVICE_ORDERS, service_order_least(made))
    return {"serviceOrder": {"id": placed["id"]}}


def cancel_resource_order(made: Made) -> Doc:
    placed = created(made["client"], RESOURCE_ORDERS, {"name": "Ports"})
    return {"resourceOrder": {"id": placed["id"]}}


def ended_service_order(client: TmfClient, made: Made) -> str:
    """An order that was called off: what is under way is not deleted."""
    body = cancel_service_order(made)
    created(client, CANCEL_SERVICE_ORDERS, body)
    return str(body["serviceOrder"]["id"])


def ended_resource_order(client: TmfClient, made: Made) -> str:
    """An order that was called off."""
    body = cancel_resource_order(made)
    created(client, CANCEL_RESOURCE_ORDERS, body)
    return str(body["resourceOrder"]["id"])


WHY: Doc = {"cancellationReason": "Not needed", "requestedCancellationDate": "2026-10-12T09:00:00Z"}

SAMPLES = {
    ("TMF641", "v4", "serviceOrder"): Sample(
        service_order_least, service_order, PATCH, needs, deletable=ended_service_order
    ),
    ("TMF641", "v4", "cancelServiceOrder"): Sample(
        cancel_service_order, lambda made: {**cancel_service_order(made), **WHY}, needs=needs
    ),
    ("TMF652", "v4", "resourceOrder"): Sample(
        {"name": "Ports"}, resource_order, PATCH, needs, deletable=ended_resource_order
    ),
    ("TMF652", "v4", "cancelResourceOrder"): Sample(
        cancel_resource_order, lambda made: {**cancel_resource_order(made), **WHY}, needs=needs
    ),
}

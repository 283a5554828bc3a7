"""How services and resources are written down in the standard's shape (TMF638 and TMF639, version 5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tandem.kernel.json import Doc
from tandem.kernel.tmf.types import characteristic_type
from tandem.oss.inventory.terms import KeyInDocument, NewResource, NewService

SECRET_NAMES: Final = frozenset({"ki", "k", "op", "opc", "adm", "adm1", "pin1", "pin2", "puk1", "puk2"})
SHAREABLE: Final = "shareable"
ENDS_WITH_SERVICE: Final = "endsWithService"
PRODUCT_ROLE: Final = "product"
CUSTOMER_ROLE: Final = "customer"

_VALUE_TYPES: Final = {
    "StringCharacteristic": "string",
    "BooleanCharacteristic": "boolean",
    "IntegerCharacteristic": "integer",
    "NumberCharacteristic": "number",
    "ObjectCharacteristic": "object",
}


def service_doc(new: NewService, resources: tuple[Doc, ...], services: tuple[Doc, ...]) -> Doc:
    """A new service, reserved for its order; `resources` and `services` are the references to what carries it."""
    doc: Doc = {
        "@type": "Service",
        "name": new.name,
        "category": "CustomerFacingService",
        "state": "reserved",
        "operatingStatus": "pending",
        "isServiceEnabled": False,
        "hasStarted": False,
        "serviceSpecification": _specification(
            "ServiceSpecificationRef", new.specification_id, new.specification_name, new.specification_version
        ),
        "serviceCharacteristic": characteristics_of(new.characteristics),
        "supportingResource": list(resources),
    }
    if services:
        doc["supportingService"] = list(services)
    if new.id is not None:
        doc["id"] = new.id
    return doc | _belongings(new)


def _belongings(new: NewService) -> Doc:
    """For whom a service is, which product sold it, and which order item brought it."""
    doc: Doc = {}
    if new.party_id is not None:
        party = {"@type": "PartyRef", "id": new.party_id, "@referredType": "Party"}
        doc["relatedParty"] = [
            {"@type": "RelatedPartyRefOrPartyRoleRef", "role": CUSTOMER_ROLE, "partyOrPartyRole": party}
        ]
    if new.product_id is not None:
        entity = {"@type": "EntityRef", "id": new.product_id, "@referredType": "Product"}
        doc["relatedEntity"] = [{"@type": "RelatedEntityRefOrValue", "role": PRODUCT_ROLE, "entity": entity}]
    if new.order_id is not None:
        item: Doc = {"@type": "RelatedServiceOrderItem", "serviceOrderId": new.order_id, "itemAction": "add"}
        doc["serviceOrderItem"] = [item | ({"itemId": new.order_item_id} if new.order_item_id else {})]
    return doc


def resource_doc(new: NewResource, at: str) -> Doc:
    """A new resource, installed and idle; `at` is the instant of its making as text."""
    marks = {SHAREABLE: new.shareable, ENDS_WITH_SERVICE: new.ends_with_service}
    characteristics = characteristics_of({**new.characteristics, **{name: True for name, on in marks.items() if on}})
    doc: Doc = {
        "@type": new.kind,
        "name": new.name,
        "category": new.category,
        "creationDate": at,
        "startOperatingDate": at,
        "resourceStatus": "available",
        "usageState": "idle",
        "administrativeState": "unlocked",
        "operationalState": "enabled",
        "lifecycleState": "installed",
        "resourceSpecification": _specification(
            "ResourceSpecificationRef", new.specification_id, new.specification_name, None
        ),
        "resourceCharacteristic": characteristics,
    }
    if new.value is not None:
        doc["value"] = new.value
    if new.relations:
        doc["resourceRelationship"] = [relation(kind, other) for kind, other in new.relations]
    if new.id is not None:
        doc["id"] = new.id
    refuse_keys(doc)
    return doc


def is_marked(resource: Doc, mark: str) -> bool:
    """Whether a resource carries SHAREABLE or ENDS_WITH_SERVICE."""
    return any(
        one.get("name") == mark and one.get("value") is True for one in resource.get("resourceCharacteristic", ())
    )


def relation(kind: str, resource_id: str) -> Doc:
    """A relationship to another resource."""
    return {
        "@type": "ResourceRelationship",
        "relationshipType": kind,
        "resource": {"@type": "ResourceRef", "id": resource_id, "@referredType": "Resource"},
    }


def resource_ref(resource_id: str, name: str | None, referred: str) -> Doc:
    """A reference to a resource; `referred` is its kind, such as LogicalResource."""
    doc = {"@type": "ResourceRef", "id": resource_id, "@referredType": referred}
    return doc if name is None else {**doc, "name": name}


def service_ref(service_id: str, name: str | None) -> Doc:
    """A reference to a service."""
    doc = {"@type": "ServiceRef", "id": service_id, "@referredType": "Service"}
    return doc if name is None else {**doc, "name": name}


def characteristics_of(values: Mapping[str, Any]) -> list[Doc]:
    """Names and values as the standard's characteristics."""
    return [_characteristic(name, value) for name, value in values.items()]


def _characteristic(name: str, value: Any) -> Doc:
    kind = characteristic_type(value)
    doc: Doc = {"@type": kind, "name": name, "value": value}
    return doc | ({"valueType": _VALUE_TYPES[kind]} if kind in _VALUE_TYPES else {})


def with_attachment_ids(resource: Doc) -> Doc:
    """The same resource with an id for each attachment: by its place where the client gave none."""
    attachments = resource.get("attachment")
    if not attachments or all("id" in one for one in attachments):
        return resource
    return {**resource, "attachment": [{"id": str(place), **one} for place, one in enumerate(attachments, 1)]}


def refuse_keys(resource: Doc) -> None:
    """Raises: KeyInDocument when a characteristic is named like a card's secret."""
    for index, one in enumerate(resource.get("resourceCharacteristic", ())):
        if str(one.get("name", "")).lower() in SECRET_NAMES:
            raise KeyInDocument(
                "keys and codes of a card stand in no document",
                path=f"resourceCharacteristic[{index}].name",
                next_action="bring them in by the import of SIMs, which seals them",
            )


def _specification(kind: str, spec_id: str, name: str, version: str | None) -> Doc:
    doc = {"@type": kind, "id": spec_id, "name": name, "@referredType": kind.removesuffix("Ref")}
    return doc if version is None else {**doc, "version": version}

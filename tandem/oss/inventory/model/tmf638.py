"""A service as the network gives it to somebody. Standard: TMF638 v5."""

from __future__ import annotations

from typing import Literal

import msgspec

from tandem.kernel.json import Doc
from tandem.kernel.tmf.types import (
    Characteristic,
    Entity,
    EntityRef,
    Extensible,
    ExternalIdentifier,
    Instant,
    Note,
    RelatedPartyRefOrPartyRoleRef,
)
from tandem.oss.inventory.model.words import (
    Feature,
    OrderItemAction,
    PlaceRef,
    ResourceRef,
    ServiceSpecificationRef,
)

ServiceState = Literal["feasibilityChecked", "designed", "reserved", "inactive", "active", "suspended", "terminated"]
OperatingStatus = Literal[
    "pending",
    "configured",
    "starting",
    "running",
    "degraded",
    "failed",
    "limited",
    "stopping",
    "stopped",
    "unknown",
]


class RelatedServiceOrderItem(Extensible):
    """The order item that brought a service to be, or changed it."""

    service_order_id: str | None = None
    service_order_href: str | None = None
    item_id: str | None = None
    item_action: OrderItemAction | None = None
    role: str | None = None
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")


class EntityRefOrValue(EntityRef):
    """Any other entity, by reference or by value."""

    id: str = ""

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        return "EntityRef"


class RelatedEntityRefOrValue(Extensible):
    role: str | None = None
    entity: EntityRefOrValue | None = None


class PlaceRefOrValue(PlaceRef):
    """A place by reference or by value."""

    id: str = ""

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        return "PlaceRef"


class RelatedPlaceRefOrValue(Extensible):
    role: str | None = None
    place: PlaceRefOrValue | None = None


class ServiceRefOrValue(EntityRef):
    """Another service, by reference, or by value when it says more than where it is."""

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        return "Service" if doc.keys() & {"state", "serviceSpecification", "serviceCharacteristic"} else "ServiceRef"


class ServiceRelationship(Extensible):
    relationship_type: str | None = None
    service: ServiceRefOrValue | None = None
    service_relationship_characteristic: list[Characteristic] | None = None


class IntentRef(EntityRef):
    """Points to the intent that a service or resource serves."""


class Service(Entity):
    """One service: what it is, for whom, how it does, and what carries it."""

    name: str | None = None
    description: str | None = None
    category: str | None = None
    service_type: str | None = None
    state: ServiceState | None = None
    operating_status: OperatingStatus | None = None
    is_service_enabled: bool | None = None
    has_started: bool | None = None
    is_stateful: bool | None = None
    is_bundle: bool | None = None
    start_mode: str | None = None
    service_date: str | None = None
    start_date: Instant | None = None
    end_date: Instant | None = None
    feature: list[Feature] | None = None
    note: list[Note] | None = None
    place: list[RelatedPlaceRefOrValue] | None = None
    related_entity: list[RelatedEntityRefOrValue] | None = None
    related_party: list[RelatedPartyRefOrPartyRoleRef] | None = None
    external_identifier: list[ExternalIdentifier] | None = None
    service_characteristic: list[Characteristic] | None = None
    service_order_item: list[RelatedServiceOrderItem] | None = None
    service_relationship: list[ServiceRelationship] | None = None
    service_specification: ServiceSpecificationRef | None = None
    supporting_resource: list[ResourceRef] | None = None
    supporting_service: list[ServiceRefOrValue] | None = None
    intent: IntentRef | None = None

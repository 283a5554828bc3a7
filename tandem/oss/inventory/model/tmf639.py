"""A resource of the network, physical or logical. Standard: TMF639 v5."""

from __future__ import annotations

from typing import Literal

import msgspec

from tandem.kernel.json import Doc
from tandem.kernel.tmf.types import (
    AttachmentRefOrValue,
    Characteristic,
    Entity,
    EntityRef,
    Extensible,
    ExternalIdentifier,
    Instant,
    Note,
    RelatedPartyRefOrPartyRoleRef,
    TimePeriod,
)
from tandem.oss.inventory.model.words import (
    Feature,
    OrderItemAction,
    PlaceRef,
    ResourceRef,
    ResourceSpecificationRef,
)

AdministrativeState = Literal["locked", "unlocked", "shuttingDown"]
OperationalState = Literal["enabled", "disabled"]
UsageState = Literal["idle", "active", "busy"]
LifecycleState = Literal["planned", "installed", "pendingRemoval"]
ResourceStatus = Literal["standby", "alarm", "available", "reserved", "unknown", "suspended"]
AlarmStatus = Literal["underRepair", "critical", "major", "minor", "alarmOutstanding"]
AvailabilityStatus = Literal[
    "inTest",
    "failed",
    "powerOff",
    "online",
    "offline",
    "offDuty",
    "dependency",
    "degraded",
    "notInstalled",
    "logFull",
]
ControlStatus = Literal["subjectToTest", "partOfServicesLocked", "reservedForTest", "suspended"]
ProceduralStatus = Literal["initializationRequired", "notInitialized", "initializing", "reporting", "terminating"]
StandbyStatus = Literal["hotStandby", "coldStandby", "providingService"]
PowerConsumingState = Literal["fullPower", "powerSaving", "sleeping", "shutdown"]


class IntentRef(EntityRef):
    """Points to the intent that a resource serves."""


class ConnectionPointRef(EntityRef):
    """Points to a connection point of a function."""


class ScheduleRef(EntityRef):
    """Points to a schedule."""


class ResourceGraphRef(EntityRef):
    """Points to another graph of functions."""


class EndpointRef(EntityRef):
    is_root: bool | None = None
    connection_point: ConnectionPointRef | None = None


class Connection(Entity):
    name: str | None = None
    association_type: str | None = None
    endpoint: list[EndpointRef] | None = None


class ResourceGraphRelationship(Entity):
    relationship_type: str | None = None
    resource_graph: ResourceGraphRef | None = None


class ResourceGraph(Entity):
    """How the functions inside a resource function are wired."""

    name: str | None = None
    description: str | None = None
    connection: list[Connection] | None = None
    graph_relationship: list[ResourceGraphRelationship] | None = None


class ResourceAttachment(AttachmentRefOrValue):
    """Version 5 knows attachments of resources by reference only, so each gets an id."""

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        return "AttachmentRef"


class RelatedPlaceRef(Extensible):
    role: str | None = None
    place: PlaceRef | None = None


class RelatedResourceOrderItem(Extensible):
    """The order item that brought a resource to be, or changed it."""

    resource_order_id: str | None = None
    resource_order_href: str | None = None
    item_id: str | None = None
    item_action: OrderItemAction | None = None
    role: str | None = None
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")


class ResourceRefOrValue(ResourceRef):
    """Another resource, by reference, or by value when it says more than where it is."""

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        return "Resource" if doc.keys() & {"resourceSpecification", "resourceCharacteristic"} else "ResourceRef"


class ResourceRelationship(Extensible):
    id: str | None = None
    href: str | None = None
    relationship_type: str | None = None
    resource: ResourceRef | None = None
    resource_relationship_characteristic: list[Characteristic] | None = None


class Resource(Entity):
    """One resource: the view covers its logical, physical, software and function kinds, told apart by `@type`."""

    name: str | None = None
    description: str | None = None
    category: str | None = None
    resource_version: str | None = None
    creation_date: Instant | None = None
    start_operating_date: Instant | None = None
    end_operating_date: Instant | None = None
    valid_for: TimePeriod | None = None
    resource_status: ResourceStatus | None = None
    administrative_state: AdministrativeState | None = None
    operational_state: OperationalState | None = None
    usage_state: UsageState | None = None
    lifecycle_state: LifecycleState | None = None
    alarm_status: list[AlarmStatus] | None = None
    procedural_status: ProceduralStatus | None = None
    availability_status: AvailabilityStatus | None = None
    control_status: ControlStatus | None = None
    unknown_status: bool | None = None
    allocation_status: str | None = None
    activation_feature: list[Feature] | None = None
    attachment: list[ResourceAttachment] | None = None
    external_identifier: list[ExternalIdentifier] | None = None
    intent: IntentRef | None = None
    note: list[Note] | None = None
    place: list[RelatedPlaceRef] | None = None
    related_party: list[RelatedPartyRefOrPartyRoleRef] | None = None
    resource_characteristic: list[Characteristic] | None = None
    resource_order_item: list[RelatedResourceOrderItem] | None = None
    resource_relationship: list[ResourceRelationship] | None = None
    resource_specification: ResourceSpecificationRef | None = None
    supporting_resource: list[ResourceRefOrValue] | None = None
    # logical
    value: str | None = None
    # physical
    manufacture_date: Instant | None = None
    serial_number: str | None = None
    batch_number: str | None = None
    version_number: str | None = None
    power_state: str | None = None
    standby_status: StandbyStatus | None = None
    power_consuming_state: PowerConsumingState | None = None
    power_consuming_level: int | None = None
    # software
    last_update: Instant | None = None
    is_distributed_current: bool | None = None
    target_platform: str | None = None
    # function
    connection_point: list[ConnectionPointRef] | None = None
    connectivity: list[ResourceGraph] | None = None
    priority: int | None = None
    role: str | None = None
    function_type: str | None = None
    auto_modification: list[Characteristic] | None = None
    schedule: list[ScheduleRef] | None = None

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        if doc.keys() & {"serialNumber", "manufactureDate", "batchNumber", "versionNumber", "powerState"}:
            return "PhysicalResource"
        return "LogicalResource" if "value" in doc else cls.__name__

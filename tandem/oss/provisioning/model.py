"""Typed views of service and resource orders. The document stays the truth. Standard: TMF641 v4, TMF652 v4."""

from __future__ import annotations

from typing import Literal

import msgspec

from tandem.kernel.json import Doc
from tandem.kernel.tmf.types import (
    AttachmentRefOrValue,
    Characteristic,
    ConstraintRef,
    Entity,
    EntityRef,
    Extensible,
    ExternalReference,
    Instant,
    Note,
    RelatedEntity,
    RelatedParty,
    TimePeriod,
    ref_or_value,
)

OrderState = Literal[
    "acknowledged",
    "rejected",
    "pending",
    "held",
    "inProgress",
    "cancelled",
    "completed",
    "failed",
    "partial",
    "assessingCancellation",
    "pendingCancellation",
]
ItemAction = Literal["add", "modify", "delete", "noChange"]
ServiceState = Literal["feasibilityChecked", "designed", "reserved", "inactive", "active", "terminated"]
TaskState = Literal["acknowledged", "accepted", "inProgress", "done", "terminatedWithError"]


class ServiceSpecificationRef(EntityRef):
    """What kind of service it is."""


class ResourceRef(EntityRef):
    """A resource that carries the service."""


class RelatedPlaceRefOrValue(EntityRef):
    """Where a service is used."""

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        """`GeographicAddress`, or what it refers to."""
        return str(doc.get("@referredType") or "GeographicAddress")


class AppointmentRef(EntityRef):
    """A visit that belongs to the item."""

    description: str | None = None


class FeatureRelationship(Entity):
    """How a feature hangs together with another."""

    name: str | None = None
    relationship_type: str | None = None
    valid_for: TimePeriod | None = None


class Feature(Entity):
    """Something that a service can do."""

    name: str | None = None
    is_bundle: bool | None = None
    is_enabled: bool | None = None
    constraint: list[ConstraintRef] | None = None
    feature_characteristic: list[Characteristic] | None = None
    feature_relationship: list[FeatureRelationship] | None = None


class RelatedServiceOrderItem(Extensible):
    """An order item that a service came from."""

    item_id: str | None = None
    item_action: ItemAction | None = None
    role: str | None = None
    service_order_id: str | None = None
    service_order_href: str | None = None
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")


class ServiceRelationship(Extensible):
    """How a service hangs together with another."""

    relationship_type: str | None = None
    service: ServiceRefOrValue | None = None
    service_relationship_characteristic: list[Characteristic] | None = None


class ServiceRefOrValue(Entity):
    """The service that an item is about: what it shall be, or which it is."""

    name: str | None = None
    description: str | None = None
    category: str | None = None
    service_type: str | None = None
    service_date: str | None = None
    start_date: Instant | None = None
    end_date: Instant | None = None
    start_mode: str | None = None
    has_started: bool | None = None
    is_bundle: bool | None = None
    is_service_enabled: bool | None = None
    is_stateful: bool | None = None
    state: ServiceState | None = None
    feature: list[Feature] | None = None
    note: list[Note] | None = None
    place: list[RelatedPlaceRefOrValue] | None = None
    related_entity: list[RelatedEntity] | None = None
    related_party: list[RelatedParty] | None = None
    service_characteristic: list[Characteristic] | None = None
    service_order_item: list[RelatedServiceOrderItem] | None = None
    service_relationship: list[ServiceRelationship] | None = None
    service_specification: ServiceSpecificationRef | None = None
    supporting_resource: list[ResourceRef] | None = None
    supporting_service: list[ServiceRefOrValue] | None = None
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        """`Service`, or `ServiceRef` where it only points."""
        return ref_or_value(doc, "Service")


class ErrorMessage(Extensible):
    """What went wrong."""

    code: str | None = None
    reason: str | None = None
    message: str | None = None
    status: str | None = None
    reference_error: str | None = None
    timestamp: Instant | None = None


class ServiceOrderItemErrorMessage(ErrorMessage):
    """What went wrong with an item."""


class ServiceOrderItemRef(Extensible):
    """An item of an order."""

    id: str | None = None
    item_id: str | None = None
    service_order_id: str | None = None
    service_order_href: str | None = None
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")


class ServiceOrderErrorMessage(ErrorMessage):
    """What went wrong with the order."""

    service_order_item: list[ServiceOrderItemRef] | None = None


class ServiceOrderMilestone(Extensible):
    """A point that the order passed."""

    id: str | None = None
    name: str | None = None
    description: str | None = None
    message: str | None = None
    milestone_date: Instant | None = None
    service_order_item: list[ServiceOrderItemRef] | None = None
    status: str | None = None


class ServiceOrderJeopardyAlert(Extensible):
    """A sign that the order may be late."""

    id: str | None = None
    name: str | None = None
    alert_date: Instant | None = None
    exception: str | None = None
    jeopardy_type: str | None = None
    message: str | None = None
    service_order_item: list[ServiceOrderItemRef] | None = None


class ServiceOrderItemRelationship(Extensible):
    """How an item hangs together with another."""

    relationship_type: str | None = None
    order_item: ServiceOrderItemRef | None = None


class ServiceOrderRelationship(EntityRef):
    """How an order hangs together with another."""

    relationship_type: str | None = None


class ServiceOrderItem(Extensible, kw_only=True):
    """One service that is ordered, changed or given up."""

    id: str
    action: ItemAction
    service: ServiceRefOrValue
    quantity: int | None = None
    state: OrderState | None = None
    appointment: AppointmentRef | None = None
    error_message: list[ServiceOrderItemErrorMessage] | None = None
    service_order_item: list[ServiceOrderItem] | None = None
    service_order_item_relationship: list[ServiceOrderItemRelationship] | None = None


class ServiceOrder(Entity, kw_only=True):
    """An order of services. Standard: TMF641 v4, ServiceOrder."""

    state: OrderState | None = None
    category: str | None = None
    description: str | None = None
    external_id: str | None = None
    notification_contact: str | None = None
    priority: str | None = None
    cancellation_date: Instant | None = None
    cancellation_reason: str | None = None
    completion_date: Instant | None = None
    expected_completion_date: Instant | None = None
    order_date: Instant | None = None
    requested_completion_date: Instant | None = None
    requested_start_date: Instant | None = None
    start_date: Instant | None = None
    error_message: list[ServiceOrderErrorMessage] | None = None
    external_reference: list[ExternalReference] | None = None
    jeopardy_alert: list[ServiceOrderJeopardyAlert] | None = None
    milestone: list[ServiceOrderMilestone] | None = None
    note: list[Note] | None = None
    order_relationship: list[ServiceOrderRelationship] | None = None
    related_party: list[RelatedParty] | None = None
    service_order_item: list[ServiceOrderItem]


class ServiceOrderRef(EntityRef):
    """A service order."""


class CancelServiceOrder(Entity, kw_only=True):
    """A wish to call a service order off. Standard: TMF641 v4, CancelServiceOrder."""

    service_order: ServiceOrderRef
    state: TaskState | None = None
    cancellation_reason: str | None = None
    completion_message: str | None = None
    requested_cancellation_date: Instant | None = None
    effective_cancellation_date: Instant | None = None
    error_message: ErrorMessage | None = None


class ResourceSpecificationRef(EntityRef):
    """What kind of resource it is."""


class ResourceRelationship(Entity):
    """How a resource hangs together with another."""

    relationship_type: str | None = None
    resource_relationship_characteristic: list[Characteristic] | None = None


class ResourceRefOrValue(Entity):
    """The resource that an item is about."""

    name: str | None = None
    description: str | None = None
    category: str | None = None
    resource_version: str | None = None
    start_operating_date: Instant | None = None
    end_operating_date: Instant | None = None
    administrative_state: Literal["locked", "unlocked", "shutdown"] | None = None
    operational_state: Literal["enable", "disable"] | None = None
    resource_status: Literal["standby", "alarm", "available", "reserved", "unknown", "suspended"] | None = None
    usage_state: Literal["idle", "active", "busy"] | None = None
    attachment: list[AttachmentRefOrValue] | None = None
    note: list[Note] | None = None
    place: RelatedPlaceRefOrValue | None = None
    related_party: list[RelatedParty] | None = None
    resource_characteristic: list[Characteristic] | None = None
    resource_relationship: list[ResourceRelationship] | None = None
    resource_specification: ResourceSpecificationRef | None = None
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        """`LogicalResource` unless it says better."""
        return ref_or_value(doc, "LogicalResource")


class ResourceOrderItemRef(Extensible):
    """An item of an order."""

    item_id: str | None = None
    resource_order_id: str | None = None
    resource_order_href: str | None = None
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")


class ResourceOrderItemRelationship(Extensible):
    """How an item hangs together with another."""

    relationship_type: str | None = None
    order_item: ResourceOrderItemRef | None = None


class ResourceOrderItem(Extensible):
    """One resource that is ordered, changed or given up."""

    id: str | None = None
    action: str | None = None
    quantity: int | None = None
    state: str | None = None
    appointment: AppointmentRef | None = None
    order_item_relationship: list[ResourceOrderItemRelationship] | None = None
    resource: ResourceRefOrValue | None = None
    resource_specification: ResourceSpecificationRef | None = None


class ExternalId(Extensible, kw_only=True):
    """How another system names an order."""

    id: str
    owner: str
    entity_type: str


class ResourceOrder(Entity):
    """An order of resources. Standard: TMF652 v4, ResourceOrder."""

    state: str | None = None
    name: str | None = None
    category: str | None = None
    description: str | None = None
    external_id: str | None = None
    order_type: str | None = None
    priority: int | None = None
    completion_date: Instant | None = None
    expected_completion_date: Instant | None = None
    order_date: Instant | None = None
    requested_completion_date: Instant | None = None
    requested_start_date: Instant | None = None
    start_date: Instant | None = None
    external_reference: list[ExternalId] | None = None
    note: list[Note] | None = None
    related_party: list[RelatedParty] | None = None
    order_item: list[ResourceOrderItem] | None = None


class ResourceOrderRef(EntityRef):
    """A resource order."""


class CancelResourceOrder(Entity, kw_only=True):
    """A wish to call a resource order off. Standard: TMF652 v4, CancelResourceOrder."""

    resource_order: ResourceOrderRef
    state: TaskState | None = None
    cancellation_reason: str | None = None
    requested_cancellation_date: Instant | None = None
    effective_cancellation_date: Instant | None = None

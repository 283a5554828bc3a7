"""Typed views of service and resource orders. The document stays the truth. Standard: TMF641 v4, TMF652 v4."""

from __future__ import annotations

from typing import Any, Literal

from tandem.kernel.json import Doc
from tandem.kernel.tmf.types import (
    Characteristic,
    Entity,
    EntityRef,
    Extensible,
    ExternalReference,
    Instant,
    Note,
    RelatedParty,
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
TaskState = Literal["acknowledged", "rejected", "inProgress", "cancelled", "done", "terminatedWithError"]


class ServiceSpecificationRef(EntityRef):
    """What kind of service it is."""


class ResourceRef(EntityRef):
    """A resource that carries the service."""


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
    note: list[Note] | None = None
    related_party: list[RelatedParty] | None = None
    service_characteristic: list[Characteristic] | None = None
    service_specification: ServiceSpecificationRef | None = None
    supporting_resource: list[ResourceRef] | None = None

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

    item_id: str | None = None
    service_order_id: str | None = None
    service_order_href: str | None = None


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
    status: str | None = None


class ServiceOrderJeopardyAlert(Extensible):
    """A sign that the order may be late."""

    id: str | None = None
    name: str | None = None
    alert_date: Instant | None = None
    exception: str | None = None
    jeopardy_type: str | None = None
    message: str | None = None


class ServiceOrderItem(Extensible, kw_only=True):
    """One service that is ordered, changed or given up."""

    id: str
    action: ItemAction
    service: ServiceRefOrValue
    quantity: int | None = None
    state: OrderState | None = None
    error_message: list[ServiceOrderItemErrorMessage] | None = None
    service_order_item: list[ServiceOrderItem] | None = None


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


class ResourceRefOrValue(Entity):
    """The resource that an item is about."""

    name: str | None = None
    description: str | None = None
    category: str | None = None
    resource_version: str | None = None
    administrative_state: str | None = None
    operational_state: str | None = None
    resource_status: str | None = None
    usage_state: str | None = None
    resource_characteristic: list[Characteristic] | None = None
    resource_specification: ResourceSpecificationRef | None = None
    at_referred_type: Any = None

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        """`LogicalResource` unless it says better."""
        return ref_or_value(doc, "LogicalResource")


class ResourceOrderItem(Extensible):
    """One resource that is ordered, changed or given up."""

    id: str | None = None
    action: str | None = None
    quantity: int | None = None
    state: str | None = None
    resource: ResourceRefOrValue | None = None
    resource_specification: ResourceSpecificationRef | None = None


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

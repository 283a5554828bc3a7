"""Typed views of what is ordered, in the shape of TMF622 version 5. The document stays the truth."""

from __future__ import annotations

from typing import Literal

from tandem.kernel.json import Doc
from tandem.kernel.tmf.types import (
    Characteristic,
    Entity,
    EntityRef,
    Extensible,
    ExternalIdentifier,
    Instant,
    Note,
    Price,
    Quantity,
    RelatedPartyOrPartyRole,
    RelatedPartyRefOrPartyRoleRef,
    ref_or_value,
)

OrderState = Literal[
    "draft",
    "acknowledged",
    "rejected",
    "pending",
    "held",
    "inProgress",
    "inProgress.accepted",
    "cancelled",
    "completed",
    "failed",
    "partial",
    "assessingCancellation",
    "pendingCancellation",
]
ItemState = Literal[
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
TaskState = Literal["acknowledged", "rejected", "inProgress", "cancelled", "done", "terminatedWithError"]


class ProductOfferingRef(EntityRef):
    """What is bought."""


class ProductOfferingPriceRef(EntityRef):
    """The price it is bought at."""


class ProductSpecificationRef(EntityRef):
    """What kind of product it is."""


class BillingAccountRef(EntityRef):
    """Who is billed for it."""


class PaymentRef(EntityRef):
    """A payment made with the order."""


class AgreementRef(EntityRef):
    """An agreement that the order stands under."""


class QuoteRef(EntityRef):
    """A quote that the order carries out."""


class QuoteItemRef(EntityRef):
    """An item of that quote."""

    quote_id: str | None = None
    quote_href: str | None = None
    quote_name: str | None = None


class ProductOfferingQualificationRef(EntityRef):
    """A check of what can be sold, made before."""


class ProductOrderRef(EntityRef):
    """A product order."""


class ServiceRef(EntityRef):
    """A service that realises the product."""


class ResourceRef(EntityRef):
    """A resource that realises the product."""


class AppointmentRef(EntityRef):
    """A visit that belongs to the item."""

    description: str | None = None


class PriceAlteration(Extensible, kw_only=True):
    """A discount or an addition."""

    name: str | None = None
    description: str | None = None
    price_type: str
    priority: int | None = None
    application_duration: int | None = None
    recurring_charge_period: str | None = None
    unit_of_measure: str | None = None
    product_offering_price: ProductOfferingPriceRef | None = None
    price: Price


class OrderPrice(Extensible):
    """A price of the order or of an item."""

    name: str | None = None
    description: str | None = None
    price_type: str | None = None
    recurring_charge_period: str | None = None
    unit_of_measure: str | None = None
    billing_account: BillingAccountRef | None = None
    price: Price | None = None
    price_alteration: list[PriceAlteration] | None = None
    product_offering_price: ProductOfferingPriceRef | None = None


class OrderTerm(Extensible):
    """A commitment."""

    name: str | None = None
    description: str | None = None
    duration: Quantity | None = None


class ProductRefOrValue(Entity):
    """The product that an item is about: what it shall be, or which it is."""

    name: str | None = None
    description: str | None = None
    is_bundle: bool | None = None
    is_customer_visible: bool | None = None
    order_date: Instant | None = None
    product_serial_number: str | None = None
    start_date: Instant | None = None
    termination_date: Instant | None = None
    status: str | None = None
    billing_account: BillingAccountRef | None = None
    product_offering: ProductOfferingRef | None = None
    product_specification: ProductSpecificationRef | None = None
    product_characteristic: list[Characteristic] | None = None
    realizing_service: list[ServiceRef] | None = None
    realizing_resource: list[ResourceRef] | None = None
    related_party: list[RelatedPartyOrPartyRole] | None = None

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        """`Product`, or `ProductRef` where it only points."""
        return ref_or_value(doc, "Product")


class OrderItemRelationship(Extensible):
    """How an item hangs together with another."""

    id: str | None = None
    relationship_type: str | None = None


class ProductOrderItem(Extensible, kw_only=True):
    """One thing that is ordered, changed or given up."""

    id: str
    action: ItemAction
    quantity: int | None = None
    state: ItemState | None = None
    appointment: AppointmentRef | None = None
    billing_account: BillingAccountRef | None = None
    item_price: list[OrderPrice] | None = None
    item_term: list[OrderTerm] | None = None
    item_total_price: list[OrderPrice] | None = None
    note: list[Note] | None = None
    payment: list[PaymentRef] | None = None
    product: ProductRefOrValue | None = None
    product_offering: ProductOfferingRef | None = None
    product_order_item: list[ProductOrderItem] | None = None
    product_order_item_relationship: list[OrderItemRelationship] | None = None
    qualification: list[ProductOfferingQualificationRef] | None = None
    quote_item: QuoteItemRef | None = None


class ChannelRef(EntityRef):
    """A channel of sale."""


class RelatedChannel(Extensible):
    """The channel that an order came by."""

    role: str | None = None
    channel: ChannelRef | None = None


class ProductOrderItemRef(Extensible):
    """An item of an order."""

    item_id: str | None = None
    product_order_id: str | None = None
    product_order_href: str | None = None
    at_referred_type: str | None = None


class ProductOrderErrorMessage(Extensible):
    """What went wrong, as the customer may read it."""

    code: str | None = None
    reason: str | None = None
    message: str | None = None
    status: str | None = None
    timestamp: Instant | None = None
    product_order_item: list[ProductOrderItemRef] | None = None


class ProductOrderMilestone(Extensible):
    """A point that the order passed."""

    id: str | None = None
    name: str | None = None
    description: str | None = None
    message: str | None = None
    milestone_date: Instant | None = None
    status: str | None = None


class OrderRelationship(EntityRef):
    """How the order hangs together with another."""

    relationship_type: str | None = None


class ProductOrder(Entity, kw_only=True):
    """An order of products. Standard: TMF622 v5, ProductOrder."""

    state: OrderState | None = None
    requested_initial_state: Literal["acknowledged", "draft"] | None = None
    category: str | None = None
    description: str | None = None
    priority: str | None = None
    notification_contact: str | None = None
    cancellation_date: Instant | None = None
    cancellation_reason: str | None = None
    creation_date: Instant | None = None
    completion_date: Instant | None = None
    expected_completion_date: Instant | None = None
    requested_completion_date: Instant | None = None
    requested_start_date: Instant | None = None
    external_id: list[ExternalIdentifier] | None = None
    agreement: list[AgreementRef] | None = None
    billing_account: BillingAccountRef | None = None
    channel: list[RelatedChannel] | None = None
    note: list[Note] | None = None
    order_total_price: list[OrderPrice] | None = None
    order_relationship: list[OrderRelationship] | None = None
    payment: list[PaymentRef] | None = None
    product_offering_qualification: list[ProductOfferingQualificationRef] | None = None
    quote: list[QuoteRef] | None = None
    related_party: list[RelatedPartyRefOrPartyRoleRef] | None = None
    product_order_error_message: list[ProductOrderErrorMessage] | None = None
    product_order_milestone: list[ProductOrderMilestone] | None = None
    product_order_item: list[ProductOrderItem]


class CancelProductOrder(Entity, kw_only=True):
    """A wish to call an order off. Standard: TMF622 v5, CancelProductOrder."""

    product_order: ProductOrderRef
    state: TaskState | None = None
    cancellation_reason: str | None = None
    creation_date: Instant | None = None
    requested_cancellation_date: Instant | None = None
    effective_cancellation_date: Instant | None = None

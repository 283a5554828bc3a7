"""Typed views of what is ordered, in the shape of TMF622 version 5. The document stays the truth."""

from __future__ import annotations

from typing import Literal

import msgspec

from tandem.kernel.json import Doc
from tandem.kernel.tmf.types import (
    Characteristic,
    Duration,
    Entity,
    EntityRef,
    Extensible,
    ExternalIdentifier,
    Instant,
    Note,
    Price,
    RelatedPartyOrPartyRole,
    RelatedPartyRefOrPartyRoleRef,
    TimePeriod,
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
MilestoneStatus = Literal["Yet-To-Reach", "Completed", "Violated"]
ProductStatus = Literal[
    "created", "pendingActive", "cancelled", "active", "pendingTerminate", "terminated", "suspended", "aborted "
]
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


class QuoteItemRef(Extensible):
    """An item of that quote."""

    quote_item_id: str | None = None
    quote_id: str | None = None
    quote_href: str | None = None
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")


class ProductOfferingQualificationRef(EntityRef):
    """A check of what can be sold, made before."""


class ProductOfferingQualificationItemRef(Extensible):
    """An item of that check."""

    item_id: str | None = None
    product_offering_qualification_id: str | None = None
    product_offering_qualification_href: str | None = None
    product_offering_qualification_name: str | None = None
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")


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
    duration: Duration | None = None


class AgreementItemRef(Extensible):
    """The item of an agreement that a product stands under."""

    agreement_id: str | None = None
    agreement_href: str | None = None
    agreement_name: str | None = None
    agreement_item_id: str | None = None
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")


class IntentRefOrValue(Entity):
    """What a product is to bring about."""

    name: str | None = None
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        """`Intent`, or `IntentRef` where it only points."""
        return ref_or_value(doc, "Intent")


class PlaceRefOrValue(Entity):
    """Where a product is used or delivered; an address unless it says better."""

    name: str | None = None
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        """`GeographicAddress`, or `PlaceRef` where it only points."""
        return "PlaceRef" if ref_or_value(doc, "Place") == "PlaceRef" else "GeographicAddress"


class RelatedPlaceRefOrValue(Extensible):
    """A place and its part in the matter."""

    role: str | None = None
    place: PlaceRefOrValue | None = None


class ProductPrice(Extensible):
    """A price of a product."""

    name: str | None = None
    description: str | None = None
    price_type: str | None = None
    recurring_charge_period: str | None = None
    unit_of_measure: str | None = None
    price: Price | None = None
    price_alteration: list[PriceAlteration] | None = None
    product_offering_price: ProductOfferingPriceRef | None = None


class ProductTerm(Extensible):
    """A commitment that a product has."""

    name: str | None = None
    description: str | None = None
    duration: Duration | None = None
    valid_for: TimePeriod | None = None


class ProductRelationship(Entity):
    """How a product hangs together with another."""

    name: str | None = None
    relationship_type: str | None = None
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")


class RelatedOrderItem(Extensible):
    """An order item that a product came from."""

    order_id: str | None = None
    order_href: str | None = None
    order_item_id: str | None = None
    order_item_action: ItemAction | None = None
    role: str | None = None
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")


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
    creation_date: Instant | None = None
    status: ProductStatus | None = None
    agreement_item: list[AgreementItemRef] | None = None
    billing_account: BillingAccountRef | None = None
    intent: IntentRefOrValue | None = None
    place: list[RelatedPlaceRefOrValue] | None = None
    product: list[ProductRefOrValue] | None = None
    product_characteristic: list[Characteristic] | None = None
    product_offering: ProductOfferingRef | None = None
    product_order_item: list[RelatedOrderItem] | None = None
    product_price: list[ProductPrice] | None = None
    product_relationship: list[ProductRelationship] | None = None
    product_specification: ProductSpecificationRef | None = None
    product_term: list[ProductTerm] | None = None
    realizing_resource: list[ResourceRef] | None = None
    realizing_service: list[ServiceRef] | None = None
    related_party: list[RelatedPartyOrPartyRole] | None = None
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")

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
    product_offering_qualification_item: ProductOfferingQualificationItemRef | None = None
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

    product_order_item_id: str | None = None
    product_order_id: str | None = None
    product_order_href: str | None = msgspec.field(default=None, name="ProductOrderHref")
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")


class ProductOrderErrorMessage(Extensible):
    """What went wrong, as the customer may read it."""

    code: str | None = None
    reason: str | None = None
    message: str | None = None
    reference_error: str | None = None
    status: str | None = None
    timestamp: Instant | None = None
    product_order_item: list[ProductOrderItemRef] | None = None


class ProductOrderJeopardyAlert(Extensible):
    """A sign that the order may be late."""

    id: str | None = None
    name: str | None = None
    alert_date: Instant | None = None
    exception: str | None = None
    jeopardy_type: str | None = None
    message: str | None = None
    product_order_item: list[ProductOrderItemRef] | None = None


class ProductOrderMilestone(Extensible):
    """A point that the order passed."""

    id: str | None = None
    name: str | None = None
    description: str | None = None
    message: str | None = None
    milestone_date: Instant | None = None
    status: MilestoneStatus | None = None
    product_order_item: list[ProductOrderItemRef] | None = None


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
    product_order_jeopardy_alert: list[ProductOrderJeopardyAlert] | None = None
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

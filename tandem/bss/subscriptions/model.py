"""What a customer has. Standard: TMF637."""

from __future__ import annotations

from typing import Literal

import msgspec

from tandem.kernel.json import Doc
from tandem.kernel.tmf.types import (
    AttachmentRefOrValue,
    Characteristic,
    Duration,
    Entity,
    EntityRef,
    Extensible,
    ExternalIdentifier,
    Instant,
    Number,
    Price,
    RelatedPartyOrPartyRole,
    RelatedPartyRefOrPartyRoleRef,
    TimePeriod,
    ref_or_value,
)

ProductStatusType = Literal[
    "created", "pendingActive", "cancelled", "active", "pendingTerminate", "terminated", "suspended", "aborted "
]


ItemActionType = Literal["add", "modify", "delete", "noChange"]


class GeographicSubAddressUnit(Extensible):
    sub_unit_number: str | None = None
    sub_unit_type: str | None = None


class HourPeriod(Extensible):
    end_hour: str | None = None
    start_hour: str | None = None


class GeographicSiteRelationship(Entity):
    relationship_type: str | None = None
    role: str | None = None
    valid_for: TimePeriod | None = None


class GeographicSubAddress(Entity):
    building_name: str | None = None
    level_number: str | None = None
    level_type: str | None = None
    name: str | None = None
    private_street_name: str | None = None
    private_street_number: str | None = None
    sub_address_type: str | None = None
    sub_unit: list[GeographicSubAddressUnit] | None = None


class GeographicLocationRefOrValue(Entity):
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")
    bbox: list[Number] | None = None
    name: str | None = None


class StandardIdentifier(Entity):
    format: str | None = None
    value: str | None = None


class CalendarPeriod(Extensible):
    day: str | None = None
    hour_period: list[HourPeriod] | None = None
    status: str | None = None
    time_zone: str | None = None


ExpressionLanguageEnum = Literal["Turtle", "JSON-LD", "RDF-XML", "Other"]


class TargetProductSchema(Extensible):
    """Where the schema stands that such an entity follows."""


class ProductOfferingPriceRef(EntityRef):
    """Points at a product offering price."""


class PriceAlteration(Extensible):
    application_duration: int | None = None
    description: str | None = None
    name: str | None = None
    price: Price | None = None
    price_type: str | None = None
    priority: int | None = None
    product_offering_price: ProductOfferingPriceRef | None = None
    recurring_charge_period: str | None = None
    unit_of_measure: str | None = None


class PlaceRefOrValue(Entity):
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")
    bbox: list[Number] | None = None
    calendar: list[CalendarPeriod] | None = None
    city: str | None = None
    code: str | None = None
    country: str | None = None
    country_code: list[StandardIdentifier] | None = None
    creation_date: Instant | None = None
    description: str | None = None
    external_identifier: list[ExternalIdentifier] | None = None
    geographic_address_type: str | None = None
    geographic_location: GeographicLocationRefOrValue | None = None
    geographic_sub_address: list[GeographicSubAddress] | None = None
    locality: str | None = None
    name: str | None = None
    place: list[PlaceRefOrValue] | None = None
    postcode: str | None = None
    related_party: list[RelatedPartyOrPartyRole] | None = None
    site_relationship: list[GeographicSiteRelationship] | None = None
    state_or_province: str | None = None
    status: str | None = None
    street_name: str | None = None
    street_nr: str | None = None
    street_nr_last: str | None = None
    street_nr_last_suffix: str | None = None
    street_nr_suffix: str | None = None
    street_suffix: str | None = None
    street_type: str | None = None

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        if "bbox" in doc:
            return "GeographicLocation"
        if "calendar" in doc or "siteRelationship" in doc:
            return "GeographicSite"
        return "PlaceRef" if ref_or_value(doc, "Place") == "PlaceRef" else "GeographicAddress"


class EntityRelationship(Entity):
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")
    association_spec: EntityRef | None = None
    name: str | None = None
    relationship_type: str | None = None
    role: str | None = None
    valid_for: TimePeriod | None = None


class Expression(Extensible):
    expression_language: ExpressionLanguageEnum | None = None
    expression_value: str | None = None
    iri: str | None = None


class ServiceRef(EntityRef):
    """Points at a service."""


class ResourceRef(EntityRef):
    """Points at a resource."""


class ProductTerm(Extensible):
    description: str | None = None
    duration: Duration | None = None
    name: str | None = None
    valid_for: TimePeriod | None = None


class ProductSpecificationRef(EntityRef):
    target_product_schema: TargetProductSchema | None = None


class ProductRelationship(Entity):
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")
    name: str | None = None
    relationship_type: str | None = None


class ProductPrice(Extensible):
    description: str | None = None
    name: str | None = None
    price: Price | None = None
    price_alteration: list[PriceAlteration] | None = None
    price_type: str | None = None
    product_offering_price: ProductOfferingPriceRef | None = None
    recurring_charge_period: str | None = None
    unit_of_measure: str | None = None


class RelatedOrderItem(Extensible):
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")
    order_href: str | None = None
    order_id: str | None = None
    order_item_action: ItemActionType | None = None
    order_item_id: str | None = None
    role: str | None = None


class ProductOfferingRef(EntityRef):
    """Points at a product offering."""


class RelatedPlaceRefOrValue(Extensible):
    place: PlaceRefOrValue | None = None
    role: str | None = None


class IntentRefOrValue(Entity):
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")
    attachment: list[AttachmentRefOrValue] | None = None
    characteristic: list[Characteristic] | None = None
    context: str | None = None
    creation_date: Instant | None = None
    description: str | None = None
    expression: Expression | None = None
    intent_relationship: list[EntityRelationship] | None = None
    intent_specification: EntityRef | None = None
    is_bundle: bool | None = None
    last_update: Instant | None = None
    lifecycle_status: str | None = None
    name: str | None = None
    priority: str | None = None
    related_party: list[RelatedPartyRefOrPartyRoleRef] | None = None
    status_change_date: Instant | None = None
    valid_for: TimePeriod | None = None
    version: str | None = None


class BillingAccountRef(EntityRef):
    rating_type: str | None = None


class AgreementItemRef(Extensible):
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")
    agreement_href: str | None = None
    agreement_id: str | None = None
    agreement_item_id: str | None = None
    agreement_name: str | None = None


class Product(Entity):
    agreement_item: list[AgreementItemRef] | None = None
    billing_account: BillingAccountRef | None = None
    creation_date: Instant | None = None
    description: str | None = None
    intent: IntentRefOrValue | None = None
    is_bundle: bool | None = None
    is_customer_visible: bool | None = None
    name: str | None = None
    order_date: Instant | None = None
    place: list[RelatedPlaceRefOrValue] | None = None
    product: list[ProductRefOrValue] | None = None
    product_characteristic: list[Characteristic] | None = None
    product_offering: ProductOfferingRef | None = None
    product_order_item: list[RelatedOrderItem] | None = None
    product_price: list[ProductPrice] | None = None
    product_relationship: list[ProductRelationship] | None = None
    product_serial_number: str | None = None
    product_specification: ProductSpecificationRef | None = None
    product_term: list[ProductTerm] | None = None
    realizing_resource: list[ResourceRef] | None = None
    realizing_service: list[ServiceRef] | None = None
    related_party: list[RelatedPartyOrPartyRole] | None = None
    start_date: Instant | None = None
    status: ProductStatusType | None = None
    termination_date: Instant | None = None


class ProductRefOrValue(Product):
    """A product within a product, or a reference to it."""

    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        return ref_or_value(doc, "Product")

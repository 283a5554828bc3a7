"""What an offering costs. Standard: TMF620."""

from __future__ import annotations

import msgspec

from tandem.bss.catalog.model.reference import (
    PlaceRef,
    PolicyRef,
    ProductOfferingTerm,
    ProductSpecificationCharacteristicValueUse,
)
from tandem.kernel.json import Doc
from tandem.kernel.tmf.types import (
    Entity,
    ExternalIdentifier,
    Instant,
    Money,
    Number,
    Quantity,
    TaxItem,
    TimePeriod,
    ref_or_value,
)


class BundledProductOfferingPriceRelationship(Entity):
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")
    name: str | None = None
    version: str | None = None


class PricingLogicAlgorithm(Entity):
    description: str | None = None
    name: str | None = None
    pla_spec_id: str | None = None
    valid_for: TimePeriod | None = None


class ProductOfferingPriceRelationship(Entity):
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")
    name: str | None = None
    relationship_type: str | None = None
    role: str | None = None
    version: str | None = None


class ProductOfferingPrice(Entity):
    bundled_pop_relationship: list[BundledProductOfferingPriceRelationship] | None = None
    description: str | None = None
    external_identifier: list[ExternalIdentifier] | None = None
    is_bundle: bool | None = None
    last_update: Instant | None = None
    lifecycle_status: str | None = None
    name: str | None = None
    percentage: Number | None = None
    place: list[PlaceRef] | None = None
    policy: list[PolicyRef] | None = None
    pop_relationship: list[ProductOfferingPriceRelationship] | None = None
    price: Money | None = None
    price_type: str | None = None
    pricing_logic_algorithm: list[PricingLogicAlgorithm] | None = None
    prod_spec_char_value_use: list[ProductSpecificationCharacteristicValueUse] | None = None
    product_offering_term: list[ProductOfferingTerm] | None = None
    recurring_charge_period_length: int | None = None
    recurring_charge_period_type: str | None = None
    tax: list[TaxItem] | None = None
    unit_of_measure: Quantity | None = None
    valid_for: TimePeriod | None = None
    version: str | None = None


class ProductOfferingPriceRefOrValue(ProductOfferingPrice):
    """A price within an offering, or a reference to it."""

    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        return ref_or_value(doc, "ProductOfferingPrice")

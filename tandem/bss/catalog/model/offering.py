"""What is for sale. Standard: TMF620."""

from __future__ import annotations

import msgspec

from tandem.bss.catalog.model.price import ProductOfferingPriceRefOrValue
from tandem.bss.catalog.model.reference import (
    AgreementRef,
    BundledProductOfferingOption,
    CategoryRef,
    ChannelRef,
    MarketSegmentRef,
    PlaceRef,
    PolicyRef,
    ProductOfferingTerm,
    ProductSpecificationCharacteristicValueUse,
    ProductSpecificationRef,
    ResourceCandidateRef,
    ServiceCandidateRef,
    SLARef,
)
from tandem.kernel.tmf.types import (
    AttachmentRefOrValue,
    CharacteristicSpecification,
    Entity,
    Extensible,
    ExternalIdentifier,
    Instant,
    TimePeriod,
)


class AllowedProductAction(Extensible):
    action: str | None = None
    channel: list[ChannelRef] | None = None
    valid_for: TimePeriod | None = None


class BundledGroupProductOfferingOption(Extensible):
    number_rel_offer_lower_limit: int | None = None
    number_rel_offer_upper_limit: int | None = None


class BundledProductOffering(Entity):
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")
    bundled_product_offering_option: BundledProductOfferingOption | None = None
    name: str | None = None
    version: str | None = None


class BundledGroupProductOffering(Extensible):
    bundled_group_product_offering: list[BundledGroupProductOffering] | None = None
    bundled_group_product_offering_option: BundledGroupProductOfferingOption | None = None
    bundled_product_offering: list[BundledProductOffering] | None = None
    id: str | None = None
    name: str | None = None


class ProductOfferingRelationship(Entity):
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")
    name: str | None = None
    relationship_type: str | None = None
    role: str | None = None
    valid_for: TimePeriod | None = None
    version: str | None = None


class ProductOffering(Entity):
    agreement: list[AgreementRef] | None = None
    allowed_action: list[AllowedProductAction] | None = None
    attachment: list[AttachmentRefOrValue] | None = None
    bundled_group_product_offering: list[BundledGroupProductOffering] | None = None
    bundled_product_offering: list[BundledProductOffering] | None = None
    category: list[CategoryRef] | None = None
    channel: list[ChannelRef] | None = None
    description: str | None = None
    external_identifier: list[ExternalIdentifier] | None = None
    is_bundle: bool | None = None
    is_sellable: bool | None = None
    last_update: Instant | None = None
    lifecycle_status: str | None = None
    market_segment: list[MarketSegmentRef] | None = None
    name: str | None = None
    place: list[PlaceRef] | None = None
    policy: list[PolicyRef] | None = None
    prod_spec_char_value_use: list[ProductSpecificationCharacteristicValueUse] | None = None
    product_offering_characteristic: list[CharacteristicSpecification] | None = None
    product_offering_price: list[ProductOfferingPriceRefOrValue] | None = None
    product_offering_relationship: list[ProductOfferingRelationship] | None = None
    product_offering_term: list[ProductOfferingTerm] | None = None
    product_specification: ProductSpecificationRef | None = None
    resource_candidate: ResourceCandidateRef | None = None
    service_candidate: ServiceCandidateRef | None = None
    service_level_agreement: SLARef | None = None
    status_reason: str | None = None
    valid_for: TimePeriod | None = None
    version: str | None = None

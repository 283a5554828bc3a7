"""What catalogue entities point at, and the small values that they share. Standard: TMF620."""

from __future__ import annotations

from tandem.kernel.tmf.types import CharacteristicValueSpecification, Duration, EntityRef, Extensible, TimePeriod


class AgreementRef(EntityRef):
    """Points at an agreement."""


class CategoryRef(EntityRef):
    """Points at a category."""


class ChannelRef(EntityRef):
    """Points at a channel."""


class IntentSpecificationRef(EntityRef):
    """Points at an intent specification."""


class MarketSegmentRef(EntityRef):
    """Points at a market segment."""


class PlaceRef(EntityRef):
    """Points at a place."""


class PolicyRef(EntityRef):
    """Points at a policy."""


class ResourceCandidateRef(EntityRef):
    """Points at a resource candidate."""


class ResourceSpecificationRef(EntityRef):
    """Points at a resource specification."""


class ServiceCandidateRef(EntityRef):
    """Points at a service candidate."""


class ServiceSpecificationRef(EntityRef):
    """Points at a service specification."""


class SLARef(EntityRef):
    """Points at a service level agreement."""


class TargetProductSchema(Extensible):
    """Where the schema stands that such an entity follows."""


class ProductSpecificationRef(EntityRef):
    target_product_schema: TargetProductSchema | None = None


class BundledProductOfferingOption(Extensible):
    number_rel_offer_default: int | None = None
    number_rel_offer_lower_limit: int | None = None
    number_rel_offer_upper_limit: int | None = None


class ProductOfferingRef(EntityRef):
    bundled_product_offering_option: BundledProductOfferingOption | None = None


class ProductSpecificationCharacteristicValueUse(Extensible):
    description: str | None = None
    id: str | None = None
    max_cardinality: int | None = None
    min_cardinality: int | None = None
    name: str | None = None
    product_spec_characteristic_value: list[CharacteristicValueSpecification] | None = None
    product_specification: ProductSpecificationRef | None = None
    valid_for: TimePeriod | None = None
    value_type: str | None = None


class ProductOfferingTerm(Extensible):
    description: str | None = None
    duration: Duration | None = None
    name: str | None = None
    valid_for: TimePeriod | None = None

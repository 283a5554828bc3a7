"""What a product is, before it has a price. Standard: TMF620."""

from __future__ import annotations

import msgspec

from tandem.bss.catalog.model.reference import (
    CategoryRef,
    IntentSpecificationRef,
    PolicyRef,
    ResourceSpecificationRef,
    ServiceSpecificationRef,
    TargetProductSchema,
)
from tandem.kernel.tmf.types import (
    AttachmentRefOrValue,
    CharacteristicSpecification,
    Entity,
    ExternalIdentifier,
    Instant,
    RelatedPartyRefOrPartyRoleRef,
    TimePeriod,
)


class BundledProductSpecification(Entity):
    lifecycle_status: str | None = None
    name: str | None = None
    version: str | None = None


class ProductSpecificationRelationship(Entity):
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")
    characteristic: list[CharacteristicSpecification] | None = None
    name: str | None = None
    relationship_type: str | None = None
    valid_for: TimePeriod | None = None
    version: str | None = None


class ProductSpecification(Entity):
    attachment: list[AttachmentRefOrValue] | None = None
    brand: str | None = None
    bundled_product_specification: list[BundledProductSpecification] | None = None
    category: list[CategoryRef] | None = None
    description: str | None = None
    external_identifier: list[ExternalIdentifier] | None = None
    intent_specification: IntentSpecificationRef | None = None
    is_bundle: bool | None = None
    last_update: Instant | None = None
    lifecycle_status: str | None = None
    name: str | None = None
    policy: list[PolicyRef] | None = None
    product_number: str | None = None
    product_spec_characteristic: list[CharacteristicSpecification] | None = None
    product_specification_relationship: list[ProductSpecificationRelationship] | None = None
    related_party: list[RelatedPartyRefOrPartyRoleRef] | None = None
    resource_specification: list[ResourceSpecificationRef] | None = None
    service_specification: list[ServiceSpecificationRef] | None = None
    target_product_schema: TargetProductSchema | None = None
    valid_for: TimePeriod | None = None
    version: str | None = None

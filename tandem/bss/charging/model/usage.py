"""The room's entities as typed views of their documents. Standard: TMF635 v4."""

from __future__ import annotations

from typing import Any, Literal

from tandem.kernel.tmf.types import (
    AttachmentRefOrValue,
    CharacteristicRelationship,
    CharacteristicSpecification,
    ConstraintRef,
    Entity,
    EntityRef,
    Extensible,
    Instant,
    Money,
    Number,
    RelatedParty,
    TargetSchema,
    TimePeriod,
)

UsageStatus = Literal["received", "rejected", "recycled", "guided", "rated", "rerated", "billed"]


class UsageCharacteristic(Extensible, kw_only=True):
    name: str
    value: Any
    id: str | None = None
    value_type: str | None = None
    characteristic_relationship: list[CharacteristicRelationship] | None = None


class ProductRef(EntityRef):
    """The product that was used."""


class UsageSpecificationRef(EntityRef):
    """The specification that a usage record follows."""


class RatedProductUsage(Extensible):
    """One charge; `ratedEventId` is our own, so that a reader finds its *Why?*."""

    is_billed: bool | None = None
    is_tax_exempt: bool | None = None
    offer_tariff_type: str | None = None
    rating_amount_type: str | None = None
    rating_date: Instant | None = None
    tax_rate: Number | None = None
    usage_rating_tag: Literal["usage", "included usage", "non included usage"] | None = None
    bucket_value_converted_in_amount: Money | None = None
    product_ref: ProductRef | None = None
    tax_excluded_rating_amount: Money | None = None
    tax_included_rating_amount: Money | None = None
    rated_event_id: str | None = None


class UsageSource(Extensible):
    """Where a record came from: a request, or a line of a file. Ours."""

    kind: Literal["request", "file"] | None = None
    name: str | None = None
    line: int | None = None


class Suspended(Extensible):
    """Why a record waits. Ours."""

    code: str | None = None
    reason: str | None = None
    since: Instant | None = None


class Excluded(Extensible):
    """Why a record was put aside. Ours."""

    because: str | None = None
    at: Instant | None = None


class Usage(Entity):
    description: str | None = None
    usage_date: Instant | None = None
    usage_type: str | None = None
    status: UsageStatus | None = None
    usage_characteristic: list[UsageCharacteristic] | None = None
    usage_specification: UsageSpecificationRef | None = None
    related_party: list[RelatedParty] | None = None
    rated_product_usage: list[RatedProductUsage] | None = None
    usage_source: UsageSource | None = None
    suspension: Suspended | None = None
    exclusion: Excluded | None = None


class AssociationSpecificationRef(EntityRef):
    """The association that a relationship between specifications follows."""


class EntitySpecificationRelationship(Extensible):
    id: str | None = None
    href: str | None = None
    name: str | None = None
    relationship_type: str | None = None
    role: str | None = None
    association_spec: AssociationSpecificationRef | None = None
    valid_for: TimePeriod | None = None


class UsageSpecification(Entity):
    name: str | None = None
    description: str | None = None
    version: str | None = None
    is_bundle: bool | None = None
    last_update: Instant | None = None
    lifecycle_status: str | None = None
    attachment: list[AttachmentRefOrValue] | None = None
    constraint: list[ConstraintRef] | None = None
    entity_spec_relationship: list[EntitySpecificationRelationship] | None = None
    related_party: list[RelatedParty] | None = None
    spec_characteristic: list[CharacteristicSpecification] | None = None
    target_entity_schema: TargetSchema | None = None
    valid_for: TimePeriod | None = None

"""Service specifications and the catalogue around them. Standard: TMF633 v4."""

from __future__ import annotations

from tandem.kernel.json import Doc
from tandem.kernel.tmf.types import (
    AttachmentRefOrValue,
    CharacteristicSpecification,
    CharacteristicValueSpecification,
    ConstraintRef,
    EntityRef,
    Extensible,
    RelatedParty,
    TargetSchema,
    TimePeriod,
)
from tandem.oss.service_catalog.model.words import (
    CatalogEntry,
    FeatureSpecificationRelationship,
    ResourceSpecificationRef,
    ServiceSpecificationRef,
)


class ServiceCategoryRef(EntityRef):
    """Points to a service category."""


class ServiceCandidateRef(EntityRef):
    """Points to a service candidate."""


class ServiceLevelSpecificationRef(EntityRef):
    """Points to what a service promises."""


class AssociationSpecificationRef(EntityRef):
    """Points to the kind of an association."""


class ServiceSpecRelationship(EntityRef):
    """Another service specification that this one builds on, replaces or excludes."""

    relationship_type: str | None = None
    valid_for: TimePeriod | None = None

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        return cls.__name__


class EntitySpecificationRelationship(ServiceSpecRelationship):
    """Any other specification that this one is related to; the reference itself may stay open."""

    id: str = ""
    association_spec: AssociationSpecificationRef | None = None


class FeatureSpecificationCharacteristicRelationship(Extensible):
    characteristic_id: str | None = None
    feature_id: str | None = None
    name: str | None = None
    relationship_type: str | None = None
    resource_specification_href: str | None = None
    resource_specification_id: str | None = None
    valid_for: TimePeriod | None = None


class FeatureSpecificationCharacteristic(CharacteristicSpecification):
    """A characteristic of a feature, whose values and relations version 4 calls by other names."""

    feature_spec_char_relationship: list[FeatureSpecificationCharacteristicRelationship] | None = None
    feature_spec_characteristic_value: list[CharacteristicValueSpecification] | None = None


class ServiceFeatureSpecification(Extensible):
    """An option of a service specification, with the characteristics that it brings."""

    id: str | None = None
    name: str | None = None
    version: str | None = None
    is_bundle: bool | None = None
    is_enabled: bool | None = None
    valid_for: TimePeriod | None = None
    constraint: list[ConstraintRef] | None = None
    feature_spec_characteristic: list[FeatureSpecificationCharacteristic] | None = None
    feature_spec_relationship: list[FeatureSpecificationRelationship] | None = None

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        return "FeatureSpecification"


class ServiceCatalog(CatalogEntry):
    category: list[ServiceCategoryRef] | None = None
    related_party: list[RelatedParty] | None = None


class ServiceCategory(CatalogEntry):
    is_root: bool | None = None
    parent_id: str | None = None
    category: list[ServiceCategoryRef] | None = None
    service_candidate: list[ServiceCandidateRef] | None = None


class ServiceCandidate(CatalogEntry):
    category: list[ServiceCategoryRef] | None = None
    service_specification: ServiceSpecificationRef | None = None


class ServiceSpecification(CatalogEntry):
    """What can be delivered, with the resources and services that it takes."""

    is_bundle: bool | None = None
    attachment: list[AttachmentRefOrValue] | None = None
    constraint: list[ConstraintRef] | None = None
    entity_spec_relationship: list[EntitySpecificationRelationship] | None = None
    feature_specification: list[ServiceFeatureSpecification] | None = None
    related_party: list[RelatedParty] | None = None
    resource_specification: list[ResourceSpecificationRef] | None = None
    service_level_specification: list[ServiceLevelSpecificationRef] | None = None
    service_spec_relationship: list[ServiceSpecRelationship] | None = None
    spec_characteristic: list[CharacteristicSpecification] | None = None
    target_entity_schema: TargetSchema | None = None

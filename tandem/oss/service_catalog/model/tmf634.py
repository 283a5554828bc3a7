"""Resource specifications and the catalogue around them, in the shape of version 5. Standard: TMF634 v5."""

from __future__ import annotations

from tandem.kernel.json import Doc
from tandem.kernel.tmf.types import (
    AttachmentRefOrValue,
    CharacteristicSpecification,
    CharacteristicValueSpecification,
    ConstraintRef,
    Entity,
    EntityRef,
    Extensible,
    ExternalIdentifier,
    RelatedPartyRefOrPartyRoleRef,
    TargetSchema,
    TimePeriod,
)
from tandem.oss.service_catalog.model.words import (
    CatalogEntry,
    FeatureSpecificationRelationship,
    ResourceSpecificationRef,
)


class ResourceCharacteristicValueSpecification(CharacteristicValueSpecification):
    """A value, which this document does not tell apart by its kind."""

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        return "CharacteristicValueSpecification"


class ResourceCharacteristicSpecification(CharacteristicSpecification):
    characteristic_value_specification: list[ResourceCharacteristicValueSpecification] | None = None  # type: ignore[assignment]

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        return "CharacteristicSpecification"


class ResourceCategoryRef(EntityRef):
    """Points to a resource category."""


class ResourceCandidateRef(EntityRef):
    """Points to a resource candidate."""


class IntentSpecificationRef(EntityRef):
    """Points to an intent specification."""


class ConnectionPointSpecificationRef(EntityRef):
    """Points to a connection point's specification."""


class ResourceGraphSpecificationRef(EntityRef):
    """Points to another graph of functions."""


class EndpointSpecificationRef(EntityRef):
    is_root: bool | None = None
    connection_point_specification: ConnectionPointSpecificationRef | None = None


class PolicyRef(ConstraintRef):
    """How version 5 names a constraint on a feature."""


class FeatureSpecification(Extensible):
    """An option of a specification, with the characteristics that it brings."""

    id: str | None = None
    name: str | None = None
    version: str | None = None
    is_bundle: bool | None = None
    is_enabled: bool | None = None
    valid_for: TimePeriod | None = None
    policy_constraint: list[PolicyRef] | None = None
    feature_spec_characteristic: list[ResourceCharacteristicSpecification] | None = None
    feature_spec_relationship: list[FeatureSpecificationRelationship] | None = None


class ResourceSpecificationRelationship(Extensible):
    """Another resource specification, how this one relates to it, and how many of it are needed."""

    id: str | None = None
    href: str | None = None
    name: str | None = None
    relationship_type: str | None = None
    role: str | None = None
    default_quantity: int | None = None
    minimum_quantity: int | None = None
    maximum_quantity: int | None = None
    characteristic: list[ResourceCharacteristicSpecification] | None = None
    valid_for: TimePeriod | None = None


class ConnectionSpecification(Entity):
    name: str | None = None
    association_type: str | None = None
    endpoint_specification: list[EndpointSpecificationRef] | None = None


class ResourceGraphSpecificationRelationship(Entity):
    relationship_type: str | None = None
    resource_graph: ResourceGraphSpecificationRef | None = None


class ResourceGraphSpecification(Entity):
    """How the functions inside a resource function are wired."""

    name: str | None = None
    description: str | None = None
    connection_specification: list[ConnectionSpecification] | None = None
    graph_specification_relationship: list[ResourceGraphSpecificationRelationship] | None = None


class ResourceCatalog(CatalogEntry):
    catalog_type: str | None = None
    category: list[ResourceCategoryRef] | None = None
    related_party: list[RelatedPartyRefOrPartyRoleRef] | None = None
    external_identifier: list[ExternalIdentifier] | None = None


class ResourceCategory(CatalogEntry):
    is_root: bool | None = None
    parent_id: str | None = None
    category: list[ResourceCategoryRef] | None = None
    resource_specification: list[ResourceSpecificationRef] | None = None
    resource_candidate: list[ResourceCandidateRef] | None = None
    related_party: list[RelatedPartyRefOrPartyRoleRef] | None = None
    external_identifier: list[ExternalIdentifier] | None = None


class ResourceCandidate(CatalogEntry):
    category: list[ResourceCategoryRef] | None = None
    resource_specification: ResourceSpecificationRef | None = None
    external_identifier: list[ExternalIdentifier] | None = None


class ResourceSpecification(CatalogEntry):
    """A kind of resource: the view covers its physical, logical and function kinds, told apart by `@type`."""

    category: str | None = None
    is_bundle: bool | None = None
    attachment: list[AttachmentRefOrValue] | None = None
    feature_specification: list[FeatureSpecification] | None = None
    related_party: list[RelatedPartyRefOrPartyRoleRef] | None = None
    resource_spec_characteristic: list[ResourceCharacteristicSpecification] | None = None
    resource_spec_relationship: list[ResourceSpecificationRelationship] | None = None
    target_resource_schema: TargetSchema | None = None
    intent_specification: IntentSpecificationRef | None = None
    external_identifier: list[ExternalIdentifier] | None = None
    model: str | None = None
    part: str | None = None
    sku: str | None = None
    vendor: str | None = None
    connection_point_specification: list[ConnectionPointSpecificationRef] | None = None
    connectivity_specification: list[ResourceGraphSpecification] | None = None

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        if doc.keys() & {"model", "part", "sku", "vendor"}:
            return "PhysicalResourceSpecification"
        if doc.keys() & {"connectionPointSpecification", "connectivitySpecification"}:
            return "ResourceFunctionSpecification"
        return cls.__name__

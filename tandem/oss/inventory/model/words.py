"""What services and resources both speak of."""

from __future__ import annotations

from typing import Literal

from tandem.kernel.tmf.types import (
    Characteristic,
    ConstraintRef,
    EntityRef,
    Extensible,
    TimePeriod,
)

OrderItemAction = Literal["add", "modify", "delete", "noChange"]


class ResourceRef(EntityRef):
    """Points to a resource of the inventory."""


class ServiceSpecificationRef(EntityRef):
    """Points to the specification of a service."""


class ResourceSpecificationRef(EntityRef):
    """Points to the specification of a resource."""


class PolicyRef(ConstraintRef):
    """How version 5 names a constraint on a resource's feature."""


class PlaceRef(EntityRef):
    """Points to a place."""


class FeatureRelationship(Extensible):
    id: str | None = None
    name: str | None = None
    relationship_type: str | None = None
    valid_for: TimePeriod | None = None


class Feature(Extensible):
    """An option that a service or resource has, with the values it brings."""

    id: str | None = None
    name: str | None = None
    is_bundle: bool | None = None
    is_enabled: bool | None = None
    constraint: list[ConstraintRef] | None = None
    policy_constraint: list[PolicyRef] | None = None
    feature_characteristic: list[Characteristic] | None = None
    feature_relationship: list[FeatureRelationship] | None = None

"""What the service and the resource side of the catalogue both speak of."""

from __future__ import annotations

from typing import Literal

from tandem.kernel.tmf.types import (
    Entity,
    EntityRef,
    Extensible,
    Instant,
    TimePeriod,
)

JobState = Literal["Not Started", "Running", "Succeeded", "Failed"]


class ServiceSpecificationRef(EntityRef):
    """Points to a service specification."""


class ResourceSpecificationRef(EntityRef):
    """Points to a resource specification."""


class CatalogEntry(Entity):
    """What everything in a catalogue has."""

    name: str | None = None
    description: str | None = None
    version: str | None = None
    lifecycle_status: str | None = None
    last_update: Instant | None = None
    valid_for: TimePeriod | None = None


class FeatureSpecificationRelationship(Extensible):
    relationship_type: str | None = None
    feature_id: str | None = None
    name: str | None = None
    parent_specification_href: str | None = None
    parent_specification_id: str | None = None
    valid_for: TimePeriod | None = None


class ImportJob(Entity):
    """Takes specifications in from a file."""

    url: str | None = None
    path: str | None = None
    content_type: str | None = None
    creation_date: Instant | None = None
    completion_date: Instant | None = None
    error_log: str | None = None
    status: JobState | None = None


class ExportJob(ImportJob):
    """Writes specifications out to a file."""

    query: str | None = None

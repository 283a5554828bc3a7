"""The catalogue's door: find a specification, and ask what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tandem.kernel.json import Doc
from tandem.kernel.store import Uow
from tandem.oss.service_catalog import commands, queries, store
from tandem.oss.service_catalog.terms import Decomposition, Specification


def decomposition_of(uow: Uow, *, spec_id: str, version: str | None = None) -> Decomposition:
    """What a service specification takes: resources and services, in an order in which they can be provided.

    Raises: SpecificationUnknown, SpecificationNotUsable, DecomposesToNothing, SpecificationsCircular.
    """
    return queries.decomposition_of(uow, spec_id, version)


def find_specification(uow: Uow, *, name_or_id: str) -> Specification | None:
    """The service specification of this id, else the one of this name that may be ordered."""
    return queries.find_specification(uow, store.SERVICE_SPECIFICATIONS, name_or_id)


def find_resource_specification(uow: Uow, *, name_or_id: str) -> Specification | None:
    """The resource specification of this id, else of this name."""
    return queries.find_specification(uow, store.RESOURCE_SPECIFICATIONS, name_or_id)


def list_specifications(uow: Uow) -> list[Specification]:
    """All service specifications by name."""
    return queries.list_specifications(uow, store.SERVICE_SPECIFICATIONS)


def list_resource_specifications(uow: Uow) -> list[Specification]:
    """All resource specifications by name."""
    return queries.list_specifications(uow, store.RESOURCE_SPECIFICATIONS)


def settle_characteristics(uow: Uow, *, spec_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The characteristics of a service to be, checked against its specification and completed with its defaults.

    Raises: CharacteristicRefused, SpecificationUnknown, SpecificationNotUsable.
    """
    return queries.settle_characteristics(uow, spec_id, given)


def describe_service(uow: Uow, *, specification: Doc) -> str:
    """Keep a new service specification in the standard's shape (TMF633).

    Raises: SpecificationsCircular, AlreadyTaken.
    """
    return commands.describe_service(uow, specification).id


def describe_resource(uow: Uow, *, specification: Doc) -> str:
    """Keep a new resource specification in the standard's shape (TMF634 v5). Raises: AlreadyTaken."""
    return commands.add_entry(store.RESOURCE_SPECIFICATIONS, uow, specification).id

"""Reads of the catalogue: a specification by name or id, and what it decomposes into."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tandem.kernel.json import Doc
from tandem.kernel.store import EntityTable, Stored, Uow
from tandem.oss.service_catalog import store
from tandem.oss.service_catalog.lifecycle import USABLE
from tandem.oss.service_catalog.rules import characteristics
from tandem.oss.service_catalog.rules.decomposition import decompose
from tandem.oss.service_catalog.terms import (
    Decomposition,
    Specification,
    SpecificationNotUsable,
    SpecificationUnknown,
)


def decomposition_of(uow: Uow, specification_id: str, version: str | None) -> Decomposition:
    """What a service specification takes, in the given version or the present one."""
    service = _in_version(uow, _usable(uow, specification_id), version)
    services = store.services_beneath(uow, service)
    refs = [ref["id"] for one in (service, *services.values()) for ref in one.get("resourceSpecification", ())]
    resources = store.documents(uow, store.RESOURCE_SPECIFICATIONS, refs)
    return decompose(service, services, resources)


def find_specification(uow: Uow, table: EntityTable, name_or_id: str) -> Specification | None:
    """By id, else by name: of several of one name the one that may be ordered, the newest first."""
    stored = table.find(uow, name_or_id)
    if stored is None:
        named = table.where(uow, "name = %s", (name_or_id,), order_by="updated_at desc, id")
        stored = next((one for one in named if one.doc.get("lifecycleStatus") in USABLE), next(iter(named), None))
    return _as_specification(stored) if stored else None


def list_specifications(uow: Uow, table: EntityTable) -> list[Specification]:
    """All of them by name; a catalogue has hundreds, not millions."""
    return [_as_specification(one) for one in table.where(uow, order_by="name, id")]


def settle_characteristics(uow: Uow, specification_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The given characteristics of a service, checked and completed with the defaults."""
    service = _usable(uow, specification_id).doc
    return characteristics.settle(characteristics.needs_of(service.get("specCharacteristic", ())), given)


def _usable(uow: Uow, specification_id: str) -> Stored:
    stored = store.SERVICE_SPECIFICATIONS.find(uow, specification_id)
    if stored is None:
        raise SpecificationUnknown(
            f"there is no service specification {specification_id}", path="serviceSpecification.id", id=specification_id
        )
    status = stored.doc.get("lifecycleStatus")
    if status not in USABLE:
        raise SpecificationNotUsable(
            f"{stored.doc['name']} is {status}; it can be ordered when it is {' or '.join(sorted(USABLE))}",
            path="serviceSpecification.id",
            id=specification_id,
        )
    return stored


def _in_version(uow: Uow, present: Stored, version: str | None) -> Doc:
    if version is None or present.doc.get("version") == version:
        return present.doc
    history = store.SERVICE_SPECIFICATIONS.history(uow, present.id)
    for change in reversed(history):
        if change.after.get("version") == version:
            return change.after
    raise SpecificationUnknown(
        f"{present.doc['name']} never had a version {version}",
        path="serviceSpecification.version",
        id=present.id,
        version=version,
    )


def _as_specification(stored: Stored) -> Specification:
    status = stored.doc.get("lifecycleStatus", "")
    category = stored.doc.get("category")
    return Specification(
        id=stored.id,
        name=stored.doc.get("name", ""),
        version=stored.doc.get("version"),
        status=status,
        category=category if isinstance(category, str) else None,
        usable=status in USABLE,
    )

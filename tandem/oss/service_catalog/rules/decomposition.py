"""What a service takes: its own resources and those of the services that it stands on, in a workable order.

Reads only attributes of the standard: `resourceSpecification` and `serviceSpecRelationship` of the service,
`resourceSpecRelationship` and the default values of `resourceSpecCharacteristic` of the resources.
"""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any, Final

from tandem.kernel.json import Doc
from tandem.oss.service_catalog.rules.characteristics import default_of, needs_of
from tandem.oss.service_catalog.terms import (
    DecomposesToNothing,
    Decomposition,
    ResourceNeed,
    ServiceNeed,
    SpecificationsCircular,
    SpecificationUnknown,
)

STANDS_ON: Final = frozenset({"requires", "dependency", "reliesOn"})
"""Relations that mean "cannot be without it". Standard: TMF633 names dependency among its examples."""

HOSTED_ON: Final = "hostedOn"

STEERING: Final = frozenset({"allocation", "pool"})
"""Characteristics of a resource specification that say where its resources come from; they are not the resource's."""


def decompose(service: Doc, services: Mapping[str, Doc], resources: Mapping[str, Doc]) -> Decomposition:
    """The decomposition of a service; `services` and `resources` hold every specification that it leads to.

    Raises: DecomposesToNothing, SpecificationsCircular, SpecificationUnknown (a reference leads nowhere).
    """
    chain = _services_beneath(service, services)
    wanted = [ref for one in (service, *chain) for ref in one.get("resourceSpecification", ())]
    needs = _in_workable_order([_need(_found(resources, ref["id"])) for ref in _once(wanted)])
    if not needs and not chain:
        raise DecomposesToNothing(
            f"{service['name']} takes no resource and stands on no service",
            next_action="add resourceSpecification or serviceSpecRelationship to the specification",
            specification=service["id"],
        )
    return Decomposition(
        specification_id=service["id"],
        name=service["name"],
        version=service.get("version"),
        characteristics=needs_of(service.get("specCharacteristic", ())),
        services=tuple(_service_need(one) for one in chain),
        resources=needs,
    )


def stands_on(service: Doc) -> list[str]:
    """The ids of the service specifications that one cannot be without."""
    related = service.get("serviceSpecRelationship", ())
    return [one["id"] for one in related if one.get("relationshipType") in STANDS_ON]


def check_no_circle(service: Doc, services: Mapping[str, Doc]) -> None:
    """Raises: SpecificationsCircular when a service would stand on itself. What does not exist yet is passed over."""
    known = {**services, service.get("id", ""): service}
    _sorted(TopologicalSorter({one: stands_on(doc) for one, doc in known.items()}))


def _services_beneath(service: Doc, services: Mapping[str, Doc]) -> list[Doc]:
    """Every service that one stands on, the deepest first."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    waiting, seen = [service], {service["id"]}
    while waiting:
        one = waiting.pop()
        beneath = stands_on(one)
        sorter.add(one["id"], *beneath)
        fresh = [inner for inner in beneath if inner not in seen]
        seen.update(fresh)
        waiting.extend(_found(services, inner) for inner in fresh)
    return [services[one] for one in _sorted(sorter) if one != service["id"]]


def _in_workable_order(needs: list[ResourceNeed]) -> tuple[ResourceNeed, ...]:
    by_id = {need.specification_id: need for need in needs}
    sorter = TopologicalSorter({need.specification_id: [one for one in need.after if one in by_id] for need in needs})
    return tuple(by_id[one] for one in _sorted(sorter))


def _sorted(sorter: TopologicalSorter[str]) -> list[str]:
    try:
        return list(sorter.static_order())
    except CycleError as fault:
        circle = " → ".join(fault.args[1])
        raise SpecificationsCircular(f"these specifications need each other in a circle: {circle}") from fault


def _need(resource: Doc) -> ResourceNeed:
    characteristics = resource.get("resourceSpecCharacteristic", ())
    defaults = {one["name"]: default_of(one) for one in characteristics if one.get("name")}
    related = resource.get("resourceSpecRelationship", ())
    pool = defaults.get("pool")
    return ResourceNeed(
        specification_id=resource["id"],
        name=resource["name"],
        version=resource.get("version"),
        category=resource.get("category"),
        kind=str(resource.get("@type", "")).removesuffix("Specification") or "Resource",
        allocation="pool" if pool else "make",
        pool=pool,
        after=tuple(one["id"] for one in related if one.get("relationshipType") in STANDS_ON),
        hosted_on=next((one["id"] for one in related if one.get("relationshipType") == HOSTED_ON), None),
        characteristics={name: value for name, value in defaults.items() if value is not None and name not in STEERING},
    )


def _service_need(service: Doc) -> ServiceNeed:
    return ServiceNeed(specification_id=service["id"], name=service["name"], version=service.get("version"))


def _once(refs: list[Doc]) -> list[Doc]:
    return list({ref["id"]: ref for ref in refs}.values())


def _found(specifications: Mapping[str, Doc], specification_id: str) -> Any:
    try:
        return specifications[specification_id]
    except KeyError:
        raise SpecificationUnknown(
            f"a specification refers to {specification_id}, which does not exist", id=specification_id
        ) from None

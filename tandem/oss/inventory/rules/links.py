"""What stands on what: the links of the inventory graph, read from the standard's attributes.

A link leads from the dependent to what it stands on; nodes are `service/<id>` and `resource/<id>`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from tandem.kernel.json import Doc

STANDS_ON: Final = frozenset({"dependsOn", "dependency", "reliesOn", "requires", "hostedOn", "containedIn", "uses"})
CARRIES: Final = frozenset({"hosts", "contains", "supports", "carries"})

Link = tuple[str, str]


def service_node(service_id: str) -> str:
    """A service in the graph."""
    return f"service/{service_id}"


def resource_node(resource_id: str) -> str:
    """A resource in the graph."""
    return f"resource/{resource_id}"


def is_service(node: str) -> bool:
    """Whether a node is a service."""
    return node.startswith(service_node(""))


def id_in(node: str) -> str:
    """The id of the service or resource that a node stands for."""
    return node.partition("/")[2]


def links_of_service(service_id: str, doc: Doc) -> set[Link]:
    """The links of a service: none once it has ended."""
    if doc.get("state") == "terminated":
        return set()
    here = service_node(service_id)
    below = {resource_node(one) for one in supporting_resources(doc)}
    below |= {service_node(one) for one in supporting_services(doc)}
    related = {(one.get("relationshipType"), _id(one.get("service"))) for one in doc.get("serviceRelationship", ())}
    return {(here, lower) for lower in below} | _related(here, related, service_node)


def links_of_resource(resource_id: str, doc: Doc) -> set[Link]:
    """The links of a resource: what it stands on, and what it says that it carries; none once it is retired."""
    if doc.get("lifecycleState") == "pendingRemoval":
        return set()
    here = resource_node(resource_id)
    below = {resource_node(one["id"]) for one in doc.get("supportingResource", ()) if one.get("id")}
    related = {(one.get("relationshipType"), _id(one.get("resource"))) for one in doc.get("resourceRelationship", ())}
    return {(here, lower) for lower in below} | _related(here, related, resource_node)


def supporting_resources(service: Doc) -> list[str]:
    """Ids of the resources that a service names as its own, once each."""
    return _ids(service.get("supportingResource", ()))


def supporting_services(service: Doc) -> list[str]:
    """Ids of the services that a service names as its base, once each."""
    return _ids(service.get("supportingService", ()))


def _related(here: str, related: set[tuple[str | None, str | None]], node: Callable[[str], str]) -> set[Link]:
    down = {(here, node(other)) for kind, other in related if other and kind in STANDS_ON}
    return down | {(node(other), here) for kind, other in related if other and kind in CARRIES}


def _id(ref: object) -> str | None:
    found = ref.get("id") if isinstance(ref, dict) else None
    return found if isinstance(found, str) else None


def _ids(refs: Iterable[Doc]) -> list[str]:
    return list(dict.fromkeys(one["id"] for one in refs if isinstance(one.get("id"), str)))

"""Reads of the inventory: what there is, who uses it, and what stands on what."""

from __future__ import annotations

from collections.abc import Iterable

from tandem.kernel import json
from tandem.kernel.json import Doc
from tandem.kernel.store import Stored, Uow
from tandem.oss.inventory.rules import links, standing
from tandem.oss.inventory.store import entities, graph, keys, owners, pools
from tandem.oss.inventory.store.entities import RESOURCES, SERVICES, party_of, product_of
from tandem.oss.inventory.store.keys import SimAuth
from tandem.oss.inventory.store.links import uppers_of
from tandem.oss.inventory.terms import NotInPool, PoolLevel, ResourceFacts, ServiceFacts


def service_of(uow: Uow, service_id: str) -> ServiceFacts:
    """A service. Raises: NotFound."""
    return as_service(SERVICES.get(uow, service_id))


def find_service(uow: Uow, service_id: str) -> ServiceFacts | None:
    """A service, or none."""
    stored = SERVICES.find(uow, service_id)
    return as_service(stored) if stored else None


def find_service_by_number(uow: Uow, msisdn: str) -> ServiceFacts | None:
    """The living service that has a number."""
    return next((as_service(one) for one in entities.services_of_number(uow, msisdn)), None)


def services_of_party(uow: Uow, party_id: str) -> list[ServiceFacts]:
    """A party's services that have not ended."""
    return [as_service(one) for one in SERVICES.where(uow, "party_id = %s and state <> 'terminated'", (party_id,))]


def services_by_id(uow: Uow, service_ids: list[str]) -> list[ServiceFacts]:
    """The services of these ids that have not ended."""
    return _services(uow, service_ids)


def services_on_resource(uow: Uow, resource_id: str) -> list[ServiceFacts]:
    """The living services that name a resource as their own support."""
    above = uppers_of(uow, links.resource_node(resource_id))
    return _services(uow, [links.id_in(one) for one in above if links.is_service(one)])


def services_depending_on(uow: Uow, resource_id: str) -> list[ServiceFacts]:
    """The living services that stand on a resource, directly or by way of other resources and services."""
    return _services(uow, graph.services_above(uow, links.resource_node(resource_id)))


def stands_on(uow: Uow, service_id: str, resource_id: str) -> bool:
    """Whether a service stands on a resource, directly or by way of other resources and services."""
    return graph.stands_on(uow, links.service_node(service_id), links.resource_node(resource_id))


def resource_of(uow: Uow, resource_id: str) -> ResourceFacts:
    """A resource. Raises: NotFound."""
    return as_resource(RESOURCES.get(uow, resource_id))


def find_resource(uow: Uow, resource_id: str) -> ResourceFacts | None:
    """A resource, or none."""
    stored = RESOURCES.find(uow, resource_id)
    return as_resource(stored) if stored else None


def resources_of(uow: Uow, service_id: str) -> list[ResourceFacts]:
    """What a service names as its support, in its order; what is kept elsewhere is left out."""
    wanted = links.supporting_resources(SERVICES.get(uow, service_id).doc)
    found = {one.id: one for one in entities.by_ids(uow, RESOURCES, wanted)}
    return [as_resource(found[one]) for one in wanted if one in found]


def find_number(uow: Uow, msisdn: str) -> ResourceFacts | None:
    """The resource of a number that some pool counts."""
    item = pools.known_values(uow, "number", [msisdn]).get(msisdn)
    return resource_of(uow, item.resource_id) if item else None


def find_sim(uow: Uow, iccid: str) -> ResourceFacts | None:
    """The resource of a SIM that some pool counts."""
    item = pools.known_values(uow, "sim", [iccid]).get(iccid)
    return resource_of(uow, item.resource_id) if item else None


def sim_auth_of(uow: Uow, resource_id: str) -> SimAuth:
    """What the network knows a SIM by. Raises: NotInPool, SealBroken."""
    auth = keys.find_keys(uow, resource_id)
    if auth is None:
        raise NotInPool("this resource is no SIM with keys", resource=resource_id)
    uow.audit("reveal", "SimKey", resource_id)
    return auth


def imsi_of(uow: Uow, resource_id: str) -> str:
    """The subscriber identity on a SIM. Raises: NotInPool."""
    imsi = keys.imsi_of(uow, resource_id)
    if imsi is None:
        raise NotInPool("this resource is no SIM", resource=resource_id)
    return imsi


def levels(uow: Uow) -> list[PoolLevel]:
    """How every pool stands."""
    found: dict[str, PoolLevel] = {}
    for row in pools.levels(uow):
        level = found.setdefault(row["pool"], PoolLevel(pool=row["pool"], kind=row["kind"], by_state={}))
        if row["state"] is not None:
            found[row["pool"]] = PoolLevel(
                pool=level.pool, kind=level.kind, by_state={**level.by_state, row["state"]: row["n"]}
            )
    return list(found.values())


def free_numbers(uow: Uow, pool: str, containing: str, limit: int) -> list[str]:
    """Free numbers of a pool that contain these digits."""
    digits = "".join(char for char in containing if char.isdigit())
    return entities.free_number_digits(uow, pool, f"%{digits}%", limit)


def owner_of(uow: Uow, resource_id: str) -> str | None:
    """The service that owns a resource."""
    return owners.owner_of(uow, resource_id)


def as_service(stored: Stored) -> ServiceFacts:
    """A stored service as others need it."""
    doc = stored.doc
    return ServiceFacts(
        id=stored.id,
        name=str(doc.get("name", "")),
        state=str(doc.get("state", "")),
        specification_id=json.at(doc, "serviceSpecification.id"),
        party_id=party_of(doc),
        product_id=product_of(doc),
        characteristics=standing.values_of(doc.get("serviceCharacteristic", [])),
        resource_ids=tuple(links.supporting_resources(doc)),
        service_ids=tuple(links.supporting_services(doc)),
    )


def as_resource(stored: Stored) -> ResourceFacts:
    """A stored resource as others need it."""
    doc = stored.doc
    values = standing.values_of(doc.get("resourceCharacteristic", []))
    return ResourceFacts(
        id=stored.id,
        name=str(doc.get("name", "")),
        category=doc.get("category"),
        specification_id=json.at(doc, "resourceSpecification.id"),
        value=doc.get("value", doc.get("serialNumber")),
        state=values.get(standing.POOL_STATE, doc.get("resourceStatus")),
        characteristics=values,
        related=tuple(_related(doc)),
    )


def _related(doc: Doc) -> Iterable[tuple[str, str]]:
    for one in doc.get("resourceRelationship", ()):
        other = json.at(one, "resource.id")
        if other is not None:
            yield str(one.get("relationshipType", "")), other


def _services(uow: Uow, service_ids: list[str]) -> list[ServiceFacts]:
    found = entities.by_ids(uow, SERVICES, service_ids)
    return [as_service(one) for one in found if one.doc.get("state") != "terminated"]

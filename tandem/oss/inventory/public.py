"""The inventory's door: hold and hand over numbers and SIMs, keep services and resources, ask what stands on what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from tandem.kernel.json import Doc
from tandem.kernel.period import Instant
from tandem.kernel.store import EntityTable, Stored, Uow
from tandem.kernel.tmf.conversion import Inward, Outward
from tandem.oss.inventory import queries
from tandem.oss.inventory.commands import keeping, lives, reservations, stocking
from tandem.oss.inventory.model.tmf638 import Service
from tandem.oss.inventory.model.tmf639 import Resource
from tandem.oss.inventory.rules import versions
from tandem.oss.inventory.rules.identities import read_iccid, read_msisdn
from tandem.oss.inventory.store import entities
from tandem.oss.inventory.store.entities import RESOURCES, SERVICES
from tandem.oss.inventory.store.keys import SimAuth
from tandem.oss.inventory.terms import (
    ImportReport,
    NewResource,
    NewService,
    PoolKind,
    PoolLevel,
    ReservedNumber,
    ReservedSim,
    ResourceFacts,
    ServiceFacts,
)

# -- numbers and SIMs -------------------------------------------------------------------------------------------------


def reserve_number(uow: Uow, *, pool: str, for_order: str, until: Instant, msisdn: str | None = None) -> ReservedNumber:
    """Hold a number of a pool until an instant: the one asked for, or the first that is free.

    Idempotent: by `for_order` in a pool, so an order that needs two numbers names them apart (`<order>/<item>`).
    Locks: the number; orders at the same time take different ones without waiting for each other.
    Raises: PoolUnknown, PoolEmpty, NotInPool, AlreadyHeld, HeldOtherwise, IdentityInvalid.
    """
    wish = None if msisdn is None else read_msisdn(msisdn)
    item = reservations.reserve(uow, "number", pool, for_order, until, wish)
    return ReservedNumber(
        resource_id=item.resource_id, msisdn=item.value, pool=item.pool, until=reservations.held_until(item)
    )


def reserve_sim(uow: Uow, *, pool: str, for_order: str, until: Instant, iccid: str | None = None) -> ReservedSim:
    """Hold a SIM of a pool until an instant: the one asked for, or the first in stock. Else as `reserve_number`."""
    wish = None if iccid is None else read_iccid(iccid)
    item = reservations.reserve(uow, "sim", pool, for_order, until, wish)
    return ReservedSim(
        resource_id=item.resource_id,
        iccid=item.value,
        imsi=queries.imsi_of(uow, item.resource_id),
        pool=item.pool,
        until=reservations.held_until(item),
    )


def prolong(uow: Uow, *, for_order: str, until: Instant) -> int:
    """Hold everything that an order has reserved until a later instant; how many items that were."""
    return reservations.prolong(uow, for_order, until)


def release(uow: Uow, *, for_order: str) -> int:
    """Free everything that is still only reserved for an order; how many items that were. Idempotent."""
    return reservations.release(uow, for_order)


def assign(uow: Uow, *, resource_id: str, service_id: str, for_order: str) -> None:
    """Give a reserved number or SIM to a service that is there already.

    Raises: NotInPool, NotHeld, ResourceOwned, NotFound.
    """
    lives.assign(uow, resource_id, service_id, for_order)


def quarantine_number(uow: Uow, *, resource_id: str, days: int | None = None) -> None:
    """Let a used number rest, by default as long as its pool says; then it is free by itself.

    Raises: NotInPool, IllegalTransition.
    """
    lives.quarantine_number(uow, resource_id, days)


def port_out_number(uow: Uow, *, resource_id: str) -> None:
    """Another operator serves the number from now on. Raises: NotInPool, IllegalTransition."""
    lives.port_out_number(uow, resource_id)


def lose_sim(uow: Uow, *, resource_id: str) -> None:
    """A card is lost or stolen. Raises: NotInPool, IllegalTransition."""
    lives.lose_sim(uow, resource_id)


def scrap_sim(uow: Uow, *, resource_id: str) -> None:
    """A card is of no use any more. Raises: NotInPool, IllegalTransition."""
    lives.scrap_sim(uow, resource_id)


def sim_auth_of(uow: Uow, *, resource_id: str) -> SimAuth:
    """A SIM's identity and its keys as secrets, for activation only; each call is audited.

    Raises: NotInPool, SealBroken.
    """
    return queries.sim_auth_of(uow, resource_id)


def find_number(uow: Uow, *, msisdn: str) -> ResourceFacts | None:
    """The resource of a number. Raises: IdentityInvalid."""
    return queries.find_number(uow, read_msisdn(msisdn))


def find_sim(uow: Uow, *, iccid: str) -> ResourceFacts | None:
    """The resource of a SIM. Raises: IdentityInvalid."""
    return queries.find_sim(uow, read_iccid(iccid))


def list_free_numbers(uow: Uow, *, pool: str, containing: str = "", limit: int = 20) -> list[str]:
    """Free numbers of a pool, for somebody to choose from; none of them is held."""
    return queries.free_numbers(uow, pool, containing, limit)


# -- pools ------------------------------------------------------------------------------------------------------------


def make_pool(uow: Uow, *, name: str, kind: PoolKind, quarantine_days: int = 90) -> bool:
    """Make a pool of numbers or SIMs; false when it was there. Idempotent: by name."""
    return stocking.make_pool(uow, name, kind, quarantine_days)


def import_numbers(uow: Uow, *, pool: str, lines: Iterable[str]) -> ImportReport:
    """Take in numbers and ranges, one a line (`first[,last]`). Idempotent: by number. Raises: PoolUnknown."""
    return stocking.import_numbers(uow, pool, lines)


def import_number_range(uow: Uow, *, pool: str, first: str, last: str) -> ImportReport:
    """Take in every number from first to last. Idempotent: by number. Raises: PoolUnknown."""
    return stocking.import_numbers(uow, pool, [f"{first},{last}"])


def import_sims(uow: Uow, *, pool: str, lines: Iterable[str]) -> ImportReport:
    """Take in SIMs, one a line (`iccid,imsi,ki,opc[,acc]`, heading optional); keys are sealed at once.

    Idempotent: by ICCID, when the line says the same. Raises: PoolUnknown.
    """
    return stocking.import_sims(uow, pool, lines)


def pool_levels(uow: Uow) -> list[PoolLevel]:
    """How many items of each pool are in each state."""
    return queries.levels(uow)


# -- services ---------------------------------------------------------------------------------------------------------


def create_service(uow: Uow, *, new: NewService) -> str:
    """Put a service into the inventory in state reserved; it owns its numbers, SIMs and other resources. Its id.

    Raises: ResourceUnknown, ResourceOwned, NotHeld, AlreadyHeld.
    """
    return lives.create_service(uow, new).id


def activate_service(uow: Uow, *, service_id: str) -> None:
    """The service is there for its user: its number and SIM are in use. Raises: NotFound, IllegalTransition."""
    lives.move_service(uow, service_id, "active")


def suspend_service(uow: Uow, *, service_id: str) -> None:
    """The service is barred, its SIM suspended. Raises: NotFound, IllegalTransition."""
    lives.move_service(uow, service_id, "suspended")


def resume_service(uow: Uow, *, service_id: str) -> None:
    """A suspended service is there again. Raises: NotFound, IllegalTransition."""
    lives.move_service(uow, service_id, "active")


def terminate_service(uow: Uow, *, service_id: str) -> None:
    """The service ends: its number rests, its SIM ends, what was made for it is retired.

    Raises: NotFound, IllegalTransition.
    """
    lives.move_service(uow, service_id, "terminated")


def discard_service(uow: Uow, *, service_id: str) -> None:
    """Undo a service whose order failed: its number and SIM go back to their pools unused. Idempotent.

    Raises: NotFound.
    """
    lives.discard_service(uow, service_id)


def attach_resources(uow: Uow, *, service_id: str, resource_ids: tuple[str, ...], held_for: str | None = None) -> None:
    """Let a service stand on further resources. Idempotent: by resource.

    Raises: ResourceUnknown, ResourceOwned, NotHeld, AlreadyHeld.
    """
    lives.attach_resources(uow, service_id, resource_ids, held_for)


def detach_resources(uow: Uow, *, service_id: str, resource_ids: tuple[str, ...]) -> None:
    """Let a service stand on some resources no longer: numbers rest, SIMs end, what was made for it is retired."""
    lives.detach_resources(uow, service_id, resource_ids)


def change_characteristics(uow: Uow, *, service_id: str, values: Mapping[str, Any]) -> None:
    """Give a service new values of some characteristics. Raises: NotFound."""
    lives.change_characteristics(uow, service_id, values)


def get_service(uow: Uow, *, service_id: str) -> ServiceFacts:
    """A service. Raises: NotFound."""
    return queries.service_of(uow, service_id)


def find_service(uow: Uow, *, service_id: str) -> ServiceFacts | None:
    """A service, or none."""
    return queries.find_service(uow, service_id)


def find_service_by_number(uow: Uow, *, msisdn: str) -> ServiceFacts | None:
    """The living service that has a number. Raises: IdentityInvalid."""
    return queries.find_service_by_number(uow, read_msisdn(msisdn))


def list_services_of_party(uow: Uow, *, party_id: str) -> list[ServiceFacts]:
    """A party's services that have not ended."""
    return queries.services_of_party(uow, party_id)


def list_services(uow: Uow, *, service_ids: Iterable[str]) -> list[ServiceFacts]:
    """The services of these ids that have not ended."""
    return queries.services_by_id(uow, list(service_ids))


def count_parties(uow: Uow, *, service_ids: Iterable[str]) -> int:
    """How many parties these services belong to."""
    return entities.count_parties(uow, list(service_ids))


def services_on_resource(uow: Uow, *, resource_id: str) -> list[ServiceFacts]:
    """The living services that name a resource as their own support."""
    return queries.services_on_resource(uow, resource_id)


def services_depending_on(uow: Uow, *, resource_id: str) -> list[ServiceFacts]:
    """The living services that stand on a resource, directly or by way of others: all of them when an HLR fails."""
    return queries.services_depending_on(uow, resource_id)


def stands_on(uow: Uow, *, service_id: str, resource_id: str) -> bool:
    """Whether a living service stands on a resource, directly or by way of others; without reading any document."""
    return queries.stands_on(uow, service_id, resource_id)


# -- resources --------------------------------------------------------------------------------------------------------


def create_resource(uow: Uow, *, new: NewResource) -> str:
    """Put a resource into the inventory. Its id. Raises: KeyInDocument, AlreadyTaken."""
    return lives.make_resource(uow, new).id


def get_resource(uow: Uow, *, resource_id: str) -> ResourceFacts:
    """A resource. Raises: NotFound."""
    return queries.resource_of(uow, resource_id)


def find_resource(uow: Uow, *, resource_id: str) -> ResourceFacts | None:
    """A resource, or none."""
    return queries.find_resource(uow, resource_id)


def list_resources_of(uow: Uow, *, service_id: str) -> list[ResourceFacts]:
    """What a service stands on directly, in its order. Raises: NotFound."""
    return queries.resources_of(uow, service_id)


def owner_of(uow: Uow, *, resource_id: str) -> str | None:
    """The service that owns a resource."""
    return queries.owner_of(uow, resource_id)


def register_element(uow: Uow, *, element_id: str, name: str, specification: tuple[str, str]) -> str:
    """Put a network element into the inventory, shared by many services; `specification` is its id and name.

    The resource has the element's own id. Idempotent: by element.
    """
    return lives.register_element(uow, element_id, name, specification)


# -- as documents: for rooms that show or change the same things over another API of the standard --------------------


class OnWire(NamedTuple):
    """What an exposure of another API needs to show the inventory's own documents."""

    table: EntityTable
    model: type[msgspec.Struct]
    to_v4: Outward
    from_v4: Inward


SERVICE_ON_WIRE: Final = OnWire(SERVICES, Service, *versions.SERVICE)
RESOURCE_ON_WIRE: Final = OnWire(RESOURCES, Resource, *versions.RESOURCE)


def keep_service(uow: Uow, *, doc: Doc) -> Stored:
    """Keep a new service as it is described (TMF638 v5). Raises: ResourceOwned, NotHeld, AlreadyHeld, Conflict."""
    return keeping.add_service(uow, doc)


def rewrite_service(uow: Uow, *, stored: Stored, doc: Doc) -> Stored:
    """Keep a service's new content. Raises: ResourceOwned, NotHeld, AlreadyHeld, IllegalTransition, Stale."""
    return keeping.change_service(uow, stored, doc)


def remove_service(uow: Uow, *, stored: Stored) -> None:
    """Remove a service that has ended or never began. Raises: ServiceInUse."""
    keeping.remove_service(uow, stored)


def require_service_move(uow: Uow, *, service_id: str, state: str) -> None:
    """Whether a service may go to a state. Raises: NotFound, IllegalTransition."""
    keeping.require_move(uow, service_id, state)


def keep_resource(uow: Uow, *, doc: Doc) -> Stored:
    """Keep a new resource as it is described (TMF639 v5). Raises: KeyInDocument, SimNeedsKeys, PoolUnknown."""
    return stocking.add_described(uow, doc)


def rewrite_resource(uow: Uow, *, stored: Stored, doc: Doc) -> Stored:
    """Keep a resource's new content. Raises: KeyInDocument, PooledStateFixed, Stale."""
    return keeping.change_resource(uow, stored, doc)


def remove_resource(uow: Uow, *, stored: Stored) -> None:
    """Remove a resource that nothing stands on. Raises: ResourceInUse."""
    keeping.remove_resource(uow, stored)

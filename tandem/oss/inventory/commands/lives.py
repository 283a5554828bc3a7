"""The lives of services, numbers and SIMs, as fulfilment and care move them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tandem.kernel.json import Doc
from tandem.kernel.period import text_of
from tandem.kernel.store import Stored, Uow
from tandem.oss.inventory.commands import keeping, reservations
from tandem.oss.inventory.lifecycle import USED
from tandem.oss.inventory.rules import documents, links
from tandem.oss.inventory.store import entities, owners, pools
from tandem.oss.inventory.store.entities import RESOURCES, SERVICES
from tandem.oss.inventory.terms import NewResource, NewService, ResourceUnknown


def create_service(uow: Uow, new: NewService) -> Stored:
    """Put a service into the inventory, reserved, owning what carries it.

    Raises: ResourceUnknown, ResourceOwned, NotHeld, AlreadyHeld.
    """
    resources = _references(uow, new.resources)
    names = {one.id: one.doc.get("name") for one in entities.by_ids(uow, SERVICES, new.services)}
    services = tuple(documents.service_ref(one, names.get(one)) for one in new.services)
    return keeping.add_service(uow, documents.service_doc(new, resources, services), new.held_for)


def attach_resources(uow: Uow, service_id: str, resource_ids: tuple[str, ...], held_for: str | None) -> Stored:
    """Let a service stand on further resources. Idempotent: by resource. Raises: as `create_service`."""
    stored = SERVICES.get_for_update(uow, service_id)
    present = links.supporting_resources(stored.doc)
    more = _references(uow, tuple(one for one in resource_ids if one not in present))
    doc = {**stored.doc, "supportingResource": [*stored.doc.get("supportingResource", ()), *more]}
    return keeping.change_service(uow, stored, doc, held_for)


def detach_resources(uow: Uow, service_id: str, resource_ids: tuple[str, ...]) -> Stored:
    """Let a service stand on some resources no longer: numbers rest, SIMs end, what was made for it is retired."""
    stored = SERVICES.get_for_update(uow, service_id)
    kept = [one for one in stored.doc.get("supportingResource", ()) if one.get("id") not in resource_ids]
    return keeping.change_service(uow, stored, {**stored.doc, "supportingResource": kept})


def move_service(uow: Uow, service_id: str, state: str) -> Stored:
    """Take a service to a state along its life; it is there already when the change comes twice.

    Raises: NotFound, IllegalTransition.
    """
    stored = SERVICES.get_for_update(uow, service_id)
    return keeping.change_service(uow, stored, {**stored.doc, "state": state})


def change_characteristics(uow: Uow, service_id: str, values: Mapping[str, Any]) -> Stored:
    """Give a service new values of some characteristics; the others stay."""
    stored = SERVICES.get_for_update(uow, service_id)
    kept = [one for one in stored.doc.get("serviceCharacteristic", ()) if one.get("name") not in values]
    doc = {**stored.doc, "serviceCharacteristic": kept + documents.characteristics_of(values)}
    return keeping.change_service(uow, stored, doc)


def discard_service(uow: Uow, service_id: str) -> Stored:
    """Undo a service that its order could not complete: its number and SIM go back unused, without resting.

    Idempotent: a terminated service stays so. Raises: NotFound.
    """
    stored = SERVICES.get_for_update(uow, service_id)
    if stored.doc.get("state") == "terminated":
        return stored
    for item in pools.lock_items(uow, owners.owned_by(uow, service_id)):
        if item.state == USED[item.kind]:
            reservations.change(uow, item, "reserved", service_id=service_id)
    return keeping.change_service(uow, stored, {**stored.doc, "state": "terminated"})


def make_resource(uow: Uow, new: NewResource) -> Stored:
    """Put a resource into the inventory. Raises: KeyInDocument, AlreadyTaken."""
    return keeping.add_resource(uow, documents.resource_doc(new, text_of(uow.now)))


def register_element(uow: Uow, element_id: str, name: str, specification: tuple[str, str]) -> str:
    """Put a network element into the inventory under its own id. Idempotent: by element."""
    if not RESOURCES.exists(uow, element_id):
        new = NewResource(
            id=element_id,
            name=name,
            category="element",
            specification_id=specification[0],
            specification_name=specification[1],
            kind="ResourceFunction",
            characteristics={"elementId": element_id},
            shareable=True,
        )
        make_resource(uow, new)
    return element_id


def assign(uow: Uow, resource_id: str, service_id: str, for_order: str) -> None:
    """Give a reserved number or SIM to a service; it is used at once when the service is active.

    Raises: NotInPool, NotHeld, ResourceOwned.
    """
    reservations.locked(uow, resource_id)
    attach_resources(uow, service_id, (resource_id,), for_order)
    state = SERVICES.get(uow, service_id).doc.get("state")
    for item in pools.lock_items(uow, [resource_id]):
        if state == "active" and item.state == "reserved":
            reservations.change(uow, item, USED[item.kind], service_id=service_id)


def quarantine_number(uow: Uow, resource_id: str, days: int | None) -> None:
    """Let a number rest that came back or was taken from its service. Raises: NotInPool, IllegalTransition."""
    item = reservations.locked(uow, resource_id)
    reservations.let_rest(uow, item, days)
    owner = owners.owner_of(uow, resource_id)
    if owner is not None:
        owners.give_up(uow, owner, [resource_id])


def port_out_number(uow: Uow, resource_id: str) -> None:
    """Another operator serves the number from now on. Raises: NotInPool, IllegalTransition."""
    reservations.change(uow, reservations.locked(uow, resource_id), "ported_out")


def lose_sim(uow: Uow, resource_id: str) -> None:
    """A card is lost or stolen; its service keeps its number. Raises: NotInPool, IllegalTransition."""
    item = reservations.locked(uow, resource_id)
    reservations.change(uow, item, "lost", service_id=owners.owner_of(uow, resource_id))


def scrap_sim(uow: Uow, resource_id: str) -> None:
    """A card is of no use any more. Raises: NotInPool, IllegalTransition."""
    reservations.change(uow, reservations.locked(uow, resource_id), "terminated")


def _references(uow: Uow, resource_ids: tuple[str, ...]) -> tuple[Doc, ...]:
    """References to resources, in the given order. Raises: ResourceUnknown."""
    found = {one.id: one.doc for one in entities.by_ids(uow, RESOURCES, resource_ids)}
    for resource_id in resource_ids:
        if resource_id not in found:
            raise ResourceUnknown(f"there is no resource {resource_id}", path="supportingResource", id=resource_id)
    return tuple(
        documents.resource_ref(one, found[one].get("name"), str(found[one].get("@type", "Resource")))
        for one in resource_ids
    )

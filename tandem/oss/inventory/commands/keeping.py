"""Services and resources as documents come and go, with their owners, links and states kept true.

Every way in ends here: the room's own commands, and the wire (TMF638, TMF639).
"""

from __future__ import annotations

from collections.abc import Iterable

from tandem.kernel.events import Event
from tandem.kernel.json import Doc
from tandem.kernel.period import text_of
from tandem.kernel.store import Stored, Uow
from tandem.oss.inventory.commands import reservations
from tandem.oss.inventory.lifecycle import FREE, SERVICE_LIFE
from tandem.oss.inventory.rules import following, links, standing
from tandem.oss.inventory.rules.documents import (
    ENDS_WITH_SERVICE,
    SHAREABLE,
    is_marked,
    refuse_keys,
    with_attachment_ids,
)
from tandem.oss.inventory.store import keys, owners, pools
from tandem.oss.inventory.store.entities import RESOURCES, SERVICES, party_of
from tandem.oss.inventory.store.links import end_links, put_links, uppers_of
from tandem.oss.inventory.terms import (
    PooledStateFixed,
    ResourceInUse,
    ResourceOwned,
    ServiceActivated,
    ServiceInUse,
    ServiceSuspended,
    ServiceTerminated,
)

_ENDED = frozenset({"feasibilityChecked", "designed", "terminated"})


def add_service(uow: Uow, doc: Doc, held_for: str | None = None) -> Stored:
    """Keep a new service; it owns the resources that it names, unless they are shareable.

    Raises: ResourceOwned, NotHeld, AlreadyHeld, IllegalTransition.
    """
    SERVICE_LIFE.check(None, doc, attribute="state")
    stored = SERVICES.add(uow, following.with_state_facts({}, doc, text_of(uow.now)))
    put_links(uow, links.links_of_service(stored.id, stored.doc))
    for resource_id in links.supporting_resources(stored.doc):
        _own(uow, stored.id, resource_id, held_for)
    _follow(uow, stored, None)
    return stored


def change_service(uow: Uow, stored: Stored, doc: Doc, held_for: str | None = None) -> Stored:
    """Keep a service's new content; what carries it follows its state, what it no longer names is given up.

    Raises: ResourceOwned, NotHeld, AlreadyHeld, IllegalTransition, Stale.
    """
    SERVICE_LIFE.check(stored.doc, doc, attribute="state")
    doc = following.with_state_facts(stored.doc, doc, text_of(uow.now))
    saved = SERVICES.save(uow, stored.id, doc, expected_version=stored.version)
    _relink(uow, links.links_of_service(stored.id, stored.doc), links.links_of_service(stored.id, doc))
    before, after = links.supporting_resources(stored.doc), links.supporting_resources(doc)
    for resource_id in after:
        if resource_id not in before:
            _own(uow, stored.id, resource_id, held_for)
    _give_up(uow, stored.id, [one for one in before if one not in after])
    _follow(uow, saved, stored.doc.get("state"))
    return saved


def require_move(uow: Uow, service_id: str, state: str) -> None:
    """Raises: NotFound, IllegalTransition unless the service may go to the state."""
    SERVICE_LIFE.check(SERVICES.get(uow, service_id).doc, {"state": state}, attribute="state")


def remove_service(uow: Uow, stored: Stored) -> None:
    """Remove a service that has ended or never began. Raises: ServiceInUse."""
    if stored.doc.get("state") not in _ENDED:
        raise ServiceInUse(
            f"the service is {stored.doc['state']}", path="state", next_action="terminate it before it is removed"
        )
    above = uppers_of(uow, links.service_node(stored.id), 5)
    if above:
        raise ServiceInUse("other services stand on it", above=above)
    _give_up(uow, stored.id, owners.owned_by(uow, stored.id))
    end_links(uow, links.links_of_service(stored.id, stored.doc))
    SERVICES.delete(uow, stored.id, expected_version=stored.version)


def add_resource(uow: Uow, doc: Doc) -> Stored:
    """Keep a new resource. Raises: KeyInDocument, AlreadyTaken."""
    refuse_keys(doc)
    stored = RESOURCES.add(uow, with_attachment_ids(doc))
    put_links(uow, links.links_of_resource(stored.id, stored.doc))
    return stored


def change_resource(uow: Uow, stored: Stored, doc: Doc) -> Stored:
    """Keep a resource's new content. Raises: KeyInDocument, PooledStateFixed, Stale."""
    refuse_keys(doc)
    doc = with_attachment_ids(doc)
    if pools.find_item(uow, stored.id) is not None:
        _refuse_standing(stored.doc, doc)
    saved = RESOURCES.save(uow, stored.id, doc, expected_version=stored.version)
    _relink(uow, links.links_of_resource(stored.id, stored.doc), links.links_of_resource(stored.id, doc))
    return saved


def remove_resource(uow: Uow, stored: Stored) -> None:
    """Remove a resource that nothing stands on. Raises: ResourceInUse."""
    for item in pools.lock_items(uow, [stored.id]):
        if item.state in ("reserved", "in_use", "active", "suspended", "quarantined"):
            raise ResourceInUse(f"{item.value} is {item.state.replace('_', ' ')}", state=item.state)
    owner = owners.owner_of(uow, stored.id)
    above = uppers_of(uow, links.resource_node(stored.id), 5)
    if owner or above:
        raise ResourceInUse("services or other resources stand on it", owner=owner, above=above)
    end_links(uow, links.links_of_resource(stored.id, stored.doc))
    keys.drop_keys(uow, stored.id)
    pools.drop_item(uow, stored.id)
    RESOURCES.delete(uow, stored.id, expected_version=stored.version)


def _refuse_standing(before: Doc, after: Doc) -> None:
    differing = standing.differs(before, after)
    if differing is not None:
        raise PooledStateFixed(
            f"{differing} of a number or SIM follows its life, not a change by hand",
            path=differing,
            next_action="reserve, assign or release it, or change the service that uses it",
        )


def _own(uow: Uow, service_id: str, resource_id: str, held_for: str | None) -> None:
    """Make a service the owner of a resource that it names; resources kept elsewhere and shareable ones have none."""
    resource = RESOURCES.find(uow, resource_id)
    if resource is None or is_marked(resource.doc, SHAREABLE):
        return
    owner = owners.claim(uow, resource_id, service_id)
    if owner != service_id:
        raise ResourceOwned(
            f"{resource.doc.get('name', resource_id)} carries another service",
            path="supportingResource",
            resource=resource_id,
            owner=owner,
        )
    for item in pools.lock_items(uow, [resource_id]):
        reservations.hand_over(uow, item, service_id, held_for)


def _give_up(uow: Uow, service_id: str, resource_ids: Iterable[str]) -> None:
    """The service ends its ownership: numbers rest, SIMs end, what was made for it is retired."""
    ours = set(owners.owned_by(uow, service_id))
    given_up = [one for one in resource_ids if one in ours]
    if given_up:
        _bring_along(uow, service_id, given_up, "terminated")
        owners.give_up(uow, service_id, given_up)


def _follow(uow: Uow, service: Stored, before: str | None) -> None:
    """What a service owns follows its new state, and the change is told."""
    state = service.doc.get("state")
    if state is None or state == before:
        return
    owned = owners.owned_by(uow, service.id)
    if state == "terminated":
        _give_up(uow, service.id, owned)
    else:
        _bring_along(uow, service.id, owned, state)
    told = _news(service, state)
    if told is not None:
        uow.emit(told)


def _bring_along(uow: Uow, service_id: str, resource_ids: list[str], state: str) -> None:
    items = pools.lock_items(uow, resource_ids)
    for item in items:
        new = following.next_pool_state(item.kind, item.state, state)
        if new == "quarantined":
            reservations.let_rest(uow, item, None)
        elif new == FREE[item.kind]:
            reservations.free(uow, item)
        elif new is not None:
            reservations.change(uow, item, new, service_id=None if state == "terminated" else service_id)
    beneath = following.standing_beneath(state)
    if beneath is not None:
        counted = {item.resource_id for item in items}
        for resource_id in resource_ids:
            if resource_id not in counted:
                _bring_made_along(uow, resource_id, dict(beneath), is_end=state == "terminated")


def _bring_made_along(uow: Uow, resource_id: str, beneath: Doc, *, is_end: bool) -> None:
    resource = RESOURCES.find(uow, resource_id)
    if resource is None or not is_marked(resource.doc, ENDS_WITH_SERVICE):
        return
    ended = {"endOperatingDate": text_of(uow.now)} if is_end else {}
    change_resource(uow, resource, {**resource.doc, **beneath, **ended})


def _relink(uow: Uow, before: set[links.Link], after: set[links.Link]) -> None:
    if before != after:
        end_links(uow, before - after)
        put_links(uow, after - before)


def _news(service: Stored, state: str) -> Event | None:
    party = party_of(service.doc)
    if state == "active":
        return ServiceActivated(service=service.id, party=party)
    if state == "suspended":
        return ServiceSuspended(service=service.id, party=party)
    return ServiceTerminated(service=service.id, party=party) if state == "terminated" else None

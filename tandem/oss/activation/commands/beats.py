"""What activation does: turns what a subscriber shall be into intents, and takes them through the elements' beats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tandem.kernel.store import Uow
from tandem.oss.activation.terms import NoElement, SubscriberIdentity
from tandem.oss.elements import public as elements
from tandem.oss.elements.terms import (
    Authentication2g,
    Authentication3g,
    ElementChange,
    Intent,
    MobileSubscriber,
    NoSubscriber,
    SecretKey,
    SubscriberChange,
)
from tandem.oss.inventory import public as inventory


def element_for(uow: Uow, specification_id: str) -> str:
    """The element that new resources of a kind are made on: the first unlocked one that the inventory has as such."""
    for element in elements.list_elements(uow):
        resource = inventory.find_resource(uow, resource_id=element.id)
        is_such = resource is not None and resource.specification_id == specification_id
        if is_such and element.administrative_state == "unlocked":
            return element.id
    raise NoElement(
        f"no unlocked element is a {specification_id}",
        specification=specification_id,
        next_action="register or unlock such an element, then retry the order",
    )


def stage_subscriber(uow: Uow, element_id: str, identity: SubscriberIdentity) -> ElementChange:
    """Beat one of a new subscriber, with the keys of its SIM."""
    auth = inventory.sim_auth_of(uow, resource_id=identity.sim_resource_id)
    k, opc = SecretKey(auth.ki.reveal_text()), SecretKey(auth.opc.reveal_text())
    intent = MobileSubscriber(
        imsi=identity.imsi,
        msisdn=identity.msisdn,
        authentication_2g=Authentication2g(algorithm="comp128v1", ki=k),
        authentication_3g=Authentication3g(k=k, opc=opc),
    )
    return elements.stage_change(uow, element_id=element_id, intent=intent)


def stage_access(uow: Uow, element_id: str, imsi: str, *, is_open: bool) -> ElementChange:
    """Beat one of opening or barring a subscriber for calls and data."""
    intent: Intent = SubscriberChange(imsi=imsi, cs_enabled=is_open, ps_enabled=is_open)
    return elements.stage_change(uow, element_id=element_id, intent=intent)


def stage_removal(uow: Uow, element_id: str, imsi: str) -> ElementChange:
    """Beat one of taking a subscriber away."""
    return elements.stage_change(uow, element_id=element_id, intent=NoSubscriber(imsi=imsi))


def facts_of(change: ElementChange) -> Mapping[str, Any]:
    """A change as facts for people: the difference, what was asked, what the element answered; keys are masked."""
    return {
        "change": change.id,
        "element": change.element_id,
        "elementName": change.element_name,
        "subject": change.subject,
        "what": change.what,
        "changes": [str(one) for one in change.changes],
        "exchanges": [{"request": one.request, "answer": one.answer} for one in change.exchanges],
        "readBack": dict(change.read_back) if change.read_back else None,
    }

"""Whole activations, as TMF640 and TMF702 ask for them: recorded through the inventory's door, carried out in steps.

One activation is stage → commit → confirm → record, each a durable step, so that it goes on after a kill; what fails is
rolled back, and its monitor says why. What has no place on the network is recorded at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from tandem.kernel import json
from tandem.kernel.errors import TandemError, Unavailable
from tandem.kernel.json import Doc
from tandem.kernel.store import EntityTable, Stored, Uow
from tandem.oss.activation import rules
from tandem.oss.activation.commands import beats
from tandem.oss.activation.lifecycle import MONITOR_LIFE
from tandem.oss.activation.store import RESOURCE_MONITORS, SERVICE_MONITORS, find_in_progress
from tandem.oss.activation.terms import (
    Aim,
    IdentityIncomplete,
    StillInProgress,
    StillOnNetwork,
    SubscriberIdentity,
)
from tandem.oss.elements import public as elements
from tandem.oss.inventory import public as inventory
from tandem.oss.inventory.terms import NewResource, ResourceFacts
from tandem.oss.service_catalog.terms import HLR, HLR_SUBSCRIBER

STAGE: Final = "activation.stage"
COMMIT: Final = "activation.commit"
CONFIRM: Final = "activation.confirm"
ROLL_BACK: Final = "activation.roll_back"
HOSTED_ON: Final = "hostedOn"


@dataclass(frozen=True)
class Api:
    """One of the two APIs: where it answers, and where its monitors are kept."""

    address: str
    monitors: EntityTable


APIS: Final = {
    "service": Api("/tmf-api/ServiceActivationAndConfiguration/v4/service", SERVICE_MONITORS),
    "resource": Api("/tmf-api/ResourceActivationAndConfiguration/v4/resource", RESOURCE_MONITORS),
}


# -- services (TMF640) ------------------------------------------------------------------------------------------------


def activate_service(uow: Uow, doc: Doc) -> Stored:
    """Keep a new service; one that is to be active with a number and a SIM becomes a subscriber on the network first.

    Raises: ResourceOwned, AlreadyHeld, NoElement.
    """
    carried = [inventory.find_resource(uow, resource_id=ref["id"]) for ref in doc.get("supportingResource", ())]
    found = {one.category: one for one in carried if one is not None}
    number, sim = found.get("number"), found.get("sim")
    if doc.get("state") != "active" or number is None or sim is None:
        stored = inventory.keep_service(uow, doc=doc)
        _done_at_once(uow, "service", "POST", stored.id, doc)
        return stored
    subscriber = _make_subscriber(uow, number, sim)
    reference = {"@type": "ResourceRef", "id": subscriber, "@referredType": "LogicalResource"}
    carriers = [*doc["supportingResource"], reference]
    stored = inventory.keep_service(uow, doc={**doc, "state": "reserved", "supportingResource": carriers})
    wish = {"id": stored.id, "subscriber": subscriber, "aim": "open", "wanted": "active", "is_new": True}
    _begin(uow, "service", "POST", doc, wish)
    return stored


def change_service(uow: Uow, stored: Stored, doc: Doc) -> Stored:
    """Keep a service's new content; a new state is first made true on the network, where the service has a place there.

    Raises: IllegalTransition, ResourceOwned, Stale.
    """
    wanted, present = doc.get("state"), stored.doc.get("state")
    if wanted == present or wanted is None:
        return inventory.rewrite_service(uow, stored=stored, doc=doc)
    inventory.require_service_move(uow, service_id=stored.id, state=wanted)
    subscriber = _subscriber_of(uow, stored.id)
    aim = rules.SERVICE_AIMS.get(wanted)
    if subscriber is None or aim is None:
        saved = inventory.rewrite_service(uow, stored=stored, doc=doc)
        _done_at_once(uow, "service", "PATCH", stored.id, {"state": wanted})
        return saved
    saved = inventory.rewrite_service(uow, stored=stored, doc={**doc, "state": present})
    wish = {"id": stored.id, "subscriber": subscriber, "aim": aim, "wanted": wanted, "is_new": False}
    _begin(uow, "service", "PATCH", {"state": wanted}, wish)
    return saved


def remove_service(uow: Uow, stored: Stored) -> None:
    """Remove a service that has ended or never began. Raises: ServiceInUse."""
    inventory.remove_service(uow, stored=stored)
    _done_at_once(uow, "service", "DELETE", stored.id, {})


# -- resources (TMF702) -----------------------------------------------------------------------------------------------


def activate_resource(uow: Uow, doc: Doc) -> Stored:
    """Keep a new resource; a subscriber is made on the network. Raises: IdentityIncomplete, NoElement."""
    if json.at(doc, "resourceSpecification.id") != HLR_SUBSCRIBER:
        stored = inventory.keep_resource(uow, doc=doc)
        _done_at_once(uow, "resource", "POST", stored.id, doc)
        return stored
    if not any(one.get("relationshipType") == HOSTED_ON for one in doc.get("resourceRelationship", ())):
        host = {"@type": "ResourceRef", "id": beats.element_for(uow, HLR)}
        relation = {"@type": "ResourceRelationship", "relationshipType": HOSTED_ON, "resource": host}
        doc = {**doc, "resourceRelationship": [*doc.get("resourceRelationship", ()), relation]}
    stored = inventory.keep_resource(uow, doc={**doc, "administrativeState": "locked"})
    _identity_of(uow, inventory.get_resource(uow, resource_id=stored.id))
    wish = {"id": stored.id, "subscriber": stored.id, "aim": "open", "wanted": "unlocked", "is_new": True}
    _begin(uow, "resource", "POST", doc, wish)
    return stored


def change_resource(uow: Uow, stored: Stored, doc: Doc) -> Stored:
    """Keep a resource's new content; a subscriber's administrative state is first made true on the network."""
    wanted, present = doc.get("administrativeState"), stored.doc.get("administrativeState")
    is_subscriber = json.at(stored.doc, "resourceSpecification.id") == HLR_SUBSCRIBER
    if wanted is None or wanted == present or not is_subscriber:
        return inventory.rewrite_resource(uow, stored=stored, doc=doc)
    saved = inventory.rewrite_resource(uow, stored=stored, doc={**doc, "administrativeState": present})
    aim = rules.RESOURCE_AIMS[wanted]
    wish = {"id": stored.id, "subscriber": stored.id, "aim": aim, "wanted": wanted, "is_new": False}
    _begin(uow, "resource", "PATCH", {"administrativeState": wanted}, wish)
    return saved


def remove_resource(uow: Uow, stored: Stored) -> None:
    """Remove a resource that nothing stands on. Raises: StillOnNetwork, ResourceInUse."""
    is_subscriber = json.at(stored.doc, "resourceSpecification.id") == HLR_SUBSCRIBER
    if is_subscriber and stored.doc.get("lifecycleState") != "pendingRemoval":
        raise StillOnNetwork(
            "the subscriber is on the network",
            path="administrativeState",
            next_action="set administrativeState to shutdown, then remove it when its monitor is completed",
        )
    inventory.remove_resource(uow, stored=stored)
    _done_at_once(uow, "resource", "DELETE", stored.id, {})


# -- steps ------------------------------------------------------------------------------------------------------------


def stage(uow: Uow, payload: Doc) -> None:
    """Read the element and keep what shall be there."""
    subscriber = inventory.get_resource(uow, resource_id=payload["subscriber"])
    aim: Aim = payload["aim"]
    identity = _identity_of(uow, subscriber)
    if aim == "open":
        change = beats.stage_subscriber(uow, _element_of(subscriber), identity)
    elif aim == "barred":
        change = beats.stage_access(uow, _element_of(subscriber), identity.imsi, is_open=False)
    else:
        change = beats.stage_removal(uow, _element_of(subscriber), identity.imsi)
    _go_on(uow, COMMIT, {**payload, "change": change.id})


def commit(uow: Uow, payload: Doc) -> None:
    """Change the element."""
    elements.commit_change(uow, change_id=payload["change"])
    _go_on(uow, CONFIRM, payload)


def confirm(uow: Uow, payload: Doc) -> None:
    """Read the element back, and record in the inventory what is true now."""
    change = elements.confirm_change(uow, change_id=payload["change"])
    _record(uow, payload)
    _end(uow, payload, "Completed", 200, beats.facts_of(change))


def give_up(uow: Uow, payload: Doc, fault: TandemError) -> None:
    """What is not to be done is undone, and the monitor says why."""
    _end(uow, payload, "Failed", 503 if isinstance(fault, Unavailable) else 409, fault.to_doc())
    if "change" in payload:
        _go_on(uow, ROLL_BACK, payload)
    else:
        _discard(uow, payload)


def roll_back(uow: Uow, payload: Doc) -> None:
    """Bring the element back to what it held; a service that was new is discarded."""
    elements.roll_back_change(uow, change_id=payload["change"])
    _discard(uow, payload)


def _record(uow: Uow, payload: Doc) -> None:
    wanted = payload["wanted"]
    if payload["about"] == "service":
        actions = {"open": inventory.activate_service, "barred": inventory.suspend_service}
        actions.get(payload["aim"], inventory.terminate_service)(uow, service_id=payload["id"])
        return
    stored = inventory.RESOURCE_ON_WIRE.table.get(uow, payload["id"])
    gone = {"operationalState": "disabled", "lifecycleState": "pendingRemoval"} if payload["aim"] == "gone" else {}
    inventory.rewrite_resource(uow, stored=stored, doc={**stored.doc, "administrativeState": wanted, **gone})


def _discard(uow: Uow, payload: Doc) -> None:
    if payload["is_new"] and payload["about"] == "service":
        inventory.discard_service(uow, service_id=payload["id"])


# -- monitors ---------------------------------------------------------------------------------------------------------


def _begin(uow: Uow, about: str, method: str, asked: Doc, wish: Doc) -> None:
    """Keep a monitor and ask for the first step. Raises: StillInProgress."""
    api = APIS[about]
    doc = rules.begun(method, api.address, f"{api.address}/{wish['id']}", asked)
    going_on = find_in_progress(uow, api.monitors, doc["sourceHref"])
    if going_on is not None:
        raise StillInProgress(
            "its last activation is not over yet", monitor=going_on, next_action="wait until that monitor is completed"
        )
    monitor = api.monitors.add(uow, doc)
    _go_on(uow, STAGE, {"about": about, "monitor": monitor.id, **wish})


def _go_on(uow: Uow, step: str, payload: Doc) -> None:
    uow.enqueue(step, payload, key=f"{payload['monitor']}", order_key=f"activation/{payload['subscriber']}")


def _done_at_once(uow: Uow, about: str, method: str, entity_id: str, asked: Doc) -> None:
    api = APIS[about]
    doc = rules.begun(method, api.address, f"{api.address}/{entity_id}", asked)
    api.monitors.add(uow, rules.ended(doc, "Completed", 200, {"recorded": True}))


def _end(uow: Uow, payload: Doc, state: str, status: int, facts: Any) -> None:
    table = APIS[payload["about"]].monitors
    monitor = table.get_for_update(uow, payload["monitor"])
    MONITOR_LIFE.require(monitor.doc["state"], state)
    table.save(uow, monitor.id, rules.ended(monitor.doc, state, status, facts))


# -- subscribers ------------------------------------------------------------------------------------------------------


def _make_subscriber(uow: Uow, number: ResourceFacts, sim: ResourceFacts) -> str:
    imsi = str(sim.characteristics.get("imsi"))
    new = NewResource(
        name=f"HLR subscriber {imsi}",
        category="subscriber",
        specification_id=HLR_SUBSCRIBER,
        specification_name="HLR subscriber",
        value=imsi,
        characteristics={"imsi": imsi, "msisdn": number.value, "iccid": sim.value},
        relations=((HOSTED_ON, beats.element_for(uow, HLR)),),
        ends_with_service=True,
    )
    return inventory.create_resource(uow, new=new)


def _subscriber_of(uow: Uow, service_id: str) -> str | None:
    carried = inventory.list_resources_of(uow, service_id=service_id)
    return next((one.id for one in carried if one.specification_id == HLR_SUBSCRIBER), None)


def _identity_of(uow: Uow, subscriber: ResourceFacts) -> SubscriberIdentity:
    """Who a subscriber is, by its characteristics. Raises: IdentityIncomplete."""
    known = {name: subscriber.characteristics.get(name) for name in ("imsi", "msisdn", "iccid")}
    sim = inventory.find_sim(uow, iccid=str(known["iccid"])) if known["iccid"] else None
    if sim is None or not known["imsi"] or not known["msisdn"]:
        raise IdentityIncomplete(
            "a subscriber needs imsi, msisdn and the iccid of a SIM that we know",
            path="resourceCharacteristic",
            missing=[name for name, value in known.items() if not value] or ["iccid"],
        )
    return SubscriberIdentity(imsi=str(known["imsi"]), msisdn=str(known["msisdn"]), sim_resource_id=sim.id)


def _element_of(subscriber: ResourceFacts) -> str:
    """The element that a subscriber is on. Raises: IdentityIncomplete."""
    for kind, other in subscriber.related:
        if kind == HOSTED_ON:
            return other
    raise IdentityIncomplete("the subscriber is hosted on no element", path="resourceRelationship")

"""What each kind of task does, and how it is undone. Every effect is idempotent or in this transaction alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from tandem.kernel.errors import Broken
from tandem.kernel.json import Doc
from tandem.kernel.store import Stored, Uow
from tandem.oss.activation import public as activation
from tandem.oss.activation.terms import SubscriberIdentity
from tandem.oss.inventory import public as inventory
from tandem.oss.inventory.terms import NewResource, NewService
from tandem.oss.provisioning.rules import requests
from tandem.oss.provisioning.terms import TaskView
from tandem.oss.service_catalog import public as service_catalog
from tandem.oss.service_catalog.terms import MSISDN, SIM, Decomposition

RESERVED_FOR = timedelta(days=1)
"""How long, in business time, a number and a SIM are held for an order that does not go on."""

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class TaskAtWork:
    """A task with its order and with what the item's earlier tasks answered, by `kind` or `kind.subject`."""

    order: Stored
    task: TaskView
    answers: Mapping[str, Facts]

    @cached_property
    def item(self) -> Doc:
        """The order item."""
        return requests.item_of(self.order.doc, self.task.item_id)

    @property
    def held_for(self) -> str:
        """The key under which the inventory holds numbers and SIMs for this item."""
        return f"{self.order.id}/{self.task.item_id}"

    def answer(self, key: str) -> Facts:
        """What an earlier task answered. Raises: Broken when it was not done, which the plan excludes."""
        if key not in self.answers:
            raise Broken(f"{self.task.task_id} needs the answer of {key}", code="provisioning.plan")
        return self.answers[key]


def do(uow: Uow, work: TaskAtWork) -> Facts:
    """Do a task; its answer is kept as facts."""
    return _DO[work.task.kind](uow, work)


def undo(uow: Uow, work: TaskAtWork) -> Facts:
    """Undo a task that was done, or tried and perhaps half done. Idempotent."""
    return _UNDO[work.task.kind](uow, work)


# -- doing ------------------------------------------------------------------------------------------------------------


def _reserve(uow: Uow, work: TaskAtWork) -> Facts:
    need = _decomposition(uow, work).resource(work.task.subject)
    asked = requests.characteristics_of(work.item)
    pool, until = (need.pool if need else None) or "", uow.now + RESERVED_FOR
    if work.task.subject == MSISDN:
        number = inventory.reserve_number(
            uow, pool=pool, for_order=work.held_for, until=until, msisdn=asked.get("msisdn")
        )
        return {"resource": number.resource_id, "msisdn": number.msisdn}
    if work.task.subject == SIM:
        sim = inventory.reserve_sim(uow, pool=pool, for_order=work.held_for, until=until, iccid=asked.get("iccid"))
        return {"resource": sim.resource_id, "iccid": sim.iccid, "imsi": sim.imsi}
    raise Broken(f"nothing is known of pools of {work.task.subject}", code="provisioning.unknown_pool")


def _build(uow: Uow, work: TaskAtWork) -> Facts:
    decomposition = _decomposition(uow, work)
    reserved = {key.partition(".")[2]: answer for key, answer in work.answers.items() if key.startswith("reserve.")}
    facts = {name: str(value) for answer in reserved.values() for name, value in answer.items() if name != "resource"}
    made = {
        need.specification_id: _make_resource(uow, work, need.specification_id, facts)
        for need in decomposition.resources
        if need.allocation == "make" and need.hosted_on
    }
    resource_ids = [str(answer["resource"]) for answer in reserved.values()] + [
        one["resource"] for one in made.values()
    ]
    service_id = inventory.create_service(
        uow,
        new=NewService(
            name=f"{decomposition.name} {facts.get('msisdn', '')}".strip(),
            specification_id=decomposition.specification_id,
            specification_name=decomposition.name,
            specification_version=decomposition.version,
            party_id=requests.customer_of(work.order.doc),
            product_id=requests.characteristics_of(work.item).get("productId"),
            order_id=work.order.id,
            order_item_id=work.task.item_id,
            held_for=work.held_for,
            characteristics=service_catalog.settle_characteristics(
                uow, spec_id=decomposition.specification_id, given=_known_characteristics(work, decomposition, facts)
            ),
            resources=tuple(resource_ids),
        ),
    )
    return {"service": service_id, "made": made, **facts}


def _known_characteristics(work: TaskAtWork, decomposition: Decomposition, facts: Facts) -> dict[str, Any]:
    known = {need.name for need in decomposition.characteristics}
    given = {**requests.characteristics_of(work.item), **facts}
    return {name: value for name, value in given.items() if name in known}


def _make_resource(uow: Uow, work: TaskAtWork, specification_id: str, facts: Facts) -> dict[str, str]:
    need = _decomposition(uow, work).resource(specification_id)
    assert need is not None and need.hosted_on is not None, "only hosted needs are made"
    element_id = activation.element_for(uow, specification_id=need.hosted_on)
    resource_id = inventory.create_resource(
        uow,
        new=NewResource(
            name=f"{need.name} {facts.get('imsi', '')}".strip(),
            category=need.category or "subscriber",
            specification_id=specification_id,
            specification_name=need.name,
            kind=need.kind,
            characteristics={**need.characteristics, **facts},
            relations=(("hostedOn", element_id),),
            ends_with_service=True,
        ),
    )
    return {"resource": resource_id, "element": element_id}


def _stage(uow: Uow, work: TaskAtWork) -> Facts:
    if work.item["action"] == "add":
        built, sim = work.answer("build"), work.answer(f"reserve.{SIM}")
        element_id = built["made"][work.task.subject]["element"]
        identity = SubscriberIdentity(
            imsi=str(built["imsi"]), msisdn=str(built["msisdn"]), sim_resource_id=str(sim["resource"])
        )
        return activation.stage_subscriber(uow, element_id=element_id, identity=identity)
    element_id, imsi = _subscriber_of(uow, work)
    wanted = requests.wanted_state(work.item)
    if wanted == "terminated":
        return activation.stage_removal(uow, element_id=element_id, imsi=imsi)
    return activation.stage_access(uow, element_id=element_id, imsi=imsi, is_open=wanted == "active")


def _subscriber_of(uow: Uow, work: TaskAtWork) -> tuple[str, str]:
    """The element and the IMSI of the service that an item is about."""
    service_id = requests.service_of(work.item)
    for resource in inventory.list_resources_of(uow, service_id=service_id):
        if resource.specification_id == work.task.subject:
            element_id = next(other for kind, other in resource.related if kind == "hostedOn")
            return element_id, str(resource.characteristics["imsi"])
    raise Broken(
        f"service {service_id} has no {work.task.subject}", code="provisioning.inventory_incomplete", service=service_id
    )


def _configure(uow: Uow, work: TaskAtWork) -> Facts:
    return activation.commit(uow, change_id=_change_of(work))


def _verify(uow: Uow, work: TaskAtWork) -> Facts:
    return activation.confirm(uow, change_id=_change_of(work))


def _change_of(work: TaskAtWork) -> str:
    return str(work.answer(f"stage.{work.task.subject}")["change"])


def _activate(uow: Uow, work: TaskAtWork) -> Facts:
    wanted = requests.wanted_state(work.item)
    service_id = _service_of(work)
    present = inventory.get_service(uow, service_id=service_id).state
    if wanted == "active" and present == "suspended":
        inventory.resume_service(uow, service_id=service_id)
    elif wanted == "active" and present != "active":
        inventory.activate_service(uow, service_id=service_id)
    elif wanted == "inactive" and present != "suspended":
        inventory.suspend_service(uow, service_id=service_id)
    return {"service": service_id, "state": wanted, "before": present}


def _release(uow: Uow, work: TaskAtWork) -> Facts:
    service_id = requests.service_of(work.item)
    inventory.terminate_service(uow, service_id=service_id)
    return {"service": service_id, "state": "terminated"}


def _service_of(work: TaskAtWork) -> str:
    return str(work.answer("build")["service"]) if work.item["action"] == "add" else requests.service_of(work.item)


def _decomposition(uow: Uow, work: TaskAtWork) -> Decomposition:
    return service_catalog.decomposition_of(uow, spec_id=requests.specification_of(work.item))


# -- undoing ----------------------------------------------------------------------------------------------------------


def _undo_reserve(uow: Uow, work: TaskAtWork) -> Facts:
    return {"released": inventory.release(uow, for_order=work.held_for)}


def _undo_build(uow: Uow, work: TaskAtWork) -> Facts:
    built = work.answers.get("build")
    if built is None:
        return {}
    inventory.discard_service(uow, service_id=str(built["service"]))
    return {"discarded": built["service"]}


def _undo_configure(uow: Uow, work: TaskAtWork) -> Facts:
    return activation.roll_back(uow, change_id=_change_of(work))


def _undo_activate(uow: Uow, work: TaskAtWork) -> Facts:
    before = work.answers.get("activate", {}).get("before")
    if work.item["action"] == "modify" and before == "active":
        inventory.resume_service(uow, service_id=requests.service_of(work.item))
    elif work.item["action"] == "modify" and before == "suspended":
        inventory.suspend_service(uow, service_id=requests.service_of(work.item))
    return {"restored": before} if before else {}


def _nothing(uow: Uow, work: TaskAtWork) -> Facts:
    return {}


Work = Callable[[Uow, TaskAtWork], Facts]

_DO: Mapping[str, Work] = {
    "reserve": _reserve,
    "build": _build,
    "stage": _stage,
    "configure": _configure,
    "verify": _verify,
    "activate": _activate,
    "release": _release,
}
_UNDO: Mapping[str, Work] = {
    "reserve": _undo_reserve,
    "build": _undo_build,
    "stage": _nothing,
    "configure": _undo_configure,
    "verify": _nothing,
    "activate": _undo_activate,
    "release": _nothing,
}

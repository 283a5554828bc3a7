"""What the room does: knows elements, and changes subjects on them in beats that are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from tandem.kernel.access.sealed import seal, unseal
from tandem.kernel.ids import new_id
from tandem.kernel.store import Stored, Uow
from tandem.oss.elements import store
from tandem.oss.elements.drivers import driver_of, require_kind
from tandem.oss.elements.lifecycle import ADMINISTRATIVE_STATES, CHANGE_STATES
from tandem.oss.elements.rules.diffing import diff_states
from tandem.oss.elements.rules.keeping import staged_from_text, staged_to_text
from tandem.oss.elements.rules.reachability import Turn, turn_of
from tandem.oss.elements.terms import (
    Element,
    ElementAnswered,
    ElementChange,
    ElementDriver,
    ElementLocked,
    ElementState,
    ElementStoppedAnswering,
    Intent,
    Reachability,
    Receipt,
    Staged,
    require_element_name,
)


def register_element(uow: Uow, element: Mapping[str, Any]) -> Element:
    """Keep an element, or what has changed of the one with that name, which is also its id."""
    name: str = element["name"]
    require_element_name(name)
    require_kind(element["kind"], name, element["address"])
    store.lock_name(uow, name)
    present = store.find_element_by_name(uow, name)
    if present is None:
        fresh = {"@type": "Element", "id": name, "administrativeState": "unlocked", **element}
        return store.element_of(store.ELEMENTS.add(uow, fresh))
    return store.element_of(store.ELEMENTS.save(uow, present.id, {**present.doc, **element}))


def set_administrative_state(uow: Uow, element_id: str, state: str) -> Element:
    """Lock or unlock an element."""
    present = store.ELEMENTS.get_for_update(uow, element_id)
    if present.doc["administrativeState"] == state:
        return store.element_of(present)
    ADMINISTRATIVE_STATES.require(present.doc["administrativeState"], state, path="administrativeState")
    return store.element_of(store.ELEMENTS.save(uow, element_id, {**present.doc, "administrativeState": state}))


def stage_change(uow: Uow, element_id: str, intent: Intent) -> ElementChange:
    """Read the element, and keep what is to be changed and what was there."""
    element, driver = _changeable(uow, element_id)
    staged = driver.stage(intent)
    diff = diff_states(staged.before, staged.intended)
    change_id = new_id()
    doc = {
        "@type": "ElementChange",
        "id": change_id,
        "elementId": element.id,
        "elementName": element.name,
        "subject": staged.subject,
        "what": diff.what,
        "state": "staged",
        "changes": [msgspec.to_builtins(change) for change in diff],
        "cause": uow.cause,
        "sealed": seal(staged_to_text(staged), purpose=_purpose(change_id)),
    }
    return store.change_of(store.CHANGES.add(uow, doc))


def commit_change(uow: Uow, change_id: str) -> ElementChange:
    """Bring the element to what was staged."""
    present = store.CHANGES.get_for_update(uow, change_id)
    if present.doc["state"] == "confirmed":
        return store.change_of(present)
    if present.doc["state"] != "committed":
        CHANGE_STATES.require(present.doc["state"], "committed")
    receipt = _driver_of(uow, present).commit(_staged(present))
    return _keep(uow, present, "committed", receipt=receipt)


def confirm_change(uow: Uow, change_id: str) -> ElementChange:
    """Read back and compare."""
    present = store.CHANGES.get_for_update(uow, change_id)
    if present.doc["state"] != "confirmed":
        CHANGE_STATES.require(present.doc["state"], "confirmed")
    state = _driver_of(uow, present).confirm(_staged(present))
    return _keep(uow, present, "confirmed", state_read=state)


def roll_back_change(uow: Uow, change_id: str) -> ElementChange:
    """Bring the element back to what it held when the change was staged."""
    present = store.CHANGES.get_for_update(uow, change_id)
    if present.doc["state"] == "rolledBack":
        return store.change_of(present)
    CHANGE_STATES.require(present.doc["state"], "rolledBack")
    staged = _staged(present)
    receipt = _driver_of(uow, present).rollback(staged)
    return _keep(uow, present, "rolledBack", receipt=receipt, state_read=staged.before)


def record_probe(uow: Uow, element: Element, reachability: Reachability, *, misses: int) -> Turn:
    """Keep how a probe went, and tell when the element has fallen silent or is back.

    `misses` counts the probes in a row, this one included, that were not answered.
    """
    believed = store.believes_answering(uow, element.id)
    turn = turn_of(believed_answering=believed, answers=reachability.answers, misses=misses)
    if reachability.answers or turn is Turn.STOPPED or believed is False:
        store.put_contact(uow, element.id, reachability)
    if turn is Turn.STOPPED:
        detail = reachability.detail
        uow.emit(ElementStoppedAnswering(element_id=element.id, name=element.name, detail=detail, at=uow.now))
    if turn is Turn.BACK:
        uow.emit(ElementAnswered(element_id=element.id, name=element.name, at=uow.now))
    return turn


def _changeable(uow: Uow, element_id: str) -> tuple[Element, ElementDriver]:
    element = store.get_element(uow, element_id)
    if element.administrative_state == "locked":
        raise ElementLocked(
            f"{element.name} is locked", element=element.name, next_action="Unlock the element, then try again."
        )
    return element, driver_of(element)


def _driver_of(uow: Uow, change: Stored) -> ElementDriver:
    return _changeable(uow, change.doc["elementId"])[1]


def _staged(change: Stored) -> Staged:
    return staged_from_text(unseal(change.doc["sealed"], purpose=_purpose(change.id)).reveal())


def _purpose(change_id: str) -> str:
    return f"elements.change:{change_id}"


def _keep(
    uow: Uow, present: Stored, state: str, *, receipt: Receipt | None = None, state_read: ElementState | None = None
) -> ElementChange:
    exchanges = [] if receipt is None else receipt.to_doc()["exchanges"]
    shown = None if state_read is None else state_read.shown()
    doc = store.with_answers(present.doc, state=state, exchanges=exchanges, read_back=shown)
    return store.change_of(store.CHANGES.save(uow, present.id, doc))

"""The elements' door: which elements there are, changing subjects on them in beats, reading back, reachability.

A change is kept between its beats, so that whoever makes it may be killed at any instant: stage it in one transaction,
commit and confirm it in another (`apply_change`), and roll it back in a third if what was wanted with it fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tandem.kernel.store import Uow
from tandem.oss.elements import commands, queries
from tandem.oss.elements.drivers import driver_of
from tandem.oss.elements.drivers.osmo_hlr.launch import (
    RunningHlr,
    find_osmo_hlr,
    find_running_hlr,
    start_hlr,
    start_osmo_hlr,
    start_simulated_hlr,
)
from tandem.oss.elements.terms import (
    AttachResult,
    Element,
    ElementChange,
    ElementContact,
    ElementDriver,
    ElementState,
    Intent,
    Reachability,
)

__all__ = [
    "RunningHlr",
    "apply_change",
    "can_attach",
    "commit_change",
    "confirm_change",
    "driver_for",
    "find_element",
    "find_osmo_hlr",
    "find_running_hlr",
    "get_change",
    "get_element",
    "list_changes",
    "list_contacts",
    "list_elements",
    "probe",
    "read_back",
    "register_element",
    "roll_back_change",
    "set_administrative_state",
    "stage_change",
    "start_hlr",
    "start_osmo_hlr",
    "start_simulated_hlr",
]


def register_element(
    uow: Uow,
    *,
    name: str,
    kind: str,
    address: Mapping[str, Any],
    software: str = "",
    credentials: str | None = None,
) -> Element:
    """Know an element by its name, which is also its id; `software` is what it runs (`osmo-hlr 1.5.0`, `simulated`).

    Idempotent: by name; a new address or software replaces the old.

    Raises: UnknownKind, Invalid for an address that the kind's driver cannot read.
    """
    doc = {"name": name, "kind": kind, "address": dict(address), "software": software, "credentials": credentials}
    return commands.register_element(uow, doc)


def get_element(uow: Uow, *, element_id: str) -> Element:
    """The element of this id. Raises: ElementNotFound."""
    return queries.get_element(uow, element_id)


def find_element(uow: Uow, *, name: str) -> Element | None:
    """The element of this name."""
    return queries.find_element(uow, name)


def list_elements(uow: Uow, *, kind: str | None = None) -> list[Element]:
    """All elements by name, or those of a kind."""
    return queries.list_elements(uow, kind=kind)


def set_administrative_state(uow: Uow, *, element_id: str, state: str) -> Element:
    """Make an element `locked`, which keeps changes and probes away from it, or `unlocked`.

    Raises: NotFound, IllegalTransition.
    """
    return commands.set_administrative_state(uow, element_id, state)


def driver_for(uow: Uow, *, element_id: str) -> ElementDriver:
    """This process's driver for the element, for beats that nobody needs to keep. Raises: ElementNotFound."""
    return driver_of(queries.get_element(uow, element_id))


def stage_change(uow: Uow, *, element_id: str, intent: Intent) -> ElementChange:
    """Beat one: read the element; keep what was there, what is wanted and the readable difference. Changes nothing.

    Raises: ElementUnavailable, ElementRefused, SubjectUnknown, ElementLocked, ElementNotFound.
    """
    return commands.stage_change(uow, element_id, intent)


def commit_change(uow: Uow, *, change_id: str) -> ElementChange:
    """Beat two: bring the element there; keeps each request and the element's answer.

    Idempotent: does what is still missing, also after a kill in the middle. Raises: ElementUnavailable (try again),
    ElementRefused and NumberTaken with the element's answer, ElementLocked, IllegalTransition when it was rolled back.
    """
    return commands.commit_change(uow, change_id)


def confirm_change(uow: Uow, *, change_id: str) -> ElementChange:
    """Beat three: read back and compare; keeps what was read.

    Raises: ReadBackDiffers, ElementUnavailable, IllegalTransition.
    """
    return commands.confirm_change(uow, change_id)


def apply_change(uow: Uow, *, change_id: str) -> ElementChange:
    """Beats two and three: `commit_change`, then `confirm_change`."""
    commands.commit_change(uow, change_id)
    return commands.confirm_change(uow, change_id)


def roll_back_change(uow: Uow, *, change_id: str) -> ElementChange:
    """Beat four, instead of keeping it: bring the element back to what it held when the change was staged.

    Idempotent, and right after half a commit. Raises: ElementUnavailable, ElementRefused, ReadBackDiffers.
    """
    return commands.roll_back_change(uow, change_id)


def get_change(uow: Uow, *, change_id: str) -> ElementChange:
    """One change with the element's answers. Raises: NotFound."""
    return queries.get_change(uow, change_id)


def list_changes(
    uow: Uow, *, element_id: str | None = None, subject: str | None = None, limit: int = 50
) -> list[ElementChange]:
    """Changes, the newest first, of an element or a subject."""
    return queries.list_changes(uow, element_id=element_id, subject=subject, limit=limit)


def read_back(uow: Uow, *, element_id: str, subject: str) -> ElementState:
    """What the element holds now of a subject. Raises: ElementUnavailable, ElementRefused, ElementNotFound."""
    return driver_for(uow, element_id=element_id).read_back(subject)


def probe(uow: Uow, *, element_id: str) -> Reachability:
    """Ask the element something harmless, now. Keeps nothing. Raises: ElementNotFound."""
    return driver_for(uow, element_id=element_id).probe()


def list_contacts(uow: Uow, *, element_id: str | None = None) -> list[ElementContact]:
    """How the last probes of the watch went."""
    return queries.list_contacts(uow, element_id=element_id)


def can_attach(uow: Uow, *, element_id: str, imsi: str, domain: str = "PS") -> AttachResult:
    """Whether a phone with this IMSI could attach for data (PS) or calls (CS), by the network's own procedures.

    For acceptance, before or instead of a phone: a phone that is attached elsewhere would lose its place.
    Raises: ElementUnavailable, ElementNotFound, UnknownKind where the element is no home register.
    """
    return queries.can_attach(uow, element_id=element_id, imsi=imsi, domain=domain)

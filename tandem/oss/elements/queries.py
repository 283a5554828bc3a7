"""What the room tells about elements and changes."""

from __future__ import annotations

from tandem.kernel.store import Uow
from tandem.oss.elements import store
from tandem.oss.elements.drivers import HomeRegisterDriver, driver_of
from tandem.oss.elements.terms import (
    AttachResult,
    Element,
    ElementChange,
    ElementContact,
    UnknownKind,
)


def get_element(uow: Uow, element_id: str) -> Element:
    """The element of this id. Raises: ElementNotFound."""
    return store.get_element(uow, element_id)


def find_element(uow: Uow, name: str) -> Element | None:
    """The element of that name."""
    stored = store.find_element_by_name(uow, name)
    return None if stored is None else store.element_of(stored)


def list_elements(uow: Uow, *, kind: str | None = None) -> list[Element]:
    """All elements by name."""
    return [store.element_of(stored) for stored in store.list_elements(uow, kind=kind)]


def list_probed_elements(uow: Uow) -> list[Element]:
    """The elements that are expected to answer."""
    stored = store.list_elements(uow, kind=None, administrative_state="unlocked")
    return [store.element_of(each) for each in stored]


def can_attach(uow: Uow, *, element_id: str, imsi: str, domain: str) -> AttachResult:
    """What a phone's attach comes to. Raises: UnknownKind where the element is no home register."""
    element = store.get_element(uow, element_id)
    driver = driver_of(element)
    if not isinstance(driver, HomeRegisterDriver):
        raise UnknownKind(f"{element.name} is no home register", path="elementId", kind=element.kind)
    return driver.attach(imsi, domain)


def get_change(uow: Uow, change_id: str) -> ElementChange:
    """The change of this id. Raises: NotFound."""
    return store.change_of(store.CHANGES.get(uow, change_id))


def list_changes(uow: Uow, *, element_id: str | None, subject: str | None, limit: int) -> list[ElementChange]:
    """Changes, the newest first."""
    stored = store.list_changes(uow, element_id=element_id, subject=subject, limit=limit)
    return [store.change_of(each) for each in stored]


def list_contacts(uow: Uow, *, element_id: str | None = None) -> list[ElementContact]:
    """How the last probes went."""
    return store.list_contacts(uow, element_id=element_id)

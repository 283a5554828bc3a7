"""Drivers by kind of element. A driver is shared by all threads of the process that talk to the same element."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, runtime_checkable

from tandem.kernel.json import canonical
from tandem.oss.elements.drivers.osmo_hlr.driver import OsmoHlrDriver
from tandem.oss.elements.terms import AttachResult, Element, ElementDriver, UnknownKind


@runtime_checkable
class HomeRegisterDriver(ElementDriver, Protocol):
    """A driver of a home register, which can also be asked what a phone's attach would come to."""

    def attach(self, imsi: str, domain: str = "PS") -> AttachResult:
        """What a phone's attach comes to. Raises: ElementUnavailable."""


KINDS: Final[Mapping[str, Callable[[str, Mapping[str, Any]], ElementDriver]]] = {
    "osmo_hlr": OsmoHlrDriver.from_doc,
}

_shared: dict[tuple[str, str, bytes], ElementDriver] = {}
_lock = threading.Lock()


def driver_of(element: Element) -> ElementDriver:
    """This process's driver for that element, made when first asked for. Raises: UnknownKind, Invalid."""
    key = (element.kind, element.name, canonical(dict(element.address)))
    with _lock:
        if key not in _shared:
            _shared[key] = make_driver(element.kind, element.name, element.address)
        return _shared[key]


def require_kind(kind: str, name: str, address: Mapping[str, Any]) -> None:
    """Raises: UnknownKind, Invalid for an address that the kind's driver cannot read."""
    make_driver(kind, name, address).close()


def make_driver(kind: str, name: str, address: Mapping[str, Any]) -> ElementDriver:
    """A driver of one's own. Raises: UnknownKind, Invalid."""
    make = KINDS.get(kind)
    if make is None:
        raise UnknownKind(f"there is no driver for {kind}; there are: {', '.join(sorted(KINDS))}", path="kind")
    return make(name, address)

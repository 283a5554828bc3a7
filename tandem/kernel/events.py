"""Events: what Tandem did, in the past tense, as frozen values that are told once the change is kept."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

import msgspec

from tandem.kernel.errors import Broken
from tandem.kernel.json import Doc

_registry: dict[str, type[Event]] = {}


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all events. A subclass names the entity type it is about and the field that holds that entity's id."""

    entity: ClassVar[str] = ""
    key: ClassVar[str] = ""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        _registry[event_name(cls)] = cls

    @property
    def subject_type(self) -> str:
        """The entity type that this is about."""
        return self.entity

    @property
    def subject_id(self) -> str:
        """The id of the entity that this is about: events of one subject are told in order."""
        return str(getattr(self, self.key))


def event_name(kind: type[Event]) -> str:
    """`billing.BillIssued` for the class BillIssued of tandem.bss.billing.terms."""
    parts = kind.__module__.split(".")
    room = parts[-2] if parts[-1] in ("terms", "model", "words") and len(parts) > 1 else parts[-1]
    return f"{room}.{kind.__name__}"


class EntityChanged(Event, frozen=True, kw_only=True):
    """An entity of the standard was created, changed or deleted; its history holds what it was and became.

    `change` is create, attributeValueChange, stateChange or delete. Standard: TMF630 notification patterns.
    """

    type: str
    id: str
    version: int
    change: str
    key: ClassVar[str] = "id"

    @property
    def subject_type(self) -> str:
        """The changed entity's own type."""
        return self.type


E = TypeVar("E", bound=Event)


def to_doc(event: Event) -> Doc:
    """The event as plain values."""
    doc: Doc = msgspec.to_builtins(event)
    return doc


def from_doc(name: str, doc: Doc) -> Event:
    """The event back from its name and plain values. Raises: Broken for a name that nobody declared."""
    kind = _registry.get(name)
    if kind is None:
        raise Broken(f"no event is called {name}", code="events.unknown", name=name)
    return msgspec.convert(doc, kind, strict=False)


def known_events() -> dict[str, type[Event]]:
    """Every declared event by its name."""
    return dict(_registry)

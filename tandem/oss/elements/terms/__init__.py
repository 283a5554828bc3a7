"""Words of the elements room: what an element holds, what is wanted of it, and how a change of it went."""

from __future__ import annotations

from typing import ClassVar

from tandem.kernel.events import Event
from tandem.kernel.period import Instant
from tandem.oss.elements.terms.driver import ElementDriver
from tandem.oss.elements.terms.errors import (
    ElementLocked,
    ElementNotFound,
    ElementRefused,
    ElementUnavailable,
    NumberTaken,
    ReadBackDiffers,
    SubjectUnknown,
    UnknownKind,
)
from tandem.oss.elements.terms.registry import Element, ElementChange, ElementContact, require_element_name
from tandem.oss.elements.terms.subscribers import (
    KEEP,
    Authentication2g,
    Authentication3g,
    Keep,
    MobileSubscriber,
    NoSubscriber,
    SubscriberChange,
)
from tandem.oss.elements.terms.values import (
    MASK,
    AttachResult,
    AttributeChange,
    Attributes,
    Diff,
    ElementState,
    Exchange,
    Intent,
    Reachability,
    Receipt,
    SecretKey,
    Staged,
    Value,
    shown,
)

__all__ = [
    "AttachResult",
    "AttributeChange",
    "Attributes",
    "Authentication2g",
    "Authentication3g",
    "Diff",
    "Element",
    "ElementAnswered",
    "ElementChange",
    "ElementContact",
    "ElementDriver",
    "ElementLocked",
    "ElementNotFound",
    "ElementRefused",
    "ElementState",
    "ElementStoppedAnswering",
    "ElementUnavailable",
    "Exchange",
    "Intent",
    "KEEP",
    "Keep",
    "MASK",
    "MobileSubscriber",
    "NoSubscriber",
    "NumberTaken",
    "Reachability",
    "ReadBackDiffers",
    "Receipt",
    "SecretKey",
    "Staged",
    "SubjectUnknown",
    "SubscriberChange",
    "UnknownKind",
    "Value",
    "require_element_name",
    "shown",
]


class ElementStoppedAnswering(Event, frozen=True):
    """An element has missed several probes in a row."""

    element_id: str
    name: str
    detail: str
    at: Instant
    entity: ClassVar[str] = "Element"
    key: ClassVar[str] = "element_id"


class ElementAnswered(Event, frozen=True):
    """An element that had stopped answering answers again."""

    element_id: str
    name: str
    at: Instant
    entity: ClassVar[str] = "Element"
    key: ClassVar[str] = "element_id"

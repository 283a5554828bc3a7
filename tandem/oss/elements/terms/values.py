"""What an element holds of a subject, what is wanted of it, and how a change of it went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NoReturn, Protocol

import msgspec

from tandem.kernel.errors import Invalid

MASK: Final = "********"
_HEX: Final = frozenset("0123456789abcdef")


class SecretKey:
    """A 128-bit key. It has no JSON form and prints as a mask: whoever wants its digits must ask by name."""

    __slots__ = ("_digits",)

    def __init__(self, digits: str) -> None:
        """Raises: Invalid unless there are 32 hexadecimal digits; the digits are never part of the error."""
        lowered = digits.lower()
        if len(lowered) != 32 or not _HEX.issuperset(lowered):
            raise Invalid("an authentication key has 32 hexadecimal digits", code="elements.malformed_key")
        self._digits = lowered

    def reveal(self) -> str:
        """The 32 hexadecimal digits."""
        return self._digits

    def to_bytes(self) -> bytes:
        """The 16 octets."""
        return bytes.fromhex(self._digits)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecretKey) and other._digits == self._digits

    def __hash__(self) -> int:
        return hash(self._digits)

    def __repr__(self) -> str:
        return MASK

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("A key is not serialised; seal it.")


Value = str | int | bool | SecretKey
Attributes = Mapping[str, Value]


class ElementState(msgspec.Struct, frozen=True, kw_only=True):
    """What an element holds of one subject, as flat attributes; `attributes` is None where it does not know it.

    `facts` is what the element tells besides and nobody sets: its own row number, where the subject was last seen.
    """

    subject: str
    attributes: Attributes | None
    facts: Mapping[str, str] = {}

    @property
    def exists(self) -> bool:
        """Whether the element knows the subject."""
        return self.attributes is not None

    def shown(self) -> dict[str, Any]:
        """For pages, facts and logs: keys as a mask."""
        attributes = self.attributes
        return {
            "subject": self.subject,
            "attributes": None if attributes is None else {name: shown(value) for name, value in attributes.items()},
            "facts": dict(self.facts),
        }


def shown(value: Value | None) -> Any:
    """A value as anybody may see it: keys as a mask."""
    return MASK if isinstance(value, SecretKey) else value


class Intent(Protocol):
    """What is wanted of an element, of one subject."""

    @property
    def subject(self) -> str:
        """The subject as the element names it: an IMSI, a user name, an interface."""

    def applied_to(self, present: Attributes | None) -> Attributes | None:
        """What the element should hold, given what it holds now. Raises: Refused where the two do not go together."""


class AttributeChange(msgspec.Struct, frozen=True, kw_only=True):
    """One attribute, before and after, both as they may be shown; None is absent."""

    attribute: str
    before: str | int | bool | None
    after: str | int | bool | None

    def __str__(self) -> str:
        if self.before == self.after == MASK:
            return f"{self.attribute}: another key"
        return f"{self.attribute}: {_words(self.before)} -> {_words(self.after)}"


def _words(value: str | int | bool | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)


class Diff(msgspec.Struct, frozen=True, kw_only=True):
    """What would change on the element, attribute by attribute; `what` is create, change, delete or nothing."""

    subject: str
    what: str
    changes: tuple[AttributeChange, ...] = ()

    def __bool__(self) -> bool:
        return self.what != "nothing"

    def __iter__(self) -> Iterator[AttributeChange]:
        return iter(self.changes)

    def lines(self) -> list[str]:
        """One readable line per attribute."""
        return [str(change) for change in self.changes]

    def to_doc(self) -> dict[str, Any]:
        """As plain values; keys are masked already."""
        doc: dict[str, Any] = msgspec.to_builtins(self)
        return doc


class Staged(msgspec.Struct, frozen=True, kw_only=True):
    """A change made ready: what the element held when it was staged, and what it is to hold. Contains keys."""

    element: str
    before: ElementState
    intended: ElementState

    @property
    def subject(self) -> str:
        """The subject as the element names it."""
        return self.intended.subject


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """One request and the element's own answer, keys masked. `outcome` is done, already or refused."""

    request: str
    answer: str
    outcome: str


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What was done on the element, in order. Empty where it already held what was wanted."""

    element: str
    subject: str
    exchanges: tuple[Exchange, ...] = ()

    def to_doc(self) -> dict[str, Any]:
        """As plain values; keys are masked already."""
        doc: dict[str, Any] = msgspec.to_builtins(self)
        return doc


class Reachability(msgspec.Struct, frozen=True, kw_only=True):
    """Whether an element answered a harmless question in time, and what it said or how it failed.

    Units: latency_ms, real milliseconds until the answer or the failure.
    """

    answers: bool
    latency_ms: float
    detail: str


class AttachResult(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a phone with this IMSI could attach, as the network's own procedures say.

    `step` is where it ended: authentication, location, or attached. `cause` is the network's number for a refusal and
    `cause_name` its words. Standard: 3GPP TS 24.008, 10.5.5.14 (GMM cause).
    """

    imsi: str
    domain: str
    accepted: bool
    step: str
    vectors: int = 0
    generations: tuple[str, ...] = ()
    msisdn: str | None = None
    cause: int | None = None
    cause_name: str | None = None

"""Words of the elements room: what an element holds, what is wanted of it, and how a change of it went."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final, NoReturn, Protocol

import msgspec

from tandem.kernel.errors import Broken, Conflict, Invalid, NotFound, Refused, Unavailable
from tandem.kernel.events import Event
from tandem.kernel.period import Instant

MASK: Final = "********"
_HEX: Final = frozenset("0123456789abcdef")
_DECIMAL: Final = frozenset("0123456789")


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


class Keep(enum.Enum):
    """Stands for "as it is" in a change."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP


class Authentication2g(msgspec.Struct, frozen=True, kw_only=True):
    """A GSM key and its algorithm: comp128v1, comp128v2, comp128v3 or xor. Standard: 3GPP TS 43.020, annex C."""

    algorithm: str
    ki: SecretKey

    def __post_init__(self) -> None:
        if self.algorithm not in ("comp128v1", "comp128v2", "comp128v3", "xor"):
            raise Invalid(f"{self.algorithm} is not a GSM authentication algorithm that we know", path="algorithm")

    def attributes(self) -> dict[str, Value]:
        """As flat attributes."""
        return {"authentication_2g.algorithm": self.algorithm, "authentication_2g.ki": self.ki}


class Authentication3g(msgspec.Struct, frozen=True, kw_only=True):
    """A MILENAGE key with the operator's variant: the SIM's own OPc, or the OP that it is made of; never both.

    Units: ind_bitlen, bits of the sequence number that tell the asking networks apart.
    Standard: 3GPP TS 35.206 (OP, OPc), TS 33.102 annex C (IND).
    """

    k: SecretKey
    opc: SecretKey | None = None
    op: SecretKey | None = None
    ind_bitlen: int = 5

    def __post_init__(self) -> None:
        if (self.opc is None) == (self.op is None):
            raise Invalid("a 3G key goes with either OPc or OP", path="opc")
        if not 0 <= self.ind_bitlen <= 28:
            raise Invalid("the IND has 0 to 28 bits", path="ind_bitlen", ind_bitlen=self.ind_bitlen)

    def attributes(self) -> dict[str, Value]:
        """As flat attributes."""
        variant: dict[str, Value] = {}
        if self.opc is not None:
            variant["authentication_3g.opc"] = self.opc
        if self.op is not None:
            variant["authentication_3g.op"] = self.op
        fixed: dict[str, Value] = {"authentication_3g.algorithm": "milenage", "authentication_3g.k": self.k}
        return fixed | variant | {"authentication_3g.ind_bitlen": self.ind_bitlen}


class MobileSubscriber(msgspec.Struct, frozen=True, kw_only=True):
    """All that a home register is to hold of a subscriber; made where it is not there yet.

    `cs_enabled` and `ps_enabled` are the network access mode: calls and messages, data.
    Standard: 3GPP TS 23.003 (IMSI, MSISDN), TS 23.008, 2.1.1.2 (network access mode).
    """

    imsi: str
    msisdn: str | None = None
    authentication_2g: Authentication2g | None = None
    authentication_3g: Authentication3g | None = None
    cs_enabled: bool = True
    ps_enabled: bool = True

    def __post_init__(self) -> None:
        require_imsi(self.imsi)
        require_msisdn(self.msisdn)

    @property
    def subject(self) -> str:
        """The IMSI."""
        return self.imsi

    def applied_to(self, present: Attributes | None) -> Attributes:
        """Its own attributes, whatever there is now."""
        attributes: dict[str, Value] = {"cs_enabled": self.cs_enabled, "ps_enabled": self.ps_enabled}
        if self.msisdn is not None:
            attributes["msisdn"] = self.msisdn
        for authentication in (self.authentication_2g, self.authentication_3g):
            if authentication is not None:
                attributes |= authentication.attributes()
        return attributes


class SubscriberChange(msgspec.Struct, frozen=True, kw_only=True):
    """Some attributes of a subscriber that the element has: suspend and resume, another number, another SIM's keys.

    What is KEEP stays as it is, None takes away.
    """

    imsi: str
    msisdn: str | Keep | None = KEEP
    authentication_2g: Authentication2g | Keep | None = KEEP
    authentication_3g: Authentication3g | Keep | None = KEEP
    cs_enabled: bool | Keep = KEEP
    ps_enabled: bool | Keep = KEEP

    def __post_init__(self) -> None:
        require_imsi(self.imsi)
        if not isinstance(self.msisdn, Keep):
            require_msisdn(self.msisdn)

    @property
    def subject(self) -> str:
        """The IMSI."""
        return self.imsi

    def applied_to(self, present: Attributes | None) -> Attributes:
        """What there is now, with what is named replaced."""
        if present is None:
            raise SubjectUnknown(f"the element has no subscriber {self.imsi} to change", subject=self.imsi)
        attributes = dict(present)
        for name in ("msisdn", "cs_enabled", "ps_enabled"):
            _replace(attributes, name, getattr(self, name))
        for group in ("authentication_2g", "authentication_3g"):
            _replace_group(attributes, group, getattr(self, group))
        return attributes


def _replace(attributes: dict[str, Value], name: str, value: Value | Keep | None) -> None:
    if value is None:
        attributes.pop(name, None)
    elif not isinstance(value, Keep):
        attributes[name] = value


def _replace_group(
    attributes: dict[str, Value], group: str, value: Authentication2g | Authentication3g | Keep | None
) -> None:
    if isinstance(value, Keep):
        return
    for name in [name for name in attributes if name.startswith(f"{group}.")]:
        del attributes[name]
    if value is not None:
        attributes |= value.attributes()


class NoSubscriber(msgspec.Struct, frozen=True, kw_only=True):
    """The element is not to have this subscriber."""

    imsi: str

    def __post_init__(self) -> None:
        require_imsi(self.imsi)

    @property
    def subject(self) -> str:
        """The IMSI."""
        return self.imsi

    def applied_to(self, present: Attributes | None) -> None:
        """Nothing, whatever there is now."""


def require_imsi(imsi: str) -> None:
    """Raises: Invalid unless it has 6 to 15 digits (3GPP TS 23.003, 2.2)."""
    if not 6 <= len(imsi) <= 15 or not _DECIMAL.issuperset(imsi):
        raise Invalid("an IMSI has 6 to 15 digits", code="elements.malformed_imsi", path="imsi", imsi=imsi)


def require_msisdn(msisdn: str | None) -> None:
    """Raises: Invalid unless it is None or has 1 to 15 digits, country code first (ITU-T E.164)."""
    if msisdn is not None and (not 1 <= len(msisdn) <= 15 or not _DECIMAL.issuperset(msisdn)):
        raise Invalid(
            "an MSISDN has 1 to 15 digits and no sign", code="elements.malformed_msisdn", path="msisdn", msisdn=msisdn
        )


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


class ElementUnavailable(Unavailable):
    """The element could not be reached or did not answer in time. What it has done of the request is not known."""

    code = "elements.element_unavailable"


class ElementRefused(Refused):
    """The element said no; `facts["answer"]` is what it said."""

    code = "elements.element_refused"


class NumberTaken(ElementRefused):
    """The element already has the number with another subscriber."""

    code = "elements.number_taken"


class SubjectUnknown(ElementRefused):
    """A change of something that the element does not have."""

    code = "elements.subject_unknown"


class ReadBackDiffers(Broken):
    """The element said yes and holds something else.

    Why: Broken and not Unavailable, since asking again would be believed as little; and not Refused, since the element
    did not refuse. What was sold is not what the network has, and a person must look.
    """

    code = "elements.read_back_differs"


class ElementNotFound(NotFound):
    """No element has that id or name."""

    code = "elements.element_not_found"


class UnknownKind(Invalid):
    """There is no driver for that kind of element."""

    code = "elements.unknown_kind"


class ElementLocked(Conflict):
    """The element is locked by its administrative state: nothing is changed on it."""

    code = "elements.element_locked"


class ElementDriver(Protocol):
    """Four beats and the reading back; free of the database, safe to use from several threads.

    Every verb raises ElementUnavailable within the driver's own time limit, and ElementRefused with what the element
    answered.
    """

    def stage(self, intent: Intent) -> Staged:
        """Read what the element holds and work out what it is to hold. Changes nothing."""

    def diff(self, staged: Staged) -> Diff:
        """What the element holds now against what it is to hold."""

    def commit(self, staged: Staged) -> Receipt:
        """Bring the element there. Idempotent: does only what is still missing, so that it may be tried again."""

    def confirm(self, staged: Staged) -> ElementState:
        """Read back and compare. Raises: ReadBackDiffers, with the differing attributes."""

    def rollback(self, staged: Staged) -> Receipt:
        """Bring the element back to what it held when it was staged. Idempotent, and right after half a commit."""

    def read_back(self, subject: str) -> ElementState:
        """What the element holds now."""

    def probe(self) -> Reachability:
        """Ask something harmless. Never raises."""

    def close(self) -> None:
        """Let the connections go."""


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

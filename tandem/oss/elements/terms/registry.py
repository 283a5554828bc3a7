"""The elements that we know, and the changes made on them, as others may see them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from tandem.kernel.errors import Invalid
from tandem.kernel.period import Instant
from tandem.oss.elements.terms.values import AttributeChange, Exchange

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


def require_element_name(name: str) -> None:
    """Raises: Invalid unless it has up to 63 letters, digits, dots, dashes: it stands in addresses and log lines."""
    if not _NAME.fullmatch(name):
        raise Invalid(
            "an element's name is letters, digits, dots and dashes",
            code="elements.malformed_name",
            path="name",
            name=name,
        )


class Element(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One element of the network; its name, which the operator gives, is its id. `credentials` names a secret.

    `administrative_state` is unlocked or locked (ITU-T X.731, 8.1.1.3): a locked element is not changed.
    """

    id: str
    name: str
    kind: str
    address: Mapping[str, Any]
    administrative_state: str
    software: str = ""
    credentials: str | None = None

    @property
    def simulated(self) -> bool:
        """Whether it only plays an element."""
        return self.software == "simulated"


class ElementContact(msgspec.Struct, frozen=True, kw_only=True):
    """How the last probes of an element went. Units: latency_ms, real milliseconds."""

    element_id: str
    answers: bool
    latency_ms: float
    detail: str
    tried_at: Instant
    answered_at: Instant | None


class ElementChange(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A change of one subject on one element: what was wanted, what was asked of the element and what it answered.

    `state` is staged, committed, confirmed or rolledBack, since `changed_at`; `what` is create, change, delete or
    nothing. Keys are masked.
    """

    id: str
    element_id: str
    element_name: str
    subject: str
    what: str
    state: str
    changes: tuple[AttributeChange, ...]
    exchanges: tuple[Exchange, ...] = ()
    read_back: Mapping[str, Any] | None = None
    cause: str = ""
    changed_at: Instant | None = None

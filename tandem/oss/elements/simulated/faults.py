"""Faults on demand: what the simulated register does wrong next.

Set over CTRL: `SET simulated.fault KIND[,COUNT[,MATCH]]`, where MATCH is a part of the request's words (`aud3g`,
`GET subscriber`, `SEND_AUTH_INFO_REQUEST`), and `none` clears all.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class FaultKind(enum.Enum):
    """What can go wrong."""

    SILENCE = "silence"
    """The request is neither carried out nor answered."""
    LOST_ANSWER = "lost-answer"
    """The request is carried out and never answered."""
    PARTIAL = "partial"
    """The request is carried out, half of the answer is written, the link is closed."""
    RESTART = "restart"
    """The request is carried out, then the program starts again: all links end, memory is read from the journal."""
    WRONG_READ_BACK = "wrong-read-back"
    """The request is answered with yes and not carried out."""
    REFUSE = "refuse"
    """The request is refused."""


@dataclass
class Fault:
    """One fault, for so many requests that match."""

    kind: FaultKind
    left: int = 1
    match: str = ""

    @classmethod
    def parse(cls, text: str) -> Fault:
        """From `KIND[,COUNT[,MATCH]]`. Raises: ValueError."""
        kind, _, rest = text.partition(",")
        count, _, match = rest.partition(",")
        return cls(FaultKind(kind), int(count or 1), match)

    def __str__(self) -> str:
        return f"{self.kind.value},{self.left},{self.match}"


class FaultBoard:
    """The faults that are still to come."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def set(self, text: str) -> None:
        """Add one, or clear all with `none`. Raises: ValueError."""
        if text == "none":
            self._faults.clear()
        else:
            self._faults.append(Fault.parse(text))

    def take(self, request: str) -> FaultKind | None:
        """The fault for this request, if there is one; it is used up by that."""
        for fault in self._faults:
            if fault.match in request:
                fault.left -= 1
                if fault.left <= 0:
                    self._faults.remove(fault)
                return fault.kind
        return None

    def __str__(self) -> str:
        return ";".join(map(str, self._faults)) or "none"

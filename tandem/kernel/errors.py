"""Three families of error: refused by a rule, a neighbour that did not answer, an invariant of ours that failed."""

from __future__ import annotations

from typing import Any, ClassVar


class TandemError(Exception):
    """An error with a stable code, a reason for people, and the facts as fields.

    `path` is the place of the fault in the input (`productOrderItem[0].quantity`); `next_action` says what to do.
    """

    code: ClassVar[str] = "tandem.error"

    def __init__(
        self,
        reason: str,
        *,
        code: str | None = None,
        path: str | None = None,
        next_action: str | None = None,
        **facts: Any,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = path
        self.next_action = next_action
        self.facts = facts
        self._code = code

    @property
    def error_code(self) -> str:
        """The stable code: the one given, else the kind's own."""
        return self._code or self.code

    def to_doc(self) -> dict[str, Any]:
        """The error as plain values, as steps and audit rows keep it."""
        doc: dict[str, Any] = {"code": self.error_code, "reason": self.reason}
        if self.path is not None:
            doc["path"] = self.path
        if self.next_action is not None:
            doc["nextAction"] = self.next_action
        if self.facts:
            doc["facts"] = {name: _plain(value) for name, value in self.facts.items()}
        return doc


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | bool | list | dict | None) else str(value)


class Refused(TandemError):
    """The rules say no. Expected: told and counted, never paged."""

    code = "refused"


class Invalid(Refused):
    """A value or a shape is wrong; `path` names it."""

    code = "invalid"


class NotFound(Refused):
    """What was named does not exist, or not for this caller."""

    code = "not_found"


class Conflict(Refused):
    """The present state does not allow it."""

    code = "conflict"


class Stale(Refused):
    """It was changed by somebody else since it was read."""

    code = "stale"


class Unauthenticated(Refused):
    """Nobody, or nobody that we know, asks."""

    code = "unauthenticated"


class Forbidden(Refused):
    """The caller is known and may not."""

    code = "forbidden"


class Throttled(Refused):
    """Too many tries; `facts["retry_after_s"]` says when to come back."""

    code = "throttled"


class TooLarge(Refused):
    """The body is larger than we accept."""

    code = "too_large"


class Unavailable(TandemError):
    """A neighbour did not answer. Tried again within a limit."""

    code = "unavailable"


class Broken(TandemError):
    """An invariant of ours failed: stop, and page somebody."""

    code = "broken"

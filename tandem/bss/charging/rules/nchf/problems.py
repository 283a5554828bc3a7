"""What a network function is told when its request is refused. Standards: TS 29.500 table 5.2.7.2-1, RFC 9457."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec

from tandem.kernel.errors import Refused

T = TypeVar("T")
_PLACE = re.compile(r"^(?P<reason>.*?)(?: - at `\$(?P<path>[^`]*)`)?$", re.DOTALL)
_MISSING = re.compile(r"^Object missing required field `([^`]+)`$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


class InvalidParam(msgspec.Struct, frozen=True, omit_defaults=True):
    """`param` is a JSON Pointer into the body. Standard: TS 29.571 clause 5.2.4.2."""

    param: str
    reason: str | None = None


class ProblemDetails(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Standard: TS 29.571 clause 5.2.4.1."""

    title: str
    status: int
    cause: str
    detail: str | None = None
    invalid_params: tuple[InvalidParam, ...] = ()


class Problem(Refused):
    """A request of a network function cannot be served; carries what it is told."""

    code = "charging.nchf_refused"

    def __init__(
        self, status: int, cause: str, detail: str | None = None, *, invalid: tuple[InvalidParam, ...] = ()
    ) -> None:
        super().__init__(detail or cause)
        self.details = ProblemDetails(
            title=HTTPStatus(status).phrase, status=status, cause=cause, detail=detail, invalid_params=invalid
        )


def read(decoder: msgspec.json.Decoder[T], body: bytes, *, mandatory: frozenset[str]) -> T:
    """The message in a body. Raises: Problem, naming the place of the fault; `mandatory` tells its cause."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as fault:
        raise _misread(str(fault), mandatory) from fault
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise Problem(400, "INVALID_MSG_FORMAT", f"not JSON: {fault}") from fault


def _misread(text: str, mandatory: frozenset[str]) -> Problem:
    found = _PLACE.match(text)
    reason, path = (found["reason"], found["path"] or "") if found else (text, "")
    steps = [name or index for name, index in _STEP.findall(path)]
    missing = _MISSING.match(reason)
    if missing:
        steps.append(missing[1])
    names = [step for step in steps if not step.isdigit()]
    if missing:
        cause = "MANDATORY_IE_MISSING"
    elif not names:
        cause = "INVALID_MSG_FORMAT"
    else:
        cause = "MANDATORY_IE_INCORRECT" if names[-1] in mandatory else "OPTIONAL_IE_INCORRECT"
    return Problem(400, cause, reason, invalid=(InvalidParam(_pointer(steps), reason),) if steps else ())


def _pointer(steps: list[Any]) -> str:
    """Standard: RFC 6901."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)

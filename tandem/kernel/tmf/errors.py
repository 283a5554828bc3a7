"""How our errors become answers: the one place where a kind of error meets a status code.

Standard: TMF630 part 1, error representation (`code`, `reason`, `message`, `status`, `referenceError`). We add `path`,
the place of the fault in what was sent.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
import structlog

from tandem.kernel import errors, json
from tandem.kernel.errors import Invalid, Refused, TandemError
from tandem.kernel.store import KeyReused

log = structlog.get_logger("tandem.tmf")

Header = tuple[bytes, bytes]

DEEPEST = 100

_ERROR_DOCS = "/api/errors"
_AT_PATH = re.compile(r"^(.*) - at `\$\.?(.*)`$", re.DOTALL)
_MISSING = re.compile(r"^Object missing required field `(.*)`$")
_BYTE = re.compile(r"\(byte (\d+)\)")


class UnknownPath(errors.NotFound):
    """Nothing answers at this address."""

    code = "http.unknown_path"


class MethodNotAllowed(Refused):
    """The address exists, but not for this method."""

    code = "http.method_not_allowed"


class UnsupportedMedia(Refused):
    """The body's media type is none that this address reads."""

    code = "http.unsupported_media_type"


class UnknownReference(Invalid):
    """Something that the body refers to does not exist here."""

    code = "tmf.unknown_reference"


_STATUS: tuple[tuple[type[TandemError], int], ...] = (
    (KeyReused, 422),
    (errors.Invalid, 400),
    (errors.Unauthenticated, 401),
    (errors.Forbidden, 403),
    (errors.NotFound, 404),
    (MethodNotAllowed, 405),
    (errors.Conflict, 409),
    (errors.Stale, 412),
    (errors.TooLarge, 413),
    (UnsupportedMedia, 415),
    (errors.Throttled, 429),
    (errors.Refused, 422),
    (errors.Unavailable, 503),
)


MEANINGS = {
    400: "What was sent is wrong: the path says where.",
    401: "Nobody is known to ask: send a bearer token.",
    403: "You are known and may not do this. The try is on record.",
    404: "There is no such thing, or not for you.",
    405: "The address is there, but not for this method: Allow lists those that are.",
    409: "What is there now does not allow it: its state, or something that is taken.",
    412: "Somebody changed it since you read it: read it again.",
    413: "The body is too large.",
    415: "A body of this media type is not read here.",
    422: "It was understood and refused by a rule, or an idempotency key came with other content.",
    429: "Too many tries: Retry-After says when to come back.",
    500: "An error of ours. It has been noted.",
    503: "A neighbour of ours did not answer: try again after a while.",
}


def status_of(fault: BaseException) -> int:
    """The status code of an error; anything that we did not foresee is 500."""
    return next((status for kind, status in _STATUS if isinstance(fault, kind)), 500)


def error_doc(fault: BaseException, base_url: str) -> tuple[int, json.Doc, list[Header]]:
    """Status, standard error body and the headers that belong to it."""
    status = status_of(fault)
    if not isinstance(fault, TandemError) or status == 500:
        log.error("tmf.broken", exc_info=fault)
        fault = errors.Broken("An error of ours. It has been noted; try again later.", code="tandem.internal")
    doc: json.Doc = {
        "@type": "Error",
        "code": fault.error_code,
        "reason": fault.reason,
        "status": str(status),
        "referenceError": f"{base_url}{_ERROR_DOCS}#{fault.error_code}",
    }
    if fault.next_action:
        doc["message"] = fault.next_action
    if fault.path:
        doc["path"] = fault.path
    return status, doc, list(_headers_of(fault, status))


def _headers_of(fault: TandemError, status: int) -> list[Header]:
    headers: list[Header] = []
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    if status in (429, 503):
        headers.append((b"retry-after", str(fault.facts.get("retry_after_s", 1)).encode()))
    if status == 405:
        headers.append((b"allow", str(fault.facts.get("allow", "")).encode()))
    if status == 415 and "accept_patch" in fault.facts:
        headers.append((b"accept-patch", str(fault.facts["accept_patch"]).encode()))
    return headers


def read_json(body: bytes) -> Any:
    """The body's JSON value.

    Raises: Invalid, telling line and column.
    """
    if not body.strip():
        raise Invalid("The body is empty; JSON is expected.", code="json.empty")
    try:
        value = json.loads(body)
    except Invalid as fault:
        line, column = _place_of(body, str(fault.reason))
        raise Invalid(
            f"{fault.reason} (line {line}, column {column})", code="json.malformed", line=line, column=column
        ) from fault
    except RecursionError as fault:
        raise _too_deep() from fault
    if body.count(b"[") + body.count(b"{") > DEEPEST:
        _require_shallow(value)
    if rb"\u0000" in body:
        _require_no_nul(value, "")
    return value


def _require_shallow(value: Any) -> None:
    """What recurses over documents behind this line never meets one that is too deep for it."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for holder in level
            if isinstance(holder, dict | list)
            for inner in (holder.values() if isinstance(holder, dict) else holder)
        ]
        if not level:
            return
    raise _too_deep()


def _require_no_nul(value: Any, path: str) -> None:
    """What no database keeps in a text is refused where it stands."""
    if isinstance(value, dict):
        for name, inner in value.items():
            _require_no_nul(name, path)
            _require_no_nul(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            _require_no_nul(inner, f"{path}[{place}]")
    elif isinstance(value, str) and "\0" in value:
        raise Invalid("a text has no NUL in it", code="json.nul", path=path)


def _too_deep() -> Invalid:
    return Invalid(f"The body is nested more than {DEEPEST} levels deep.", code="json.too_deep")


def _place_of(body: bytes, reason: str) -> tuple[int, int]:
    found = _BYTE.search(reason)
    before = body[: int(found[1])] if found else body
    return before.count(b"\n") + 1, len(before) - (before.rfind(b"\n") + 1) + 1


def invalid_shape(fault: msgspec.ValidationError) -> Invalid:
    """A model's complaint with its path taken out: `$.a[0].b` becomes `a[0].b`."""
    text = str(fault)
    found = _AT_PATH.match(text)
    reason, path = (found[1], found[2]) if found else (text, "")
    missing = _MISSING.match(reason)
    if missing:
        path = f"{path}.{missing[1]}" if path else missing[1]
        return Invalid(f"{path} is mandatory", code="tmf.missing_attribute", path=path)
    return Invalid(f"{path or 'the body'}: {reason}", code="tmf.wrong_type", path=path or None)

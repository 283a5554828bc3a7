"""The outermost layer: a request id in and out, security headers, errors as answers, a log line and a figure.

The HTTP edge is one of the three places where any exception is caught.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

import structlog
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tandem.kernel import errors, json
from tandem.kernel.errors import TandemError
from tandem.kernel.ids import new_id
from tandem.kernel.tmf.engine import base_url_of
from tandem.kernel.tmf.errors import Header, MethodNotAllowed, UnknownPath, UnsupportedMedia, error_doc
from tandem.kernel.web.metrics import Metrics
from tandem.kernel.web.scope import header_of

log = structlog.get_logger("tandem.access")

ErrorPage = Callable[[Scope, TandemError, int], bytes]
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._\-]{1,64}")
_GONE: Final = 499  # the client left before the answer: as nginx writes it
_QUIET: Final = ("/health", "/metrics", "/static/")
_API_ADDRESS: Final = re.compile(r"(/[^/]+)*?/v\d+/[^/]+")
HEADERS: Final[tuple[Header, ...]] = (
    (
        b"content-security-policy",
        b"default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
_OVER_TLS: Final[Header] = (b"strict-transport-security", b"max-age=31536000")


class Edge:
    """Middleware around all others.

    `error_page` draws an error for browsers; without it they get plain words. Programs get the standard's error body.
    A header that an answer has set itself is left as it is.
    """

    def __init__(
        self, app: ASGIApp, *, metrics: Metrics, error_page: ErrorPage | None = None, public_url: str = ""
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._error_page = error_page
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope["request_id"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id, cause=f"request:{request_id}")
        answer = _Answer(scope, send, request_id)
        started = time.perf_counter()
        try:
            await self._app(scope, receive, answer.send)
        except ClientDisconnect:
            answer.status = answer.status or _GONE
        except Exception as fault:  # the HTTP edge: every error becomes an answer
            await self._refuse(scope, answer, fault)
        finally:
            self._note(scope, answer.status, time.perf_counter() - started)

    async def _refuse(self, scope: Scope, answer: _Answer, fault: Exception) -> None:
        error = _as_ours(fault)
        if answer.status:
            log.error("http.cut_short", exc_info=fault)
            raise fault
        status, doc, headers = error_doc(error, self._public_url or _base_url(scope))
        if _is_for_people(scope):
            body, kind = self._page(scope, error, status), b"text/html; charset=utf-8"
        else:
            body, kind = json.dumps(doc), b"application/json;charset=utf-8"
        headers = [*headers, (b"content-type", kind), (b"content-length", str(len(body)).encode())]
        await answer.send({"type": "http.response.start", "status": status, "headers": headers})
        await answer.send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def _page(self, scope: Scope, error: TandemError, status: int) -> bytes:
        if self._error_page is not None:
            return self._error_page(scope, error, status)
        phrase = HTTPStatus(status).phrase
        request_id = scope["request_id"]
        return (
            f"<!doctype html><html lang=en><title>{phrase}</title><h1>{phrase}</h1>"
            f"<p>Error {status}. If you tell somebody about it, give them this number: {request_id}</p></html>"
        ).encode()

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = _route_of(scope)
        self._metrics.observe(scope["method"], route, status, seconds)
        if status < 400 and scope["path"].startswith(_QUIET):
            return
        client = scope.get("client")
        write = log.warning if status >= 500 or not status else log.info
        write(
            "http.request",
            method=scope["method"],
            path=scope["path"],
            status=status,
            ms=round(seconds * 1000, 2),
            client=client[0] if client else None,
        )


def _base_url(scope: Scope) -> str:
    return base_url_of(scope.get("scheme", "http").encode(), (header_of(scope, b"host") or "").encode("latin-1"))


class _Answer:
    """Passes an answer on with our headers, and remembers its status (0 until it has started)."""

    __slots__ = ("_headers", "_send", "status")

    def __init__(self, scope: Scope, send: Send, request_id: str) -> None:
        self._send = send
        self.status = 0
        secure = (_OVER_TLS,) if scope.get("scheme") == "https" else ()
        self._headers: tuple[Header, ...] = (*HEADERS, *secure, (b"x-request-id", request_id.encode()))

    async def send(self, message: Message) -> None:
        """Adds what the answer has not set itself."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = list(message.get("headers", ()))
            names = {name.lower() for name, _ in given}
            message = {**message, "headers": given + [pair for pair in self._headers if pair[0] not in names]}
        await self._send(message)


def _request_id(scope: Scope) -> str:
    given = header_of(scope, b"x-request-id")
    return given if given is not None and _REQUEST_ID.fullmatch(given) else new_id()


def _route_of(scope: Scope) -> str:
    """The address without what differs from call to call; the collection's where the path is one of the standard's."""
    path: Any = getattr(scope.get("route"), "path", None)
    if isinstance(path, str):
        return path
    found = _API_ADDRESS.match(scope["path"])
    if found is None:
        return str(scope["path"])
    return found[0] if found.end() == len(scope["path"]) else f"{found[0]}/{{id}}"


def _is_for_people(scope: Scope) -> bool:
    return "text/html" in (header_of(scope, b"accept") or "") and not scope["path"].startswith("/tmf-api/")


def _as_ours(fault: Exception) -> TandemError:
    """Any error as one of our kinds; what nobody foresaw becomes Broken with the error as its cause."""
    if isinstance(fault, TandemError):
        return fault
    if isinstance(fault, MultiPartException):
        return errors.Invalid(f"The form cannot be read: {fault.message}.", code="http.form_malformed")
    if isinstance(fault, HTTPException):
        return _of_status(fault)
    broken = errors.Broken("An error of ours. It has been noted; try again later.", code="tandem.internal")
    broken.__cause__ = fault
    return broken


def _of_status(fault: HTTPException) -> TandemError:
    kinds: dict[int, type[TandemError]] = {
        401: errors.Unauthenticated,
        403: errors.Forbidden,
        404: UnknownPath,
        409: errors.Conflict,
        413: errors.TooLarge,
        415: UnsupportedMedia,
        429: errors.Throttled,
    }
    if fault.status_code == 405:
        return MethodNotAllowed("This method is not for this address.", allow=(fault.headers or {}).get("Allow", ""))
    fallback = errors.Invalid if fault.status_code < 500 else errors.Unavailable
    kind = kinds.get(fault.status_code, fallback)
    return kind(fault.detail or HTTPStatus(fault.status_code).phrase)

"""The other half as an HTTP client sees it: short time-outs, exact numbers, and its errors as our kinds of error."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import quote

import httpx

from tandem.kernel import json
from tandem.kernel.errors import Conflict, Invalid, NotFound, Refused, Stale, TandemError, Unavailable
from tandem.kernel.json import Doc

WHOLE_LIMIT_S: Final = 10.0
LIMITS: Final = httpx.Timeout(WHOLE_LIMIT_S, connect=2.0)
REST_S: Final = 2.0
_PAGE: Final = 200
_ASK_AGAIN: Final = frozenset({408, 425, 429})
_NOT_LET_IN: Final = frozenset({401, 403})
_REFUSALS: Final[dict[int, type[Refused]]] = {400: Invalid, 404: NotFound, 409: Conflict, 412: Stale}


class OtherHalfSilent(Unavailable):
    """The other half of the operator does not answer, or not now."""

    code = "seam.other_half_silent"


class Rest:
    """After a call without an answer nobody calls for a while, then one tries, and the others wait for how it goes.

    Why: a half that takes calls and never answers would hold every thread of ours for the whole time limit, again and
    again, and what has nothing to do with it would wait too.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._until = float("-inf")
        self._told = ""

    def require_over(self) -> None:
        """Raises: OtherHalfSilent, with the reason of the last call, while nobody should call."""
        with self._lock:
            now = self._clock()
            if now < self._until:
                raise OtherHalfSilent(self._told)
            if self._told:
                self._until = now + WHOLE_LIMIT_S

    def begin(self, told: str) -> None:
        """A call was not answered."""
        with self._lock:
            self._told, self._until = told, self._clock() + REST_S

    def end(self) -> None:
        """A call was answered."""
        with self._lock:
            self._told, self._until = "", float("-inf")


class OtherHalf:
    """Calls to the other half's APIs, with our token. Safe to share between threads.

    Raises, from every call: OtherHalfSilent (no answer, 429, 5xx, or a token that it does not take), Refused of the
    kind, code, reason and path that it answered.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.url = url.rstrip("/")
        self._rest = Rest(clock)
        self._http = httpx.Client(
            base_url=self.url,
            headers={"authorization": f"Bearer {token}", "accept": "application/json"},
            timeout=LIMITS,
            transport=transport,
            trust_env=False,
        )

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def get(self, path: str, key: str) -> Doc:
        """One entity. Raises: NotFound."""
        found: Doc = self._ask("GET", _member(path, key))
        return found

    def find(self, path: str, key: str) -> Doc | None:
        """One entity, or none."""
        try:
            return self.get(path, key)
        except NotFound:
            return None

    def first(self, path: str, **filters: str) -> Doc | None:
        """The first entity that meets the filters, or none."""
        return next(iter(self._ask("GET", path, params={**filters, "limit": "1"})), None)

    def iter_all(self, path: str, **filters: str) -> Iterator[Doc]:
        """Every entity that meets the filters, page by page."""
        offset = 0
        while True:
            page = self._ask("GET", path, params={**filters, "limit": str(_PAGE), "offset": str(offset)})
            yield from page
            if len(page) < _PAGE:
                return
            offset += _PAGE

    def hubs(self, base: str) -> list[Doc]:
        """The subscriptions at an API that we may see."""
        found: list[Doc] = self._ask("GET", f"{base}/hub")
        return found

    def post(self, path: str, body: Doc, *, key: str | None = None) -> Doc:
        """A new entity or task. Idempotent: by `key`, for the same body."""
        headers = {} if key is None else {"idempotency-key": key}
        made: Doc = self._ask("POST", path, body=body, headers=headers)
        return made

    def patch(self, path: str, key: str, body: Doc) -> Doc:
        """A changed entity, by merge patch."""
        changed: Doc = self._ask("PATCH", _member(path, key), body=body)
        return changed

    def delete(self, path: str, key: str) -> None:
        """Remove what is there; already gone is as good."""
        try:
            self._ask("DELETE", _member(path, key))
        except NotFound:
            return

    def _ask(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, str] | None = None,
        body: Doc | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        content = None if body is None else json.dumps(body)
        sent = {**(headers or {}), **({} if body is None else {"content-type": "application/json"})}
        self._rest.require_over()
        try:
            answer = self._http.request(method, path, params=params, content=content, headers=sent)
        except httpx.HTTPError as fault:
            told = f"the network's side at {self.url} does not answer: {str(fault) or type(fault).__name__}"
            self._rest.begin(told)
            raise OtherHalfSilent(told) from fault
        self._rest.end()
        if not answer.is_success:
            raise _fault_in(answer)
        return _read(answer) if answer.content else None


def _member(path: str, key: str) -> str:
    return f"{path}/{quote(key, safe='')}"


def _read(answer: httpx.Response) -> Any:
    try:
        return json.loads(answer.content)
    except Invalid as fault:
        raise OtherHalfSilent(f"{answer.url} answered {answer.status_code} and no JSON") from fault


def _fault_in(answer: httpx.Response) -> TandemError:
    """An answer that is no success, as an error of ours.

    Why a refused token is a silence: orders are to wait until an operator has renewed it, not to fail one by one.
    """
    told = _error_body(answer)
    status = answer.status_code
    reason = str(told.get("reason") or f"{answer.request.method} {answer.request.url.path} was answered {status}")
    if status in _NOT_LET_IN:
        return OtherHalfSilent(f"the network's side does not let us in: {reason}", status=status)
    if status >= 500 or status in _ASK_AGAIN or status < 400:
        return OtherHalfSilent(f"the network's side answered {status}: {reason}", status=status)
    kind = _REFUSALS.get(status, Refused)
    return kind(reason, code=_text(told, "code"), path=_text(told, "path"), next_action=_text(told, "message"))


def _error_body(answer: httpx.Response) -> Doc:
    try:
        body = json.loads(answer.content)
    except Invalid:
        return {}
    return body if isinstance(body, dict) else {}


def _text(told: Doc, name: str) -> str | None:
    value = told.get(name)
    return str(value) if value else None

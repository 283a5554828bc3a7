"""The limit on request bodies, declared or not: a chunked body is counted as it comes in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tandem.kernel.errors import TooLarge
from tandem.kernel.web.scope import header_of

MOST_OCTETS: Final = 1_048_576


class BodyLimit:
    """Middleware; `larger` gives path prefixes (of uploads) a limit of their own, the longest prefix first.

    Raises (to the edge outside it): TooLarge.
    """

    def __init__(self, app: ASGIApp, *, most: int = MOST_OCTETS, larger: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._most = most
        self._larger = sorted((larger or {}).items(), key=lambda entry: len(entry[0]), reverse=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        most = next((limit for prefix, limit in self._larger if scope["path"].startswith(prefix)), self._most)
        declared = header_of(scope, b"content-length")
        if declared is not None and declared.isdigit() and int(declared) > most:
            raise too_large(most)
        await self._app(scope, _counted(receive, most), send)


def too_large(most: int) -> TooLarge:
    """The refusal, with its limit."""
    return TooLarge(f"The body has more than {most} octets.", code="http.body_too_large", limit=most)


def _counted(receive: Receive, most: int) -> Receive:
    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > most:
            raise too_large(most)
        return message

    return counted

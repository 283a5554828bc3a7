"""What network functions are told unasked, each at the place it named: ask again, stop, a counter has changed.

Standards: TS 32.291 clause 5.2.2.5 (charging), TS 29.594 clause 4.2.4 (spending limits).
"""

from __future__ import annotations

import ssl
from types import TracebackType
from typing import Final

import httpx
import msgspec
import structlog

from tandem.bss.charging.rules.nchf import answering
from tandem.bss.charging.rules.nchf import spending as limits
from tandem.bss.charging.terms.online import SessionNotice
from tandem.bss.charging.terms.spending import SpendingNotice

log = structlog.get_logger("tandem.charging")

_TIMEOUT_S: Final = 5
_GONE: Final = (404, 410)
"""The function has no such session any more: told again, it would say the same."""


class Notifier:
    """A client of many network functions, HTTP/2 with prior knowledge. Belongs to one event loop."""

    def __init__(self, *, verify: ssl.SSLContext | bool = True) -> None:
        """`verify` is how their certificates are checked, as httpx has it."""
        self._client = httpx.AsyncClient(
            http1=False, http2=True, timeout=_TIMEOUT_S, verify=verify, follow_redirects=True, max_redirects=3
        )
        self._encode = msgspec.json.Encoder().encode

    async def __aenter__(self) -> Notifier:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def notify(self, notice: SessionNotice) -> bool:
        """Whether it is delivered: the function has it, or no longer knows the session."""
        return await self._post(notice.notify_at, answering.notification(notice))

    async def notify_spending(self, notice: SpendingNotice) -> bool:
        """Whether it is delivered: the function has it, or no longer knows the subscription."""
        return await self._post(*limits.notification(notice))

    async def _post(self, url: str, message: msgspec.Struct) -> bool:
        try:
            answer = await self._client.post(
                url, content=self._encode(message), headers={"content-type": "application/json"}
            )
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            log.warning("charging.nchf.not_notified", url=url, fault=repr(fault))
            return False
        if answer.is_success or answer.status_code in _GONE:
            return True
        log.warning("charging.nchf.not_notified", url=url, status=answer.status_code)
        return False

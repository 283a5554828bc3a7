"""The server of Nchf: HTTP/2 in clear text with prior knowledge, or over TLS, in the loop of the process that calls it.

Why granian in the loop and not its own processes: those outlive a parent that is killed, and serve on unsupervised.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import msgspec
import structlog
from granian.constants import HTTPModes, SSLProtocols
from granian.http import HTTP2Settings
from granian.log import LogLevels
from granian.server.embed import Server

from tandem.bss.charging.terms.spending import SpendingLimits
from tandem.bss.charging.wire.nchf.resources import LARGEST_BODY, Asked, Asks, Nchf

log = structlog.get_logger("tandem.charging")

_STREAMS_AT_ONCE: Final = 1_000
_BACKLOG: Final = 1_024
_AT_ONCE: Final = 100_000
"""Requests that granian lets in; the gatherer refuses much earlier, and in words."""
_READY_TRIES: Final = 200
_LOGS: Final = {"loggers": {"_granian": {"handlers": [], "propagate": True}}}
"""What granian has to say goes where everything goes."""


class Listening(msgspec.Struct, frozen=True, kw_only=True):
    """Where Nchf is served. A certificate and its key mean TLS; with `client_ca`, only to who has one of its own.

    `api_root` is scheme and authority for `Location`, where clients know us by another name than they call.
    """

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None
    client_ca: Path | None = None
    api_root: str | None = None
    home: frozenset[str] = frozenset()


@contextlib.asynccontextmanager
async def serve_nchf(
    charging: Asks, *, listening: Listening, spending: SpendingLimits | None = None
) -> AsyncIterator[asyncio.Task[None]]:
    """Nchf, ready to be asked; it stops at the end of the context. The task that is given ends before only in a fault.

    Several processes may listen at the same place: the kernel shares connections out among them.
    Raises: OSError, when the place cannot be listened at.
    """
    nchf = Nchf(charging, spending=spending, home=listening.home)
    server = _server(_Rsgi(nchf, listening.api_root), listening)
    serving = asyncio.create_task(server.serve(), name="nchf")
    try:
        await _until_ready(listening, serving)
        log.info(
            "charging.nchf.listens", host=listening.host, port=listening.port, tls=listening.certificate is not None
        )
        yield serving
    finally:
        server.stop()  # type: ignore[no-untyped-call]
        await asyncio.wait([serving])


def _server(target: _Rsgi, listening: Listening) -> Server:
    return Server(
        target,
        address=listening.host,
        port=listening.port,
        http=HTTPModes.http2,
        websockets=False,
        backlog=_BACKLOG,
        backpressure=_AT_ONCE,
        http2_settings=HTTP2Settings(max_concurrent_streams=_STREAMS_AT_ONCE),
        log_level=LogLevels.error,
        log_dictconfig=_LOGS,
        ssl_cert=listening.certificate,
        ssl_key=listening.key,
        ssl_protocol_min=SSLProtocols.tls12,
        ssl_ca=listening.client_ca,
        ssl_client_verify=listening.client_ca is not None,
    )


async def _until_ready(listening: Listening, serving: asyncio.Task[None]) -> None:
    for _ in range(_READY_TRIES):
        done, _ = await asyncio.wait([serving], timeout=1 / 100)
        if done:
            break
        with contextlib.suppress(ConnectionRefusedError):
            _, writer = await asyncio.open_connection(listening.host, listening.port)
            writer.close()
            return
    fault = serving.exception() if serving.done() else None
    told = str(fault).partition("\n")[0] if fault else "it does not begin to listen"
    raise OSError(f"Nchf at {listening.host}:{listening.port}: {told}")


class _Rsgi:
    """What granian calls for each request."""

    def __init__(self, nchf: Nchf, api_root: str | None) -> None:
        self._nchf = nchf
        self._api_root = api_root

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        headers = scope.headers
        asked = Asked(
            method=scope.method,
            path=scope.path,
            body=await _body(protocol, headers.get("content-length")),
            content_type=headers.get("content-type"),
            priority=headers.get("3gpp-sbi-message-priority"),
            root=self._api_root or f"{scope.scheme}://{scope.authority or headers.get('host')}",
        )
        told = await self._nchf.answer(asked)
        protocol.response_bytes(told.status, told.headers, told.body)


async def _body(protocol: Any, length: str | None) -> bytes:
    """The body, or so much of it that it is seen to be too large."""
    if length is not None and length.isdigit() and len(length) < 8 and int(length) <= LARGEST_BODY:
        return bytes(await protocol())
    body = bytearray()
    async for piece in protocol:
        body += piece
        if len(body) > LARGEST_BODY:
            break
    return bytes(body)

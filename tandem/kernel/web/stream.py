"""`GET /stream?topics=ProductOrder:42,Alarm`: one stream of server-sent events per browser, carrying topics only.

Each event is named after a topic as it was asked for and lists the things that changed (`["Alarm:7"]`); besides there
are `open` (listening from here), `refresh` (fetch everything anew), and a comment as heartbeat. Pages fetch what
changed by themselves, with their own filters and their own permissions.
"""

from __future__ import annotations

import asyncio
import random
from typing import Final
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tandem.kernel.access.policy import Policy
from tandem.kernel.errors import Unauthenticated
from tandem.kernel.web.hub import Hub, Stream
from tandem.kernel.web.scope import caller_of, header_of
from tandem.kernel.web.topics import OwnersOf, parse_topics, permitted_topics

LONGEST_S: Final = 900.0
_RETRY: Final = b"retry: 1000\n\n"
_HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class TopicStream:
    """The endpoint. A stream ends by itself after a quarter of an hour, so that permissions are looked at again."""

    def __init__(self, hub: Hub, *, policy: Policy, owners_of: OwnersOf, longest_s: float = LONGEST_S) -> None:
        self._hub = hub
        self._policy = policy
        self._owners_of = owners_of
        self._longest_s = longest_s

    def route(self, path: str) -> Route:
        """The endpoint at an address, such as `/desk/stream`."""
        return Route(path, endpoint=self, methods=["GET"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises (to the edge): Unauthenticated, Forbidden, Invalid."""
        caller = caller_of(scope)
        if caller is None:
            raise Unauthenticated("Log in first: a stream is somebody's.")
        query = parse_qs(scope["query_string"].decode("latin-1"))
        wanted = parse_topics(",".join(query.get("topics", [])))
        topics = await run_in_threadpool(permitted_topics, self._policy, caller, wanted, self._owners_of)
        stream = self._hub.open(topics, header_of(scope, b"last-event-id"))
        ending = asyncio.get_running_loop().call_later(self._longest_s * random.uniform(0.8, 1.0), stream.close)
        gone = asyncio.create_task(_close_when_gone(receive, stream))
        try:
            await _send_frames(stream, send)
        finally:
            ending.cancel()
            gone.cancel()
            self._hub.drop(stream)


async def _send_frames(stream: Stream, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": _RETRY, "more_body": True})
    while not stream.closed:
        frames = await stream.frames()
        if frames:
            await send({"type": "http.response.body", "body": frames, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _close_when_gone(receive: Receive, stream: Stream) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.close()

"""Puts the edge together: limits, callers, the standard's APIs in front, pages behind, and what runs beside them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from anyio.to_thread import current_default_thread_limiter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from tandem.kernel import json
from tandem.kernel.access.logins import Mount
from tandem.kernel.access.policy import Policy
from tandem.kernel.access.signing import SigningKeys
from tandem.kernel.access.tokens import Tokens
from tandem.kernel.errors import TandemError
from tandem.kernel.store import Database
from tandem.kernel.tmf.errors import UnknownPath
from tandem.kernel.web.body import MOST_OCTETS, BodyLimit
from tandem.kernel.web.callers import Callers
from tandem.kernel.web.edge import Edge, ErrorPage
from tandem.kernel.web.hub import Hub
from tandem.kernel.web.metrics import CONTENT_TYPE, Metrics
from tandem.kernel.web.stream import TopicStream
from tandem.kernel.web.topics import OwnersOf

JSON = "application/json"
_SPARE_THREADS = 2


class Api(Protocol):
    """The standard's APIs: an application that says which addresses are its own."""

    def owns(self, path: str) -> bool:
        """Whether it answers at this address."""
        ...

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers."""
        ...


@dataclass(frozen=True, kw_only=True)
class WebParts:
    """What a program brings to its web edge.

    `routes` are its pages; `api` is asked first. `owners_of` tells whose a thing is, for streams of "own" scope.
    `threads` is how many requests may work at once: the size of the database's pool. `beside` runs as long as the
    application does. `larger_bodies` gives path prefixes of uploads a limit of their own.
    """

    database: Database
    policy: Policy
    tokens: Tokens
    owners_of: OwnersOf
    threads: int
    api: Api | None = None
    routes: Sequence[BaseRoute] = ()
    mounts: tuple[Mount, ...] = ()
    signing_key_file: Path | None = None
    error_page: ErrorPage | None = None
    public_url: str = ""
    most_body_octets: int = MOST_OCTETS
    larger_bodies: Mapping[str, int] = field(default_factory=dict)
    beside: Sequence[Callable[[], AbstractAsyncContextManager[Any]]] = ()


@dataclass(frozen=True)
class WebApplication:
    """The finished ASGI application, with the hub and the figures that it runs."""

    asgi: ASGIApp
    hub: Hub
    metrics: Metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers."""
        await self.asgi(scope, receive, send)


def web_application(parts: WebParts) -> WebApplication:
    """The application, outermost layer first: edge, body limit, callers, APIs, routes."""
    metrics = Metrics(parts.database)
    hub = Hub(parts.database.url, owners_of=parts.owners_of, metrics=metrics)
    stream = TopicStream(hub, policy=parts.policy, owners_of=parts.owners_of)
    routes = [
        *_service_routes(parts, metrics),
        *(stream.route(path) for path in ("/stream", *(f"{mount.path}/stream" for mount in parts.mounts))),
        *parts.routes,
    ]
    router = Router(routes, redirect_slashes=False, default=_nothing_here, lifespan=_lifespan(parts, hub, metrics))
    inner = Callers(
        _ApiFirst(parts.api, router),
        database=parts.database,
        tokens=parts.tokens,
        mounts=parts.mounts,
        public_url=parts.public_url or None,
    )
    limited = BodyLimit(inner, most=parts.most_body_octets, larger=parts.larger_bodies)
    edge = Edge(limited, metrics=metrics, error_page=parts.error_page, public_url=parts.public_url)
    return WebApplication(edge, hub, metrics)


class _ApiFirst:
    """Two look-ups decide whether a request is the API's; only pages pass the router's list of patterns."""

    def __init__(self, api: Api | None, router: Router) -> None:
        self._api = api
        self._router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._api is not None and self._api.owns(scope["path"]):
            await self._api(scope, receive, send)
        else:
            # Starlette's routes raise instead of answering in plain words when they see an application.
            scope["app"] = self._router
            await self._router(scope, receive, send)


async def _nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    raise UnknownPath(f"Nothing answers at {scope['path']}.", path=scope["path"])


def _lifespan(parts: WebParts, hub: Hub, metrics: Metrics) -> Callable[[Router], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(router: Router) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = parts.threads + _SPARE_THREADS
        watching = asyncio.create_task(metrics.watch_loop())
        await hub.start()
        try:
            async with _all_of(parts.beside):
                yield
        finally:
            watching.cancel()
            await hub.stop()

    return lifespan


@asynccontextmanager
async def _all_of(beside: Iterable[Callable[[], AbstractAsyncContextManager[Any]]]) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for enter in beside:
            await stack.enter_async_context(enter())
        yield


def _service_routes(parts: WebParts, metrics: Metrics) -> list[BaseRoute]:
    async def health(request: Request) -> Response:
        alive = await run_in_threadpool(_database_answers, parts.database)
        body = json.dumps({"status": "ok" if alive else "unavailable", "database": "ok" if alive else "unavailable"})
        return Response(body, status_code=200 if alive else 503, media_type=JSON)

    async def figures(request: Request) -> Response:
        return Response(await run_in_threadpool(metrics.text), media_type=CONTENT_TYPE)

    async def jwks(request: Request) -> Response:
        assert parts.signing_key_file is not None, "the route exists only with a key file"
        keys = await run_in_threadpool(SigningKeys.from_file, parts.signing_key_file)
        return Response(json.dumps(keys.public_set()), media_type=JSON, headers={"cache-control": "max-age=300"})

    routes: list[BaseRoute] = [Route("/health", health), Route("/metrics", figures)]
    return routes if parts.signing_key_file is None else [*routes, Route("/.well-known/jwks.json", jwks)]


def _database_answers(database: Database) -> bool:
    try:
        with database.connection() as connection:
            return connection.execute("select 1").fetchone() is not None
    except TandemError:
        return False

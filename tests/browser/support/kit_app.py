"""The gallery as a program of its own: a made-up login, no database, and a stream that tests can make speak."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, nullcontext

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from tandem.channels.kit.assets import Assets
from tandem.channels.kit.gallery.desk import HERE, gallery
from tandem.channels.kit.i18n import Catalogues, Text, _
from tandem.channels.kit.pages import Pages
from tandem.channels.kit.templates import HERE as KIT
from tandem.channels.kit.transport import masked
from tandem.kernel.access.policy import Caller
from tandem.kernel.access.sealed import Secret
from tandem.kernel.errors import Unauthenticated
from tandem.kernel.store import Uow

TOKEN = "made-up-token"
FORM_TOKEN = masked(TOKEN)
COOKIE = "sample_login"


class SampleDoors:
    """Lets in whoever has the cookie; the right password is `open`."""

    operator = "Corrib"
    zone = "Europe/Dublin"

    def __init__(self) -> None:
        self.announced: Text | None = None

    def caller(self, request: Request) -> Caller | None:
        name = request.cookies.get(COOKIE)
        return None if name is None else Caller("corrib", name, frozenset({name}))

    def person(self, request: Request) -> str:
        return request.cookies.get(COOKIE, "")

    def uow(self, request: Request, caller: Caller) -> AbstractContextManager[Uow | None]:
        return nullcontext()

    def csrf_token(self, request: Request) -> str:
        return TOKEN if COOKIE in request.cookies else ""

    def csrf_holds(self, request: Request, given: str) -> bool:
        return COOKIE not in request.cookies or given == TOKEN

    def log_in(self, request: Request, mount: str, *, username: str, password: Secret) -> None:
        if password.reveal_text() != "open":
            raise Unauthenticated("The name or the password is wrong.")
        request.scope["fresh"] = username

    def keep_login(self, request: Request, response: Response) -> None:
        response.set_cookie(COOKIE, request.scope["fresh"], path="/desk", httponly=True)

    def log_out(self, request: Request, response: Response) -> None:
        response.delete_cookie(COOKIE, path="/desk")

    def banner(self) -> Text | None:
        return self.announced


class Stream:
    """The stream of topics. `tell` may be called from any thread; `drop` closes every open stream."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[bytes | None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.opened = 0

    async def answer(self, request: Request) -> Response:
        self._loop = asyncio.get_running_loop()
        self.opened += 1
        return StreamingResponse(self._frames(), media_type="text/event-stream")

    async def _frames(self) -> AsyncIterator[bytes]:
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._queues.add(queue)
        try:
            yield b"id: 1-0\nevent: open\ndata: []\n\n"
            while (frame := await queue.get()) is not None:
                yield frame
        finally:
            self._queues.discard(queue)

    def open_now(self) -> int:
        """How many streams are open."""
        return len(self._queues)

    def tell(self, topic: str) -> None:
        """Something changed."""
        self._send(f'event: {topic}\ndata: ["{topic}:1"]\n\n'.encode())

    def drop(self) -> None:
        """The connection breaks."""
        self._send(None)

    def _send(self, frame: bytes | None) -> None:
        if self._loop is not None:
            for queue in list(self._queues):
                self._loop.call_soon_threadsafe(queue.put_nowait, frame)


def build(stream: Stream, doors: SampleDoors | None = None) -> Starlette:
    """The program."""
    catalogues = Catalogues({"kit": KIT, "gallery": HERE}, pseudo=True)
    pages = Pages([gallery()], doors or SampleDoors(), assets=Assets(), catalogues=catalogues)
    routes = [Route("/desk/stream", stream.answer), *pages.routes()]
    return Starlette(routes=routes)


@contextlib.contextmanager
def served(app: Starlette, port: int = 0) -> Iterator[str]:
    """The program on a free port of this machine, as its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the sample program did not start")
        threading.Event().wait(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=5)


MAINTENANCE = _("Maintenance tonight from 02:00 to 03:00.")

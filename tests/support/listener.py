"""A subscriber: a real HTTP server that remembers what it was told and answers as the test wants."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Told:
    """One request that arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def doc(self) -> dict[str, Any]:
        doc: dict[str, Any] = json.loads(self.body)
        return doc


@dataclass
class Listener:
    """Where it listens, what it was told, and how it answers: `status` gets each request and gives a status code."""

    url: str = ""
    told: list[Told] = field(default_factory=list)
    status: Callable[[Told], int] = lambda told: 204
    answer_headers: dict[str, str] = field(default_factory=dict)
    _arrived: threading.Condition = field(default_factory=threading.Condition)

    def take(self, told: Told) -> int:
        """Remember a request; answers its status code."""
        with self._arrived:
            self.told.append(told)
            self._arrived.notify_all()
        return self.status(told)

    def wait_for(self, count: int, *, timeout_s: float = 5.0) -> bool:
        """Wait until so many requests arrived. Returns whether they did."""
        with self._arrived:
            return self._arrived.wait_for(lambda: len(self.told) >= count, timeout=timeout_s)


@contextmanager
def listening() -> Iterator[Listener]:
    """A subscriber on a free port of this machine."""
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            told = Told(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            self.send_response(listener.take(told))
            for name, value in listener.answer_headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    listener.url = f"http://127.0.0.1:{server.server_port}/listener"
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)

"""The charging process's figures, and its health: `/health` and `/metrics` on a port of their own.

They are served from a thread of their own, so that they answer whatever the network's loop is doing.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from prometheus_client import Counter, Gauge, Histogram

from tandem.app.settings import Settings
from tandem.bss.charging.terms.online import SessionAnswer, SessionRequest
from tandem.kernel.errors import TandemError
from tandem.kernel.store import Database
from tandem.kernel.web.metrics import CONTENT_TYPE, Metrics

_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 1.0)
_SIZES: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


class ChargingFigures:
    """What the process counts. `waiting` says how many messages have no answer yet."""

    def __init__(self, metrics: Metrics | None = None) -> None:
        self.metrics = metrics or Metrics()
        registry = self.metrics.registry
        self.waiting: Callable[[], int] = lambda: 0
        self._messages = Counter(
            "tandem_charging_messages",
            "Messages of networks that were answered.",
            ("protocol", "operation", "result"),
            registry=registry,
        )
        self._sizes = Histogram(
            "tandem_charging_batch_size", "Messages in one commit.", buckets=_SIZES, registry=registry
        )
        self._seconds = Histogram(
            "tandem_charging_batch_seconds", "Time of one commit.", buckets=_SECONDS, registry=registry
        )
        self._notices = Counter(
            "tandem_charging_notices", "Notices to networks, by whether they heard.", ("heard",), registry=registry
        )
        waiting = Gauge("tandem_charging_waiting", "Messages without an answer yet.", registry=registry)
        waiting.set_function(lambda: self.waiting())

    def note(self, requests: Sequence[SessionRequest], answers: Sequence[SessionAnswer], seconds: float) -> None:
        """Count an answered batch."""
        counts: dict[tuple[str, str, str], int] = {}
        for request, answer in zip(requests, answers, strict=True):
            key: tuple[str, str, str] = (request.protocol, request.operation, answer.result)
            counts[key] = counts.get(key, 0) + 1
        for labels, count in counts.items():
            self._messages.labels(*labels).inc(count)
        self._sizes.observe(len(requests))
        self._seconds.observe(seconds)

    def note_notices(self, heard: int, unheard: int) -> None:
        """Count what networks were told."""
        self._notices.labels("yes").inc(heard)
        self._notices.labels("no").inc(unheard)


@contextlib.asynccontextmanager
async def serve_figures(settings: Settings, figures: ChargingFigures, database: Database) -> AsyncIterator[int]:
    """Health and figures, until the end of the context; gives the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._tell(200, CONTENT_TYPE, figures.metrics.text())
            elif self.path == "/health":
                is_well = _is_well(database)
                self._tell(200 if is_well else 503, "text/plain", b"well" if is_well else b"no database")
            else:
                self._tell(404, "text/plain", b"not here")

        def _tell(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Who asks for health is not news."""

    listening = ThreadingHTTPServer((settings.host, settings.charging_health_port), Handler)
    thread = threading.Thread(target=listening.serve_forever, name="figures", daemon=True)
    thread.start()
    try:
        yield int(listening.server_address[1])
    finally:
        listening.shutdown()
        listening.server_close()


def _is_well(database: Database) -> bool:
    try:
        database.clock()
    except TandemError:
        return False
    return True

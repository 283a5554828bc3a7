"""The simulated payment service provider: plain HTTP with JSON.

    python -m tandem.bss.receivables.simulated.psp --port 8090 --journal .tandem/psp.journal

`POST /v1/charges`, `/v1/refunds`, `/v1/voids`; `GET /v1/balance`, `/health`. `POST /v1/faults` with
`{"refuse": n}` answers the next n calls with 503 and does nothing, with `{"silent": n}` does them and hangs up.
Cards: `tok_visa`, `tok_mastercard`; `tok_insufficient_funds`, `tok_expired` and `tok_stolen` are declined.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final

from tandem.bss.receivables.simulated.till import Answer, Till

_LONGEST_BODY: Final = 65_536


class Provider(ThreadingHTTPServer):
    """A till behind HTTP, with the faults that were asked for."""

    daemon_threads = True

    def __init__(self, port: int, till: Till) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.till = till
        self.faults: Counter[str] = Counter()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server_port}"

    def has_fault(self, kind: str) -> bool:
        """Whether this call is to meet a fault; each that was asked for is met once."""
        if self.faults[kind] <= 0:
            return False
        self.faults[kind] -= 1
        return True


class _Handler(BaseHTTPRequestHandler):
    server: Provider
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/health":
            self._answer(200, {"status": "up"})
        elif self.path == "/v1/balance":
            self._answer(200, self.server.till.balance())
        else:
            self._answer(404, {"error": "unknown", "reason": f"no {self.path}"})

    def do_POST(self) -> None:
        try:
            body = json.loads(self.rfile.read(min(int(self.headers.get("content-length", 0)), _LONGEST_BODY)))
            if self.path == "/v1/faults":
                self.server.faults.update({str(kind): int(count) for kind, count in body.items()})
                return self._answer(200, {})
            if self.server.has_fault("refuse"):
                return self._answer(503, {"error": "unavailable", "reason": "asked to refuse"})
            status, told = self._done(body)
        except (ValueError, KeyError, TypeError, ArithmeticError, AttributeError) as fault:
            return self._answer(400, {"error": "malformed", "reason": f"{type(fault).__name__}: {fault}"})
        if self.server.has_fault("silent"):
            self.close_connection = True
            return None
        return self._answer(status, told)

    def _done(self, body: dict[str, Any]) -> Answer:
        till = self.server.till
        acts = {"/v1/charges": till.charge, "/v1/refunds": till.refund, "/v1/voids": till.void}
        act = acts.get(self.path)
        return act(body) if act else (404, {"error": "unknown", "reason": f"no {self.path}"})

    def _answer(self, status: int, doc: dict[str, Any]) -> None:
        text = json.dumps(doc).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: it is a till, not a witness."""


@contextmanager
def running(port: int = 0, *, journal: Path | None = None) -> Iterator[Provider]:
    """A provider in this process, on a free port unless one is given, until the block ends."""
    provider = Provider(port, Till(journal))
    thread = Thread(target=provider.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.shutdown()
        provider.server_close()
        thread.join()


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description="A simulated payment service provider.")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--journal", type=Path, help="where it keeps what was taken; without it, only in memory")
    given = parser.parse_args()
    provider = Provider(given.port, Till(given.journal))
    print(f"simulated payment provider at {provider.url}", flush=True)
    try:
        provider.serve_forever()
    except KeyboardInterrupt:
        provider.server_close()


if __name__ == "__main__":
    main()

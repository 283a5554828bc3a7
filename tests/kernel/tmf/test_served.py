"""The engine behind a real server on a real socket: what the in-process client cannot show."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import httpx
import pytest
import uvicorn

from tandem.kernel.access.policy import Caller
from tandem.kernel.store import Database
from tandem.kernel.tmf.engine import Receive, Scope, Send, TmfEngine
from tests.kernel.tmf import toys
from tests.support.tmf_client import EVERYTHING


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()


@pytest.fixture
def served(toy_database: Database, fresh_tenant: str) -> Iterator[httpx.Client]:
    """A client of a served engine."""
    caller = Caller(fresh_tenant, "tester", frozenset({"admin"}))
    engine = TmfEngine(toys.EXPOSURES, database=toy_database, policy=EVERYTHING, caller_of=lambda scope: caller)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        await engine(scope, receive, send)

    server = _Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert server.is_up.wait(10)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
        yield client
    server.should_exit = True
    thread.join(timeout=10)
    engine.close()


def test_a_toy_lives_and_dies_over_one_kept_connection(served: httpx.Client) -> None:
    made = served.post(f"{toys.V5}/toy", json={"name": "train"})
    assert made.status_code == 201
    url = made.headers["location"]
    assert url.startswith(str(served.base_url))
    assert served.get(url).json() == made.json()
    assert served.head(url).headers["content-length"] == str(len(made.content))
    assert served.get(url, headers={"if-none-match": made.headers["etag"]}).status_code == 304
    assert served.patch(url, json={"weight": 3}).json()["weight"] == 3
    assert served.delete(url).status_code == 204
    assert served.get(url).status_code == 404
    assert served.get("/api").status_code == 200


def test_a_body_in_pieces_is_read_and_one_without_end_is_cut(served: httpx.Client) -> None:
    pieces = iter([b'{"na', b'me": "in ', b'pieces"}'])
    headers = {"content-type": "application/json"}
    assert served.post(f"{toys.V5}/toy", content=pieces, headers=headers).json()["name"] == "in pieces"
    endless = (b"x" * 65_536 for _ in range(64))
    answer = served.post(f"{toys.V5}/toy", content=endless, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_many_at_once_are_all_kept_once(served: httpx.Client) -> None:
    def create(number: int) -> None:
        for _ in range(2):
            served.post(f"{toys.V5}/toy", json={"name": "t"}, headers={"idempotency-key": f"k{number % 8}"})

    threads = [threading.Thread(target=create, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert served.get(f"{toys.V5}/toy?limit=0").headers["x-total-count"] == "8"

"""A caller of the TM Forum engine for tests: an engine without a network, and who asks is chosen per test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.testclient import TestClient

from tandem.kernel import json
from tandem.kernel.access.policy import Caller, Policy, grant
from tandem.kernel.store import Database
from tandem.kernel.tmf.engine import TmfEngine, TmfSettings
from tandem.kernel.tmf.exposure import AnyExposure
from tandem.kernel.tmf.references import References

EVERYTHING = Policy(grant("admin", "*", "*"), roles=("admin",))


@dataclass
class TmfClient:
    """Calls an engine as `caller`; numbers in answers are exact."""

    engine: TmfEngine
    caller: Caller
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.in_front()
        self.http = TestClient(self.engine, base_url="http://tandem.test", raise_server_exceptions=False)

    def in_front(self) -> None:
        """Be the one whose caller the engine sees, where several clients share it."""
        self.engine._caller_of = lambda scope: self.caller

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """One request; header names with `_` for `-`; a body of bytes goes as it is, anything else as JSON."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        content = body if isinstance(body, bytes | None) else json.dumps(body)
        if content is not None:
            named.setdefault("content-type", "application/json")
        return self.http.request(method, path, content=content, headers=named)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return self.call("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> httpx.Response:
        return self.call("DELETE", path, **headers)


def tmf_client(
    exposures: Iterable[AnyExposure],
    database: Database,
    tenant: str,
    *,
    policy: Policy = EVERYTHING,
    settings: TmfSettings | None = None,
    references: References | None = None,
) -> TmfClient:
    """A client of a new engine, asking as an administrator of the tenant."""
    engine = TmfEngine(exposures, database=database, policy=policy, settings=settings, references=references)
    return TmfClient(engine, Caller(tenant, "tester", frozenset({"admin"})))

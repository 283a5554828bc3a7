"""Two halves of one operator, each with a database, an API and a worker process of its own, and a network between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from tandem.app import server, wiring
from tandem.app.installation import seed, signing_key_file
from tandem.app.network import HLR
from tandem.app.settings import Settings
from tandem.app.working import make_worker
from tandem.kernel import json
from tandem.kernel.access.signing import SigningKeys
from tandem.kernel.access.tokens import issue_token
from tandem.kernel.json import Doc
from tandem.kernel.steps import Worker
from tandem.kernel.store import Database
from tandem.kernel.store.embedded.holder import wait_until
from tandem.kernel.store.embedded.ports import free_port
from tandem.oss.elements import public as elements
from tandem.oss.elements.drivers.osmo_hlr.launch import RunningHlr
from tests.support.elements import register
from tests.support.postgres import fresh_database

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 60.0


@dataclass
class Half:
    """One half: its settings and database, and its processes while they run."""

    settings: Settings
    database_url: str
    database: Database
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, *roles: str) -> None:
        """Start processes, by default both; `await_ready` waits until the API answers."""
        for role in roles or ("api", "worker"):
            self.running[role] = subprocess.Popen(
                [sys.executable, "-m", "tandem.app", "serve", "--role", role], cwd=ROOT, env=self._environment()
            )

    def await_ready(self) -> None:
        """Wait until its API answers."""
        assert wait_until(self.answers, limit_s=LIMIT_S), f"{self.settings.halves} does not answer"

    def kill(self, *roles: str) -> None:
        """End processes without a word, as `kill -9` does; by default all."""
        for role in roles or tuple(self.running):
            process = self.running.pop(role)
            process.send_signal(signal.SIGKILL)
            process.wait()

    def answers(self) -> bool:
        """Whether its API says that it is well."""
        try:
            return httpx.get(f"{self.settings.url}/health", trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def token(self, role: str) -> str:
        """A bearer token of this half's own issuer."""
        keys = SigningKeys.from_file(signing_key_file(self.settings))
        return issue_token(keys, role=role, tenant=self.settings.tenant, subject="tester", ttl_s=3600)

    def call(self, method: str, path: str, body: Doc | None = None, *, role: str = "system") -> Any:
        """One request, which must succeed; the answer's document."""
        answer = httpx.request(
            method,
            f"{self.settings.url}/tmf-api{path}",
            content=json.dumps(body) if body is not None else None,
            headers={"authorization": f"Bearer {self.token(role)}", "content-type": "application/json"},
            timeout=20,
            trust_env=False,
        )
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return json.loads(answer.content) if answer.content else None

    def count(self, table: str, condition: str = "true") -> int:
        """How many rows of the tenant meet a condition."""
        with self.database.uow(tenant=self.settings.tenant, actor="tester", cause="test") as uow:
            row = uow.one(f"select count(*) as n from {table} where tenant = %s and {condition}", (uow.tenant,))
            return int(row["n"]) if row else 0

    def events(self, name: str) -> list[Doc]:
        """Every event of a name that its outbox holds, the oldest first."""
        with self.database.uow(tenant=self.settings.tenant, actor="tester", cause="test") as uow:
            rows = uow.all(
                "select doc from kernel_outbox where tenant = %s and name = %s order by seq", (uow.tenant, name)
            )
        return [row["doc"] for row in rows]

    def worker_by_hand(self) -> Worker:
        """Its worker in this process, to be driven step by step."""
        server.use_keys(self.settings)
        return make_worker(self.settings, self.database)

    def _environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("TANDEM_")}
        told = {
            "TANDEM_APP_URL": self.database_url,
            "TANDEM_DATA": str(self.settings.data),
            "TANDEM_PORT": str(self.settings.port),
            "TANDEM_HALVES": self.settings.halves,
            "TANDEM_HUB_ALLOW": ",".join(self.settings.hub_allow),
            "TANDEM_OTHER_HALF_URL": self.settings.other_half_url or "",
            "TANDEM_OTHER_HALF_TOKEN": self.settings.other_half_token or "",
        }
        return clean | told


@dataclass
class Halves:
    """The whole operator."""

    bss: Half
    oss: Half
    hlr: RunningHlr

    def reconnect(self, running: RunningHlr) -> None:
        """Make a register that was started, perhaps elsewhere, known to the operations half."""
        self.hlr = running
        with self.oss.database.uow(tenant=self.oss.settings.tenant, actor="tester", cause="test") as uow:
            elements.register_element(
                uow, name=HLR, kind="osmo_hlr", address=running.address_doc, software=running.software
            )

    def order(self, offering: str = "offer-max-100", customer: str = "cust-1001") -> str:
        """Order a product over TMF622; the order's id."""
        doc: Doc = {
            "@type": "ProductOrder",
            "relatedParty": [
                {
                    "role": "customer",
                    "partyOrPartyRole": {"id": customer, "@type": "PartyRef", "@referredType": "Customer"},
                }
            ],
            "productOrderItem": [
                {"id": "1", "action": "add", "productOffering": {"id": offering, "@type": "ProductOfferingRef"}}
            ],
        }
        made = self.bss.call("POST", "/productOrderingManagement/v5/productOrder", doc, role="agent")
        return str(made["id"])

    def order_of(self, order_id: str) -> Doc:
        """An order as the business half shows it."""
        found: Doc = self.bss.call("GET", f"/productOrderingManagement/v5/productOrder/{order_id}", role="agent")
        return found

    def wait_for(self, order_id: str, is_so: Callable[[Doc], bool]) -> Doc:
        """Wait until an order is as wanted."""
        seen: list[Doc] = []

        def look() -> bool:
            seen[:] = [self.order_of(order_id)]
            return is_so(seen[0])

        assert wait_until(look, limit_s=LIMIT_S), seen
        return seen[0]

    def wait_for_state(self, order_id: str, state: str) -> Doc:
        """Wait until an order is in a state."""
        return self.wait_for(order_id, lambda order: order["state"] == state)


@contextmanager
def halves(admin_url: str, folder: Path) -> Iterator[Halves]:
    """Two seeded halves whose processes run, and a simulated register, for as long as the block lasts."""
    with ExitStack() as stack:
        running = stack.enter_context(register("simulated", folder / "hlr"))
        oss = _half(stack, admin_url, Settings(data=folder / "oss", port=free_port(), halves="oss"))
        bss = _half(stack, admin_url, Settings(data=folder / "bss", port=free_port(), halves="bss"))
        oss.settings = replace(oss.settings, hub_allow=("127.0.0.1/32",))
        bss.settings = replace(bss.settings, other_half_url=oss.settings.url, other_half_token=oss.token("system"))
        whole = Halves(bss, oss, running)
        whole.reconnect(running)
        for half in (oss, bss):
            stack.callback(half.kill)
            half.start()
        for half in (oss, bss):
            half.await_ready()
        yield whole


def _half(stack: ExitStack, admin_url: str, settings: Settings) -> Half:
    wiring.declare_tables()
    settings.data.mkdir(parents=True)
    _, url = stack.enter_context(fresh_database(admin_url))
    database = stack.enter_context(Database(url, max_size=6))
    server.use_keys(settings)
    assert seed(database, settings)
    return Half(settings, url, database)

"""A whole operator for a story: a database of its own, seeded, a home register, and a worker that is driven by hand."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tandem.app import wiring
from tandem.app.network import HLR
from tandem.app.seam_binding import bind_other_half
from tandem.app.settings import Settings
from tandem.app.working import make_worker
from tandem.bss.ordering import public as ordering
from tandem.bss.ordering.terms import OrderView
from tandem.kernel.access.sealed import SealingKeys, use_sealing_keys
from tandem.kernel.json import Doc
from tandem.kernel.steps import Worker
from tandem.kernel.store import Database, Uow
from tandem.oss.elements import public as elements
from tandem.oss.elements.clients.ctrl import CtrlClient
from tandem.oss.elements.clients.link import Endpoint
from tandem.oss.elements.drivers.osmo_hlr.driver import HlrAddress
from tandem.oss.elements.drivers.osmo_hlr.launch import RunningHlr
from tests.support.elements import register
from tests.support.postgres import fresh_database

TENANT = "corrib"


@dataclass
class Operator:
    """The operator of a story."""

    database: Database
    settings: Settings
    worker: Worker
    hlr: RunningHlr

    @contextmanager
    def uow(self, actor: str = "tester") -> Iterator[Uow]:
        """A unit of work of the operator's tenant."""
        with self.database.uow(tenant=TENANT, actor=actor, cause="test:story") as uow:
            yield uow

    def order(self, offering: str = "offer-max-100", customer: str = "cust-1001", **changes: Any) -> OrderView:
        """Place an order for one product."""
        with self.uow() as uow:
            return ordering.place_product_order(uow, order=order_doc(offering, customer, **changes))

    def order_of(self, order_id: str) -> OrderView:
        """An order as it stands."""
        with self.uow() as uow:
            return ordering.get_order(uow, order_id=order_id)

    def settle(self, until: Callable[[], bool] | None = None, timeout_s: float = 30.0) -> None:
        """Do what is ready; with `until`, again and again, since what waits to retry waits in real time."""
        pause = threading.Event()
        self.worker.drain()
        for _ in range(int(timeout_s / 0.05)):
            if until is None or until():
                return
            pause.wait(0.05)
            self.worker.drain()
        raise AssertionError("it did not come to be")

    def settle_order(self, order_id: str, state: str) -> OrderView:
        """Work until an order is in a state."""
        self.settle(lambda: self.order_of(order_id).state == state)
        return self.order_of(order_id)

    def reconnect(self, running: RunningHlr) -> None:
        """Make a register that was started again, perhaps elsewhere, known."""
        self.hlr = running
        with self.uow() as uow:
            elements.register_element(
                uow, name=HLR, kind="osmo_hlr", address=running.address_doc, software=running.software
            )

    def fault(self, kind: str) -> None:
        """Set a fault of the simulated register: `refuse,2` or `clear`."""
        tell_simulator(self.hlr.address, "simulated.fault", kind)

    def count(self, table: str, condition: str = "true") -> int:
        """How many rows of the operator's tenant meet a condition."""
        with self.uow() as uow:
            row = uow.one(f"select count(*) as n from {table} where tenant = %s and {condition}", (TENANT,))
            return int(row["n"]) if row else 0


def order_doc(offering: str = "offer-max-100", customer: str = "cust-1001", **characteristics: str) -> Doc:
    """A product order for one product in the standard's shape (TMF622 v5)."""
    item: Doc = {"id": "1", "action": "add", "productOffering": {"id": offering, "@type": "ProductOfferingRef"}}
    if characteristics:
        item["product"] = {
            "@type": "Product",
            "productCharacteristic": [{"name": name, "value": value} for name, value in characteristics.items()],
        }
    return {
        "@type": "ProductOrder",
        "relatedParty": [{"role": "customer", "partyOrPartyRole": {"id": customer, "@referredType": "Customer"}}],
        "productOrderItem": [item],
    }


def tell_simulator(address: HlrAddress, variable: str, value: str) -> None:
    """One CTRL command to the simulated register."""
    client = CtrlClient(Endpoint(address.host, address.ctrl_port))
    client.set(variable, value)
    client.close()


@contextmanager
def operator(admin_url: str, folder: Path, *, hlr: str = "simulated") -> Iterator[Operator]:
    """A seeded operator for as long as the block lasts."""
    wiring.declare_tables()
    use_sealing_keys(SealingKeys.from_file(folder / "keys" / "sealing.json"))
    settings = Settings(data=folder, tenant=TENANT, mail_folder=folder / "mail")
    with (
        fresh_database(admin_url) as (_, url),
        register(hlr, folder / "hlr") as running,
        Database(url, max_size=12) as database,
    ):
        bind_other_half(settings)
        story = Operator(database, settings, make_worker(settings, database), running)
        with story.uow("system") as uow:
            for plant in wiring.seeds_of("both"):
                plant(uow)
        story.reconnect(running)
        yield story

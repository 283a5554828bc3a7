"""A07: a hybrid account on line. The bundle pays first, then the wallet, then the network sends her to the top-up page;
the same use costs the same overage on a postpaid and a prepaid plan with the same price.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tandem.bss.catalog import commands as catalog_commands
from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.catalog import store as catalog_store
from tandem.bss.catalog.seed.documents import usage
from tandem.bss.charging import public as charging
from tandem.bss.charging.terms.online import PartAnswer, Units
from tandem.kernel.json import Doc
from tandem.kernel.period import Period, instant
from tandem.kernel.store import Database, Uow
from tests.bss.charging.online.network import ACCOUNT, GB, MB, Network

NOVEMBER = Period(instant("2026-11-01T00:00:00Z"), instant("2026-12-01T00:00:00Z"))


@dataclass
class Download:
    """A session that uses all that it is granted, up to what is wanted, and asks again."""

    network: Network
    wanted: int
    used: int = 0
    parts: list[PartAnswer] = field(default_factory=list)

    def run(self, session: str = "s-1") -> None:
        self.parts.append(self.network.ask(self.network.create(session)).parts[0])
        for sequence in range(1, 1_000):
            granted = self.parts[-1].granted
            used = min((granted.total_octets or 0) if granted else 0, self.wanted - self.used)
            self.used += used
            if self.parts[-1].final or self.used == self.wanted:
                break
            told = self.network.ask(self.network.update(session, sequence, used))
            self.parts.append(told.parts[0])
        self.network.ask(self.network.release(session, 1_000, used))


@pytest.fixture
def network(database: Database, fresh_tenant: str) -> Network:
    made = Network(database, fresh_tenant)
    made.open_shop()
    return made


def test_the_bundle_pays_then_the_wallet_then_she_is_sent_to_the_top_up_page(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.CONTROL_25)
    network.top_up("5.00")
    download = Download(network, wanted=30 * GB)
    download.run()
    assert download.used == 27_500 * MB
    last = download.parts[-1]
    assert (last.result, last.final, last.redirect_to) == ("success", "redirect", "https://topup.corrib.example/")
    assert {part.final for part in download.parts[:-1]} == {None}
    bundle, wallet = network.buckets()["25 GB of data"], _wallet(network)
    assert (bundle["used"], bundle["reserved"], wallet["granted"], wallet["used"], wallet["reserved"]) == (
        *(25 * GB, 0, 5_000_000, 5_000_000, 0),
    )
    charges = network.charged(product)
    assert sum(quantity for _, quantity, _, _ in charges) == 27_500 * MB
    assert sum(amount for _, _, amount, _ in charges) == 5_000_000
    assert sum(unpaid for _, _, _, unpaid in charges) == 0
    billed = network.do(lambda uow: charging.charges_of_account(uow, billing_account_id=ACCOUNT, period=NOVEMBER))
    assert sum(event.invoiced.micros for event in billed.events) == 0


def test_a_top_up_lets_her_go_on(network: Network) -> None:
    network.subscribe(offering=catalog_seed.PREPAID)
    network.top_up("2.00")
    opened = network.ask(network.create()).parts[0]
    assert (opened.granted, opened.final) == (Units(total_octets=100 * MB), None)
    spent = network.ask(network.update("s-1", 1, 100 * MB)).parts[0]
    assert (spent.granted, spent.final) == (Units(total_octets=0), "redirect")
    network.top_up("1.00", cause="top-up-2")
    again = network.ask(network.update("s-1", 2, 0)).parts[0]
    assert (again.granted, again.final) == (Units(total_octets=50 * MB), "redirect")


@pytest.mark.parametrize("order", [["money"], ["invoice"], ["money", "invoice"]])
def test_the_same_use_costs_the_same_however_it_is_paid(network: Network, order: list[str]) -> None:
    offering = network.do(lambda uow: _plan(uow, order))
    product = network.subscribe(offering=offering)
    network.top_up("10.00")
    download = Download(network, wanted=2_500 * MB)
    download.run()
    charges = network.charged(product)
    assert (download.used, sum(amount for _, _, amount, _ in charges)) == (2_500 * MB, 5_000_000)
    invoiced = network.do(lambda uow: charging.charges_of_account(uow, billing_account_id=ACCOUNT, period=NOVEMBER))
    paid_in = _wallet(network)["used"]
    expected = {"money": (5_000_000, 0), "invoice": (0, 5_000_000)}[order[0]]
    assert (paid_in, sum(event.invoiced.micros for event in invoiced.events)) == expected


def _wallet(network: Network) -> Doc:
    (wallet,) = (row for row in network.buckets().values() if row["currency"] and row["kind"] == 3)
    return wallet


def _plan(uow: Uow, order: list[str]) -> str:
    """2.00 a GB and nothing else, paid in this order."""
    price = usage("price-plain-data", "Data", "2.00", "GB", service="data", increments="1000000/1000000")
    catalog_commands.add_entry(catalog_store.PRICES, uow, price)
    words = [{"name": "tariff", "productSpecCharacteristicValue": [{"value": {"payment": {"order": order}}}]}]
    offering: Doc = {
        "id": "offer-plain",
        "name": "Plain",
        "version": "1",
        "lifecycleStatus": "Launched",
        "validFor": {"startDateTime": "2026-01-01T00:00:00Z"},
        "productSpecification": {"id": catalog_seed.MOBILE_PLAN},
        "productOfferingPrice": [{"id": "price-plain-data"}],
        "prodSpecCharValueUse": words,
    }
    catalog_commands.create_offering(uow, offering)
    return "offer-plain"

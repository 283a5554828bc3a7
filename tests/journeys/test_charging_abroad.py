"""A09, on line: data outside the EEA stops at the regulated limit, not an octet later, until consent is recorded; each
entry into a country is told once.

5.00 a MB and a limit of 50.00 a month without VAT are 6.15 and 61.50 with it: an alert at 8 MB, the end at 10 MB.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.charging import public as charging
from tandem.bss.charging.terms import ThresholdCrossed
from tandem.bss.charging.terms.online import CountryEntered, NoSuchLimit, Units
from tandem.bss.crm import public as crm
from tandem.bss.journeys import welcome_abroad
from tandem.kernel.events import Event, event_name, from_doc
from tandem.kernel.store import Database, Uow
from tests.bss.charging.online.network import CUSTOMER, MB, Network

PARIS = "20801"
NEW_YORK = "310260"
DALLAS = "310410"
TORONTO = "302720"
LIMIT = "limit-roaming-data"


@pytest.fixture
def network(database: Database, fresh_tenant: str, tmp_path: Path) -> Network:
    crm.use_mail(folder=tmp_path, smtp_url=None, sender="Care <care@corrib.example>")
    made = Network(database, fresh_tenant)
    made.open_shop()
    return made


def test_data_abroad_is_told_at_eight_tenths_and_stops_at_the_limit_until_consent(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.UNLIMITED_EU)
    opened = network.ask(network.create(network=NEW_YORK)).parts[0]
    assert (opened.granted, opened.final) == (Units(total_octets=10 * MB), "terminate")
    assert network.told("ThresholdCrossed") == []
    eight = network.ask(network.update("s-1", 1, 8 * MB, network=NEW_YORK)).parts[0]
    assert (eight.granted, eight.final) == (Units(total_octets=2 * MB), "terminate")
    assert [(event["percent"], event["used"]) for event in network.told("ThresholdCrossed")] == [(80, 49_200_000)]
    ten = network.ask(network.update("s-1", 2, 2 * MB, network=NEW_YORK)).parts[0]
    assert (ten.result, ten.granted) == ("credit_limit", None)
    assert [event["percent"] for event in network.told("ThresholdCrossed")] == [80, 100]
    assert sum(amount for _, _, amount, _ in network.charged(product)) == 61_500_000
    assert network.notices() == []
    network.do(lambda uow: charging.record_consent(uow, product_id=product, limit_id=LIMIT))
    assert network.notices() == [("nchf", "s-1", "reauthorise", [10])]
    again = network.ask(network.update("s-1", 3, 0, network=NEW_YORK)).parts[0]
    assert (again.granted, again.final) == (Units(total_octets=100 * MB), None)


def test_consent_is_recorded_once_and_audited(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.UNLIMITED_EU)
    with pytest.raises(NoSuchLimit):
        network.do(lambda uow: charging.record_consent(uow, product_id=product, limit_id=LIMIT))
    network.ask(network.update("s-1", 1, 10 * MB, network=NEW_YORK))
    for _ in range(2):
        network.do(lambda uow: charging.record_consent(uow, product_id=product, limit_id=LIMIT))
    consents = network.told("ConsentRecorded")
    assert [(event["limit_id"], event["product_id"]) for event in consents] == [(LIMIT, product)]
    audited = network.do(
        lambda uow: uow.all(
            "select facts from kernel_audit where tenant = %s and verb = 'charging.limit.consent'", (uow.tenant,)
        )
    )
    assert [row["facts"] for row in audited] == [{"limit": LIMIT, "product": product}]


def test_two_sessions_at_once_do_not_pass_the_limit(network: Network) -> None:
    network.subscribe(offering=catalog_seed.UNLIMITED_EU)
    first, second = network.send(network.create("s-1", network=NEW_YORK), network.create("s-2", network=NEW_YORK))
    granted = [answer.parts[0].granted for answer in (first, second)]
    assert granted[0] == Units(total_octets=10 * MB)
    assert (second.parts[0].result, granted[1]) == ("credit_limit", None)


def test_each_entry_into_a_country_is_told_once(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.UNLIMITED_EU)
    network.ask(network.create("s-1"))
    assert network.told("CountryEntered") == []
    network.ask(network.create("s-2", network=NEW_YORK))
    network.ask(network.update("s-2", 1, 0, network=DALLAS))
    network.send(network.create("s-3", network=DALLAS), network.create("s-4", network=NEW_YORK))
    network.ask(network.create("s-5", network=TORONTO))
    network.ask(network.create("s-6"))
    network.ask(network.create("s-7", network=NEW_YORK))
    entered = network.told("CountryEntered")
    assert [(event["product_id"], event["country"], event["network"]) for event in entered] == [
        (product, "310", NEW_YORK),
        (product, "302", TORONTO),
        (product, "310", NEW_YORK),
    ]


def test_she_is_welcomed_with_the_prices_once_for_each_entry_and_it_costs_nothing(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.UNLIMITED_EU)
    network.ask(network.create("s-1", network=PARIS))
    network.later(hours=1)
    network.ask(network.create("s-2", network=NEW_YORK))
    for _ in range(2):  # what is delivered twice is said once
        react(network, CountryEntered, welcome_abroad.welcome)
    told = network.do(lambda uow: crm.messages_of_customer(uow, CUSTOMER))
    assert [message.content.splitlines()[2:] for message in reversed(told)] == [
        ["Data: included in your plan", "Calls: 0.25 EUR for 1 minute", "Messages: 0.10 EUR for 1 message"],
        ["Data: 6.15 EUR for 1 MB", "Calls: 1.23 EUR for 1 minute", "Messages: 0.369 EUR for 1 message"],
    ]
    assert network.charged(product) == []


def test_she_is_told_when_the_limit_is_near_and_when_it_is_reached(network: Network) -> None:
    network.subscribe(offering=catalog_seed.UNLIMITED_EU)
    network.ask(network.update("s-1", 1, 8 * MB, network=NEW_YORK))
    network.ask(network.update("s-1", 2, 2 * MB, network=NEW_YORK))
    react(network, ThresholdCrossed, welcome_abroad.tell_threshold)
    told = network.do(lambda uow: crm.messages_of_customer(uow, CUSTOMER))
    assert sorted(message.subject for message in told) == [
        "Data roaming limit: 100 % used",
        "Data roaming limit: 80 % used",
    ]


def react(network: Network, kind: type[Event], act: Callable[[Uow, Any], None]) -> None:
    """What the worker does with the events of a kind that were told."""
    for doc in network.told(kind.__name__):
        network.do(lambda uow, doc=doc: act(uow, from_doc(event_name(kind), doc)))

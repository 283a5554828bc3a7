"""A session costs what the same use costs when it is told whole, afterwards: in whatever pieces it is reported."""

from __future__ import annotations

from random import Random

import pytest

from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.charging.commands import record_usage
from tandem.bss.charging.terms.online import Units, Used
from tandem.kernel.period import text_of
from tests.bss.charging.online.network import MB, Network
from tests.bss.charging.story import usage

GALWAY = "35391555010"
OFFLINE = "353209110002"


def pieces(random: Random, whole: int) -> list[int]:
    """A whole in up to seven parts."""
    cuts = sorted(random.randint(0, whole) for _ in range(random.randint(0, 6)))
    return [end - start for start, end in zip([0, *cuts], [*cuts, whole], strict=True)]


@pytest.mark.parametrize("seed", range(6))
def test_a_call_in_slices_costs_what_the_whole_call_costs(network: Network, seed: int) -> None:
    """60/1, across the end of the peak at 20:00: 0.20 a minute before it, 0.10 after."""
    random = Random(seed)
    network.now = network.now.replace(hour=19, minute=58, second=random.randint(0, 59))
    whole = random.randint(1, 400)
    online = network.subscribe(offering=catalog_seed.PREPAID)
    offline = network.subscribe(OFFLINE, offering=catalog_seed.PREPAID)
    network.top_up("20.00")
    call = {"service": "voice", "destination": GALWAY, "rating_group": 0}
    network.ask(network.create(**call))
    start = network.now
    for sequence, seconds in enumerate(pieces(random, whole), 1):
        used = Used(units=Units(time_s=seconds), started_at=network.now)
        network.later(seconds=seconds)
        network.ask(network.request("update", "s-1", sequence, used=(used,), wanted=Units(), **call))
    network.ask(network.request("release", "s-1", 99, **call))
    told = {"servedNumber": OFFLINE, "destinationNumber": GALWAY, "duration": whole}
    network.do(lambda uow: record_usage(uow, usage("voice", told, at=text_of(start))))
    assert total(network, online) == total(network, offline)
    assert total(network, online)[0] == whole


@pytest.mark.parametrize("seed", range(4))
def test_data_in_slices_costs_what_the_whole_costs(network: Network, seed: int) -> None:
    """By whole megabytes at 0.02, rounded to the cent over the use."""
    random = Random(seed)
    whole = random.randint(1, 300 * MB)
    online = network.subscribe(offering=catalog_seed.PREPAID)
    offline = network.subscribe(OFFLINE, offering=catalog_seed.PREPAID)
    network.top_up("20.00")
    network.ask(network.create())
    for sequence, octets in enumerate(pieces(random, whole), 1):
        network.ask(network.update("s-1", sequence, octets))
    network.ask(network.release("s-1", 99, None))
    told = {"servedNumber": OFFLINE, "octets": whole}
    network.do(lambda uow: record_usage(uow, usage("data", told, at=text_of(network.now))))
    assert total(network, online) == total(network, offline)


def total(network: Network, product_id: str) -> tuple[int, int, int]:
    """Quantity, amount and what is unpaid of everything that a product was charged."""
    rows = network.charged(product_id)
    return sum(row[1] for row in rows), sum(row[2] for row in rows), sum(row[3] for row in rows)

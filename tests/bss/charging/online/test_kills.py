"""`kill -9` in the middle of a batch, at any line: it is there whole or not at all, and again changes nothing."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path

import pytest

import tandem.bss.charging.commands.online as room
from tandem.bss.catalog import seed as catalog_seed
from tandem.kernel.store import Database
from tests.bss.charging.online.family import require_held_is_reserved
from tests.bss.charging.online.network import MB, Network
from tests.support.kill import killed_at_line, lines_to_try

CODE = Path(str(room.__file__)).parent
pytestmark = pytest.mark.slow


def test_a_batch_is_whole_or_not_there_wherever_it_is_killed(
    network: Network, database_urls: tuple[str, str], fresh_tenant: str
) -> None:
    product = network.subscribe(offering=catalog_seed.MAX_100)
    network.send(*(network.create(f"s-{place}") for place in range(3)))
    batch = [network.update(f"s-{place}", 1, (place + 1) * MB) for place in range(3)]
    batch += [network.release("s-0", 2, 4 * MB), network.create("s-9")]

    def work() -> None:
        with Database(database_urls[1], max_size=1) as database:
            Network(database, fresh_tenant, network.now).send(*batch)

    kills = 0
    for _ in takewhile(lambda number: killed_at_line(number, work, of=CODE), lines_to_try(10)):
        kills += 1
        assert network.charged(product) == []
    assert kills > 30
    network.do(require_held_is_reserved)
    answers = network.send(*batch)
    assert [answer.result for answer in answers] == ["success"] * 5
    assert sorted(quantity for _, quantity, _, _ in network.charged(product)) == [MB, 2 * MB, 3 * MB, 4 * MB]
    bucket = network.buckets()["100 GB of data"]
    assert (bucket["used"], bucket["reserved"]) == (10 * MB, 300 * MB)
    network.do(require_held_is_reserved)

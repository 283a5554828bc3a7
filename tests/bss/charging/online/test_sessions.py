"""Sessions on line, message by message, in the database. Amounts are worked out by hand."""

from __future__ import annotations

from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.charging.terms.online import Units
from tests.bss.charging.online.network import DATA, GB, MB, Network


def test_a_session_is_granted_slices_and_charged_what_it_used(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.MAX_100)
    opened = network.ask(network.create())
    (part,) = opened.parts
    assert (opened.result, part.result, part.rating_group) == ("success", "success", DATA)
    assert (part.granted, part.threshold, part.validity_s, part.holding_s) == (
        Units(total_octets=100 * MB),
        20 * MB,
        3600,
        600,
    )
    bucket = network.buckets()["100 GB of data"]
    assert (bucket["granted"], bucket["used"], bucket["reserved"]) == (100 * GB, 0, 100 * MB)
    network.ask(network.update("s-1", 1, 80 * MB))
    bucket = network.buckets()["100 GB of data"]
    assert (bucket["used"], bucket["reserved"]) == (80 * MB, 100 * MB)
    closed = network.ask(network.release("s-1", 2, 15 * MB))
    assert (closed.result, closed.parts[0].granted) == ("success", None)
    bucket = network.buckets()["100 GB of data"]
    assert (bucket["used"], bucket["reserved"]) == (95 * MB, 0)
    assert network.charged(product) == [("price-max-100-data", 80 * MB, 0, 0), ("price-max-100-data", 15 * MB, 0, 0)]

"""A 5G core names a subscriber by the IMSI of the card that her order was given: the same product as by its number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tandem.bss.charging.wire.gathering import Gatherer
from tandem.bss.subscriptions import public as subscriptions
from tandem.kernel.json import Doc
from tandem.kernel.period import Instant, text_of
from tests.bss.charging.nchf import messages
from tests.bss.charging.nchf.messages import BASE, post, request
from tests.bss.charging.online.network import DATA, MB, Network
from tests.support.operator import TENANT, Operator, operator


@pytest.fixture
def story(admin_url: str, tmp_path: Path) -> Iterator[Operator]:
    with operator(admin_url, tmp_path) as opened:
        yield opened


def delivered(story: Operator) -> tuple[str, dict[str, str], Instant]:
    """A product of the demonstration operator: its id, what the network gave it, and a moment later."""
    story.settle_order(story.order().id, "completed")
    with story.uow() as uow:
        (product,) = subscriptions.products_of_customer(uow, customer_id="cust-1001")
        doc = subscriptions.get_product(uow, product_id=product.product_id).doc
        given = {one["name"]: str(one["value"]) for one in doc["productCharacteristic"]}
        return product.product_id, given, uow.now + timedelta(seconds=1)


def message(name: str, sequence: int, at: Instant, octets: int | None = None) -> Doc:
    usage: Doc = {"ratingGroup": DATA, "requestedUnit": {}}
    if octets is not None:
        container = {"localSequenceNumber": 1, "totalVolume": octets, "triggerTimestamp": text_of(at)}
        usage = {"ratingGroup": DATA, "usedUnitContainer": [container]}
    return request(
        subscriberIdentifier=name,
        invocationSequenceNumber=sequence,
        invocationTimeStamp=text_of(at),
        multipleUnitUsage=[usage],
    )


def test_the_product_of_a_supi_is_that_of_its_number(story: Operator) -> None:
    product_id, given, now = delivered(story)
    network = Network(story.database, TENANT, now)

    async def told() -> None:
        gatherer = Gatherer(lambda requests: network.send(*requests))
        async with messages.served(gatherer) as client:
            for name, octets in ((f"imsi-{given['imsi']}", 3 * MB), (f"msisdn-{given['msisdn']}", 5 * MB)):
                created = await post(client, BASE, message(name, 0, network.now))
                assert created.status == 201, created.body
                place = f"{BASE}/{created.headers['location'].rpartition('/')[2]}"
                ended = await post(client, f"{place}/release", message(name, 1, network.now, octets))
                assert ended.status == 204
            unknown = await post(client, BASE, message("imsi-001010000000000", 0, network.now))
            assert unknown.status == 404
        await gatherer.stop()

    messages.story(told)
    charged = network.charged(product_id)
    assert sorted(quantity for _, quantity, _, _ in charged) == [3 * MB, 5 * MB]
    with story.uow() as uow:
        rows = uow.all("select distinct product_id from charging_rated_event where tenant = %s", (uow.tenant,))
    assert [row["product_id"] for row in rows] == [product_id]

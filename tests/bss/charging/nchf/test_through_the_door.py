"""A 5G core talks to the database: HTTP/2, the gatherer, one transaction for a batch. Amounts worked out by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.charging.wire.gathering import Gatherer
from tandem.kernel.period import text_of
from tandem.kernel.store import Database
from tests.bss.charging.nchf.messages import BASE, CHARGING, Doc, armed, checked, doc_of, post, request, served, story
from tests.bss.charging.online.network import DATA, MB, NUMBER, Network
from tests.support.http2 import Answer, Http2Client


@pytest.fixture
def network(database: Database, fresh_tenant: str) -> Network:
    made = Network(database, fresh_tenant)
    made.open_shop()
    return made


@asynccontextmanager
async def reached(network: Network) -> AsyncIterator[Http2Client]:
    gatherer = Gatherer(lambda requests: network.send(*requests))
    try:
        async with served(gatherer) as client:
            yield client
    finally:
        await gatherer.stop()


def message(
    network: Network, sequence: int, octets: int | None = None, *, asks: bool = True, number: str = NUMBER
) -> Doc:
    at = text_of(network.now)
    usage: Doc = {"ratingGroup": DATA}
    if asks:
        usage["requestedUnit"] = {}
    if octets is not None:
        usage["usedUnitContainer"] = [{"localSequenceNumber": sequence, "totalVolume": octets, "triggerTimestamp": at}]
    return request(
        subscriberIdentifier=f"msisdn-{number}",
        invocationSequenceNumber=sequence,
        invocationTimeStamp=at,
        multipleUnitUsage=[usage],
    )


def session_of(created: Answer) -> str:
    assert created.status == 201, created.body
    return created.headers["location"].rpartition("/")[2]


def data_bucket(network: Network) -> tuple[int, int]:
    bucket = network.buckets()["100 GB of data"]
    return bucket["used"], bucket["reserved"]


def test_a_data_session_is_granted_charged_and_released(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.MAX_100)

    async def told() -> None:
        async with reached(network) as client:
            created = await post(client, BASE, message(network, 0))
            place = f"{BASE}/{session_of(created)}"
            assert checked(CHARGING, "ChargingDataResponse", doc_of(created)) == {
                "invocationTimeStamp": "2026-11-10T12:00:00Z",
                "invocationSequenceNumber": 0,
                "sessionFailover": "FAILOVER_SUPPORTED",
                "multipleUnitInformation": [
                    {
                        "ratingGroup": DATA,
                        "resultCode": "SUCCESS",
                        "grantedUnit": {"totalVolume": 100 * MB},
                        "triggers": armed("QUOTA_EXHAUSTED", "QUOTA_THRESHOLD", "VALIDITY_TIME", "QHT", "PLMN_CHANGE"),
                        "validityTime": 3600,
                        "quotaHoldingTime": 600,
                        "volumeQuotaThreshold": 20 * MB,
                    }
                ],
            }
            assert data_bucket(network) == (0, 100 * MB)
            report = message(network, 1, 80 * MB)
            updated = await post(client, f"{place}/update", report)
            again = await post(client, f"{place}/update", {**report, "retransmissionIndicator": True})
            assert (updated.status, again.status) == (200, 200)
            assert updated.body == again.body
            assert data_bucket(network) == (80 * MB, 100 * MB)
            released = await post(client, f"{place}/release", message(network, 2, 15 * MB, asks=False))
            assert (released.status, released.body) == (204, b"")

    story(told)
    assert data_bucket(network) == (95 * MB, 0)
    assert network.charged(product) == [("price-max-100-data", 80 * MB, 0, 0), ("price-max-100-data", 15 * MB, 0, 0)]


def test_a_create_that_is_sent_twice_at_once_reserves_once(network: Network) -> None:
    network.subscribe(offering=catalog_seed.MAX_100)

    async def told() -> None:
        async with reached(network) as client:
            first, again = await asyncio.gather(*(post(client, BASE, message(network, 0)) for _ in range(2)))
            assert (first.status, again.status) == (201, 201)
            assert first.headers["location"] == again.headers["location"]
            assert first.body == again.body

    story(told)
    assert data_bucket(network) == (0, 100 * MB)


def test_whom_nobody_knows_is_told_so(network: Network) -> None:
    async def told() -> None:
        async with reached(network) as client:
            answer = await post(client, BASE, message(network, 0, number="353209119999"))
            assert (answer.status, doc_of(answer)["cause"]) == (404, "USER_UNKNOWN")

    story(told)


def test_a_session_that_ended_is_not_there_any_more(network: Network) -> None:
    network.subscribe(offering=catalog_seed.MAX_100)

    async def told() -> None:
        async with reached(network) as client:
            place = f"{BASE}/{session_of(await post(client, BASE, message(network, 0)))}"
            assert (await post(client, f"{place}/release", message(network, 1, asks=False))).status == 204
            answer = await post(client, f"{place}/update", message(network, 2))
            assert (answer.status, doc_of(answer)["cause"]) == (404, "RESOURCE_CONTEXT_NOT_FOUND")

    story(told)


def test_a_function_that_does_not_count_its_messages_is_charged_for_each(network: Network) -> None:
    network.subscribe(offering=catalog_seed.MAX_100)

    async def told() -> None:
        async with reached(network) as client:
            place = f"{BASE}/{session_of(await post(client, BASE, message(network, 0)))}"
            for _ in range(2):
                network.later(minutes=1)
                report = message(network, 0, 10 * MB)
                for each in (report, report):
                    answer = await post(client, f"{place}/update", each)
                    assert (answer.status, doc_of(answer)["invocationSequenceNumber"]) == (200, 0)
            network.later(minutes=1)
            assert (await post(client, f"{place}/release", message(network, 0, 5 * MB, asks=False))).status == 204

    story(told)
    assert data_bucket(network) == (25 * MB, 0)

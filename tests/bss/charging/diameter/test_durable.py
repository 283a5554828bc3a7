"""The whole way: octets of a gateway, the gatherer, the online door, the database, and back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.charging.rules.diameter import dictionary as d
from tandem.bss.charging.rules.diameter.codec import RETRANSMITTED, Group, group_avp, number_avp, time_avp
from tandem.bss.charging.wire.diameter import serve_diameter
from tandem.bss.charging.wire.gathering import Gatherer
from tandem.kernel.store import Database
from tests.bss.charging.diameter.scripted import SETTINGS, RawClient, ccr, service, subscription
from tests.bss.charging.online.network import DATA, MB, NOON, NUMBER, Network
from tests.support.loops import finish


@pytest.fixture
def network(database: Database, fresh_tenant: str) -> Network:
    made = Network(database, fresh_tenant)
    made.open_shop()
    return made


@asynccontextmanager
async def gateway(network: Network) -> AsyncIterator[RawClient]:
    """A gateway at a listener of its own: each stands for a process that was started anew."""
    gatherer = Gatherer(lambda requests: network.send(*requests))
    server = await serve_diameter(replace(SETTINGS, port=0), gatherer, now=lambda: network.now)
    client = await RawClient.connect(server.port)
    await client.introduce()
    try:
        yield client
    finally:
        client.close()
        await server.stop()
        await gatherer.stop()


def report(kind: int, number: int, octets: int | None, flags: int = 0) -> bytes:
    """What the gateway says: a number is its line's, and noon is when it says it."""
    used = () if octets is None else (group_avp(d.USED_SERVICE_UNIT, number_avp(d.CC_TOTAL_OCTETS, octets)),)
    who, when = subscription(0, NUMBER), time_avp(d.EVENT_TIMESTAMP, NOON)
    told = service(DATA, *used, asks=kind != 3)
    return ccr(kind, number, who, when, told, flags=flags, without=(d.SUBSCRIPTION_ID,))


def part_of(told: Group) -> tuple[int | None, int | None, int | None, int | None]:
    """Result, grant, threshold and validity of the one service."""
    (part,) = told.groups(d.MULTIPLE_SERVICES_CREDIT_CONTROL)
    granted = part.group(d.GRANTED_SERVICE_UNIT)
    return (
        part.number(d.RESULT_CODE),
        granted.number(d.CC_TOTAL_OCTETS) if granted else None,
        part.number(d.VOLUME_QUOTA_THRESHOLD),
        part.number(d.VALIDITY_TIME),
    )


def test_a_session_moves_its_allowance_and_a_killed_process_is_not_missed(network: Network) -> None:
    network.subscribe(offering=catalog_seed.MAX_100)

    async def story() -> None:
        async with gateway(network) as client:
            _, told = await client.ask(report(1, 0, None))
            assert (told.number(d.RESULT_CODE), part_of(told)) == (2001, (2001, 100 * MB, 20 * MB, 3600))
            _, first = await client.ask(report(2, 1, 80 * MB))
        async with gateway(network) as client:
            _, again = await client.ask(report(2, 1, 80 * MB, RETRANSMITTED))
            assert part_of(again) == part_of(first)
            _, told = await client.ask(report(3, 2, 15 * MB))
            assert (told.number(d.RESULT_CODE), part_of(told)) == (2001, (2001, None, None, None))

    finish(story())
    bucket = network.buckets()["100 GB of data"]
    assert (bucket["used"], bucket["reserved"]) == (95 * MB, 0)


def test_nobody_whom_we_do_not_know_is_charged(network: Network) -> None:
    async def story() -> None:
        async with gateway(network) as client:
            _, told = await client.ask(report(1, 0, None))
            assert told.number(d.RESULT_CODE) == 5030

    finish(story())

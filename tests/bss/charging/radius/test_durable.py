"""The whole way: reports of a NAS, the gatherer, the online door, the database, and back."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.charging import public
from tandem.bss.charging.rules.radius import packets as p
from tandem.bss.charging.terms.online import SessionAnswer, SessionRequest
from tandem.bss.charging.wire.gathering import Gatherer
from tandem.bss.charging.wire.radius import serve_radius
from tandem.bss.subscriptions import store as subscriptions_store
from tandem.kernel.period import Instant
from tandem.kernel.store import Database
from tests.bss.charging.online.network import ACTIVE_FROM, MB, NOON, Network
from tests.bss.charging.radius.test_packets import SECRET
from tests.bss.charging.radius.test_server import SETTINGS, Nas
from tests.support.loops import finish

NAME = "line17@isp.ex"
START, STOP, INTERIM, ON = 1, 2, 3, 7


@pytest.fixture
def network(database: Database, fresh_tenant: str) -> Network:
    """A line of fixed access that is known by its login."""
    made = Network(database, fresh_tenant)
    made.open_shop()
    product = made.subscribe(offering=catalog_seed.MAX_100)
    made.do(lambda uow: subscriptions_store.give_identifier(uow, f"nai:{NAME}", product, ACTIVE_FROM))
    return made


class Door:
    """The real online door, by the gatherer."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self.gatherer = Gatherer(lambda requests: network.send(*requests))

    async def ask(self, request: SessionRequest) -> SessionAnswer:
        return await self.gatherer.ask(request)

    async def close_sessions_of(self, nas: str, *, at: Instant) -> None:
        await asyncio.to_thread(self._network.do, lambda uow: public.close_sessions_of(uow, nas=nas))


def report(status: int, time_s: int, octets: int, *, waited_s: int = 0) -> bytes:
    """What the NAS says `time_s` into the session: its counter has 32 bits and there are no gigawords."""
    numbers = {
        p.ACCT_STATUS_TYPE: status,
        p.ACCT_SESSION_TIME: time_s,
        p.ACCT_OUTPUT_OCTETS: octets % (1 << 32),
        p.EVENT_TIMESTAMP: int((NOON + timedelta(seconds=time_s)).timestamp()),
        p.ACCT_DELAY_TIME: waited_s,
    }
    told = [p.attribute(kind, value.to_bytes(4)) for kind, value in numbers.items()]
    names = {p.ACCT_SESSION_ID: b"a17", p.NAS_IDENTIFIER: b"bng1", p.USER_NAME: NAME.encode()}
    told += [p.attribute(kind, value) for kind, value in names.items()]
    return p.write_request(4, time_s % 256, told, SECRET)


def tell(network: Network, *reports: bytes) -> None:
    """All of these, one after the other, each answered."""

    async def story() -> None:
        door = Door(network)
        server = await serve_radius(SETTINGS, door, now=lambda: network.now)
        loop = asyncio.get_running_loop()
        transport, nas = await loop.create_datagram_endpoint(Nas, remote_addr=("127.0.0.1", server.port))
        for each in reports:
            answer = await nas.ask(each, patience_s=5)
            assert answer is not None and answer[:2] == bytes((p.ACCOUNTING_RESPONSE, each[1]))
        transport.close()
        await server.stop()
        await door.gatherer.stop()

    finish(story())


def used(network: Network) -> int:
    return int(network.buckets()["100 GB of data"]["used"])


def test_counters_that_wrap_are_repeated_and_overtaken_move_an_allowance_once(network: Network) -> None:
    tell(network, report(START, 0, 0), report(INTERIM, 600, 3_000 * MB))
    assert used(network) == 3_000 * MB
    tell(network, report(INTERIM, 600, 3_000 * MB, waited_s=5), report(INTERIM, 1800, 6_000 * MB))
    assert used(network) == 6_000 * MB
    tell(network, report(INTERIM, 1200, 4_500 * MB), report(STOP, 2400, 7_000 * MB))
    assert used(network) == 7_000 * MB


def test_a_lost_beginning_is_made_good_and_a_nas_that_begins_anew_ends_its_sessions(network: Network) -> None:
    tell(network, report(INTERIM, 600, 10 * MB), report(ON, 700, 0))
    assert used(network) == 10 * MB
    assert len(network.records("north/bng1;a17")) == 1

"""The listener: what is answered, what is not, and telling a NAS to end a session."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pyrad.client import Client
from pyrad.dictionary import Dictionary

from tandem.bss.charging.rules.radius import packets as p
from tandem.bss.charging.terms.online import Overloaded, SessionAnswer, SessionNotice, SessionRequest, Unanswered
from tandem.bss.charging.wire.radius import RadiusClient, RadiusServer, RadiusSettings, serve_radius
from tandem.kernel.errors import Unavailable
from tandem.kernel.period import Instant
from tests.bss.charging.radius.test_packets import INTERIM, RESPONSE, SECRET
from tests.support.loops import finish

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
NAS = RadiusClient(name="north", networks=("127.0.0.0/8",), secret=SECRET)
SETTINGS = RadiusSettings(clients=(NAS,), port=0, answer_s=0.2)


class ScriptedDoor:
    """Takes everything, or does what it is told; remembers what came."""

    def __init__(self, answer: Callable[[SessionRequest], None] | None = None) -> None:
        self.asked: list[SessionRequest] = []
        self.closed: list[tuple[str, Instant]] = []
        self.answer = answer
        self.gate = asyncio.Event()
        self.gate.set()
        self.arrived = asyncio.Event()

    async def ask(self, request: SessionRequest) -> SessionAnswer:
        self.asked.append(request)
        self.arrived.set()
        await self.gate.wait()
        if self.answer is not None:
            self.answer(request)
        return SessionAnswer(session=request.session, sequence=request.sequence, result="success", at=request.at)

    async def close_sessions_of(self, nas: str, *, at: Instant) -> None:
        self.closed.append((nas, at))


class Nas(asyncio.DatagramProtocol):
    """A NAS that sends and hears raw datagrams."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.heard.put_nowait(data)

    async def ask(self, datagram: bytes, *, patience_s: float = 2) -> bytes | None:
        self.transport.sendto(datagram)
        return await self.hear(patience_s)

    async def hear(self, patience_s: float = 2) -> bytes | None:
        try:
            return await asyncio.wait_for(self.heard.get(), patience_s)
        except TimeoutError:
            return None


@asynccontextmanager
async def listening(door: ScriptedDoor, settings: RadiusSettings = SETTINGS) -> AsyncIterator[tuple[RadiusServer, Nas]]:
    server = await serve_radius(settings, door, now=lambda: NOW)
    loop = asyncio.get_running_loop()
    transport, nas = await loop.create_datagram_endpoint(Nas, remote_addr=("127.0.0.1", server.port))
    try:
        yield server, nas
    finally:
        transport.close()
        await server.stop()


def test_a_report_is_answered_when_it_is_durable_and_not_before() -> None:
    async def story() -> None:
        door = ScriptedDoor()
        door.gate.clear()
        async with listening(door) as (_, nas):
            assert await nas.ask(INTERIM, patience_s=0.2) is None
            door.gate.set()
            assert await nas.hear() == RESPONSE
        assert [request.session for request in door.asked] == ["north/bng1;00000A17"]

    finish(story())


def test_a_report_that_is_being_worked_on_is_not_asked_again_and_one_that_was_answered_is() -> None:
    async def story() -> None:
        door = ScriptedDoor()
        door.gate.clear()
        async with listening(door) as (_, nas):
            nas.transport.sendto(INTERIM)
            nas.transport.sendto(INTERIM)
            await door.arrived.wait()
            assert await nas.hear(0.2) is None
            door.gate.set()
            assert await nas.hear() == RESPONSE
            assert await nas.ask(INTERIM) == RESPONSE
        assert len(door.asked) == 2
        assert door.asked[0] == door.asked[1]

    finish(story())


def _overloaded(request: SessionRequest) -> None:
    raise Overloaded("too much", retry_after_s=1)


def _unanswered(request: SessionRequest) -> None:
    raise Unanswered("charging failed")


def _broken(request: SessionRequest) -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize("fault", [_overloaded, _unanswered, _broken])
def test_what_is_not_durable_is_not_answered(fault: Callable[[SessionRequest], None]) -> None:
    async def story() -> None:
        door = ScriptedDoor(fault)
        async with listening(door) as (_, nas):
            assert await nas.ask(INTERIM, patience_s=0.2) is None
            assert len(door.asked) == 1
            door.answer = None
            assert await nas.ask(INTERIM) == RESPONSE

    finish(story())


@pytest.mark.parametrize(("status", "name"), [(7, "on"), (8, "off")])
def test_a_nas_that_begins_anew_ends_its_sessions(status: int, name: str) -> None:
    async def story() -> None:
        door = ScriptedDoor()
        told = [p.attribute(p.ACCT_STATUS_TYPE, status.to_bytes(4)), p.attribute(p.NAS_IDENTIFIER, b"bng1")]
        async with listening(door) as (_, nas):
            answer = await nas.ask(p.write_request(4, 1, told, SECRET))
            assert answer is not None and answer[:2] == bytes((5, 1))
        assert (door.closed, door.asked) == ([("north/bng1", NOW)], [])

    finish(story())


def test_strangers_and_forgers_are_not_answered() -> None:
    async def story() -> None:
        door = ScriptedDoor()
        elsewhere = replace(SETTINGS, clients=(replace(NAS, networks=("192.0.2.0/24",)),))
        async with listening(door, elsewhere) as (_, nas):
            assert await nas.ask(INTERIM, patience_s=0.2) is None
        async with listening(door) as (_, nas):
            assert await nas.ask(INTERIM[:-1] + b"\0", patience_s=0.2) is None
        assert door.asked == []

    finish(story())


def test_any_octets_are_passed_over_and_the_next_report_is_answered() -> None:
    async def story() -> None:
        chance = random.Random(3)
        async with listening(ScriptedDoor()) as (_, nas):
            for round_ in range(300):
                nas.transport.sendto(chance.randbytes(chance.randint(0, 90)))
                broken = bytearray(INTERIM)
                broken[chance.randrange(len(broken))] ^= chance.randint(1, 255)
                nas.transport.sendto(bytes(broken[: chance.randint(1, len(broken))]))
                if round_ % 20 == 0:
                    assert await nas.ask(INTERIM) == RESPONSE

    finish(story())


def test_a_server_says_that_it_is_there() -> None:
    async def story() -> None:
        blank = bytes((12, 3)) + (38).to_bytes(2) + bytes(range(16)) + bytes((80, 18)) + bytes(16)
        proof = hmac.new(SECRET, blank, "md5").digest()
        async with listening(ScriptedDoor()) as (_, nas):
            answer = await nas.ask(blank[:-16] + proof)
            assert answer is not None and answer[:2] == bytes((5, 3))

    finish(story())


DICTIONARY = """ATTRIBUTE User-Name 1 string
ATTRIBUTE NAS-Identifier 32 string
ATTRIBUTE Framed-IP-Address 8 ipaddr
ATTRIBUTE Acct-Status-Type 40 integer
ATTRIBUTE Acct-Input-Octets 42 integer
ATTRIBUTE Acct-Output-Octets 43 integer
ATTRIBUTE Acct-Session-Id 44 string
ATTRIBUTE Acct-Session-Time 46 integer
VALUE Acct-Status-Type Start 1
VALUE Acct-Status-Type Stop 2
VALUE Acct-Status-Type Interim-Update 3
"""


def test_pyrad_as_a_nas_has_its_session_taken(tmp_path_factory: pytest.TempPathFactory) -> None:
    words = tmp_path_factory.mktemp("radius") / "dictionary"
    words.write_text(DICTIONARY)

    def report(port: int, status: str, **told: str | int) -> int:
        client = Client(server="127.0.0.1", acctport=port, secret=SECRET, dict=Dictionary(str(words)), timeout=3)
        packet = client.CreateAcctPacket(User_Name="line17@isp.ex")
        packet["NAS-Identifier"] = "bng1"
        packet["Acct-Session-Id"] = "a17"
        packet["Framed-IP-Address"] = "100.64.0.9"
        packet["Acct-Status-Type"] = status
        for name, value in told.items():
            packet[name.replace("_", "-")] = value
        return int(client.SendPacket(packet).code)

    async def story() -> None:
        door = ScriptedDoor()
        async with listening(door) as (server, _):
            for status, told in (
                ("Start", {}),
                ("Interim-Update", {"Acct_Session_Time": 60, "Acct_Input_Octets": 10, "Acct_Output_Octets": 20}),
                ("Stop", {"Acct_Session_Time": 90, "Acct_Input_Octets": 15, "Acct_Output_Octets": 40}),
            ):
                assert await asyncio.to_thread(lambda: report(server.port, status, **told)) == 5  # noqa: B023
        assert [request.operation for request in door.asked] == ["create", "update", "release"]
        assert {(request.session, request.facts["address"]) for request in door.asked} == {
            ("north/bng1;a17", "100.64.0.9")
        }
        last = door.asked[2].parts[0].used[0].units
        assert (last.time_s, last.uplink_octets, last.downlink_octets) == (90, 15, 40)

    finish(story())


class DisconnectingNas(Nas):
    """A NAS that is told to end sessions, and answers as it is told."""

    def __init__(self, code: int, cause: int | None, *, deaf_for: int = 0) -> None:
        super().__init__()
        self.code, self.cause, self.deaf_for = code, cause, deaf_for

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        super().datagram_received(data, addr)
        self.deaf_for -= 1
        packet = p.read_packet(data)
        if packet is None or self.deaf_for >= 0:
            return
        more = b"" if self.cause is None else p.attribute(p.ERROR_CAUSE, self.cause.to_bytes(4))
        head = bytes((self.code, packet.identifier)) + (20 + len(more)).to_bytes(2)
        proof = hashlib.md5(head + packet.authenticator + more + SECRET).digest()
        self.transport.sendto(head + proof + more, addr)


@pytest.mark.parametrize(
    ("code", "cause", "deaf_for", "heard", "sent"),
    [
        (41, None, 0, True, 1),
        (41, None, 2, True, 3),
        (42, 503, 0, True, 1),
        (42, 506, 0, False, 1),
        (41, None, 9, False, 3),
    ],
)
def test_a_nas_is_told_to_end_a_session(code: int, cause: int | None, deaf_for: int, heard: bool, sent: int) -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()
        transport, nas = await loop.create_datagram_endpoint(
            lambda: DisconnectingNas(code, cause, deaf_for=deaf_for), local_addr=("127.0.0.1", 0)
        )
        port = transport.get_extra_info("sockname")[1]
        settings = replace(SETTINGS, clients=(replace(NAS, disconnect_port=port),))
        async with listening(ScriptedDoor(), settings) as (server, _):
            notice = SessionNotice(
                protocol="radius",
                session="north/bng1;a17",
                notify_at="127.0.0.1",
                kind="abort",
                subscriber="line17@isp.ex",
            )
            assert await server.notify(notice) is heard
            assert nas.heard.qsize() == sent
            packet = p.read_packet(nas.heard.get_nowait())
            assert packet is not None and packet.code == 40 and p.is_genuine(packet, SECRET)
            assert packet.attributes == {
                p.ACCT_SESSION_ID: [b"a17"],
                p.USER_NAME: [b"line17@isp.ex"],
                p.NAS_IDENTIFIER: [b"bng1"],
                p.EVENT_TIMESTAMP: [(1_795_514_400).to_bytes(4)],
            }
        transport.close()

    finish(story())


def test_a_nas_is_never_asked_to_report() -> None:
    async def story() -> None:
        async with listening(ScriptedDoor()) as (server, nas):
            notice = SessionNotice(protocol="radius", session="s", notify_at="127.0.0.1", kind="reauthorise")
            assert await server.notify(notice) is True
            assert nas.heard.empty()

    finish(story())


def test_a_port_that_is_taken_is_told() -> None:
    async def story() -> None:
        async with listening(ScriptedDoor()) as (server, _):
            with pytest.raises(Unavailable, match=f"cannot listen for RADIUS at 127.0.0.1:{server.port}"):
                await serve_radius(replace(SETTINGS, port=server.port), ScriptedDoor(), now=lambda: NOW)

    finish(story())


def test_a_secret_is_never_shown() -> None:
    assert "s3cret" not in repr(SETTINGS)

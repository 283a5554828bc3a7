"""Connections: who may come, what is refused, what is told, and how they end."""

from __future__ import annotations

import asyncio
import random
import socket
from dataclasses import replace

import pytest

from tandem.bss.charging.rules.diameter import base
from tandem.bss.charging.rules.diameter import dictionary as d
from tandem.bss.charging.rules.diameter.codec import (
    PROXIABLE,
    REQUEST,
    RETRANSMITTED,
    Header,
    group_avp,
    number_avp,
    octets_avp,
    read_avps,
    text_avp,
    write_message,
)
from tandem.bss.charging.terms.online import Overloaded, SessionAnswer, SessionRequest
from tandem.bss.charging.wire.diameter import Peer, serve_diameter
from tandem.kernel.errors import Unavailable
from tests.bss.charging.diameter.scripted import (
    CLIENT,
    NOW,
    SETTINGS,
    RawClient,
    ScriptedAsker,
    capabilities,
    ccr,
    connected,
    listening,
    service,
)
from tests.support.loops import finish

PLACE = f"{CLIENT.host};{CLIENT.realm};{CLIENT.host}"


def test_a_known_peer_is_told_what_we_can() -> None:
    async def story() -> None:
        async with listening() as server:
            client = await RawClient.connect(server.port)
            told = await client.introduce()
            assert told.number(d.RESULT_CODE) == 2001
            assert told.text(d.ORIGIN_HOST) == "ocs.home.example"
            assert told.text(d.ORIGIN_REALM) == "home.example"
            assert told.octets(d.HOST_IP_ADDRESS) == bytes.fromhex("00017f000001")
            assert told.numbers(d.AUTH_APPLICATION_ID) == [4]
            assert told.numbers(d.SUPPORTED_VENDOR_ID) == [10415]
            client.close()

    finish(story())


@pytest.mark.parametrize(
    ("message", "result", "is_error"),
    [
        (capabilities(replace(CLIENT, host="who.visited.example")), 3010, True),
        (
            base.base_request(
                base.CAPABILITIES_EXCHANGE,
                CLIENT.avps,
                number_avp(d.VENDOR_ID, 0),
                text_avp(d.PRODUCT_NAME, "hss"),
                number_avp(d.AUTH_APPLICATION_ID, 16777251),
            ),
            5010,
            False,
        ),
        (
            base.base_request(
                base.CAPABILITIES_EXCHANGE,
                CLIENT.avps,
                number_avp(d.AUTH_APPLICATION_ID, 4),
                number_avp(d.INBAND_SECURITY_ID, 1),
            ),
            5017,
            False,
        ),
    ],
)
def test_who_does_not_fit_is_told_why_and_let_go(message: bytes, result: int, is_error: bool) -> None:
    async def story() -> None:
        async with listening() as server:
            client = await RawClient.connect(server.port)
            header, told = await client.ask(message)
            assert (told.number(d.RESULT_CODE), bool(header.flags & 0x20)) == (result, is_error)
            assert await client.is_closed()
            client.close()

    finish(story())


def test_a_peer_comes_from_its_addresses_and_a_realm_may_come_whole() -> None:
    async def result(settings_peers: tuple[Peer, ...], realms: tuple[str, ...]) -> int | None:
        async with listening(settings=replace(SETTINGS, peers=settings_peers, realms=realms)) as server:
            client = await RawClient.connect(server.port)
            told = await client.introduce()
            client.close()
            return told.number(d.RESULT_CODE)

    async def story() -> None:
        assert await result((Peer(host=CLIENT.host, addresses=("192.0.2.0/24",)),), (CLIENT.realm,)) == 3010
        assert await result((Peer(host=CLIENT.host, addresses=("192.0.2.0/24", "127.0.0.0/8")),), ()) == 2001
        assert await result((), ("Visited.Example",)) == 2001
        assert await result((), ()) == 3010

    finish(story())


def test_nobody_asks_before_they_introduced_themselves() -> None:
    async def story() -> None:
        asker = ScriptedAsker()
        async with listening(asker) as server:
            client = await RawClient.connect(server.port)
            await client.send(ccr(1, 0, service(1)))
            assert await client.is_closed()
            assert asker.asked == []
            client.close()

    finish(story())


def test_a_session_is_charged_from_its_first_message_to_its_last() -> None:
    async def story() -> None:
        asker = ScriptedAsker()
        async with connected(asker) as (_, client):
            for number, kind in enumerate((1, 2, 3)):
                header, told = await client.ask(ccr(kind, number, service(10, asks=kind != 3), hop_by_hop=40 + number))
                assert (header.flags, header.command, header.application) == (PROXIABLE, 272, 4)
                assert (header.hop_by_hop, header.end_to_end) == (40 + number, 18)
                assert next(iter(told.values)) == d.SESSION_ID
                assert told.text(d.SESSION_ID) == "pgw.visited.example;1;1"
                assert told.number(d.RESULT_CODE) == 2001
                assert told.number(d.AUTH_APPLICATION_ID) == 4
                assert (told.number(d.CC_REQUEST_TYPE), told.number(d.CC_REQUEST_NUMBER)) == (kind, number)
                (part,) = told.groups(d.MULTIPLE_SERVICES_CREDIT_CONTROL)
                granted = part.group(d.GRANTED_SERVICE_UNIT)
                assert (granted.number(d.CC_TOTAL_OCTETS) if granted else None) == (None if kind == 3 else 10_000_000)
        assert [asked.operation for asked in asker.asked] == ["create", "update", "release"]
        assert {asked.notify_at for asked in asker.asked} == {PLACE}

    finish(story())


def test_the_same_message_again_is_asked_as_a_retransmission_and_answered_to_the_octet() -> None:
    async def story() -> None:
        asker = ScriptedAsker()
        async with connected(asker) as (_, client):
            answers = []
            for flags in (0, RETRANSMITTED):
                header, told = await client.ask(ccr(1, 0, service(10), flags=flags))
                answers.append((header, repr(told.values)[:100], told.number(d.RESULT_CODE)))
            assert answers[0] == answers[1]
        assert [asked.is_retransmission for asked in asker.asked] == [False, True]

    finish(story())


def test_agents_get_back_what_they_put_in() -> None:
    async def story() -> None:
        first = octets_avp(d.PROXY_INFO, text_avp(d.PROXY_HOST, "dra1.a") + octets_avp(33, b"one"))
        second = octets_avp(d.PROXY_INFO, text_avp(d.PROXY_HOST, "dra2.a") + octets_avp(33, b"second"))
        async with connected() as (_, client):
            for more in ((service(1),), (octets_avp(d.CC_TIME, b"123"),)):
                _, told = await client.ask(ccr(1, 0, first, *more, second, text_avp(d.ROUTE_RECORD, "dra1.a")))
                assert told.values[d.PROXY_INFO] == [first[8:], second[8:]]
                assert told.texts(d.ROUTE_RECORD) == ["dra1.a"]

    finish(story())


@pytest.mark.parametrize(
    ("message", "result", "is_error"),
    [
        (ccr(1, 0, bytes.fromhex("0000270f4000000c00000001")), 5001, False),
        (ccr(9, 0), 5004, False),
        (ccr(1, 0, without=(d.SERVICE_CONTEXT_ID,)), 5005, False),
        (ccr(1, 0, octets_avp(d.CC_TIME, b"123")), 5014, False),
        (ccr(1, 0, without=(d.SUBSCRIPTION_ID,)), 5030, False),
        (ccr(1, 0, destination_realm="else.example"), 3003, True),
        (ccr(1, 0, text_avp(d.DESTINATION_HOST, "ocs2.home.example")), 3002, True),
        (ccr(1, 0, text_avp(d.ROUTE_RECORD, "OCS.home.example")), 3005, True),
        (write_message(Header(0, REQUEST, 999, 4, 1, 2), text_avp(d.SESSION_ID, "s")), 3001, True),
        (write_message(Header(0, REQUEST, 272, 7, 1, 2), text_avp(d.SESSION_ID, "s")), 3007, True),
        (write_message(Header(0, REQUEST, 280, 4, 1, 2), CLIENT.avps), 3007, True),
        (ccr(1, 0, flags=0x20), 3008, True),
    ],
)
def test_what_is_wrong_is_answered_and_the_connection_goes_on(message: bytes, result: int, is_error: bool) -> None:
    async def story() -> None:
        asker = ScriptedAsker()
        async with connected(asker) as (_, client):
            header, told = await client.ask(message)
            assert (told.number(d.RESULT_CODE), bool(header.flags & 0x20)) == (result, is_error)
            assert not header.is_request
            assert (d.FAILED_AVP in told) == (result in (5001, 5004, 5005, 5014))
            assert asker.asked == []
            _, told = await client.ask(ccr(1, 0, service(1)))
            assert told.number(d.RESULT_CODE) == 2001

    finish(story())


@pytest.mark.parametrize(
    ("head", "result"),
    [("02000014 80000110 00000004 00000001 00000002", 5011), ("01000015 80000110 00000004 00000001 00000002", 5015)],
)
def test_a_broken_stream_is_answered_and_ended(head: str, result: int) -> None:
    async def story() -> None:
        async with connected() as (_, client):
            header, told = await client.ask(bytes.fromhex(head))
            assert (header.command, header.hop_by_hop, told.number(d.RESULT_CODE)) == (272, 1, result)
            assert await client.is_closed()

    finish(story())


def test_too_much_is_told_at_once_to_come_again() -> None:
    def refuse(request: SessionRequest) -> SessionAnswer:
        raise Overloaded("more is waiting than can be answered", retry_after_s=1)

    async def story() -> None:
        async with connected(ScriptedAsker(refuse)) as (_, client):
            header, told = await client.ask(ccr(1, 0, service(1)))
            assert (told.number(d.RESULT_CODE), bool(header.flags & 0x20)) == (3004, True)

    finish(story())


def test_a_fault_of_ours_is_answered_and_the_connection_goes_on() -> None:
    def fail(request: SessionRequest) -> SessionAnswer:
        raise ZeroDivisionError

    async def story() -> None:
        async with connected(ScriptedAsker(fail)) as (_, client):
            for _ in range(2):
                _, told = await client.ask(ccr(1, 0, service(1)))
                assert told.number(d.RESULT_CODE) == 5012

    finish(story())


def test_octets_may_come_in_any_pieces() -> None:
    async def story() -> None:
        async with connected() as (_, client):
            stream = b"".join(ccr(1, number, service(1), hop_by_hop=number) for number in range(20))
            pieces = random.Random(5)
            start = 0
            while start < len(stream):
                size = pieces.choice((1, 3, 19, 64, 700))
                await client.send(stream[start : start + size])
                start += size
            answered = [(await client.receive())[0].hop_by_hop for _ in range(20)]
            assert answered == list(range(20))

    finish(story())


def test_any_octets_end_in_an_answer_or_an_end_and_never_hurt_the_others() -> None:
    async def story() -> None:
        chance = random.Random(7)
        settings = replace(SETTINGS, peers=(Peer(host=CLIENT.host, connections=100),))
        async with connected(settings=settings) as (server, witness):
            for _ in range(60):
                client = await RawClient.connect(server.port)
                await client.introduce()
                broken = bytearray(ccr(1, 0, service(1), service(2)))
                for _ in range(chance.randint(1, 6)):
                    broken[chance.randrange(len(broken))] = chance.randrange(256)
                await client.send(bytes(broken[: chance.randint(1, len(broken))]))
                client.close()
            _, told = await witness.ask(ccr(1, 0, service(1)))
            assert told.number(d.RESULT_CODE) == 2001

    finish(story())


def test_the_watchdog_is_answered_both_ways_and_a_silent_peer_is_let_go() -> None:
    async def story() -> None:
        async with connected(settings=replace(SETTINGS, watchdog_s=0.2)) as (_, client):
            _, told = await client.ask(base.with_identifiers(base.watchdog(CLIENT), 5, 6))
            assert told.number(d.RESULT_CODE) == 2001
            for _ in range(2):
                header, told = await client.receive()
                assert (header.command, header.is_request, told.text(d.ORIGIN_HOST)) == (280, True, "ocs.home.example")
                answer = base.answer_to(header, number_avp(d.RESULT_CODE, 2001), CLIENT.avps)
                await client.send(answer)
            header, _ = await client.receive()
            assert header.command == 280
            assert await client.is_closed()

    finish(story())


def test_a_peer_that_says_goodbye_is_answered_and_what_it_asked_too() -> None:
    async def story() -> None:
        asker = ScriptedAsker()
        asker.gate = asyncio.Event()
        async with connected(asker, replace(SETTINGS, farewell_s=0.3)) as (_, client):
            await client.send(ccr(1, 0, service(1)))
            header, told = await client.ask(base.with_identifiers(base.farewell(CLIENT), 5, 6))
            assert (header.command, told.number(d.RESULT_CODE)) == (282, 2001)
            asker.gate.set()
            header, _ = await client.receive()
            assert header.command == 272
            assert await client.is_closed()

    finish(story())


def test_when_we_stop_what_was_asked_is_answered_and_the_peer_is_told() -> None:
    async def story() -> None:
        asker = ScriptedAsker()
        asker.gate = asyncio.Event()
        async with listening(asker) as server:
            client = await RawClient.connect(server.port)
            await client.introduce()
            await client.send(ccr(1, 0, service(1)))
            await asker.has_heard(1)
            stopping = asyncio.create_task(server.stop())
            asker.gate.set()
            assert (await client.receive())[0].command == 272
            header, told = await client.receive()
            assert (header.command, told.number(d.DISCONNECT_CAUSE)) == (282, 0)
            await client.send(base.answer_to(header, number_avp(d.RESULT_CODE, 2001), CLIENT.avps))
            await stopping
            assert await client.is_closed()
            client.close()
            with pytest.raises(ConnectionRefusedError):
                await RawClient.connect(server.port)

    finish(story())


def test_a_peer_that_crashed_comes_in_again_at_once() -> None:
    async def story() -> None:
        async with listening(settings=replace(SETTINGS, peers=(Peer(host=CLIENT.host, connections=1),))) as server:
            old, new = await RawClient.connect(server.port), await RawClient.connect(server.port)
            await old.introduce()
            await new.introduce()
            assert await old.is_closed()
            _, told = await new.ask(ccr(1, 0, service(1)))
            assert told.number(d.RESULT_CODE) == 2001
            old.close()
            new.close()

    finish(story())


def test_many_peers_are_answered_each_its_own() -> None:
    async def story() -> None:
        async with listening(settings=replace(SETTINGS, realms=(CLIENT.realm,))) as server:

            async def gateway(name: int) -> None:
                client = await RawClient.connect(server.port)
                await client.introduce(replace(CLIENT, host=f"gw{name}.visited.example"))
                for number in range(20):
                    session = f"gw{name};{number}"
                    _, told = await client.ask(ccr(1, 0, service(1), session=session))
                    assert told.text(d.SESSION_ID) == session
                client.close()

            await asyncio.gather(*(gateway(name) for name in range(8)))

    finish(story())


def test_no_more_is_read_while_too_much_is_worked_on() -> None:
    async def story() -> None:
        asker = ScriptedAsker()
        asker.gate = asyncio.Event()
        async with connected(asker, replace(SETTINGS, in_flight=4)) as (server, client):
            for number in range(4):
                await client.send(ccr(1, number, service(1), hop_by_hop=number))
                await asker.has_heard(number + 1)
            await client.send(ccr(1, 4, service(1), hop_by_hop=4))
            witness = await RawClient.connect(server.port)
            await witness.introduce()
            await witness.ask(base.with_identifiers(base.watchdog(CLIENT), 5, 6))
            witness.close()
            assert len(asker.asked) == 4
            asker.gate.set()
            assert [(await client.receive())[0].hop_by_hop for _ in range(5)] == [0, 1, 2, 3, 4]

    finish(story())


def test_a_system_without_sctp_says_so_at_the_start() -> None:
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132).close()
    except OSError:
        pass
    else:
        pytest.skip("this system has SCTP")
    with pytest.raises(Unavailable, match="SCTP"):
        finish(serve_diameter(replace(SETTINGS, transport="sctp"), ScriptedAsker(), now=lambda: NOW))


def test_a_port_that_is_taken_is_told() -> None:
    async def story() -> None:
        async with listening() as server:
            with pytest.raises(Unavailable, match=f"cannot listen for Diameter at 127.0.0.1:{server.port}"):
                await serve_diameter(replace(SETTINGS, port=server.port), ScriptedAsker(), now=lambda: NOW)

    finish(story())


def test_refusals_of_a_broken_request_still_name_its_session_and_number() -> None:
    async def story() -> None:
        async with connected() as (_, client):
            bad = group_avp(d.MULTIPLE_SERVICES_CREDIT_CONTROL, octets_avp(d.RATING_GROUP, b"12"))
            _, told = await client.ask(ccr(2, 8, bad))
            assert next(iter(told.values)) == d.SESSION_ID
            assert (told.number(d.CC_REQUEST_TYPE), told.number(d.CC_REQUEST_NUMBER)) == (2, 8)
            failed = told.octets(d.FAILED_AVP)
            assert failed == bytes.fromhex("000001c840000014 000001b04000000c00000000")
            assert read_avps(bytes(20) + failed).groups(456)[0].numbers(432) == [0]

    finish(story())

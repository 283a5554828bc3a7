"""What we begin ourselves: notices to the clients of sessions, and calls to peers."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace

import pytest

from tandem.bss.charging.rules.diameter import base
from tandem.bss.charging.rules.diameter import dictionary as d
from tandem.bss.charging.rules.diameter.codec import PROXIABLE, REQUEST, number_avp, text_avp
from tandem.bss.charging.terms.online import SessionNotice
from tandem.bss.charging.wire.diameter import Peer
from tests.bss.charging.diameter.scripted import (
    CLIENT,
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


@pytest.mark.parametrize(("result", "heard"), [(2001, True), (2002, True), (5002, True), (3002, False)])
def test_the_client_is_told_to_ask_again(result: int, heard: bool) -> None:
    async def story() -> None:
        async with connected() as (server, client):
            notice = SessionNotice(
                protocol="gy", session="s;1", notify_at=PLACE, kind="reauthorise", rating_groups=(10,)
            )
            telling = asyncio.create_task(server.notify(notice))
            header, told = await client.receive()
            assert (header.command, header.application, header.flags) == (258, 4, REQUEST | PROXIABLE)
            assert next(iter(told.values)) == d.SESSION_ID
            assert (told.text(d.SESSION_ID), told.number(d.RATING_GROUP)) == ("s;1", 10)
            assert (told.text(d.DESTINATION_HOST), told.text(d.DESTINATION_REALM)) == (CLIENT.host, CLIENT.realm)
            assert told.number(d.RE_AUTH_REQUEST_TYPE) == 0
            await client.send(
                base.answer_to(header, text_avp(d.SESSION_ID, "s;1"), number_avp(d.RESULT_CODE, result), CLIENT.avps)
            )
            assert await telling is heard

    finish(story())


def test_the_client_is_told_to_end() -> None:
    async def story() -> None:
        async with connected() as (server, client):
            notice = SessionNotice(protocol="gy", session="s;1", notify_at=PLACE, kind="abort")
            telling = asyncio.create_task(server.notify(notice))
            header, told = await client.receive()
            assert (header.command, told.text(d.SESSION_ID)) == (274, "s;1")
            await client.send(base.answer_to(header, number_avp(d.RESULT_CODE, 2001), CLIENT.avps))
            assert await telling is True

    finish(story())


def test_who_is_not_there_or_does_not_answer_did_not_hear() -> None:
    async def story() -> None:
        async with connected(settings=replace(SETTINGS, answer_s=0.1)) as (server, client):
            notice = SessionNotice(protocol="gy", session="s", notify_at=PLACE, kind="reauthorise")
            assert await server.notify(notice) is False
            header, _ = await client.receive()
            assert header.command == 258
            elsewhere = SessionNotice(protocol="gy", session="s", notify_at="gw.b;b;dra.b", kind="reauthorise")
            assert await server.notify(elsewhere) is False

    finish(story())


def test_a_peer_that_is_to_be_called_is_called_until_it_is_there() -> None:
    async def story() -> None:
        gate: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        peer = Peer(host=CLIENT.host, dial=("127.0.0.1", port))
        asker = ScriptedAsker()
        async with listening(asker, replace(SETTINGS, peers=(peer,), reconnect_s=0.05)):
            gateway = await asyncio.start_server(lambda r, w: gate.put((r, w)), "127.0.0.1", port)
            for session in ("first", "second"):
                client = RawClient(*await gate.get())
                header, told = await client.receive()
                assert (header.command, told.text(d.ORIGIN_HOST)) == (257, "ocs.home.example")
                done = number_avp(d.RESULT_CODE, 2001)
                await client.send(base.answer_to(header, done, *base.capabilities(CLIENT, ["127.0.0.1"])))
                _, told = await client.ask(ccr(1, 0, service(1), session=session))
                assert told.number(d.RESULT_CODE) == 2001
                client.close()
            gateway.close()
        assert [asked.session for asked in asker.asked] == ["first", "second"]

    finish(story())


@pytest.mark.parametrize(("host", "is_kept"), [("a.visited.example", "theirs"), ("z.visited.example", "ours")])
def test_of_two_that_call_each_other_the_greater_name_keeps_what_it_answered(host: str, is_kept: str) -> None:
    async def story() -> None:
        calls: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
        gateway = await asyncio.start_server(lambda r, w: calls.put((r, w)), "127.0.0.1", 0)
        peer = Peer(host=host, dial=gateway.sockets[0].getsockname()[:2])
        async with listening(settings=replace(SETTINGS, peers=(peer,), reconnect_s=30)) as server:
            called = RawClient(*await calls.get())
            assert (await called.receive())[0].command == base.CAPABILITIES_EXCHANGE
            calling = await RawClient.connect(server.port)
            _, told = await calling.ask(capabilities(replace(CLIENT, host=host)))
            assert told.number(d.RESULT_CODE) == (2001 if is_kept == "theirs" else 4003)
            assert await (called if is_kept == "theirs" else calling).is_closed()
            called.close()
            calling.close()
        gateway.close()

    finish(story())

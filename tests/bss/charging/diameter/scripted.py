"""A charging door that answers from a script, a client that speaks raw octets, and the listener between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from tandem.bss.charging.rules.diameter import base
from tandem.bss.charging.rules.diameter import dictionary as d
from tandem.bss.charging.rules.diameter.codec import (
    PROXIABLE,
    REQUEST,
    Group,
    Header,
    group_avp,
    number_avp,
    read_avps,
    read_header,
    text_avp,
    write_message,
)
from tandem.bss.charging.terms.online import PartAnswer, SessionAnswer, SessionRequest, Units
from tandem.bss.charging.wire.diameter import DiameterServer, DiameterSettings, Peer, serve_diameter

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
CLIENT = base.Identity(host="pgw.visited.example", realm="visited.example", product="gateway", state_id=7)
SETTINGS = DiameterSettings(
    host="ocs.home.example",
    realm="home.example",
    port=0,
    peers=(Peer(host="pgw.visited.example"),),
    answer_s=1,
    farewell_s=1,
)


class ScriptedAsker:
    """Grants ten megabytes to everybody, or does what it is told; remembers what it was asked."""

    def __init__(self, answer: Callable[[SessionRequest], SessionAnswer] | None = None) -> None:
        self.asked: list[SessionRequest] = []
        self.answer = answer or granted
        self.gate: asyncio.Event | None = None
        self._arrived = asyncio.Event()

    async def has_heard(self, count: int) -> None:
        """Wait until so many requests have come."""
        async with asyncio.timeout(5):
            while len(self.asked) < count:
                self._arrived.clear()
                await self._arrived.wait()

    async def ask(self, request: SessionRequest) -> SessionAnswer:
        self.asked.append(request)
        self._arrived.set()
        if self.gate is not None:
            await self.gate.wait()
        return self.answer(request)


def granted(request: SessionRequest) -> SessionAnswer:
    """Ten megabytes for every service that asks."""
    return SessionAnswer(
        session=request.session,
        sequence=request.sequence,
        result="success",
        at=request.at,
        parts=tuple(
            PartAnswer(
                rating_group=part.rating_group,
                service_id=part.service_id,
                granted=None if part.wanted is None else Units(total_octets=10_000_000),
            )
            for part in request.parts
        ),
    )


class RawClient:
    """A Diameter client that sends whatever octets it is given."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def connect(cls, port: int) -> RawClient:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def send(self, message: bytes) -> None:
        self.writer.write(message)
        await self.writer.drain()

    async def receive(self) -> tuple[Header, Group]:
        async with asyncio.timeout(5):
            head = await self.reader.readexactly(20)
            header = read_header(head, 1 << 20)
            body = await self.reader.readexactly(header.length - 20)
        return header, read_avps(head + body)

    async def ask(self, message: bytes) -> tuple[Header, Group]:
        await self.send(message)
        return await self.receive()

    async def introduce(self, identity: base.Identity = CLIENT) -> Group:
        header, told = await self.ask(capabilities(identity))
        assert header.command == base.CAPABILITIES_EXCHANGE
        return told

    async def is_closed(self) -> bool:
        async with asyncio.timeout(5):
            return await self.reader.read(1) == b""

    def close(self) -> None:
        self.writer.close()


def capabilities(identity: base.Identity = CLIENT) -> bytes:
    request = base.base_request(base.CAPABILITIES_EXCHANGE, *base.capabilities(identity, ["127.0.0.1"]))
    return base.with_identifiers(request, 1, 1)


@asynccontextmanager
async def listening(
    asker: ScriptedAsker | None = None, settings: DiameterSettings = SETTINGS
) -> AsyncIterator[DiameterServer]:
    server = await serve_diameter(settings, asker or ScriptedAsker(), now=lambda: NOW)
    try:
        yield server
    finally:
        await server.stop()


@asynccontextmanager
async def connected(
    asker: ScriptedAsker | None = None, settings: DiameterSettings = SETTINGS
) -> AsyncIterator[tuple[DiameterServer, RawClient]]:
    async with listening(asker, settings) as server:
        client = await RawClient.connect(server.port)
        told = await client.introduce()
        assert told.number(d.RESULT_CODE) == base.SUCCESS
        yield server, client
        client.close()


def ccr(kind: int, number: int, *more: bytes, flags: int = 0, without: tuple[int, ...] = (), **other: Any) -> bytes:
    """A credit control request; `other` replaces `session`, `context`, `destination_realm`, `hop_by_hop`."""
    avps = {
        d.SESSION_ID: text_avp(d.SESSION_ID, other.get("session", "pgw.visited.example;1;1")),
        d.ORIGIN_HOST: text_avp(d.ORIGIN_HOST, CLIENT.host),
        d.ORIGIN_REALM: text_avp(d.ORIGIN_REALM, CLIENT.realm),
        d.DESTINATION_REALM: text_avp(d.DESTINATION_REALM, other.get("destination_realm", "home.example")),
        d.AUTH_APPLICATION_ID: number_avp(d.AUTH_APPLICATION_ID, 4),
        d.SERVICE_CONTEXT_ID: text_avp(d.SERVICE_CONTEXT_ID, other.get("context", "32251@3gpp.org")),
        d.CC_REQUEST_TYPE: number_avp(d.CC_REQUEST_TYPE, kind),
        d.CC_REQUEST_NUMBER: number_avp(d.CC_REQUEST_NUMBER, number),
        d.SUBSCRIPTION_ID: subscription(0, "491700000001"),
    }
    kept = [avp for key, avp in avps.items() if key not in without]
    header = Header(0, REQUEST | PROXIABLE | flags, base.CREDIT_CONTROL, 4, other.get("hop_by_hop", 17), 18)
    return write_message(header, *kept, *more)


def subscription(kind: int, data: str) -> bytes:
    return group_avp(
        d.SUBSCRIPTION_ID, number_avp(d.SUBSCRIPTION_ID_TYPE, kind), text_avp(d.SUBSCRIPTION_ID_DATA, data)
    )


def service(rating_group: int, *more: bytes, asks: bool = True) -> bytes:
    """A Multiple-Services-Credit-Control."""
    asked = (group_avp(d.REQUESTED_SERVICE_UNIT),) if asks else ()
    return group_avp(d.MULTIPLE_SERVICES_CREDIT_CONTROL, *asked, *more, number_avp(d.RATING_GROUP, rating_group))

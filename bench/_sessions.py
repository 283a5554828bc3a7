"""What a 5G core and a gateway send while many sessions go on, each after its last answer, so many at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bench._load import Load
from bench._subscribers import number_of
from tandem.bss.charging.rules.diameter import base
from tandem.bss.charging.rules.diameter import dictionary as d
from tandem.bss.charging.rules.diameter.codec import (
    PROXIABLE,
    REQUEST,
    Header,
    group_avp,
    number_avp,
    read_header,
    text_avp,
    write_message,
)
from tandem.kernel.json import dumps, loads
from tests.support.http2 import Http2Client

MEGABYTE: Final = 1_000_000
_CHARGING: Final = "/nchf-convergedcharging/v3/chargingdata"
_JSON: Final = {"content-type": "application/json"}
_MOST: Final = 2**24
INITIAL, UPDATE = 1, 2


@dataclass
class Answered(Load):
    """What came of a load, and how many messages were not granted."""

    refused: int = 0


Ask = Callable[[int], Awaitable[bool]]
"""One message of a session; whether it was granted."""


async def load(ask: Ask, *, sessions: int, in_flight: int, count: int) -> Answered:
    """Send `count` messages, the sessions one after the other, so many waiting for their answer at any time."""
    answered = Answered()
    turn = iter(range(count))

    async def lane() -> None:
        for number in turn:
            started = time.perf_counter()
            answered.refused += not await ask(number % sessions)
            answered.latencies.append(time.perf_counter() - started)

    started = time.perf_counter()
    await asyncio.gather(*(lane() for _ in range(in_flight)))
    answered.seconds = time.perf_counter() - started
    return answered


class Core:
    """A session management function of 5G, over HTTP/2 with prior knowledge."""

    def __init__(self, client: Http2Client) -> None:
        self._client = client
        self._paths: dict[int, str] = {}
        self._sequences: dict[int, int] = {}

    async def create(self, index: int) -> bool:
        """Begin a subscriber's session and ask for quota."""
        answer = await self._client.post(_CHARGING, dumps(self._request(index, 0, used=False)), _JSON)
        if answer.status != 201:
            raise RuntimeError(f"no session for {number_of(index)}: {answer.status} {answer.body.decode()}")
        self._paths[index] = f"{_CHARGING}/{answer.headers['location'].rpartition('/')[2]}/update"
        self._sequences[index] = 0
        return _is_granted(answer.body)

    async def update(self, index: int) -> bool:
        """Report a megabyte and ask for more."""
        self._sequences[index] += 1
        body = dumps(self._request(index, self._sequences[index], used=True))
        answer = await self._client.post(self._paths[index], body, _JSON)
        return answer.status == 200 and _is_granted(answer.body)

    @staticmethod
    def _request(index: int, sequence: int, *, used: bool) -> dict[str, object]:
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        unit: dict[str, object] = {"ratingGroup": 10, "requestedUnit": {}}
        if used:
            unit["usedUnitContainer"] = [
                {
                    "localSequenceNumber": sequence,
                    "totalVolume": MEGABYTE,
                    "triggerTimestamp": now,
                    "quotaManagementIndicator": "ONLINE_CHARGING",
                }
            ]
        return {
            "subscriberIdentifier": f"msisdn-{number_of(index)}",
            "nfConsumerIdentification": {
                "nFName": "0a7d3c52-1111-4222-8333-444455556666",
                "nodeFunctionality": "SMF",
            },
            "invocationTimeStamp": now,
            "invocationSequenceNumber": sequence,
            "multipleUnitUsage": [unit],
            "pDUSessionChargingInformation": {
                "chargingId": index,
                "userInformation": {"servedGPSI": f"msisdn-{number_of(index)}"},
                "pduSessionInformation": {"pduSessionID": 1, "dnnId": "internet", "ratType": "NR"},
            },
        }


def _is_granted(body: bytes) -> bool:
    units = loads(body).get("multipleUnitInformation") or [{}]
    return bool(units[0].get("grantedUnit"))


class Gateway:
    """A packet gateway: one Diameter connection, answers matched by their hop-by-hop identifier."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self._next = 1
        self._sequences: dict[int, int] = {}
        self._listening: asyncio.Task[None] | None = None

    @classmethod
    async def to(cls, host: str, port: int) -> Gateway:
        """Connected, and known to the other side."""
        gateway = cls(*await asyncio.open_connection(host, port))
        gateway._listening = asyncio.create_task(gateway._listen())
        await gateway._ask(base.CAPABILITIES_EXCHANGE, 0, base.capabilities(IDENTITY, ["127.0.0.1"]))
        return gateway

    async def close(self) -> None:
        """Gone."""
        if self._listening is not None:
            self._listening.cancel()
        self._writer.close()

    async def create(self, index: int) -> bool:
        """CCR-I with a request for quota."""
        self._sequences[index] = 0
        return await self._credit(index, INITIAL, used=False)

    async def update(self, index: int) -> bool:
        """CCR-U with a megabyte used."""
        self._sequences[index] += 1
        return await self._credit(index, UPDATE, used=True)

    async def _credit(self, index: int, kind: int, *, used: bool) -> bool:
        units = [group_avp(d.REQUESTED_SERVICE_UNIT), number_avp(d.RATING_GROUP, 10)]
        if used:
            units.append(group_avp(d.USED_SERVICE_UNIT, number_avp(d.CC_TOTAL_OCTETS, MEGABYTE)))
        subscriber = (number_avp(d.SUBSCRIPTION_ID_TYPE, 0), text_avp(d.SUBSCRIPTION_ID_DATA, number_of(index)))
        answer = await self._ask(
            base.CREDIT_CONTROL,
            base.CREDIT_CONTROL_APPLICATION,
            (
                text_avp(d.SESSION_ID, f"{IDENTITY.host};1;{index}"),
                text_avp(d.ORIGIN_HOST, IDENTITY.host),
                text_avp(d.ORIGIN_REALM, IDENTITY.realm),
                text_avp(d.DESTINATION_REALM, "home.example"),
                number_avp(d.AUTH_APPLICATION_ID, base.CREDIT_CONTROL_APPLICATION),
                text_avp(d.SERVICE_CONTEXT_ID, "32251@3gpp.org"),
                number_avp(d.CC_REQUEST_TYPE, kind),
                number_avp(d.CC_REQUEST_NUMBER, self._sequences[index]),
                group_avp(d.SUBSCRIPTION_ID, *subscriber),
                group_avp(d.MULTIPLE_SERVICES_CREDIT_CONTROL, *units),
            ),
        )
        return _GRANTED in answer

    async def _ask(self, command: int, application: int, avps: tuple[bytes, ...]) -> bytes:
        number = self._next
        self._next += 1
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        flags = REQUEST | (PROXIABLE if application else 0)
        header = Header(0, flags, command, application, number, number)
        self._writer.write(write_message(header, *avps))
        return await future

    async def _listen(self) -> None:
        while True:
            head = await self._reader.readexactly(20)
            header = read_header(head, _MOST)
            rest = await self._reader.readexactly(header.length - 20)
            waiting = self._waiting.pop(header.hop_by_hop, None)
            if waiting is not None and not header.flags & REQUEST:
                waiting.set_result(head + rest)


IDENTITY: Final = base.Identity(host="pgw.visited.example", realm="visited.example", product="gateway", state_id=7)
_GRANTED: Final = (431).to_bytes(4, "big")
"""The code of Granted-Service-Unit."""

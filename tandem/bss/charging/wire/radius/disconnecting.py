"""Telling a NAS to end a session. Standard: RFC 5176 clauses 2.1, 3.1 and 3.5."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

import structlog

from tandem.bss.charging.rules.radius import packets as p
from tandem.bss.charging.terms.online import SessionNotice
from tandem.bss.charging.wire.radius.settings import RadiusClient, RadiusSettings
from tandem.kernel.period import Instant

log = structlog.get_logger("tandem.charging")

_NO_SUCH_SESSION: Final = 503


class Disconnecting(asyncio.DatagramProtocol):
    """Sends Disconnect-Requests and hears what becomes of them. Belongs to one event loop."""

    def __init__(self, settings: RadiusSettings, now: Callable[[], Instant]) -> None:
        self._settings = settings
        self._now = now
        self._transport: Any = None
        self._identifier = 0
        self._asked: dict[tuple[str, int], tuple[bytes, RadiusClient, asyncio.Future[p.Packet]]] = {}

    async def start(self) -> None:
        """Open a socket of its own: answers come where the request went out."""
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, local_addr=(self._settings.listen, 0))

    def stop(self) -> None:
        """Close it; who waits has no answer."""
        self._transport.close()

    async def end(self, notice: SessionNotice) -> bool:
        """Whether the NAS ended the session, or has no such session."""
        address = notice.notify_at
        client = self._settings.find_client(address)
        if client is None:
            return False
        answer = await self._send(self._request(notice, client), client, address)
        if answer is None:
            return False
        cause = int.from_bytes(answer.attributes.get(p.ERROR_CAUSE, [b""])[0])
        is_heard = answer.code == p.DISCONNECT_ACK or cause == _NO_SUCH_SESSION
        log.info("charging.radius.disconnect", session=notice.session, heard=is_heard, cause=cause)
        return is_heard

    def _request(self, notice: SessionNotice, client: RadiusClient) -> bytes:
        """By the session's and the NAS's names as they were reported, and the time, which proves that it is new."""
        self._identifier = (self._identifier + 1) & 0xFF
        nas, _, session = notice.session.removeprefix(f"{client.name}/").partition(";")
        told = {
            p.ACCT_SESSION_ID: session.encode(),
            p.USER_NAME: notice.subscriber.encode(),
            p.EVENT_TIMESTAMP: int(self._now().timestamp()).to_bytes(4),
        }
        named = [p.attribute(kind, value) for kind, value in told.items() if value]
        if nas != notice.notify_at:
            named.append(p.nas_attribute(nas))
        return p.write_request(p.DISCONNECT_REQUEST, self._identifier, named, client.secret)

    async def _send(self, request: bytes, client: RadiusClient, address: str) -> p.Packet | None:
        """The answer; the very same request is sent again where there is none."""
        key = (address, request[1])
        answer: asyncio.Future[p.Packet] = asyncio.get_running_loop().create_future()
        self._asked[key] = (request, client, answer)
        try:
            for _ in range(self._settings.tries):
                self._transport.sendto(request, (address, client.disconnect_port))
                done, _ = await asyncio.wait({answer}, timeout=self._settings.answer_s)
                if done:
                    return answer.result()
        finally:
            del self._asked[key]
        return None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        packet = p.read_packet(data)
        asked = self._asked.get((addr[0], packet.identifier)) if packet else None
        if packet is None or asked is None:
            return
        request, client, answer = asked
        is_answer = packet.code in (p.DISCONNECT_ACK, p.DISCONNECT_NAK)
        if is_answer and p.is_answer_to(packet, request, client.secret) and not answer.done():
            answer.set_result(packet)

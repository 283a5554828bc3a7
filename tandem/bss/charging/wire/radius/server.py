"""The RADIUS listener: it answers what is durable and nothing else, so that a NAS sends again what is not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, Final, Protocol

import structlog

from tandem.bss.charging.rules.radius import packets as p
from tandem.bss.charging.rules.radius.reports import NasReset, Source, Unfit, read_report
from tandem.bss.charging.terms.online import SessionAnswer, SessionNotice, SessionRequest
from tandem.bss.charging.wire.radius.disconnecting import Disconnecting
from tandem.bss.charging.wire.radius.settings import RadiusClient, RadiusSettings
from tandem.kernel.errors import TandemError, Unavailable
from tandem.kernel.period import Instant

log = structlog.get_logger("tandem.charging")

_SILENCE_S: Final = 60
_STRANGERS: Final = 1_000

_Address = tuple[str, int]
_Key = tuple[_Address, bytes]


class AccountingDoor(Protocol):
    """Whoever charges what a NAS reports."""

    async def ask(self, request: SessionRequest) -> SessionAnswer:
        """The answer to one message, when it is durable. Raises: Overloaded, Unanswered."""

    async def close_sessions_of(self, nas: str, *, at: Instant) -> None:
        """End every session whose name begins with `nas` and `;`, with what was reported. Idempotent: by session."""


async def serve_radius(settings: RadiusSettings, door: AccountingDoor, *, now: Callable[[], Instant]) -> RadiusServer:
    """Listen. `now` is the time of reports that do not tell theirs. Raises: Unavailable without the port."""
    server = RadiusServer(settings, door, now)
    await server.start()
    return server


class RadiusServer(asyncio.DatagramProtocol):
    """What `serve_radius` gives. `port` is where it listens."""

    def __init__(self, settings: RadiusSettings, door: AccountingDoor, now: Callable[[], Instant]) -> None:
        self._settings = settings
        self._door = door
        self._now = now
        self._transport: Any = None
        self._working: dict[_Key, asyncio.Task[bool]] = {}
        self._disconnecting = Disconnecting(settings, now)
        self._told_of: dict[str, float] = {}
        self.port = 0

    async def start(self) -> None:
        """Open the socket. Raises: Unavailable."""
        where = (self._settings.listen, self._settings.port)
        try:
            await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, local_addr=where)
        except OSError as fault:
            raise Unavailable(f"cannot listen for RADIUS at {where[0]}:{where[1]}: {fault}") from fault
        self.port = self._transport.get_extra_info("sockname")[1]
        await self._disconnecting.start()

    async def stop(self) -> None:
        """Take no more; answer what becomes durable yet."""
        working = list(self._working.values())
        if working:
            await asyncio.wait(working, timeout=self._settings.answer_s)
        for task in working:
            task.cancel()
        self._transport.close()
        self._disconnecting.stop()

    async def notify(self, notice: SessionNotice) -> bool:
        """Tell the NAS to end a session; whether it heard.

        Accounting has no way to ask for a report: a NAS reports by itself, and `reauthorise` has nothing to say to it.
        """
        return await self._disconnecting.end(notice) if notice.kind == "abort" else True

    # The transport's side.

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        client = self._settings.find_client(addr[0])
        packet = p.read_packet(data)
        if client is None or packet is None or not p.is_genuine(packet, client.secret):
            self._tell_of(addr[0], client)
        elif packet.code == p.STATUS_SERVER:
            self._transport.sendto(p.write_response(packet, client.secret), addr)
        elif packet.code == p.ACCOUNTING_REQUEST:
            self._work(packet, client, addr)
        else:
            log.debug("charging.radius.passed_over", client=client.name, code=packet.code)

    def _tell_of(self, address: str, client: RadiusClient | None) -> None:
        """Of who is not believed once a minute: a flood of datagrams shall not become a flood of lines."""
        now_s = asyncio.get_running_loop().time()
        if now_s - self._told_of.get(address, -_SILENCE_S) < _SILENCE_S:
            return
        if len(self._told_of) >= _STRANGERS:
            self._told_of.clear()
        self._told_of[address] = now_s
        log.warning("charging.radius.dropped", address=address, client=client and client.name)

    def _work(self, packet: p.Packet, client: RadiusClient, addr: Any) -> None:
        """Unless it is being worked on already, or too much is."""
        key = (addr, packet.octets)
        if key in self._working or len(self._working) >= self._settings.in_flight:
            return
        task = asyncio.get_running_loop().create_task(self._take(packet, client, addr[0]))
        self._working[key] = task
        task.add_done_callback(partial(self._taken, key, packet, client))

    async def _take(self, packet: p.Packet, client: RadiusClient, address: str) -> bool:
        """Whether it is taken for good."""
        source = Source(client=client.name, address=address, subscriber=client.subscriber, service=client.service)
        report = read_report(packet, source=source, now=self._now())
        if isinstance(report, Unfit):
            log.warning("charging.radius.unfit", client=client.name, address=address, reason=report.reason)
            return report.is_answered
        try:
            if isinstance(report, NasReset):
                await self._door.close_sessions_of(report.nas, at=report.at)
            else:
                answer = await self._door.ask(report)
                if answer.result != "success":
                    log.info("charging.radius.refused", session=report.session, result=answer.result)
        except TandemError as fault:
            log.warning("charging.radius.unanswered", client=client.name, fault=fault.error_code)
            return False
        return True

    def _taken(self, key: _Key, packet: p.Packet, client: RadiusClient, task: asyncio.Task[bool]) -> None:
        del self._working[key]
        if task.cancelled():
            return
        if fault := task.exception():
            log.error("charging.radius.failed", client=client.name, exc_info=fault)
        elif task.result() and not self._transport.is_closing():
            self._transport.sendto(p.write_response(packet, client.secret), key[0])

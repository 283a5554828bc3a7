"""One connection to a peer: its messages in and out, its capabilities, its watchdog, its end.

Standards: RFC 6733 clauses 5.3-5.6 and 6; RFC 3539 clause 3.4 (watchdog).
"""

from __future__ import annotations

import asyncio
import random
from functools import partial
from typing import Any, Final

import structlog

from tandem.bss.charging.rules.diameter import base
from tandem.bss.charging.rules.diameter import dictionary as d
from tandem.bss.charging.rules.diameter.codec import (
    ERROR,
    INVALID_HDR_BITS,
    AvpFault,
    Group,
    Header,
    number_avp,
    read_avps,
)
from tandem.bss.charging.wire.diameter.charging import answer_credit_control, refuse
from tandem.bss.charging.wire.diameter.node import Node
from tandem.bss.charging.wire.diameter.settings import Peer
from tandem.bss.charging.wire.diameter.stream import MessageStream

log = structlog.get_logger("tandem.charging")

_FIRST_MESSAGE_S: Final = 10
_ELECTION_LOST: Final = 4003


class Connection(MessageStream):
    """One connection. `dialled` is the peer when we called it; else the peer says who it is."""

    def __init__(self, node: Node, *, dialled: Peer | None = None) -> None:
        super().__init__(node)
        self._dialled = dialled
        self.peer: Peer | None = None
        self._working: set[asyncio.Task[bytes]] = set()
        self._is_open = False
        self._probed_at: float | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._node.connections.add(self)
        self._after(_FIRST_MESSAGE_S, self._check_introduced)
        if self._dialled is not None:
            told = base.capabilities(self._node.identity, self._addresses())
            self._ask(base.base_request(base.CAPABILITIES_EXCHANGE, *told))

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._node.connections.discard(self)

    def take(self, header: Header, message: bytes) -> None:
        if not header.is_request and header.command == base.CAPABILITIES_EXCHANGE:
            self._take_capabilities(message)
        elif not header.is_request:
            self._answered(header, message)
        elif header.flags & ERROR:
            self._refuse(header, message, INVALID_HDR_BITS)
        elif self._is_open and (header.command, header.application) == _CREDIT_CONTROL:
            self._charge(header, message)
        elif self._is_open or header.command == base.CAPABILITIES_EXCHANGE:
            self._answer_base(header, message)
        else:
            self.end("something else came before the capabilities")

    def _charge(self, header: Header, message: bytes) -> None:
        assert self.peer is not None
        work = answer_credit_control(self._node, peer=self.peer.host, header=header, message=message)
        task = self._loop.create_task(work)
        self._working.add(task)
        task.add_done_callback(partial(self._charged, header, message))
        if len(self._working) >= self._node.settings.in_flight:
            self._is_full = True
            self._pace()

    def _charged(self, header: Header, message: bytes, task: asyncio.Task[bytes]) -> None:
        self._working.discard(task)
        if task.cancelled():
            return
        fault = task.exception()
        if fault is None:
            self._send(task.result())
        else:
            log.error("charging.diameter.failed", peer=self.peer and self.peer.host, exc_info=fault)
            self._refuse(header, message, base.UNABLE_TO_COMPLY)
        if self._is_full and len(self._working) <= self._node.settings.in_flight // 2:
            self._is_full = False
            self._pace()

    def _answer_base(self, header: Header, message: bytes) -> None:
        answer = _BASE_COMMANDS.get(header.command)
        if answer is None and header.command != base.CREDIT_CONTROL:
            self._refuse(header, message, base.COMMAND_UNSUPPORTED)
        elif answer is None or header.application != base.BASE_APPLICATION:
            self._refuse(header, message, base.APPLICATION_UNSUPPORTED)
        else:
            try:
                answer(self, header, read_avps(message))
            except AvpFault as fault:
                self._refuse(header, message, fault.result, (fault.reason, fault.failed))

    def _refuse(self, header: Header, message: bytes, result: int, told: tuple[str, bytes] = ("", b"")) -> None:
        self._send(refuse(self._node, header, message, result=result, told=told))

    def break_off(self, octets: bytes, result: int) -> None:
        """What follows cannot be told from what is broken."""
        header = Header(0, octets[4], *(int.from_bytes(octets[at : at + 4]) for at in (4, 8, 12, 16)))
        header = header._replace(command=header.command & 0xFFFFFF)
        if header.is_request:
            self._refuse(header, octets, result)
        self.end(f"the stream is broken: {result}")

    def _answer_capabilities(self, header: Header, told: Group) -> None:
        result = base.judge_capabilities(told)
        host, realm = told.values[d.ORIGIN_HOST][0], told.values[d.ORIGIN_REALM][0]
        peer = self._node.settings.find_peer(host, realm=realm, address=self._remote())
        if peer is None or not self._is_certified(host):
            result = base.UNKNOWN_PEER
        elif result == base.SUCCESS and self._loses_election(host):
            result = _ELECTION_LOST
        self._send(
            base.answer_to(
                header,
                number_avp(d.RESULT_CODE, result),
                *base.capabilities(self._node.identity, self._addresses()),
                is_error=3000 <= result < 4000,
            )
        )
        if peer is None or result != base.SUCCESS:
            log.warning("charging.diameter.refused", peer=host, realm=realm, address=self._remote(), result=result)
            self.end("the capabilities do not do")
        elif not self._is_open:
            self._open(peer)

    def _loses_election(self, host: str) -> bool:
        """Both called each other: the node with the greater name keeps the connection that it answered."""
        rival = self._node.dialled.get(host.lower())
        if rival is None:
            return False
        if self._node.identity.host.lower() < host.lower():
            return True
        rival.end("the peer called at the same time")
        return False

    def _is_certified(self, host: str) -> bool:
        """With TLS and an authority the name is the certificate's; else nothing shows who it is."""
        certificate = self._transport.get_extra_info("peercert")
        if not certificate:
            return True
        names = [name for kind, name in certificate.get("subjectAltName", ()) if kind == "DNS"]
        return host.lower() in (name.lower() for name in names)

    def _answer_watchdog(self, header: Header, told: Group) -> None:
        state = number_avp(d.ORIGIN_STATE_ID, self._node.identity.state_id)
        self._send(base.answer_to(header, number_avp(d.RESULT_CODE, base.SUCCESS), self._node.identity.avps, state))

    def _answer_farewell(self, header: Header, told: Group) -> None:
        """What is being worked on is still answered; the peer closes, or we do."""
        self._send(base.answer_to(header, number_avp(d.RESULT_CODE, base.SUCCESS), self._node.identity.avps))
        self.leave()
        self._after(self._node.settings.farewell_s, partial(self.end, "the peer said goodbye"))

    def _take_capabilities(self, message: bytes) -> None:
        """See who answers whom we called. Done at once: its first request may stand in the same packet."""
        peer = self._dialled
        if peer is None or self._is_open:
            return
        try:
            told = read_avps(message)
            result = told.number(d.RESULT_CODE) or 0
            if result == base.SUCCESS:
                result = base.judge_capabilities(told)
            is_meant = (told.text(d.ORIGIN_HOST) or "").lower() == peer.host.lower()
        except AvpFault as fault:
            result, is_meant = fault.result, False
        if result == base.SUCCESS and is_meant:
            self._open(peer)
        else:
            log.warning("charging.diameter.refused", peer=peer.host, address=self._remote(), result=result)
            self.end("the peer does not want us, or is another")

    def _open(self, peer: Peer) -> None:
        self.peer, self._is_open = peer, True
        self._node.join(peer, self)
        self._after(self._quiet_s(), self._watch)

    def _quiet_s(self) -> float:
        """Tw with its jitter, so that not all peers are asked at once."""
        return self._node.settings.watchdog_s * random.randint(934, 1066) / 1000

    def _watch(self) -> None:
        """After a quiet time ask whether anybody is there; after another the connection has failed."""
        watchdog_s = self._node.settings.watchdog_s
        left_s = watchdog_s - (self._loop.time() - self._heard_at)
        if left_s > 0:
            self._after(left_s, self._watch)
        elif self._probed_at is not None and self._probed_at >= self._heard_at:
            self.end("no answer to the watchdog")
        else:
            self._probed_at = self._loop.time()
            self._ask(base.watchdog(self._node.identity))
            self._after(self._quiet_s(), self._watch)

    def _check_introduced(self) -> None:
        if not self._is_open:
            self.end("nobody introduced themselves")

    async def bid_farewell(self) -> None:
        """End in peace: what is being worked on is answered, then the peer is told, then it is over."""
        if self._working:
            await asyncio.wait(set(self._working), timeout=self._node.settings.farewell_s)
        answer = self._ask(base.farewell(self._node.identity))
        await asyncio.wait({answer}, timeout=self._node.settings.farewell_s)
        self.end("we are stopping")

    def end(self, why: str) -> None:
        """Close once what was written is sent; a peer that does not read is not waited for."""
        self.leave()
        if not self._transport.is_closing():
            log.info("charging.diameter.ended", peer=self.peer and self.peer.host, why=why)
            self._flush()
            self._transport.close()
            self._after(self._node.settings.farewell_s, self._transport.abort)

    def leave(self) -> None:
        if self.peer is not None and self._is_open:
            self._is_open = False
            self._node.leave(self.peer, self)


_CREDIT_CONTROL: Final = (base.CREDIT_CONTROL, base.CREDIT_CONTROL_APPLICATION)
_BASE_COMMANDS: Final = {
    base.CAPABILITIES_EXCHANGE: Connection._answer_capabilities,
    base.DEVICE_WATCHDOG: Connection._answer_watchdog,
    base.DISCONNECT_PEER: Connection._answer_farewell,
}

"""A stream of Diameter messages: octets cut into messages, messages sent together, requests matched with answers."""

from __future__ import annotations

import asyncio
import random
from functools import partial
from typing import Any

from tandem.bss.charging.rules.diameter import base
from tandem.bss.charging.rules.diameter.codec import HEADER_LENGTH, Header, HeaderFault, read_header
from tandem.bss.charging.wire.diameter.node import Node


class MessageStream(asyncio.Protocol):
    """One transport. What comes in is given to `take`, a stream that is broken to `break_off`, its end to `leave`."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._loop = asyncio.get_running_loop()
        self._transport: Any = None
        self._input = bytearray()
        self._output: list[bytes] = []
        self._hop_by_hop = random.getrandbits(32)
        self._asked: dict[int, asyncio.Future[bytes | None]] = {}
        self._is_full = self._is_unread = False
        self._heard_at = self._loop.time()
        self._timers: list[asyncio.TimerHandle] = []
        self.closed: asyncio.Future[None] = self._loop.create_future()

    def take(self, header: Header, message: bytes) -> None:
        """A whole message has come."""
        raise NotImplementedError

    def break_off(self, octets: bytes, result: int) -> None:
        """What came has no header that could be followed."""
        raise NotImplementedError

    def leave(self) -> None:
        """The connection is no longer for use."""
        raise NotImplementedError

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard_at = self._loop.time()
        self._input += data
        octets, start, end = bytes(self._input), 0, len(self._input)
        while end - start >= HEADER_LENGTH and not self._transport.is_closing():
            head = octets[start : start + HEADER_LENGTH]
            try:
                header = read_header(head, self._node.settings.largest_message)
            except HeaderFault as fault:
                self.break_off(head, fault.result)
                return
            if end - start < header.length:
                break
            self.take(header, octets[start : start + header.length])
            start += header.length
        del self._input[:start]

    def connection_lost(self, exc: Exception | None) -> None:
        """Requests that are being worked on go on: the client sends them again elsewhere, and finds their answers."""
        for timer in self._timers:
            timer.cancel()
        for answer in list(self._asked.values()):
            if not answer.done():
                answer.set_result(None)
        self.leave()
        if not self.closed.done():
            self.closed.set_result(None)

    def pause_writing(self) -> None:
        """The peer does not read its answers: it gets no more of them."""
        self._is_unread = True
        self._pace()

    def resume_writing(self) -> None:
        self._is_unread = False
        self._pace()

    def _pace(self) -> None:
        if self._transport.is_closing():
            return
        if self._is_unread or self._is_full:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def _send(self, message: bytes) -> None:
        if not self._output:
            self._loop.call_soon(self._flush)
        self._output.append(message)

    def _flush(self) -> None:
        if self._output and not self._transport.is_closing():
            self._transport.write(b"".join(self._output))
        self._output.clear()

    def _ask(self, message: bytes) -> asyncio.Future[bytes | None]:
        self._hop_by_hop = (self._hop_by_hop + 1) & 0xFFFFFFFF
        answer: asyncio.Future[bytes | None] = self._loop.create_future()
        self._asked[self._hop_by_hop] = answer
        answer.add_done_callback(partial(self._forget, self._hop_by_hop))
        self._send(base.with_identifiers(message, self._hop_by_hop, self._node.next_end_to_end()))
        return answer

    def _forget(self, asked: int, _: asyncio.Future[bytes | None]) -> None:
        self._asked.pop(asked, None)

    def _answered(self, header: Header, message: bytes) -> None:
        """An answer to something that was asked; others are late, or to nothing, and passed over."""
        answer = self._asked.get(header.hop_by_hop)
        if answer is not None and not answer.done():
            answer.set_result(message)

    async def request(self, message: bytes) -> bytes | None:
        """The peer's answer; `None` when there is none in time."""
        try:
            return await asyncio.wait_for(self._ask(message), self._node.settings.answer_s)
        except TimeoutError:
            return None

    def _after(self, delay_s: float, call: Any) -> None:
        now = self._loop.time()
        self._timers = [timer for timer in self._timers if not timer.cancelled() and timer.when() > now]
        self._timers.append(self._loop.call_later(delay_s, call))

    def _remote(self) -> str:
        return str((self._transport.get_extra_info("peername") or ("0.0.0.0",))[0])

    def _addresses(self) -> tuple[str, ...]:
        return (str(self._transport.get_extra_info("sockname")[0]),)

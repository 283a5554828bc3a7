"""A client that keeps many HTTP/2 streams open on one connection: for tests, and fast enough to measure a server.

Frames by hand (RFC 9113), header fields by `hpack`. We allow the server no dynamic table (RFC 7541, 4.2), so that equal
header blocks are equal bytes and are decoded once.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from types import TracebackType
from typing import NamedTuple, cast

import hpack

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RESET, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 3, 4, 6, 7, 8, 9
ACK = END_STREAM = 0x1
END_HEADERS = 0x4
PADDED, PRIORITY = 0x8, 0x20
HEADER_TABLE_SIZE, MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE, MAX_FRAME_SIZE = 1, 3, 4, 5
FULL_WINDOW = 2**31 - 1
_FIRST_WINDOW = 65_535
_KEPT_BLOCKS = 1_000


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class StreamReset(ConnectionError):
    """The server gave up this stream, or the connection."""


class Http2Client:
    """One connection. `async with Http2Client.to(host, port)`; requests may be asked all at once."""

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        self._host, self._port, self._tls = host, port, tls
        self._link = _Link()

    @classmethod
    def to(cls, host: str, port: int, *, tls: ssl.SSLContext | None = None) -> Http2Client:
        """With prior knowledge in clear text; over TLS the server must choose h2."""
        if tls is not None:
            tls.set_alpn_protocols(["h2"])
        return cls(host, port, tls)

    async def __aenter__(self) -> Http2Client:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_connection(lambda: self._link, self._host, self._port, ssl=self._tls)
        if self._tls is not None:
            chosen = transport.get_extra_info("ssl_object").selected_alpn_protocol()
            assert chosen == "h2", f"the server chose {chosen}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._link.close()

    async def request(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Raises: StreamReset, when the server ends the stream or the connection without an answer."""
        scheme = "http" if self._tls is None else "https"
        fields = {":method": method, ":scheme": scheme, ":authority": f"{self._host}:{self._port}", ":path": path}
        if body:
            fields["content-type"] = "application/json"
            fields["content-length"] = str(len(body))
        fields.update(headers or {})
        return await self._link.ask(b"".join(_literal(*field) for field in fields.items()), body)

    async def post(self, path: str, body: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        return await self.request("POST", path, body, headers)


class _Stream:
    __slots__ = ("answer", "body", "headers", "window")

    def __init__(self, window: int, answer: asyncio.Future[Answer]) -> None:
        self.window = window
        self.answer = answer
        self.headers: dict[str, str] = {}
        self.body = b""


class _Link(asyncio.Protocol):
    def __init__(self) -> None:
        self._buffer = bytearray()
        self._streams: dict[int, _Stream] = {}
        self._next = 1
        self._window = self._first_window = _FIRST_WINDOW
        self._received = 0
        self._frame_size = 16_384
        self._streams_at_once = 100
        self._changed = asyncio.Event()
        self._decoder = hpack.Decoder()
        self._blocks: dict[bytes, dict[str, str]] = {}
        self._fragments = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        settings = _setting(HEADER_TABLE_SIZE, 0) + _setting(INITIAL_WINDOW_SIZE, FULL_WINDOW)
        grown = (FULL_WINDOW - _FIRST_WINDOW).to_bytes(4, "big")
        self._transport.write(PREFACE + _frame(SETTINGS, 0, 0, settings) + _frame(WINDOW_UPDATE, 0, 0, grown))

    def close(self) -> None:
        self._transport.close()

    def connection_lost(self, fault: Exception | None) -> None:
        for stream in self._streams.values():
            if not stream.answer.done():
                stream.answer.set_exception(StreamReset(f"the connection ended: {fault}"))
        self._streams.clear()
        self._changed.set()

    async def ask(self, block: bytes, body: bytes) -> Answer:
        while len(self._streams) >= self._streams_at_once:
            await self._change()
        if self._transport.is_closing():
            raise StreamReset("the connection ended")
        number, self._next = self._next, self._next + 2
        stream = _Stream(self._first_window, asyncio.get_running_loop().create_future())
        self._streams[number] = stream
        flags = END_HEADERS if body else END_HEADERS | END_STREAM
        sent = _frame(HEADERS, flags, number, block)
        if body and len(body) <= min(self._window, stream.window, self._frame_size):
            self._window -= len(body)
            self._transport.write(sent + _frame(DATA, END_STREAM, number, body))
        else:
            self._transport.write(sent)
            await self._send_long(number, stream, body)
        return await stream.answer

    async def _send_long(self, number: int, stream: _Stream, body: bytes) -> None:
        while body and not stream.answer.done():
            size = min(len(body), self._window, stream.window, self._frame_size)
            if size <= 0:
                await self._change()
                continue
            piece, body = body[:size], body[size:]
            self._window -= size
            stream.window -= size
            self._transport.write(_frame(DATA, 0 if body else END_STREAM, number, piece))

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer
        buffer += data
        at = 0
        while len(buffer) - at >= 9:
            end = at + 9 + int.from_bytes(buffer[at : at + 3], "big")
            if len(buffer) < end:
                break
            number = int.from_bytes(buffer[at + 5 : at + 9], "big")
            self._take(buffer[at + 3], buffer[at + 4], number, bytes(buffer[at + 9 : end]))
            at = end
        del buffer[:at]

    def _take(self, kind: int, flags: int, number: int, payload: bytes) -> None:
        if kind in (HEADERS, CONTINUATION):
            self._take_headers(kind, flags, number, payload)
        elif kind == DATA:
            self._take_data(flags, number, payload)
        elif kind == WINDOW_UPDATE:
            self._grow(number, int.from_bytes(payload, "big"))
        elif kind == SETTINGS and not flags & ACK:
            self._take_settings(payload)
        elif kind == PING and not flags & ACK:
            self._transport.write(_frame(PING, ACK, 0, payload))
        elif kind == RESET:
            self._end(number, StreamReset(f"error {int.from_bytes(payload, 'big')}"))

    def _take_headers(self, kind: int, flags: int, number: int, payload: bytes) -> None:
        if kind == HEADERS:
            payload = _unpadded(flags, payload)[5 if flags & PRIORITY else 0 :]
        self._fragments += payload
        if flags & END_HEADERS:
            block, self._fragments = self._fragments, b""
            fields = self._decoded(block)
            if number in self._streams:
                self._streams[number].headers |= fields
        if flags & END_STREAM and kind == HEADERS:
            self._end(number, None)

    def _decoded(self, block: bytes) -> dict[str, str]:
        if block in self._blocks:
            return self._blocks[block]
        fields = {str(name): str(value) for name, value in self._decoder.decode(block)}
        assert not self._decoder.header_table.dynamic_entries, "the server used the table that we do not have"
        if len(self._blocks) >= _KEPT_BLOCKS:
            self._blocks.clear()
        self._blocks[block] = fields
        return fields

    def _take_data(self, flags: int, number: int, payload: bytes) -> None:
        self._received += len(payload)
        if self._received > FULL_WINDOW // 2:
            self._transport.write(_frame(WINDOW_UPDATE, 0, 0, self._received.to_bytes(4, "big")))
            self._received = 0
        if number in self._streams:
            self._streams[number].body += _unpadded(flags, payload)
        if flags & END_STREAM:
            self._end(number, None)

    def _grow(self, number: int, by: int) -> None:
        if number == 0:
            self._window += by
        elif number in self._streams:
            self._streams[number].window += by
        self._changed.set()

    def _take_settings(self, payload: bytes) -> None:
        for at in range(0, len(payload), 6):
            name, value = int.from_bytes(payload[at : at + 2], "big"), int.from_bytes(payload[at + 2 : at + 6], "big")
            if name == MAX_CONCURRENT_STREAMS:
                self._streams_at_once = value
            elif name == MAX_FRAME_SIZE:
                self._frame_size = value
            elif name == INITIAL_WINDOW_SIZE:
                for stream in self._streams.values():
                    stream.window += value - self._first_window
                self._first_window = value
        self._transport.write(_frame(SETTINGS, ACK, 0, b""))
        self._changed.set()

    def _end(self, number: int, fault: StreamReset | None) -> None:
        stream = self._streams.pop(number, None)
        self._changed.set()
        if stream is None or stream.answer.done():
            return
        if fault is not None:
            stream.answer.set_exception(fault)
        else:
            headers = dict(stream.headers)
            stream.answer.set_result(Answer(int(headers.pop(":status")), headers, stream.body))


def _frame(kind: int, flags: int, number: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3, "big") + bytes((kind, flags)) + number.to_bytes(4, "big") + payload


def _setting(name: int, value: int) -> bytes:
    return name.to_bytes(2, "big") + value.to_bytes(4, "big")


def _unpadded(flags: int, payload: bytes) -> bytes:
    return payload[1 : len(payload) - payload[0]] if flags & PADDED else payload


def _literal(name: str, value: str) -> bytes:
    """A field that leaves no trace in a table. Standard: RFC 7541, 6.2.2."""
    return b"\x00" + _text(name.lower().encode()) + _text(value.encode())


def _text(text: bytes) -> bytes:
    if len(text) < 127:
        return bytes((len(text),)) + text
    rest, prefix = len(text) - 127, bytearray(b"\x7f")
    while rest >= 128:
        prefix.append(rest % 128 + 128)
        rest //= 128
    return bytes(prefix) + bytes((rest,)) + text

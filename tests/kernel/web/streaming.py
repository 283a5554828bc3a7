"""A browser's end of the live stream, small enough for five hundred of them."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

Event = tuple[str, str, str]


@dataclass
class Listener:
    """One open stream: status, and the events (name, data, id) with the instants at which they came."""

    status: int = 0
    events: list[Event] = field(default_factory=list)
    arrived: list[float] = field(default_factory=list)
    body: bytes = b""
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None

    @classmethod
    async def opened(cls, address: str, topics: str, headers: dict[str, str]) -> Listener:
        """Asks for a stream and reads the answer's head."""
        host = urlsplit(address)
        listener = cls()
        listener._reader, listener._writer = await asyncio.open_connection(host.hostname, host.port)
        lines = [f"GET /stream?topics={topics} HTTP/1.1", f"host: {host.netloc}", "accept: text/event-stream"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        listener._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        head = await listener._reader.readuntil(b"\r\n\r\n")
        listener.status = int(head.split(b" ", 2)[1])
        if listener.status != 200:
            listener.body = await listener._reader.read(4000)
            await listener.close()
        return listener

    async def until(self, count: int, timeout_s: float = 5.0) -> list[Event]:
        """Reads until this many events have come, besides the one that says the stream is open."""
        async with asyncio.timeout(timeout_s):
            while len(self.events) < count:
                await self._read()
        return self.events

    async def close(self) -> None:
        """Goes away like a browser whose tab is closed."""
        assert self._writer is not None
        self._writer.close()

    async def _read(self) -> None:
        assert self._reader is not None
        chunk = await self._reader.readuntil(b"\n\n")
        fields = dict(line.split(": ", 1) for line in chunk.decode().splitlines() if ": " in line and line[0] != ":")
        if fields.get("event", "open") != "open":
            self.events.append((fields["event"], fields["data"], fields["id"]))
            self.arrived.append(time.perf_counter())
        elif "event" in fields:
            self.opened_at = fields["id"]

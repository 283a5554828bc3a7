"""A load generator on plain sockets: cheap enough to share two cores with what it loads."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

RequestOf = Callable[[int], bytes]


@dataclass
class Load:
    """What came of a load. Units: seconds."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """The latency below which this share of the answers came, in seconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def request(method: str, path: str, *, host: str, token: str, body: bytes = b"") -> bytes:
    """One HTTP/1.1 request as octets."""
    head = f"{method} {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n"
    if body:
        head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


def fire(host: str, port: int, request_of: RequestOf, *, count: int, connections: int, keep: bool = False) -> Load:
    """Send `count` requests over some connections, one after the other on each. Blocks until all are answered."""
    return asyncio.run(_fire(host, port, request_of, count, connections, keep))


async def _fire(host: str, port: int, request_of: RequestOf, count: int, connections: int, keep: bool) -> Load:
    load = Load()
    numbers = iter(range(count))
    started = time.perf_counter()
    await asyncio.gather(*(_worker(host, port, request_of, numbers, load, keep) for _ in range(connections)))
    load.seconds = time.perf_counter() - started
    return load


async def _worker(host: str, port: int, request_of: RequestOf, numbers: object, load: Load, keep: bool) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    for number in numbers:  # type: ignore[attr-defined]
        sent = time.perf_counter()
        writer.write(request_of(number))
        status, body = await _answer(reader)
        load.latencies.append(time.perf_counter() - sent)
        load.statuses[status] = load.statuses.get(status, 0) + 1
        if keep:
            load.bodies.append(body)
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return int(head[9:12]), await reader.readexactly(length)

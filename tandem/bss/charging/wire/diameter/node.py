"""What the connections of one listener share: who we are, whom we ask, and who is connected."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Protocol

import structlog

from tandem.bss.charging.rules.diameter.base import Identity
from tandem.bss.charging.rules.diameter.codec import ntp_of
from tandem.bss.charging.terms.online import SessionAnswer, SessionRequest
from tandem.bss.charging.wire.diameter.settings import DiameterSettings, Peer
from tandem.kernel.period import Instant

log = structlog.get_logger("tandem.charging")


class Asker(Protocol):
    """Whoever answers charging requests."""

    async def ask(self, request: SessionRequest) -> SessionAnswer:
        """The answer to one message. Raises: Overloaded, Unanswered."""


class Link(Protocol):
    """A connection."""

    peer: Peer | None
    closed: asyncio.Future[None]

    async def bid_farewell(self) -> None:
        """End it in peace."""

    async def request(self, message: bytes) -> bytes | None:
        """The peer's answer; `None` when there is none in time."""

    def end(self, why: str) -> None:
        """Close it at once."""


class Node:
    """One Diameter node: ours. Belongs to one event loop."""

    def __init__(self, settings: DiameterSettings, asker: Asker, now: Callable[[], Instant]) -> None:
        self.settings = settings
        self.asker = asker
        self.now = now
        started = ntp_of(now())
        self.identity = Identity(host=settings.host, realm=settings.realm, product=settings.product, state_id=started)
        self._end_to_end = (started & 0xFFF) << 20 | random.getrandbits(20)
        self._links: dict[str, list[Link]] = {}
        self.connections: set[Link] = set()
        self.dialled: dict[str, Link] = {}
        self._arrived = asyncio.Event()

    def next_end_to_end(self) -> int:
        """An identifier that no request of ours had in the last minutes, a restart included."""
        self._end_to_end = (self._end_to_end + 1) & 0xFFFFFFFF
        return self._end_to_end

    def join(self, peer: Peer, link: Link) -> None:
        """A peer has connected; the oldest of too many connections ends."""
        links = self._links.setdefault(peer.host.lower(), [])
        links.append(link)
        log.info("charging.diameter.connected", peer=peer.host, connections=len(links))
        self._arrived.set()
        if len(links) > peer.connections:
            links[0].end("the peer has a newer connection")

    def leave(self, peer: Peer, link: Link) -> None:
        """A connection is no longer for use."""
        links = self._links.get(peer.host.lower(), [])
        if link in links:
            links.remove(link)
            log.info("charging.diameter.disconnected", peer=peer.host, connections=len(links))

    async def connected(self, host: str) -> None:
        """Wait until a node has a connection."""
        while not self.links_to(host):
            self._arrived.clear()
            await self._arrived.wait()

    def links_to(self, host: str) -> list[Link]:
        """The open connections to a node, the newest first."""
        return self._links.get(host.lower(), [])[::-1]

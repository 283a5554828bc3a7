"""The Diameter listener: it takes connections, keeps those that we make, and tells clients what they did not ask."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import structlog

from tandem.bss.charging.rules.diameter import base
from tandem.bss.charging.rules.diameter import dictionary as d
from tandem.bss.charging.rules.diameter.codec import AvpFault, read_avps
from tandem.bss.charging.terms.online import SessionNotice
from tandem.bss.charging.wire.diameter.connection import Connection
from tandem.bss.charging.wire.diameter.node import Asker, Node
from tandem.bss.charging.wire.diameter.settings import DiameterSettings, Peer, Tls
from tandem.kernel.errors import Unavailable
from tandem.kernel.period import Instant

log = structlog.get_logger("tandem.charging")

_SCTP = 132


async def serve_diameter(settings: DiameterSettings, asker: Asker, *, now: Callable[[], Instant]) -> DiameterServer:
    """Listen. `now` is the time of requests that do not tell theirs. Raises: Unavailable without SCTP or the port."""
    server = DiameterServer(Node(settings, asker, now))
    await server.start()
    return server


class DiameterServer:
    """What `serve_diameter` gives: a listener with its connections."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._dialling: list[asyncio.Task[None]] = []
        self._listener: asyncio.Server | None = None
        self.port = 0

    async def start(self) -> None:
        """Listen, and call the peers that are to be called. Raises: Unavailable."""
        settings = self._node.settings
        bound = _bind(settings)
        tls = _tls(settings.tls) if settings.tls else None
        self._listener = await asyncio.get_running_loop().create_server(self._accept, sock=bound, ssl=tls, backlog=256)
        self.port = bound.getsockname()[1]
        self._dialling = [
            asyncio.get_running_loop().create_task(self._keep_dialling(peer, peer.dial))
            for peer in settings.peers
            if peer.dial is not None
        ]

    async def stop(self) -> None:
        """Take no more, answer what is being worked on, tell the peers, and end."""
        assert self._listener is not None
        self._listener.close()
        for task in self._dialling:
            task.cancel()
        connections = set(self._node.connections)
        await asyncio.gather(*(each.bid_farewell() for each in connections if each.peer is not None))
        for connection in connections:
            connection.end("we are stopping")
        if connections:
            await asyncio.wait([connection.closed for connection in connections])

    async def connected(self, host: str) -> None:
        """Wait until a node has a connection to us."""
        await self._node.connected(host)

    async def notify(self, notice: SessionNotice) -> bool:
        """Tell the client of a session to ask again, or to end it; whether it heard.

        A client that does not know the session heard as well: there is nothing left to tell it.
        """
        place, identity = base.Place.of(notice.notify_at), self._node.identity
        if notice.kind == "abort":
            requests = [base.abort_session_request(notice.session, place=place, identity=identity)]
        else:
            requests = [
                base.re_auth_request(notice.session, place=place, identity=identity, rating_group=group)
                for group in notice.rating_groups or (None,)
            ]
        heard = [await self._tell(place, request) for request in requests]
        return all(heard)

    async def _tell(self, place: base.Place, request: bytes) -> bool:
        """By the peer that the session came by, else by the node itself, one connection after the other."""
        for link in self._node.links_to(place.peer) or self._node.links_to(place.host):
            octets = await link.request(request)
            if octets is not None and (result := _result_of(octets)) is not None and not 3000 <= result < 4000:
                log.info("charging.diameter.told", host=place.host, result=result)
                return True
        return False

    def _accept(self, dialled: Peer | None = None) -> Connection:
        return Connection(self._node, dialled=dialled)

    def _secured(self, peer: Peer) -> dict[str, Any]:
        """How a call is made safe where the listener is."""
        tls = self._node.settings.tls
        if tls is None:
            return {}
        context = ssl.create_default_context(cafile=tls.authority)
        context.load_cert_chain(tls.certificate, tls.key)
        return {"ssl": context, "server_hostname": peer.host}

    async def _keep_dialling(self, peer: Peer, address: tuple[str, int]) -> None:
        """Call a peer, and call it again whenever the connection is gone and it has not called us."""
        loop = asyncio.get_running_loop()
        key = peer.host.lower()
        while True:
            if not self._node.links_to(peer.host):
                with suppress(OSError):
                    made = loop.create_connection(partial(self._accept, peer), *address, **self._secured(peer))
                    _, connection = await made
                    self._node.dialled[key] = connection
                    await asyncio.shield(connection.closed)
            self._node.dialled.pop(key, None)
            await asyncio.sleep(self._node.settings.reconnect_s)


def _result_of(octets: bytes) -> int | None:
    try:
        told = read_avps(octets)
    except AvpFault:
        return None
    if (experimental := told.group(d.EXPERIMENTAL_RESULT)) is not None:
        return experimental.number(d.EXPERIMENTAL_RESULT_CODE)
    return told.number(d.RESULT_CODE)


def _bind(settings: DiameterSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.listen else socket.AF_INET
    protocol = _SCTP if settings.transport == "sctp" else socket.IPPROTO_TCP
    try:
        bound = socket.socket(family, socket.SOCK_STREAM, protocol)
    except OSError as fault:
        raise Unavailable(f"this system has no {settings.transport.upper()}: {fault}") from fault
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((settings.listen, settings.port))
    except OSError as fault:
        bound.close()
        raise Unavailable(f"cannot listen for Diameter at {settings.listen}:{settings.port}: {fault}") from fault
    return bound


def _tls(files: Tls) -> Any:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=files.authority)
    context.load_cert_chain(files.certificate, files.key)
    if files.authority is not None:
        context.verify_mode = ssl.CERT_REQUIRED
    return context

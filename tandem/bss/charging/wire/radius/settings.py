"""How the RADIUS wire is set up: where it listens, and who may report."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class RadiusClient:
    """A NAS, or a proxy before many, by the networks that it sends from.

    `name` begins the names of its sessions: no client can report on another's. `subscriber` is by what its subscribers
    are known, `disconnect_port` where it takes Disconnect-Requests (RFC 5176).
    """

    name: str
    networks: tuple[str, ...]
    secret: bytes = field(repr=False)
    subscriber: Literal["user_name", "calling_station"] = "user_name"
    service: str = "data"
    disconnect_port: int = 3799


@dataclass(frozen=True, slots=True, kw_only=True)
class RadiusSettings:
    """Everything that the listener is told. `in_flight`: what comes beyond so many unanswered is left to be sent again.

    Units: seconds. `tries`: how often a Disconnect-Request is sent before the NAS counts as gone.
    """

    clients: tuple[RadiusClient, ...]
    listen: str = "127.0.0.1"
    port: int = 1813
    in_flight: int = 4_096
    answer_s: float = 1
    tries: int = 3

    def find_client(self, address: str) -> RadiusClient | None:
        """Who sends from an address: the first whose networks hold it."""
        here = ip_address(address.partition("%")[0])
        for client in self.clients:
            if any(here in ip_network(network) for network in client.networks):
                return client
        return None

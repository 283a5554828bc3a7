"""How the Diameter wire is set up: who we are, who may come, and what clients are told."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Literal

from tandem.bss.charging.rules.diameter.answers import Policy
from tandem.bss.charging.rules.diameter.requests import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A node that may connect.

    `addresses`: networks that it may come from; none means any. `connections`: how many it may have at once; one more
    ends the oldest, so that a node that crashed comes in again at once. `dial`: where we connect to it ourselves.
    """

    host: str
    addresses: tuple[str, ...] = ()
    connections: int = 4
    dial: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """Files of the certificate and its key. With an `authority` clients must show a certificate in their name."""

    certificate: str
    key: str
    authority: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiameterSettings:
    """Everything that the listener is told. `realms`: every node of these may connect. Units: seconds and octets.

    `in_flight`: how many requests of one connection are worked on before no more is read from it.
    """

    host: str
    realm: str
    listen: str = "127.0.0.1"
    port: int = 3868
    transport: Literal["tcp", "sctp"] = "tcp"
    tls: Tls | None = None
    peers: tuple[Peer, ...] = ()
    realms: tuple[str, ...] = ()
    product: str = "Tandem"
    reading: Reading = Reading()
    policy: Policy = Policy()
    watchdog_s: float = 30
    reconnect_s: float = 30
    answer_s: float = 5
    farewell_s: float = 2
    largest_message: int = 262_144
    in_flight: int = 4_096

    def find_peer(self, host: str, *, realm: str, address: str) -> Peer | None:
        """The peer that a node with these names and this address is, if it may connect."""
        for peer in self.peers:
            if peer.host.lower() == host.lower():
                return peer if _is_from(address, peer.addresses) else None
        return Peer(host=host) if realm.lower() in (each.lower() for each in self.realms) else None


def _is_from(address: str, networks: tuple[str, ...]) -> bool:
    here = ip_address(address.partition("%")[0])
    return not networks or any(here in ip_network(network) for network in networks)

"""What an operator may say of the charging process: a file `charging.json` in the data folder, or the one named by
`TANDEM_CHARGING`. Without one, Nchf is served in clear text on this machine alone. `docs/how/charging-process.md`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from tandem.app.settings import Settings
from tandem.bss.charging.terms.online import SessionPolicy
from tandem.bss.charging.wire.diameter import SERVICES, DiameterSettings, Peer, Reading, Tls
from tandem.bss.charging.wire.nchf import Listening
from tandem.bss.charging.wire.radius import RadiusClient, RadiusSettings
from tandem.kernel.errors import Invalid

FILE = "charging.json"
VARIABLE = "TANDEM_CHARGING"
Port = Annotated[int, msgspec.Meta(ge=1, le=65_535)]


class _Form(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What all parts have in common: unknown words are refused."""


class NchfForm(_Form, frozen=True, kw_only=True):
    """Where Nchf is served. A certificate and its key mean TLS, with `clientCa` only to who has a certificate."""

    host: str = "127.0.0.1"
    port: Port
    certificate: str | None = None
    key: str | None = None
    client_ca: str | None = None
    api_root: str | None = None


class PeerForm(_Form, frozen=True, kw_only=True):
    """A Diameter node that may connect, from these networks; `dial` is where we connect to it ourselves."""

    host: str
    addresses: tuple[str, ...] = ()
    connections: Annotated[int, msgspec.Meta(ge=1)] = 4
    dial: tuple[str, Port] | None = None


class DiameterForm(_Form, frozen=True, kw_only=True):
    """Where Gy and Ro are served, who we are, and who may come. `services` adds service contexts to the standard's."""

    host: str
    realm: str
    listen: str = "127.0.0.1"
    port: Port = 3868
    transport: Literal["tcp", "sctp"] = "tcp"
    certificate: str | None = None
    key: str | None = None
    authority: str | None = None
    peers: tuple[PeerForm, ...] = ()
    realms: tuple[str, ...] = ()
    services: dict[str, str] = {}


class RadiusClientForm(_Form, frozen=True, kw_only=True):
    """A network access server, or a proxy before many, by the networks that it sends from."""

    name: str
    networks: tuple[str, ...]
    secret: str
    subscriber: Literal["user_name", "calling_station"] = "user_name"
    service: str = "data"
    disconnect_port: Port = 3799


class RadiusForm(_Form, frozen=True, kw_only=True):
    """Where RADIUS accounting is taken, and of whom."""

    listen: str = "127.0.0.1"
    port: Port = 1813
    clients: tuple[RadiusClientForm, ...]


class GatheringForm(_Form, frozen=True, kw_only=True):
    """How much is gathered into one commit, and how long a message waits. `lanes`: batches at work at once.

    `compileAfter`: after so many messages the rating core is made machine code, beside the work; none: never.
    """

    compile_after: Annotated[int, msgspec.Meta(ge=0)] | None = 200
    lanes: Annotated[int, msgspec.Meta(ge=1, le=16)] = 1
    batch: Annotated[int, msgspec.Meta(ge=1, le=4_096)] = 256
    waiting: Annotated[int, msgspec.Meta(ge=1)] = 4_096
    patience_ms: Annotated[int, msgspec.Meta(ge=10)] = 3_000


class ChargingForm(_Form, frozen=True, kw_only=True):
    """The whole file. `home`: the networks (MCC and MNC) that are not roaming."""

    nchf: tuple[NchfForm, ...] = ()
    diameter: tuple[DiameterForm, ...] = ()
    radius: tuple[RadiusForm, ...] = ()
    home: tuple[str, ...] = ()
    gathering: GatheringForm = GatheringForm()
    sessions: SessionPolicy = SessionPolicy()

    def listenings(self) -> list[Listening]:
        """As Nchf's wire takes them."""
        return [
            Listening(
                host=one.host,
                port=one.port,
                certificate=_path(one.certificate),
                key=_path(one.key),
                client_ca=_path(one.client_ca),
                api_root=one.api_root,
                home=frozenset(self.home),
            )
            for one in self.nchf
        ]

    def diameters(self) -> list[DiameterSettings]:
        """As Diameter's wire takes them."""
        return [
            DiameterSettings(
                host=one.host,
                realm=one.realm,
                listen=one.listen,
                port=one.port,
                transport=one.transport,
                tls=Tls(certificate=one.certificate, key=one.key, authority=one.authority)
                if one.certificate and one.key
                else None,
                peers=tuple(
                    Peer(host=peer.host, addresses=peer.addresses, connections=peer.connections, dial=peer.dial)
                    for peer in one.peers
                ),
                realms=one.realms,
                reading=Reading(home=frozenset(self.home), services={**SERVICES, **one.services}),
            )
            for one in self.diameter
        ]

    def radiuses(self) -> list[RadiusSettings]:
        """As RADIUS' wire takes them."""
        return [
            RadiusSettings(
                listen=one.listen,
                port=one.port,
                clients=tuple(
                    RadiusClient(
                        name=client.name,
                        networks=client.networks,
                        secret=client.secret.encode(),
                        subscriber=client.subscriber,
                        service=client.service,
                        disconnect_port=client.disconnect_port,
                    )
                    for client in one.clients
                ),
            )
            for one in self.radius
        ]


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


def read_form(settings: Settings) -> ChargingForm:
    """The operator's file, or what holds without one. Raises: Invalid, with the place of the fault."""
    named = os.environ.get(VARIABLE)
    file = Path(named) if named else settings.data / FILE
    if not named and not file.exists():
        return ChargingForm(nchf=(NchfForm(port=settings.nchf_port),))
    try:
        return msgspec.json.decode(file.read_bytes(), type=ChargingForm)
    except OSError as fault:
        raise Invalid(f"{file} cannot be read: {fault.strerror}", code="settings.charging") from fault
    except msgspec.MsgspecError as fault:
        raise Invalid(f"{file}: {fault}", code="settings.charging") from fault

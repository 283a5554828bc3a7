"""The network that this installation drives: its home register, started here or reached at an address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tandem.app.settings import Settings
from tandem.kernel.errors import Invalid
from tandem.kernel.store import Database
from tandem.oss.elements import public as elements
from tandem.oss.elements.public import RunningHlr

HLR: Final = "hlr-1"
HLR_FOLDER: Final = "hlr"
"""Where in the data folder it keeps its things."""
_KIND: Final = "osmo_hlr"
_OWN: Final = re.compile(r"(?P<host>[\w.\-]+):(?P<port>\d+)")


@dataclass(frozen=True)
class Network:
    """The register that was started here, if one was. It outlives us as real elements do, unless we stop it."""

    register: RunningHlr | None = None
    told: str = "none"

    @property
    def words(self) -> str:
        """Which register it is, for people."""
        return self.told

    def keep(self) -> None:
        """A register that is gone stays gone: that is a fault of the network, for operations to see and mend."""

    def stop(self) -> None:
        """Stop the register that was started here."""
        if self.register is not None:
            self.register.stop()


def registered_network(database: Database, settings: Settings, wanted: str) -> Network:
    """Start or find the home register and make it known to the elements room.

    `wanted` is auto (the real one where it is installed and may run, else the simulated one), real, simulated, or the
    HOST:PORT of a CTRL interface of your own. Raises: Invalid, RegisterDidNotStart.
    """
    own = _OWN.fullmatch(wanted)
    if own is not None:
        address: Mapping[str, Any] = {"host": own["host"], "ctrlPort": int(own["port"])}
        _register(database, settings, address, software="osmo-hlr")
        return Network(told=f"{wanted} (your own)")
    register = _started(settings, wanted)
    _register(database, settings, register.address_doc, software=register.software)
    return Network(register, words_of(register))


def words_of(register: RunningHlr) -> str:
    """Which register it is, for people: `osmo-hlr 1.5.0, real, pid 4711, CTRL at 127.0.0.2:4259`."""
    kind = "simulated" if register.simulated else "real"
    where = f"{register.address.host}:{register.address.ctrl_port}"
    return f"{register.software}, {kind}, pid {register.pid}, CTRL at {where}"


def _started(settings: Settings, wanted: str) -> RunningHlr:
    if wanted not in ("auto", "real", "simulated"):
        raise Invalid(f"--hlr is auto, real, simulated or HOST:PORT, not {wanted!r}", path="--hlr")
    return elements.start_hlr(settings.data / HLR_FOLDER, kind=wanted)


def _register(database: Database, settings: Settings, address: Mapping[str, Any], *, software: str) -> None:
    with database.uow(tenant=settings.tenant, actor="system", cause="start:network") as uow:
        elements.register_element(uow, name=HLR, kind=_KIND, address=address, software=software)

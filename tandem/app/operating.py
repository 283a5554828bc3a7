"""A whole operator on this machine: its processes, what is put into it at the first start, and how it ends."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tandem.app import server
from tandem.app.installation import Installation, seed
from tandem.app.keeping import Plan, spec_of
from tandem.app.logins import make_logins
from tandem.app.network import Network, registered_network
from tandem.app.settings import Settings
from tandem.app.supervisor import ChildSpec, answers
from tandem.kernel.errors import Refused
from tandem.kernel.store import Database
from tandem.oss.elements import public as elements


class PortTaken(Refused):
    """Something else listens at the address that was asked for."""

    code = "app.port_taken"


def children(installation: Installation) -> list[ChildSpec]:
    """The processes of one operator: worker, card processor, charging, last the API, which says when all is ready."""
    settings = installation.settings
    environment = environment_of(installation)
    command = [sys.executable, "-m", "tandem.app", "serve", "--role"]
    specs = [ChildSpec("worker", [*command, "worker"], environment)]
    if settings.halves != "oss" and not settings.psp_url_given:
        journal = str(settings.data / "card-processor.journal")
        specs.append(ChildSpec("card-processor", [*_PSP, str(settings.psp_port), "--journal", journal], environment))
    if settings.halves != "oss":
        specs.append(ChildSpec("charging", [*command, "charging"], environment))
    return [*specs, ChildSpec("api", [*command, "api"], environment, ready=answers(health_url(settings)))]


def health_url(settings: Settings) -> str:
    """Where the API says that it is ready."""
    return f"http://{_reachable(settings.host)}:{settings.port}/health"


def plan_of(installation: Installation, network: Network, greeting: Sequence[str]) -> Plan:
    """What the process that keeps this operator up must know."""
    settings = installation.settings
    return Plan(
        data=str(settings.data),
        address=settings.url,
        is_embedded=installation.postgres is not None,
        register_folder=str(network.register.folder) if network.register else "",
        greeting=list(greeting),
        children=[
            spec_of(child, health_url(settings) if child.name == "api" else None) for child in children(installation)
        ],
    )


_PSP = (sys.executable, "-m", "tandem.bss.receivables.simulated.psp", "--port")


def environment_of(installation: Installation) -> Mapping[str, str]:
    """What a child process is told: never by its command line, which others can read."""
    settings = installation.settings
    told: dict[str, Any] = {
        "TANDEM_APP_URL": installation.urls.app,
        "TANDEM_DATA": settings.data,
        "TANDEM_HOST": settings.host,
        "TANDEM_PORT": settings.port,
        "TANDEM_TENANT": settings.tenant,
        "TANDEM_HALVES": settings.halves,
        "TANDEM_OTHER_HALF_URL": settings.other_half_url,
        "TANDEM_OTHER_HALF_TOKEN": settings.other_half_token,
        "TANDEM_PUBLIC_URL": settings.public_url,
        "TANDEM_HUB_ALLOW": ",".join(settings.hub_allow),
        "TANDEM_MAIL": settings.mail,
        "TANDEM_PSP_URL": settings.psp_url,
    }
    return {name: str(value) for name, value in told.items() if value is not None and value != ""}


def fill(installation: Installation, hlr: str, *, with_seed: bool) -> Network:
    """Put the demonstration operator into an empty tenant, with its logins, and make the network known."""
    settings = installation.settings
    server.use_keys(settings)
    with Database(installation.urls.app, max_size=2) as database:
        if with_seed and seed(database, settings):
            print("the demonstration operator Corrib Communications (fiction) was put in place", file=sys.stderr)
            make_logins(database, settings)
        return registered_network(database, settings, hlr) if settings.halves != "bss" else Network()


def keep(installation: Installation) -> None:
    """Keep alive what the processes stand on."""
    if installation.postgres is not None:
        installation.postgres.revive()


def stop(installation: Installation, network: Network) -> None:
    """End what was started beside the processes."""
    network.stop()
    installation.stop()


def stop_left_over(data: Path) -> None:
    """End a register that an earlier run, killed, left in a data folder."""
    left = elements.find_running_hlr(data / "hlr")
    if left is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(left.pid, signal.SIGTERM)
        left.stop()


def require_free(settings: Settings) -> None:
    """Raises: PortTaken when something else listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as fault:
            raise PortTaken(
                f"{settings.host}:{settings.port} cannot be listened on: {fault.strerror}",
                next_action="choose another with --port",
            ) from fault


def free_port() -> int:
    """A port of the loopback address that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::", "") else host

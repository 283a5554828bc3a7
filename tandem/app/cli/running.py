"""Commands that run the operator: up, demo, serve."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tandem.app import demo as demonstration
from tandem.app import server, working
from tandem.app.installation import Installation, prepare, seed
from tandem.app.network import Network, registered_network
from tandem.app.running import announced
from tandem.app.settings import Settings
from tandem.app.supervisor import ChildSpec, Supervisor, answers
from tandem.kernel.errors import Refused
from tandem.kernel.store import Database


class PortTaken(Refused):
    """Something else listens at the address that was asked for."""

    code = "app.port_taken"


def up(settings: Settings, args: argparse.Namespace) -> int:
    """Run the operator in the foreground until interrupted; ready when GET /health answers 200."""
    _require_free(settings)
    installation = prepare(settings)
    network = _fill(installation, args.hlr, with_seed=not args.no_seed)
    with announced(settings.data, settings.url) as others:
        for other in others:
            print(f"note: a Tandem (pid {other.pid}) runs on this data folder too, at {other.address}", file=sys.stderr)
        supervisor = Supervisor(
            children(installation),
            keep=lambda: _keep(installation, network),
            on_ready=lambda: _greet(settings, network),
            on_stopped=lambda: _stop(installation, network),
        )
        return supervisor.run()


def demo(settings: Settings, args: argparse.Namespace) -> int:
    """Play one customer's story live, from order to paid bill, then stay up; with --exit end with the table."""
    if args.port is None:
        settings = replace(settings, port=free_port())
    return demonstration.run(settings, hlr=args.hlr, is_brief=args.exit)


def serve(settings: Settings, args: argparse.Namespace) -> int:
    """Run one role of the program: the API with the pages, the worker, or both under a supervisor."""
    url = os.environ.get("TANDEM_APP_URL")
    installation = prepare(settings) if url is None else None
    database_url = url or (installation.urls.app if installation else "")
    try:
        if args.role == "api":
            server.run(settings, database_url)
        elif args.role == "worker":
            working.run(settings, database_url)
        elif installation is not None:
            return Supervisor(children(installation)).run()
    finally:
        if installation is not None:
            installation.stop()
    return 0


def children(installation: Installation) -> list[ChildSpec]:
    """The processes of one operator: the worker, then the API, which says when all is ready."""
    settings = installation.settings
    environment = environment_of(installation)
    command = [sys.executable, "-m", "tandem.app", "serve", "--role"]
    worker = ChildSpec("worker", [*command, "worker"], environment)
    probe = f"http://{_reachable(settings.host)}:{settings.port}/health"
    api = ChildSpec("api", [*command, "api"], environment, ready=answers(probe))
    return [worker, api]


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
    }
    return {name: str(value) for name, value in told.items() if value is not None and value != ""}


def _fill(installation: Installation, hlr: str, *, with_seed: bool) -> Network:
    settings = installation.settings
    server.use_keys(settings)
    with Database(installation.urls.app, max_size=2) as database:
        if with_seed and seed(database, settings):
            print("the demonstration operator Corrib Communications (fiction) was put in place", file=sys.stderr)
        return registered_network(database, settings, hlr) if settings.halves != "bss" else Network()


def _keep(installation: Installation, network: Network) -> None:
    if installation.postgres is not None:
        installation.postgres.revive()
    network.keep()


def _stop(installation: Installation, network: Network) -> None:
    network.stop()
    installation.stop()


def _greet(settings: Settings, network: Network) -> None:
    print(f"Tandem is up at {settings.url}")
    print(f"  self-care {settings.url}/my   desks {settings.url}/desk   APIs {settings.url}/api")
    print(f"home register: {network.words}")
    logins = settings.data / "logins.txt"
    if logins.exists():
        print(f"logins: see {logins}")
    print("stop with Ctrl-C", flush=True)


def _require_free(settings: Settings) -> None:
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

"""Commands that run the operator: up, demo, serve."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace

from tandem.app import operating, server, working
from tandem.app.demo import playing
from tandem.app.installation import prepare
from tandem.app.logins import FILE
from tandem.app.network import Network
from tandem.app.running import announced
from tandem.app.settings import Settings
from tandem.app.supervisor import Supervisor


def up(settings: Settings, args: argparse.Namespace) -> int:
    """Run the operator in the foreground until interrupted; ready when GET /health answers 200."""
    operating.require_free(settings)
    installation = prepare(settings)
    network = operating.fill(installation, args.hlr, with_seed=not args.no_seed)
    with announced(settings.data, settings.url) as others:
        for other in others:
            print(f"note: a Tandem (pid {other.pid}) runs on this data folder too, at {other.address}", file=sys.stderr)
        supervisor = Supervisor(
            operating.children(installation),
            keep=lambda: operating.keep(installation),
            on_ready=lambda: _greet(settings, network),
            on_stopped=lambda: operating.stop(installation, network),
        )
        return supervisor.run()


def demo(settings: Settings, args: argparse.Namespace) -> int:
    """Play one customer's story live, from order to paid bill, then stay up; with --exit end with the table."""
    if args.port is None:
        settings = replace(settings, port=operating.free_port())
    return playing.run(settings, hlr=args.hlr, is_brief=args.exit)


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
            return Supervisor(operating.children(installation)).run()
    finally:
        if installation is not None:
            installation.stop()
    return 0


def _greet(settings: Settings, network: Network) -> None:
    print(f"Tandem is up at {settings.url}")
    print(f"  self-care {settings.url}/my   desks {settings.url}/desk   APIs {settings.url}/api")
    print(f"home register: {network.words}")
    logins = settings.data / FILE
    if logins.exists():
        print(f"logins: see {logins}")
    print("stop with Ctrl-C", flush=True)

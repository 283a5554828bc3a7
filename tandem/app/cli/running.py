"""Commands that run the operator: up, demo, serve."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace

from tandem.app import charging, operating, server, working
from tandem.app.charging_form import read_form
from tandem.app.demo import playing
from tandem.app.installation import prepare
from tandem.app.logins import FILE
from tandem.app.network import Network
from tandem.app.settings import Settings
from tandem.app.supervisor import Supervisor


def up(settings: Settings, args: argparse.Namespace) -> int:
    """Run the operator in the foreground until interrupted; ready when GET /health answers 200."""
    operating.require_free(settings)
    installation = prepare(settings)
    network = operating.fill(installation, args.hlr, with_seed=not args.no_seed)
    operating.plan_of(installation, network, _greeting(settings, network)).hand_over()
    return 0


def demo(settings: Settings, args: argparse.Namespace) -> int:
    """Play one customer's story live, from order to paid bill, then stay up; with --exit end with the table."""
    if args.port is None:
        settings = replace(settings, port=operating.free_port())
    return playing.run(settings, hlr=args.hlr, is_brief=args.exit)


def serve(settings: Settings, args: argparse.Namespace) -> int:
    """Run one role of the program: the API with the pages, the worker, charging, or all under a supervisor."""
    url = os.environ.get("TANDEM_APP_URL")
    installation = prepare(settings) if url is None else None
    database_url = url or (installation.urls.app if installation else "")
    try:
        if args.role == "api":
            server.run(settings, database_url)
        elif args.role == "worker":
            working.run(settings, database_url)
        elif args.role == "charging":
            charging.run(settings, database_url)
        elif installation is not None:
            return Supervisor(operating.children(installation)).run()
    finally:
        if installation is not None:
            installation.stop()
    return 0


def _greeting(settings: Settings, network: Network) -> list[str]:
    logins = settings.data / FILE
    return [
        f"Tandem is up at {settings.url}",
        f"  self-care {settings.url}/my   desks {settings.url}/desk   APIs {settings.url}/api",
        f"home register: {network.words}",
        *([f"charging: {_charging_words(settings)}"] if settings.halves != "oss" else []),
        *([f"logins: see {logins}"] if logins.exists() else []),
        "stop with Ctrl-C",
    ]


def _charging_words(settings: Settings) -> str:
    form = read_form(settings)
    doors = [f"Nchf at {one.host}:{one.port}" for one in form.nchf]
    doors += [f"Diameter at {one.listen}:{one.port}" for one in form.diameter]
    doors += [f"RADIUS at {one.listen}:{one.port}" for one in form.radius]
    return ", ".join(doors) or "no network is served"

"""What can be typed, and which command answers it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from tandem.app.cli import explaining, network, operating, rating, rerating, running, stocking, usage, vouchers
from tandem.app.settings import Settings

Command = Callable[[Settings, argparse.Namespace], int]


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(prog="tandem", description="Tandem: BSS and OSS of a service provider.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_running(commands)
    _add_operating(commands)
    _add_explaining(commands)
    _add_stocking(commands)
    rerating.add_commands(lambda name, act: _command(commands, name, act))
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, act: Command
) -> argparse.ArgumentParser:
    text = (act.__doc__ or "").strip().split("\n")[0]
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(act=act)
    parser.add_argument("--data", type=Path, help="the folder of this installation (default: .tandem)")
    parser.add_argument("--database-url", help="an own PostgreSQL, as a user who may make roles")
    parser.add_argument("--tenant", help="the operator or brand (default: corrib)")
    return parser


def _port(text: str) -> int:
    """Raises: ValueError, which the parser tells, when there is no such port."""
    number = int(text)
    if not 1 <= number <= 65535:
        raise ValueError(text)
    return number


_port.__name__ = "port"  # what the parser calls it: "invalid port value"


def _add_running(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    up = _command(commands, "up", running.up)
    demo = _command(commands, "demo", running.demo)
    demo.add_argument("--exit", action="store_true", help="end with the table of what happened, instead of staying up")
    for parser in (up, demo):
        parser.add_argument("--port", type=_port, help="where to listen (default: 8080; demo: a free one)")
        parser.add_argument("--host", help="the address to listen on (default: 127.0.0.1)")
        parser.add_argument("--hlr", default="auto", help="auto, real, simulated, or HOST:CTRLPORT of your own")
    up.add_argument("--no-seed", action="store_true", help="do not put the demonstration operator into an empty tenant")
    up.add_argument("--halves", choices=("both", "bss", "oss"), help="which half to run; the other by its APIs")
    up.add_argument("--other-half-url", help="where the other half is reached")
    serve = _command(commands, "serve", running.serve)
    serve.add_argument("--role", choices=("api", "worker", "charging", "all"), default="all")
    serve.add_argument("--port", type=_port)
    serve.add_argument("--host")


def _add_operating(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    token = _command(commands, "token", operating.token)
    token.add_argument("--role", required=True)
    token.add_argument("--subject", help="who it is for, as the audit will name it (default: the role)")
    token.add_argument("--party", help="the party whose things are `own`")
    token.add_argument("--hours", type=float, default=24.0, help="how long it is good (default: 24)")
    _command(commands, "migrate", operating.migrate_database)
    _command(commands, "migration", operating.draft_migration).add_argument("name")
    _command(commands, "seed", operating.plant)
    _command(commands, "backup", operating.back_up).add_argument("file")
    restore = _command(commands, "restore", operating.bring_back)
    restore.add_argument("file")
    restore.add_argument("--replace", action="store_true", help="drop what is in the database first")
    clock = _command(commands, "clock", operating.clock)
    clock.add_argument("action", choices=("show", "set", "drag", "real"), nargs="?", default="show")
    clock.add_argument("at", nargs="?", help="an instant, such as 2026-11-01T00:00:00Z")
    clock.add_argument("--fixed", action="store_true", help="let it stand still there")
    steps = _command(commands, "steps", operating.steps)
    steps.add_argument("action", choices=("list", "show", "retry", "cancel"), nargs="?", default="list")
    steps.add_argument("step", type=int, nargs="?")
    steps.add_argument("--state", choices=("ready", "done", "dead", "cancelled"))
    hlr = _command(commands, "hlr", network.hlr)
    hlr.add_argument("action", choices=("status", "start", "stop"), nargs="?", default="status")
    hlr.add_argument("--kind", choices=("auto", "real", "simulated"), default="auto", help="auto: the kind that it had")
    _command(commands, "audit", operating.audit)
    user = _command(commands, "user", operating.add_user)
    user.add_argument("name")
    user.add_argument("--role", action="append", required=True)
    user.add_argument("--party")


def _add_explaining(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    why = _command(commands, "why", explaining.why)
    why.add_argument("kind", help="the entity type, such as ProductOrder or AppliedCustomerBillingRate")
    why.add_argument("thing", help="its id")


def _add_stocking(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _command(commands, "pools", stocking.pools)
    for name, act in (("import-numbers", stocking.import_numbers), ("import-sims", stocking.import_sims)):
        taking = _command(commands, name, act)
        taking.add_argument("file")
        taking.add_argument("--pool", required=True, help="the pool to fill")
        taking.add_argument("--new-pool", action="store_true", help="make the pool if there is none")
    made = _command(commands, "vouchers", vouchers.vouchers)
    made.add_argument("file", help="where the codes go; it must not be there yet")
    made.add_argument("--series", required=True, help="what this lot is called")
    made.add_argument("--amount", required=True, help="what one is worth, 20.00")
    made.add_argument("--currency", default="EUR")
    made.add_argument("--count", type=int, default=100)
    made.add_argument("--until", required=True, help="when unused ones are worth nothing, RFC 3339")
    loading = _command(commands, "load-usage", usage.rate_files)
    loading.add_argument("file", nargs="+", help="a usage file, or a folder of them")
    usage.add_arguments(loading)
    rated = _command(commands, "rate", usage.rate)
    rated.add_argument("file", nargs="*", help="usage files of any form, packed or not, or folders of them")
    usage.add_arguments(rated)
    rating.add_arguments(rated)

"""`tandem rate`: what uses cost by a tariff from a file, tried without a database."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from tandem.app.settings import Settings
from tandem.bss.charging import public as charging
from tandem.bss.charging.terms.sandbox import Manner, SandboxFile
from tandem.kernel.errors import Invalid
from tandem.kernel.period import instant, zone


def rate(_settings: Settings, args: argparse.Namespace) -> int:
    """Rate uses by a tariff, both from files: what each costs, what it moves, and why. Needs no database."""
    if args.tariff is None or args.usage is None:
        raise Invalid("rate needs --tariff and --usage", next_action="tandem rate --tariff T.json --usage U.jsonl")
    zone(args.zone)
    found = charging.rate_files(
        tariff=_file(args.tariff),
        usage=_file(args.usage),
        state=None if args.state is None else _file(args.state),
        manner=Manner(
            time_zone=args.zone,
            cycle_day=args.cycle_day,
            believed_at=None if args.believed_at is None else instant(args.believed_at),
        ),
    )
    if args.json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")
    else:
        _show(found)
    for refused in found["refused"]:
        print(_refusal(refused), file=sys.stderr)
    return 1 if found["refused"] else 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said to `tandem rate`."""
    parser.add_argument("--tariff", type=Path, help='a tariff, or several as {"tariffs": […]} (docs/how/tariffs.md)')
    parser.add_argument("--usage", type=Path, help="uses, one JSON object a line; - reads them from standard input")
    parser.add_argument("--state", type=Path, help="subscribers and buckets at the beginning, as --json writes them")
    parser.add_argument("--believed-at", metavar="INSTANT", help="leave out what was approved after this instant")
    parser.add_argument("--zone", default="UTC", help="the time zone of subscribers that do not tell theirs")
    parser.add_argument("--cycle-day", type=int, default=1, choices=range(1, 32), metavar="1-31", help="likewise")
    parser.add_argument("--json", action="store_true", help="everything, with moves, state and rule paths")


def _file(path: Path) -> SandboxFile:
    return SandboxFile(str(path), _lines(path))


def _lines(path: Path) -> Iterator[bytes]:
    if str(path) == "-":
        yield from sys.stdin.buffer
        return
    with path.open("rb") as file:
        yield from file


def _refusal(refused: dict[str, Any]) -> str:
    line = f", line {refused['line']}" if refused["line"] else ""
    path = f", {refused['path']}" if refused["path"] else ""
    return f"{refused['file']}{line}{path}: {refused['reason']}"


def _show(found: dict[str, Any]) -> None:
    """A table: each charge a line, the totals at the end."""
    if not found["isRated"]:
        return
    print(f"{'line':>5}  {'subscriber':16} {'service':8} {'by':24} {'quantity':>14} {'counted':>14} {'amount':>12}")
    for use in found["uses"]:
        start = f"{use['line']:>5}  {use['subscriber']:16} {use['service']:8}"
        if use["outcome"] != "rated":
            print(f"{start} {use['outcome']}")
        for charge in use["charges"]:
            print(
                f"{start} {charge['term']:24} {charge['quantity']:>14,} {charge['counted']:>14,} {charge['amount']:>12}"
            )
        for told in use["thresholds"]:
            print(f"{start} {told['bucket']} is at {told['percent']} %")
    totals = found["totals"]
    outcomes = ", ".join(f"{count} {name}" for name, count in totals["outcomes"].items())
    print(
        f"{totals['uses']} uses ({outcomes or 'none'}), amount {totals['amount']}: by money {totals['paidByMoney']}",
        end="",
    )
    print(f", invoice {totals['invoiced']}, unpaid {totals['unpaid']}; waived {totals['waived']}")

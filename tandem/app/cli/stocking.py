"""Filling the pools from files: numbers and SIMs, with a reason for each line that is not taken."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Callable
from pathlib import Path

from tandem.app.installation import opened
from tandem.app.settings import Settings
from tandem.kernel.store import Uow
from tandem.oss.inventory import public as inventory
from tandem.oss.inventory.terms import ImportReport, PoolKind


def import_numbers(settings: Settings, args: argparse.Namespace) -> int:
    """Take numbers in from a file: one number or one range `first,last` a line. Again changes nothing."""
    return _stock(
        settings, args, "number", lambda uow, lines: inventory.import_numbers(uow, pool=args.pool, lines=lines)
    )


def import_sims(settings: Settings, args: argparse.Namespace) -> int:
    """Take SIMs in from a card maker's file: `iccid,imsi,ki,opc[,acc]` a line. Keys are sealed at once."""
    return _stock(settings, args, "sim", lambda uow, lines: inventory.import_sims(uow, pool=args.pool, lines=lines))


def pools(settings: Settings, args: argparse.Namespace) -> int:
    """Show how many numbers and SIMs each pool holds, by state."""
    with opened(settings) as database, database.uow(tenant=settings.tenant, actor=_actor(), cause="cli") as uow:
        for level in inventory.pool_levels(uow):
            counts = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in level.by_state.items())
            print(f"{level.pool:<24}  {level.kind:<6}  {counts or 'empty'}")
    return 0


def _stock(
    settings: Settings, args: argparse.Namespace, kind: PoolKind, take: Callable[[Uow, list[str]], ImportReport]
) -> int:
    lines = Path(args.file).read_text().splitlines()
    with opened(settings) as database, database.uow(tenant=settings.tenant, actor=_actor(), cause="cli") as uow:
        if args.new_pool:
            inventory.make_pool(uow, name=args.pool, kind=kind)
        report = take(uow, lines)
    for rejected in report.rejected:
        print(f"line {rejected.line}: {rejected.reason}")
    print(f"{report.added} added, {report.present} there already, {len(report.rejected)} not taken")
    return 1 if report.rejected else 0


def _actor() -> str:
    return f"operator:{getpass.getuser()}"

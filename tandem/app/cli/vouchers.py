"""Vouchers from the command line: made in series, their codes written once to a file that only its owner reads."""

from __future__ import annotations

import argparse
import getpass
import os
from pathlib import Path

from tandem.app.installation import opened
from tandem.app.settings import Settings
from tandem.bss.charging import public as charging
from tandem.kernel.errors import Invalid
from tandem.kernel.money import Money
from tandem.kernel.period import instant


def vouchers(settings: Settings, args: argparse.Namespace) -> int:
    """Make vouchers of a series; their codes are written to a file and are known nowhere else afterwards."""
    amount = _amount(args.amount, args.currency)
    ends_at = instant(args.until, path="--until")
    target = Path(args.file)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as lines, opened(settings) as database:
            actor = f"operator:{getpass.getuser()}"
            with database.uow(tenant=settings.tenant, actor=actor, cause="cli") as uow:
                codes = charging.make_vouchers(
                    uow, series=args.series, amount=amount, count=args.count, ends_at=ends_at
                )
                lines.writelines(f"{code}\n" for code in codes)
                lines.flush()
                os.fsync(lines.fileno())
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    print(f"{len(codes)} vouchers of {amount} until {args.until}, series {args.series}: {target}")
    return 0


def _amount(text: str, currency: str) -> Money:
    try:
        return Money.of(text, currency)
    except ArithmeticError as fault:
        raise Invalid(f"an amount is a number, not {text!r}", path="--amount") from fault

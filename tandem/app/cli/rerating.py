"""Rating again and what-if from the command line: shown first, agreed to by another user of the machine, in tables."""

from __future__ import annotations

import argparse
import getpass
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec

from tandem.app.installation import opened
from tandem.app.settings import Settings
from tandem.bss.catalog.terms.tariff import Tariff
from tandem.bss.charging import public as charging
from tandem.bss.charging.terms.rerating import AccountChange, Rerating, Selection, WhatIf
from tandem.kernel.errors import Invalid
from tandem.kernel.money import Money
from tandem.kernel.period import Period, instant, local_midnight
from tandem.kernel.store import Uow

_SHOWN: Final = 20
_WHOM: Final = {
    "customer": "customer_id",
    "account": "billing_account_id",
    "product": "product_id",
    "offering": "offering_id",
    "tariff_version": "tariff_version",
    "price": "price_id",
}
"""Options and what of a selection they tell."""
_DONE: Final[Mapping[str, Callable[..., Rerating]]] = {
    "approve": charging.rerate,
    "stop": charging.stop_rerating,
    "resume": charging.resume_rerating,
    "show": charging.get_rerating,
}


def rerate(settings: Settings, args: argparse.Namespace) -> int:
    """Show what rating use again would change, or agree to what another person was shown; money moves only then."""
    with opened(settings) as database:
        with database.uow(tenant=settings.tenant, actor=_actor(), cause="cli", why=args.because) as uow:
            found = _rerated(uow, args)
            changes = charging.rerating_changes(uow, rerating_id=found.id, limit=_SHOWN)
    if args.json:
        print(json.dumps(msgspec.to_builtins({"rerating": found, "changes": changes}), indent=2))
    else:
        print("\n".join([*_told(found), *_table(changes)]))
    return 1 if found.differing else 0


def _rerated(uow: Uow, args: argparse.Namespace) -> Rerating:
    for name, act in _DONE.items():
        if getattr(args, name):
            return act(uow, rerating_id=getattr(args, name))
    told = {of: getattr(args, name) for name, of in _WHOM.items()}
    selection = Selection(
        **told,
        usage_ids=tuple(args.usage or ()),
        first=instant(args.first) if args.first else None,
        end=instant(args.until) if args.until else None,
    )
    return charging.rerating_dry_run(uow, selection=selection, because=args.because or "")


def _told(found: Rerating) -> list[str]:
    looked = found.accounts - found.waiting
    lines = [
        f"rating again {found.id} is {found.state}: {looked:,} of {found.accounts:,} accounts looked at, "
        f"{found.changed_accounts:,} change ({found.changed_customers:,} customers), {found.posted:,} posted",
        f"{found.changed_uses:,} of {found.uses:,} uses come out otherwise, {found.refused_uses:,} have no price now; "
        f"{found.buckets:,} balances and counters move",
    ]
    lines += [
        f"charged: {_signed(micros, currency)}, on invoices: {_signed(found.invoiced[currency], currency)}"
        for currency, micros in found.charged.items()
    ]
    if found.differing:
        lines.append(f"{found.differing:,} accounts changed since they were shown and were left alone: look again")
    if found.state == "drafted" and found.changed_accounts:
        lines.append(f"nothing is posted yet; another person agrees by: tandem rerate --approve {found.id}")
    if found.state in ("drafting", "running"):
        lines.append(f"it goes on in steps; look by: tandem rerate --show {found.id}")
    return lines


def _table(changes: Sequence[AccountChange]) -> list[str]:
    if not changes:
        return []
    rows = [("account", "customer", "uses", "before", "after", "change", "")]
    rows += [
        (
            one.billing_account_id,
            one.customer_id or "",
            f"{one.changed} of {one.uses}",
            str(Money(one.before_micros, one.currency)),
            str(Money(one.after_micros, one.currency)),
            _signed(one.delta_micros, one.currency),
            one.state,
        )
        for one in changes
    ]
    return ["", *_aligned(rows)]


def what_if(settings: Settings, args: argparse.Namespace) -> int:
    """Tell what a month's use would have cost under a draft of a tariff; nothing is changed."""
    with opened(settings) as database, database.uow(tenant=settings.tenant, actor=_actor(), cause="cli") as uow:
        if args.show:
            found = charging.get_what_if(uow, what_if_id=args.show)
        else:
            found = charging.what_if(uow, offering_id=args.offering, draft=_draft(args), period=_month(args))
    if args.json:
        print(json.dumps(msgspec.to_builtins(found), indent=2))
    else:
        print("\n".join(_answer(found)))
    return 0 if found.is_sound else 1


def _draft(args: argparse.Namespace) -> Tariff:
    if not args.offering or not args.tariff or not args.month:
        raise Invalid("tell --offering, --tariff and --month, or --show an earlier question")
    try:
        return msgspec.json.decode(Path(args.tariff).read_bytes(), type=Tariff)
    except msgspec.MsgspecError as fault:
        raise Invalid(f"{args.tariff} is no tariff: {fault}", path=args.tariff) from fault


def _month(args: argparse.Namespace) -> Period:
    try:
        first = date.fromisoformat(f"{args.month}-01")
    except ValueError as fault:
        raise Invalid(f"{args.month} is no month: 2026-10", path="month") from fault
    end = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return Period(local_midnight(first, args.zone), local_midnight(end, args.zone))


def _answer(found: WhatIf) -> list[str]:
    def money(micros: int) -> str:
        return str(Money(micros, found.currency))

    lines = [
        f"what if {found.id} is {found.state}: {found.uses:,} uses of {found.accounts - found.waiting:,} accounts",
        f"revenue {money(found.before_micros)} -> {money(found.after_micros)} "
        f"({_signed(found.after_micros - found.before_micros, found.currency)})",
        f"{found.winners:,} customers pay less, {found.losers:,} more, {found.unchanged:,} the same; "
        f"{found.uncovered:,} uses have no price in the draft",
        f"control: the tariff as it is gave {found.reproduced:,} of {found.checked:,} uses exactly as they stand",
    ]
    if found.state == "running":
        lines.append(f"it goes on in steps; look by: tandem what-if --show {found.id}")
    rows = [(one.customer_id, money(one.before_micros), money(one.after_micros)) for one in found.top]
    if rows:
        lines += ["", *_aligned([("customer", "before", "after"), *rows])]
    bars = [(f"{money(one.lower_micros)} ..", f"{one.customers:,}") for one in found.histogram if one.customers]
    return [*lines, *(["", *_aligned([("change from", "customers"), *bars])] if bars else [])]


def _signed(micros: int, currency: str) -> str:
    return f"{'+' if micros > 0 else ''}{Money(micros, currency)}"


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _actor() -> str:
    return f"operator:{getpass.getuser()}"


def add_commands(add: Callable[[str, Any], argparse.ArgumentParser]) -> None:
    """The two commands and what can be told with them."""
    again = add("rerate", rerate)
    for name in _WHOM:
        again.add_argument(f"--{name.replace('_', '-')}", help="whose use: all that is told must hold")
    again.add_argument("--usage", action="append", help="the id of a usage record; may be told again")
    again.add_argument("--from", dest="first", help="use that began at this instant or later, RFC 3339")
    again.add_argument("--until", help="use that began before this instant")
    again.add_argument("--because", help="why, for the audit and the customers")
    acts = again.add_mutually_exclusive_group()
    acts.add_argument("--dry-run", action="store_true", help="show what would change (this is the default)")
    acts.add_argument("--approve", metavar="ID", help="agree to what was shown to another person: it is posted")
    acts.add_argument("--show", metavar="ID", help="how far it is, and what changes")
    acts.add_argument("--stop", metavar="ID", help="let the posting rest")
    acts.add_argument("--resume", metavar="ID", help="go on with it")
    again.add_argument("--json", action="store_true")
    asked = add("what-if", what_if)
    asked.add_argument("--offering", help="the offering whose tariff the draft would be")
    asked.add_argument("--tariff", help="a file with the draft: docs/schemas/tariff.schema.json")
    asked.add_argument("--month", help="whose use is rated again: 2026-10")
    asked.add_argument("--zone", default="Europe/Dublin", help="where the month begins (default: Europe/Dublin)")
    asked.add_argument("--show", metavar="ID", help="the answer to an earlier question")
    asked.add_argument("--json", action="store_true")

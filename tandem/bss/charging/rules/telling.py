"""A charge in words: what was used, how it was counted, by which term."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from tandem.bss.catalog.terms import AllowanceTerm, Unit, UsageTerm, UsageType
from tandem.bss.charging.terms import BucketMove, RatedEvent
from tandem.kernel.money import Money

_SIZES: Final[tuple[tuple[int, str], ...]] = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"))
_WORDS: Final[dict[UsageType, str]] = {"voice": "a call of {}", "data": "{} of data", "message": "{}"}


def amount_of_use(quantity: int, unit: Unit) -> str:
    """A quantity as people read it: 7:20, 12.5 GB, 3 messages. Exact."""
    if unit == "second":
        hours, rest = divmod(quantity, 3600)
        minutes, seconds = divmod(rest, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    if unit == "message":
        return "1 message" if quantity == 1 else f"{quantity} messages"
    size, name = next((one for one in _SIZES if quantity >= one[0]), (1, "octets"))
    return f"{(Decimal(quantity) / size).normalize():f} {name}"


def charge_text(event: RatedEvent) -> str:
    """What was charged."""
    used, counted = amount_of_use(event.quantity, event.unit), amount_of_use(event.charged_units, event.unit)
    to = f" to {event.destination}" if event.destination else ""
    as_counted = "" if used == counted else f", counted as {counted}"
    return f"{_WORDS[event.usage_type].format(used)}{to}{as_counted}"


def price_text(term: UsageTerm, currency: str) -> str:
    """What a price says."""
    per = amount_of_use(term.per_units, term.unit)
    return (
        f"{term.name}: {Money(term.amount_micros, currency)} per {per}, "
        f"counted {term.first_increment}/{term.next_increment}"
    )


def allowance_text(term: AllowanceTerm) -> str:
    """What an allowance says."""
    amount = "without limit" if term.amount is None else f"{amount_of_use(term.amount, term.unit)} a bill month"
    return f"{term.name}: {amount}, counted {term.first_increment}/{term.next_increment}"


def move_text(move: BucketMove, unit: Unit) -> str:
    """What was taken out of an allowance."""
    before, after = amount_of_use(move.used_before, unit), amount_of_use(move.used_before + move.taken, unit)
    return f"{amount_of_use(move.taken, unit)} taken from the allowance: used {before} before, {after} after"

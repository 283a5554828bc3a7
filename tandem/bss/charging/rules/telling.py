"""A charge in words: what was used, how it was counted, by which term."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from tandem.bss.catalog.public import quantity_of
from tandem.bss.catalog.terms import Unit
from tandem.bss.catalog.terms.tariff import Allowance, Price, Quantity
from tandem.bss.charging.rules.core import layout
from tandem.bss.charging.rules.termed import NamedTerm, Termed
from tandem.bss.charging.terms import BucketMove, RatedEvent
from tandem.kernel.money import Money

_SIZES: Final[tuple[tuple[int, str], ...]] = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"))
_WORDS: Final[dict[str, str]] = {"voice": "a call of {}", "data": "{} of data", "message": "{}"}


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
    return f"{_WORDS.get(event.usage_type, event.usage_type + ' of {}').format(used)}{to}{as_counted}"


def term_text(term: NamedTerm, termed: Termed, service: str) -> str:
    """What a price or an allowance says: whole where it is a plain one, else its name."""
    form, unit = term.form, termed.unit_of(service)
    if isinstance(form, Allowance):
        return f"{term.name}: {_granted_text(form, unit)}, counted {form.increments}"
    if isinstance(form, Price) and form.amount is not None and form.tiers is None:
        per = amount_of_use(units_of(form.per or 1, unit), unit)
        return f"{term.name}: {Money.of(form.amount, termed.currency)} per {per}, counted {form.increments}"
    return term.name


def _granted_text(allowance: Allowance, unit: Unit) -> str:
    if allowance.unlimited:
        return "without limit"
    if allowance.amount is None:
        return "by regulation"
    amount = amount_of_use(units_of(allowance.amount, unit), unit)
    return f"{amount} a bill month" if allowance.validity.kind == "cycle" else f"{amount}, {allowance.validity.kind}"


def units_of(quantity: Quantity, unit: Unit) -> int:
    """A quantity of the vocabulary in its smallest unit."""
    return quantity_of(quantity, measure="count" if unit == "message" else unit)


def move_text(move: BucketMove, unit: Unit, currency: str) -> str:
    """What was taken out of an allowance or of money, or added to a counter."""
    if move.kind == layout.MONEY:
        paid, left = Money(move.taken, currency), Money(move.used_before + move.taken, currency)
        return f"{paid} paid by {move.name}: spent {Money(move.used_before, currency)} before, {left} after"
    if move.kind not in (layout.ALLOWANCE, layout.CARRIED, layout.GRANTED):
        return f"{move.name}: {move.used_before} counted before, {move.used_before + move.taken} after"
    before, after = amount_of_use(move.used_before, unit), amount_of_use(move.used_before + move.taken, unit)
    return f"{amount_of_use(move.taken, unit)} taken from the allowance: used {before} before, {after} after"

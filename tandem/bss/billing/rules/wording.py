"""How a bill says days and quantities: what stands on the paper, in the API and in *Why?* alike."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from tandem.bss.billing.rules.proration import Part
from tandem.bss.charging.terms import TermCharges
from tandem.kernel.money import Money

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_GIGABYTE: Final = 1_000_000_000
_MEGABYTE: Final = 1_000_000


def day_in_words(day: date) -> str:
    """`12 October 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def span_in_words(first: date, last: date) -> str:
    """`12–31 October 2026`, or both days in full where they lie in two months."""
    if first == last:
        return day_in_words(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day_in_words(last)}"
    return f"{day_in_words(first)} – {day_in_words(last)}"


def days_in_words(part: Part) -> str:
    """The days of a charge, and how many of the month they are where it is not all of it."""
    span = span_in_words(part.days.first, date.fromordinal(part.days.end.toordinal() - 1))
    return span if part.is_whole else f"{span}, {part.days.count} of {part.month.count} days"


def formula(monthly: Money, part: Part, amount: Money) -> str:
    """How a prorated amount came about."""
    if part.is_whole:
        return f"{monthly} for the whole month"
    return f"{monthly} × {part.days.count}/{part.month.count} days = {amount}, half-up to cents"


def use_in_words(charges: TermCharges) -> str:
    """How much was used, and whether the plan covers it."""
    if charges.corrects is not None:
        return f"{_count(len(charges.event_ids), 'charge')} taken back and rated again"
    counted = quantity_in_words(charges.quantity, charges.unit)
    calls = f"{_count(len(charges.event_ids), 'call')}, " if charges.usage_type == "voice" else ""
    return f"{calls}{counted}{', within the allowance' if charges.within_allowance else ''}"


def correction_in_words(charges: TermCharges, number: str) -> str:
    """Of which earlier bill charges were corrected."""
    return f"Correction of bill {number}: {charges.term_name}"


def quantity_in_words(quantity: int, unit: str) -> str:
    """`12.5 GB`, `3:10 min`, `4 messages`."""
    if unit == "octet":
        size, name = (_GIGABYTE, "GB") if quantity >= _GIGABYTE else (_MEGABYTE, "MB")
        amount = (Decimal(quantity) / size).quantize(Decimal("0.01"))
        return f"{amount.normalize():f} {name}"
    if unit == "second":
        hours, rest = divmod(quantity, 3600)
        minutes, seconds = divmod(rest, 60)
        return f"{hours}:{minutes:02}:{seconds:02} h" if hours else f"{minutes}:{seconds:02} min"
    return _count(quantity, "message")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

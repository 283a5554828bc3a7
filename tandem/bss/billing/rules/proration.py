"""Which days of which bill month a charge is for, and what a part of a month costs.

Whole local days are counted: the day on which a product becomes active counts, and so does the day on which it ends.
A part of n days of a month of d days costs n/d of the month's price. Rounding: half-up to cents, once for each line.
`docs/how/proration.md` has worked examples.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tandem.kernel.money import Money
from tandem.kernel.period import Instant, LocalDays, bill_month, local_date


@dataclass(frozen=True, slots=True)
class Part:
    """Some whole days of one bill month."""

    days: LocalDays
    month: LocalDays

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole month."""
        return self.days.count == self.month.count


def months_from(first: date, until: date, bill_day: int, zone_name: str) -> Iterator[LocalDays]:
    """The bill months from the one that holds `first` up to the last that begins before `until`."""
    month = bill_month(first, bill_day, zone_name)
    while month.first < until:
        yield month
        month = bill_month(month.end, bill_day, zone_name)


def part_of(month: LocalDays, first: date, end: date) -> Part | None:
    """The days of a month from `first` up to and without `end`; `None` where there are none."""
    start, stop = max(month.first, first), min(month.end, end)
    return Part(LocalDays(start, stop, month.zone_name), month) if start < stop else None


def prorated(monthly: Money, part: Part) -> Money:
    """What a part of a month costs. Rounding: half-up to cents."""
    return monthly.scaled(part.days.count, part.month.count)


def share_of_month(price: Money, months: int, place: int) -> Money:
    """The month's share, by its place from 0, of a price for several months: the shares sum to the price."""
    return price.split([1] * months)[place % months]


def months_between(earlier: LocalDays, later: LocalDays) -> int:
    """How many bill months one begins after the other."""
    return (later.first.year - earlier.first.year) * 12 + later.first.month - earlier.first.month


def days_active(active_from: Instant, active_to: Instant | None, zone_name: str) -> tuple[date, date]:
    """The first day of a product, and the day after its last."""
    end = date.max if active_to is None else local_date(active_to, zone_name) + timedelta(days=1)
    return local_date(active_from, zone_name), end


def earned_until(days: LocalDays, amount: Money, on: date) -> Money:
    """The part of an amount for some days that belongs to those before a day; the rest is still to be earned.

    Rounding: by `Money.split`, so that both parts sum to the amount.
    """
    before = min(max((on - days.first).days, 0), days.count)
    return amount.split([before, days.count - before])[0]

"""Local days, bill cycles and day parts, found by asking `zoneinfo` and comparing, nothing precomputed by formula."""

from __future__ import annotations

import bisect
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from tandem.bss.catalog.terms.tariff import DayPart, Tariff

SECOND = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def instant_us(text: str) -> int:
    """RFC 3339 as microseconds since 1970."""
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


def text_of_us(us: int) -> str:
    """The other way round."""
    return (EPOCH + timedelta(microseconds=us)).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Span:
    """Local days from `first` up to and without `after`, as instants in microseconds."""

    first: date
    after: date
    start: int
    end: int

    @property
    def days(self) -> int:
        """How many local days it has."""
        return (self.after - self.first).days


@cache
def zone_of(name: str) -> ZoneInfo:
    """One object for a zone, so that caches can be keyed by it."""
    return ZoneInfo(name)


@cache
def midnight_us(day: date, zone: str) -> int:
    """The instant at which a local day begins; where clocks skip midnight, the instant of the change."""
    at = datetime.combine(day, time.min, tzinfo=zone_of(zone))
    return (at - EPOCH) // timedelta(microseconds=1)


def local(us: int, zone: str) -> datetime:
    """What clocks in the zone show."""
    return (EPOCH + timedelta(microseconds=us)).astimezone(zone_of(zone))


@cache
def day_span(day: date, zone: str) -> Span:
    """One local day: 23, 24 or 25 hours, or half an hour more or less."""
    after = day + timedelta(days=1)
    return Span(day, after, midnight_us(day, zone), midnight_us(after, zone))


def local_day(us: int, zone: str) -> Span:
    """The local day that an instant falls on."""
    return day_span(local(us, zone).date(), zone)


@cache
def cycle_span(day: date, cycle_day: int, zone: str) -> Span:
    """The bill cycle that a local day is in."""
    first = _bill_date(day.year, day.month, cycle_day)
    if day < first:
        before = day.replace(day=1) - timedelta(days=1)
        first = _bill_date(before.year, before.month, cycle_day)
    next_month = first.replace(day=28) + timedelta(days=4)
    after = _bill_date(next_month.year, next_month.month, cycle_day)
    return Span(first, after, midnight_us(first, zone), midnight_us(after, zone))


def _bill_date(year: int, month: int, cycle_day: int) -> date:
    return date(year, month, min(cycle_day, monthrange(year, month)[1]))


@cache
def public_holidays(country: str) -> holidays.HolidayBase:
    """The holidays of a country or of a part of it (`IE`, `DE-BY`)."""
    name, _, part = country.partition("-")
    return holidays.country_holidays(name, subdiv=part or None)


@dataclass(slots=True)
class DayParts:
    """Which day part of a tariff is in force when, in any zone."""

    parts: Sequence[DayPart]
    listed: frozenset[date]
    country: str | None
    _known: dict[tuple[str, date], tuple[list[int], list[str]]] = field(default_factory=dict)

    @staticmethod
    def of(tariff: Tariff) -> DayParts:
        """Those of a tariff."""
        listed = frozenset(date.fromisoformat(text) for text in tariff.holidays)
        return DayParts(tariff.day_parts, listed, tariff.holiday_country)

    def in_force(self, us: int, day: Span, zone: str) -> str:
        """The name of the part in force, empty if none is."""
        if not self.parts:
            return ""
        starts, names = self._of_day(day, zone)
        return names[bisect.bisect_right(starts, us) - 1]

    def next_change(self, us: int, until: int, zone: str) -> int | None:
        """The first instant after `us` and before `until` at which another part is in force."""
        if not self.parts:
            return None
        day = local_day(us, zone)
        now = self.in_force(us, day, zone)
        while day.start < until:
            starts, names = self._of_day(day, zone)
            for start, name in zip(starts, names, strict=True):
                if us < start and name != now:
                    return start if start < until else None
            day = local_day(day.end, zone)
        return None

    def _of_day(self, day: Span, zone: str) -> tuple[list[int], list[str]]:
        key = (zone, day.first)
        if key not in self._known:
            starts = sorted(self._candidates(day, zone))
            self._known[key] = (starts, [self._name_at(us, zone) for us in starts])
        return self._known[key]

    def _candidates(self, day: Span, zone: str) -> set[int]:
        """When something can begin or end in a local day: both readings of a clock, and clock changes."""
        found = {day.start}
        clocks = {clock for part in self.parts for clock in (part.start, part.end) if clock != "24:00"}
        for clock in clocks:
            for fold in (0, 1):
                at = datetime.combine(day.first, time.fromisoformat(clock), tzinfo=zone_of(zone)).replace(fold=fold)
                found.add((at - EPOCH) // timedelta(microseconds=1))
        found.update(_clock_changes(day, zone))
        return {us for us in found if day.start <= us < day.end}

    def _name_at(self, us: int, zone: str) -> str:
        at = local(us, zone)
        shown = f"{at.hour:02}:{at.minute:02}"
        kind = "holiday" if self._is_holiday(at.date()) else WEEKDAYS[at.weekday()]
        return next((part.name for part in self.parts if _holds(part, kind, shown)), "")

    def _is_holiday(self, day: date) -> bool:
        return day in self.listed or self.country is not None and day in public_holidays(self.country)


def _holds(part: DayPart, kind: str, shown: str) -> bool:
    if part.days and kind not in part.days:
        return False
    if part.start <= part.end:
        return part.start <= shown < part.end
    return shown >= part.start or shown < part.end


@cache
def _clock_changes(day: Span, zone: str) -> tuple[int, ...]:
    """The instant within a local day at which the zone's offset changes, found by halving."""
    low, high = day.start - SECOND, day.end
    before = local(low, zone).utcoffset()
    if local(high, zone).utcoffset() == before:
        return ()
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if local(middle, zone).utcoffset() == before else (low, middle)
    return (high,)

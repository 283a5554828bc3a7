"""Instants, half-open periods, and the local calendar that an account lives by."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tandem.kernel.errors import Invalid

Instant = datetime

FOREVER = datetime(9999, 12, 31, tzinfo=UTC)


def instant(text: str, *, path: str | None = None) -> Instant:
    """An aware instant in UTC from RFC 3339 text. Raises: Invalid when it is not one or has no offset."""
    try:
        value = datetime.fromisoformat(text)
    except (ValueError, TypeError) as fault:
        raise Invalid(f"not a date-time: {text!r}", code="time.malformed", path=path) from fault
    if value.tzinfo is None:
        raise Invalid(f"a date-time needs its offset: {text!r}", code="time.naive", path=path)
    return value.astimezone(UTC)


def text_of(at: Instant) -> str:
    """RFC 3339 in UTC with `Z`, with fractions only where there are any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def zone(name: str) -> ZoneInfo:
    """A zone of the IANA database. Raises: Invalid when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as fault:
        raise Invalid(f"no such time zone: {name!r}", code="time.zone") from fault


def local_date(at: Instant, zone_name: str) -> date:
    """The calendar day that an instant falls on in a zone."""
    return at.astimezone(zone(zone_name)).date()


def local_midnight(day: date, zone_name: str) -> Instant:
    """The instant at which a local day begins."""
    return datetime.combine(day, time.min, tzinfo=zone(zone_name)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to and without `end`. Raises: Invalid when it is empty, reversed or naive."""

    start: Instant
    end: Instant

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise Invalid("a period needs aware instants", code="time.naive")
        if self.end <= self.start:
            raise Invalid("a period ends after it starts", code="time.empty_period")

    def __contains__(self, at: Instant) -> bool:
        return self.start <= at < self.end

    def overlap(self, other: Period) -> Period | None:
        """The part that both share."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None

    def to_doc(self) -> dict[str, Any]:
        """The standard's TimePeriod."""
        return {"startDateTime": text_of(self.start), "endDateTime": text_of(self.end)}


@dataclass(frozen=True, slots=True)
class LocalDays:
    """Whole local days, from `first` up to and without `end`: what proration counts."""

    first: date
    end: date
    zone_name: str

    @property
    def count(self) -> int:
        """How many days."""
        return (self.end - self.first).days

    @property
    def period(self) -> Period:
        """The instants between the two local midnights."""
        return Period(local_midnight(self.first, self.zone_name), local_midnight(self.end, self.zone_name))


def bill_month(day: date, bill_day: int, zone_name: str) -> LocalDays:
    """The bill month that holds a day, when months begin on `bill_day` (or on the last day of a shorter month)."""
    start = _bill_date(day.year, day.month, bill_day)
    if day < start:
        previous = day.replace(day=1) - timedelta(days=1)
        start = _bill_date(previous.year, previous.month, bill_day)
    return LocalDays(start, next_bill_date(start, bill_day), zone_name)


def next_bill_date(start: date, bill_day: int) -> date:
    """The bill date of the month after the one of `start`."""
    year, month = (start.year + 1, 1) if start.month == 12 else (start.year, start.month + 1)
    return _bill_date(year, month, bill_day)


def _bill_date(year: int, month: int, bill_day: int) -> date:
    return date(year, month, min(bill_day, calendar.monthrange(year, month)[1]))

"""Local calendars as numbers: offsets of time zones, holidays, and the day parts of each kind of day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays
import numpy as np
from numpy.typing import NDArray

from tandem.bss.catalog.terms.tariff import DayPart, Tariff
from tandem.bss.charging.rules.core.law import DAYS, FIRST_DAY, TimeRow
from tandem.bss.charging.rules.core.layout import EVER, Calendar
from tandem.kernel.period import Instant, instant, zone

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
KINDS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday")
DAY_S: Final = 86_400
_STEP: Final = 7 * DAY_S  # clocks do not change twice within a week but in Ramadan's zones, which are halved below


def us_of(at: Instant) -> int:
    """An instant in microseconds since 1970."""
    return (at - EPOCH) // timedelta(microseconds=1)


def us_of_text(text: str) -> int:
    """RFC 3339 in microseconds since 1970. Raises: Invalid."""
    return us_of(instant(text))


def instant_of(us: int) -> Instant:
    """The other way round."""
    return EPOCH + timedelta(microseconds=us)


def calendar_of(names: Sequence[str]) -> Calendar:
    """The offsets of time zones. Raises: Invalid for a name that is no zone."""
    changes: list[int] = []
    offsets: list[int] = []
    first = [0]
    for name in names:
        zone(name)
        for at_s, offset in _transitions(name):
            changes.append(EVER if at_s is None else at_s * 1_000_000)
            offsets.append(offset)
        first.append(len(changes))
    return Calendar(tuple(names), np.array(first, np.int32), np.array(changes, np.int64), np.array(offsets, np.int32))


@lru_cache(maxsize=1024)
def _transitions(name: str) -> tuple[tuple[int | None, int], ...]:
    """When a zone's offset changes, in seconds since 1970, and to what; the first holds from ever on."""
    at, end = FIRST_DAY * DAY_S, (FIRST_DAY + DAYS) * DAY_S
    offset = _offset(at, name)
    found: list[tuple[int | None, int]] = [(None, offset)]
    while at < end:
        later = at + _STEP
        if _offset(later, name) != offset:
            change = _change(at, later, name)
            offset = _offset(change, name)
            found.append((change, offset))
            later = change
        at = later
    return tuple(found)


def _change(low: int, high: int, name: str) -> int:
    """The first second after `low` at which the offset is another, found by halving."""
    before = _offset(low, name)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(middle, name) == before else (low, middle)
    return high


def _offset(at_s: int, name: str) -> int:
    local = datetime.fromtimestamp(at_s, ZoneInfo(name)).utcoffset()
    return 0 if local is None else int(local.total_seconds())


def holidays_of(tariff: Tariff) -> NDArray[np.int8]:
    """Which days from 2000 to 2060 are holidays of a tariff. Shape: DAYS, 1 for a holiday."""
    marks = np.zeros(DAYS, np.int8)
    listed: Iterable[date] = [date.fromisoformat(day) for day in tariff.holidays]
    public = _public(tariff.holiday_country) if tariff.holiday_country else ()
    for day in (*listed, *public):
        number = (day - EPOCH.date()).days - FIRST_DAY
        if 0 <= number < DAYS:
            marks[number] = 1
    return marks


@lru_cache(maxsize=64)
def _public(country: str) -> tuple[date, ...]:
    name, _, part = country.partition("-")
    return tuple(holidays.country_holidays(name, subdiv=part or None, years=range(2000, 2061)))


def week_of(parts: Sequence[DayPart]) -> list[list[TimeRow]]:
    """For each kind of day from which minute on which part is in force; `len(parts)` is none."""
    bounds = sorted({0, *(minute for part in parts for minute in (_minute(part.start), _minute(part.end)))} - {1440})
    return [_day(parts, kind, bounds) for kind in KINDS]


def _day(parts: Sequence[DayPart], kind: str, bounds: Sequence[int]) -> list[TimeRow]:
    rows: list[TimeRow] = []
    for minute in bounds:
        part = next((index for index, one in enumerate(parts) if _holds(one, kind, minute)), len(parts))
        if not rows or rows[-1].part != part:
            rows.append(TimeRow(minute, part))
    return rows


def _holds(part: DayPart, kind: str, minute: int) -> bool:
    if part.days and kind not in part.days:
        return False
    start, end = _minute(part.start), _minute(part.end)
    return start <= minute < end if start <= end else minute >= start or minute < end


def _minute(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)

"""Local days, bill cycles and day parts by whole numbers."""

from __future__ import annotations

from typing import Final

from tandem.bss.charging.rules.core.kernel.world import World
from tandem.bss.charging.rules.core.law import DAYS, FIRST_DAY
from tandem.bss.charging.rules.core.layout import FOREVER, NONE
from tandem.bss.charging.rules.core.machine import machine

DAY_US: Final = 86_400_000_000
MINUTE_US: Final = 60_000_000
HOLIDAY: Final = 7


@machine
def offset_us(w: World, zone: int, at: int) -> int:
    """How far a zone's clocks are before UTC at an instant."""
    clock = w.clocks[zone]
    if at < clock.from_us or at >= clock.to_us:
        low, high = w.zone_first[zone], w.zone_first[zone + 1]
        end = high
        while high - low > 1:
            middle = (low + high) // 2
            if w.changes[middle] <= at:
                low = middle
            else:
                high = middle
        clock.from_us = w.changes[low]
        clock.to_us = w.changes[high] if high < end else FOREVER
        clock.offset_us = w.offsets[low] * 1_000_000
    return clock.offset_us


@machine
def local_day(w: World, zone: int, at: int) -> int:
    """The local day of an instant, in days since 1970."""
    return (at + offset_us(w, zone, at)) // DAY_US


@machine
def midnight(w: World, zone: int, day: int) -> int:
    """The instant at which a local day begins; the first of two, or the instant of the change where it is skipped."""
    wall = day * DAY_US
    before = offset_us(w, zone, wall - DAY_US)
    after = offset_us(w, zone, wall + DAY_US)
    if before == after:
        return wall - before
    change = w.clocks[zone].from_us
    if wall < change + max(before, after):
        return wall - before
    return wall - after


@machine
def day_span(w: World, at: int) -> None:
    """Put the local day of an instant on the desk: from its midnight to the next."""
    d = w.desk[0]
    clock = w.clocks[d.zone]
    if at < clock.day_start or at >= clock.day_end:
        day = local_day(w, d.zone, at)
        clock.day_start = midnight(w, d.zone, day)
        clock.day_end = midnight(w, d.zone, day + 1)
    d.span_start = clock.day_start
    d.span_end = clock.day_end


@machine
def cycle_span(w: World, at: int) -> None:
    """Put the bill cycle of an instant on the desk."""
    d = w.desk[0]
    known = w.cycles[d.zone * 32 + d.cycle_day]
    if at < known.start or at >= known.end:
        year, month, day = civil(local_day(w, d.zone, at))
        months = year * 12 + month - 1
        if day < bill_day(months, d.cycle_day):
            months -= 1
        known.start = midnight(w, d.zone, bill_date(months, d.cycle_day))
        known.end = midnight(w, d.zone, bill_date(months + 1, d.cycle_day))
    d.span_start = known.start
    d.span_end = known.end


@machine
def civil(days: int) -> tuple[int, int, int]:
    """Year, month and day of a number of days since 1970 in the Gregorian calendar."""
    shifted = days + 719_468
    era = shifted // 146_097
    of_era = shifted - era * 146_097
    year_of_era = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    part = (5 * of_year + 2) // 153
    day = of_year - (153 * part + 2) // 5 + 1
    month = part + 3 if part < 10 else part - 9
    year = year_of_era + era * 400 + (1 if month <= 2 else 0)
    return year, month, day


@machine
def days_of(year: int, month: int, day: int) -> int:
    """Days since 1970 of a date in the Gregorian calendar."""
    shifted = year - 1 if month <= 2 else year
    era = shifted // 400
    year_of_era = shifted - era * 400
    of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return era * 146_097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + of_year - 719_468


@machine
def bill_date(months: int, cycle_day: int) -> int:
    """The day on which a month's cycle begins, in days since 1970; months are counted from year 0."""
    return days_of(months // 12, months % 12 + 1, bill_day(months, cycle_day))


@machine
def bill_day(months: int, cycle_day: int) -> int:
    """The day of the month on which a cycle begins: the last one of a shorter month."""
    if cycle_day <= 28:
        return cycle_day
    first = days_of(months // 12, months % 12 + 1, 1)
    following = months + 1
    return min(cycle_day, days_of(following // 12, following % 12 + 1, 1) - first)


@machine
def part_at(w: World, at: int) -> int:
    """The day part in force at an instant."""
    d = w.desk[0]
    edition = w.law.editions[d.edition]
    if edition.week == NONE:
        return int(edition.no_part)
    local = at + offset_us(w, d.zone, at)
    day = local // DAY_US
    row = w.law.days[edition.week + kind_of_day(w, edition.holidays, day)]
    time = local - day * DAY_US
    found = row.first
    while found + 1 < row.first + row.count and w.law.times[found + 1].minute * MINUTE_US <= time:
        found += 1
    return int(w.law.times[found].part)


@machine
def kind_of_day(w: World, holidays: int, day: int) -> int:
    """0 to 6 from Monday, 7 for a holiday."""
    if holidays != NONE and FIRST_DAY <= day < FIRST_DAY + DAYS:
        if w.law.holidays[holidays * DAYS + day - FIRST_DAY] != 0:
            return HOLIDAY
    return (day + 3) % 7


@machine
def next_bound(w: World, at: int) -> int:
    """The first instant after another at which a day part may change: by the time, the day or the clocks."""
    d = w.desk[0]
    edition = w.law.editions[d.edition]
    offset = offset_us(w, d.zone, at)
    change = w.clocks[d.zone].to_us
    local = at + offset
    day = local // DAY_US
    row = w.law.days[edition.week + kind_of_day(w, edition.holidays, day)]
    time = local - day * DAY_US
    bound = at + DAY_US - time
    for index in range(row.first + row.count - 1, row.first - 1, -1):
        minute_us = w.law.times[index].minute * MINUTE_US
        if minute_us > time:
            bound = at + minute_us - time
    return min(bound, change)


@machine
def next_cut(w: World, at: int, horizon: int) -> int:
    """The first instant after another and before the horizon at which a piece ends; FOREVER if there is none."""
    d = w.desk[0]
    edition = w.law.editions[d.edition]
    cycle_span(w, at)
    cut = d.span_end
    if edition.is_daily != 0:
        day_span(w, at)
        cut = min(cut, d.span_end)
    cut = min(cut, horizon)
    if edition.week != NONE:
        part = part_at(w, at)
        bound = next_bound(w, at)
        while bound < cut and part_at(w, bound) == part:
            bound = next_bound(w, bound)
        cut = min(cut, bound)
    return cut if cut < horizon else FOREVER

"""Instants as senders write them, to microseconds since 1970 UTC, and why some are none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from tandem.bss.charging.rules.files import slices
from tandem.bss.charging.rules.files.columns import I64, NOT_TOLD
from tandem.bss.charging.rules.files.form import Time
from tandem.bss.charging.rules.files.slices import Slices
from tandem.bss.charging.terms import UsageInvalid
from tandem.kernel.errors import Invalid
from tandem.kernel.period import instant, zone

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CODES: Final = {"Y": 1, "m": 2, "d": 3, "H": 4, "M": 5, "S": 6, "f": 7, "z": 8, "y": 9}
_WRITTEN: Final = {
    "rfc3339": (1, 45, 2, 45, 3, 84, 4, 58, 5, 58, 6, 7, 8),
    "epoch": (10,),
    "epochMillis": (11,),
}
_EARLIEST: Final = 946_684_800_000_000
_LATEST: Final = 7_258_118_400_000_000
"""From the year 2000 to the end of 2199."""
_QUARTER: Final = 900_000_000
"""Microseconds of a quarter of an hour: clocks change at whole ones."""


def pattern_codes(pattern: str) -> tuple[int, ...]:
    """A pattern as the codes of `kernels.instants`. Raises: UsageInvalid for a word that there is not."""
    if pattern in _WRITTEN:
        return _WRITTEN[pattern]
    codes = []
    letters = iter(pattern)
    for letter in letters:
        code = _CODES.get(next(letters, ""), 0) if letter == "%" else ord(letter)
        if code == 0 or (letter != "%" and not 31 < code < 128):
            raise UsageInvalid(f"a time pattern has %Y %y %m %d %H %M %S %f %z, not {pattern!r}", path="time.pattern")
        codes.append(code)
    return tuple(codes)


def moments_of(column: Slices, time: Time) -> tuple[I64, dict[int, str]]:
    """The instants of a column, and why those are none that are none, by row."""
    codes = pattern_codes(time.pattern)
    moments = slices.instants(column, codes)
    faults: dict[int, str] = {}
    if time.zone != "UTC" and 8 not in codes and codes[0] < 10:
        moments, faults = in_utc(moments, time.zone)
    for row in np.flatnonzero(moments == NOT_TOLD):
        if int(row) not in faults:
            moments[row], reason = _exactly(column.at(int(row)) or b"", time)
            if reason:
                faults[int(row)] = reason
    for row in np.flatnonzero((moments < _EARLIEST) | (moments >= _LATEST)):
        faults.setdefault(int(row), "a use began in this century or the next")
    return moments, faults


def _exactly(octets: bytes, time: Time) -> tuple[int, str]:
    """One instant by the exact rules, or why it is none."""
    text = octets.decode()
    if time.pattern != "rfc3339":
        return NOT_TOLD, f"a time is written {time.pattern}"
    try:
        return (instant(text) - EPOCH) // timedelta(microseconds=1), ""
    except Invalid as fault:
        return NOT_TOLD, fault.reason
    except OverflowError:
        return NOT_TOLD, "no such time"


def in_utc(local: I64, zone_name: str) -> tuple[I64, dict[int, str]]:
    """Local times of a zone in UTC. Of two that a clock change makes of one, the first; a skipped one is a fault."""
    there = zone(zone_name)
    quarters, which = np.unique(local // _QUARTER, return_inverse=True)
    offsets = np.array([_offset(int(quarter), there) for quarter in quarters], np.int64)
    shift = offsets[which]
    moments = np.where((local == NOT_TOLD) | (shift == NOT_TOLD), NOT_TOLD, local - shift)
    skipped = np.flatnonzero((shift == NOT_TOLD) & (local != NOT_TOLD))
    return moments, {int(row): f"there was no such local time in {zone_name}" for row in skipped}


def _offset(quarter: int, there: ZoneInfo) -> int:
    """How far ahead of UTC a quarter of an hour of local time is, in microseconds; -1 where clocks left it out."""
    if quarter < 0:
        return 0
    local = (EPOCH + timedelta(microseconds=quarter * _QUARTER)).replace(tzinfo=there)
    offset = local.utcoffset() or timedelta()
    back = (local.astimezone(UTC)).astimezone(there)
    if back.replace(tzinfo=None) != local.replace(tzinfo=None):
        return NOT_TOLD
    return offset // timedelta(microseconds=1)

"""Slices of octets to numbers, digits and instants.

Shape: `places` (2, rows): where each slice begins, and its length; length -1 where there is none. A kernel fills its
outputs and marks what it understood; what it did not, the caller reads one by one by the exact rules.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from tandem.bss.charging.rules.files.compiled import Kernel, part

Array = Any
SHORT: Final = tuple({8: 98, 9: 116, 10: 110, 12: 102, 13: 114}.get(octet, 0) for octet in range(33))
"""The letter by which JSON escapes a control character, where it has one."""


@part
def number_between(octets: Any, at: int, end: int) -> int:
    """The whole number that the octets spell; -1 where they spell none."""
    if at >= end or end - at > 18:
        return -1
    value = 0
    for place in range(at, end):
        digit = (octets[place] & 255) - 48
        if digit < 0 or digit > 9:
            return -1
        value = value * 10 + digit
    return value


def _whole_numbers(octets: Any, places: Array, values: Array) -> None:
    """-1 where there is none."""
    for row in range(places.shape[1]):
        start = places[0, row]
        values[row] = number_between(octets, start, start + places[1, row])


# -- numbers of telephones --------------------------------------------------------------------------------------------


@part
def copy_digits(octets: Any, at: int, end: int, out: Array, filled: int) -> int:
    """Copy digits, drop punctuation. Returns twice how many, plus one after a plus sign; -1 for other characters."""
    count = 0
    plus = 0
    for place in range(at, end):
        octet = octets[place] & 255
        if 48 <= octet <= 57:
            out[filled + count] = octet
            count += 1
        elif octet == 43:
            plus = 1
        elif not (octet == 32 or octet == 45 or octet == 46 or octet == 47 or octet == 40 or octet == 41):
            return -1
    return count * 2 + plus


@part
def begins(out: Array, begin: int, count: int, prefix: Array) -> bool:
    """Whether some digits begin with others."""
    if len(prefix) == 0 or count < len(prefix):
        return False
    is_same = True
    for place in range(len(prefix)):
        is_same = is_same and out[begin + place] == prefix[place]
    return is_same


@part
def replace_front(out: Array, begin: int, count: int, cut: int, front: Array) -> int:
    """Cut some digits off and put others before the rest."""
    shift = len(front) - cut
    if shift > 0:
        for place in range(count - 1, cut - 1, -1):
            out[begin + place + shift] = out[begin + place]
    else:
        for place in range(cut, count):
            out[begin + place + shift] = out[begin + place]
    for place in range(len(front)):
        out[begin + place] = front[place]
    return count + shift


@part
def international(out: Array, begin: int, count: int, plus: bool, prefixes: Array) -> int:
    """Bring digits into international form. `prefixes`: what is cut, what is replaced, by what, what is put before."""
    cut, trunk, country, national = prefixes
    if begins(out, begin, count, cut):
        return replace_front(out, begin, count, len(cut), out[:0])
    if plus:
        return count
    if begins(out, begin, count, trunk):
        return replace_front(out, begin, count, len(trunk), country)
    return replace_front(out, begin, count, 0, national)


@part
def leading_number(out: Array, begin: int, count: int) -> int:
    """The first digits as an integer."""
    value = 0
    for place in range(begin, begin + min(count, 18)):
        value = value * 10 + int(np.int64(out[place])) - 48
    return value


def _digits(octets: Any, places: Array, prefixes: Array, out: Array, told: Array) -> None:
    """Digits in international form, one after another in `out`.

    Shape: `told` (3, rows + 1): where each ends (one later), its leading 18 digits, how many; -1: not understood.
    """
    filled = 0
    for row in range(places.shape[1]):
        start = places[0, row]
        copied = copy_digits(octets, start, start + places[1, row], out, filled)
        count = copied // 2
        if count > 0:
            count = international(out, filled, count, copied % 2 == 1, prefixes)
        if count < 0 or count > 20:
            told[2, row] = -1
            count = 0
        else:
            told[2, row] = count
        told[1, row] = leading_number(out, filled, count)
        filled += count
        told[0, row + 1] = filled


# -- instants ---------------------------------------------------------------------------------------------------------


@part
def read_offset(octets: Any, at: int, end: int, parts: Array) -> int:
    """Z, or hours and minutes from UTC with a sign, a colon between them or not. Returns where it ends, or -1."""
    if at < end and octets[at] == 90:
        return at + 1
    if at + 5 > end or not (octets[at] == 43 or octets[at] == 45):
        return -1
    colon = 1 if octets[at + 3] == 58 else 0
    if at + 5 + colon > end:
        return -1
    hours = number_between(octets, at + 1, at + 3)
    minutes = number_between(octets, at + 3 + colon, at + 5 + colon)
    if hours < 0 or hours > 23 or minutes < 0 or minutes > 59:
        return -1
    parts[8] = (hours * 60 + minutes) * (1 if octets[at] == 43 else -1)
    return at + 5 + colon


@part
def read_fraction(octets: Any, at: int, end: int, parts: Array) -> int:
    """A point and up to six digits, or nothing."""
    if at >= end or octets[at] != 46:
        return at
    last = at + 1
    while last < end and 48 <= octets[last] <= 57:
        last += 1
    count = last - at - 1
    if count < 1 or count > 6:
        return -1
    parts[7] = number_between(octets, at + 1, last) * 10 ** (6 - count)
    return last


@part
def read_part(octets: Any, at: int, end: int, code: int, parts: Array) -> int:
    """One code of a pattern. Returns where it ends, or -1."""
    if code > 31:
        return at + 1 if at < end and octets[at] == code else -1
    if code == 7:
        return read_fraction(octets, at, end, parts)
    if code == 8:
        return read_offset(octets, at, end, parts)
    last = at + 2
    if code == 1:
        last = at + 4
    elif code >= 10:
        last = end
    if last > end:
        return -1
    parts[code] = number_between(octets, at, last)
    return last if parts[code] >= 0 else -1


@part
def days_since_1970(year: int, month: int, day: int) -> int:
    """The day's number by the Gregorian calendar; -1 million for none. Years count from March, so leap days end one."""
    last = 31
    if month == 4 or month == 6 or month == 9 or month == 11:
        last = 30
    elif month == 2:
        last = 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    if month < 1 or month > 12 or day < 1 or day > last:
        return -1_000_000
    shifted = year - 1 if month <= 2 else year
    month_place = month - 3 if month > 2 else month + 9
    of_year = (153 * month_place + 2) // 5 + day - 1
    of_era = shifted % 400 * 365 + shifted % 400 // 4 - shifted % 400 // 100 + of_year
    return shifted // 400 * 146_097 + of_era - 719_468


@part
def micros_of(parts: Array) -> int:
    """Microseconds since 1970 UTC; -1 for no such time."""
    if parts[10] >= 0:
        return int(parts[10]) * 1_000_000 if parts[10] < 10**10 else -1
    if parts[11] >= 0:
        return int(parts[11]) * 1_000 if parts[11] < 10**13 else -1
    year = parts[1] if parts[9] < 0 else 2000 + parts[9]
    days = days_since_1970(year, parts[2], parts[3])
    if days < 0 or parts[4] > 23 or parts[5] > 59 or parts[6] > 59:
        return -1
    seconds = days * 86_400 + parts[4] * 3_600 + parts[5] * 60 + parts[6] - parts[8] * 60
    return int(seconds * 1_000_000 + parts[7])


def _instants(octets: Any, places: Array, pattern: Array, parts: Array, moments: Array) -> None:
    """By a pattern of codes: 1 year, 2 month, 3 day, 4 hour, 5 minute, 6 second, 7 fraction, 8 offset, 9 short year.

    10: seconds since 1970, 11: milliseconds; a code above 31 stands for itself. A moment of -1: not understood.
    """
    for row in range(places.shape[1]):
        at = places[0, row]
        end = at + places[1, row]
        parts[1:4] = 1
        parts[4:9] = 0
        parts[9:12] = -1
        for code in pattern:
            if at >= 0:
                at = read_part(octets, at, end, code, parts)
        moments[row] = micros_of(parts) if at == end and places[1, row] > 0 else -1


# -- text -------------------------------------------------------------------------------------------------------------


def _gathered(octets: Any, places: Array, out: Array, ends: Array) -> None:
    """The slices one after another; `ends` has one more than there are rows."""
    filled = 0
    for row in range(places.shape[1]):
        start = places[0, row]
        for at in range(start, start + max(places[1, row], 0)):
            out[filled] = octets[at]
            filled += 1
        ends[row + 1] = filled


def _same(octets: Any, places: Array, word: Array, matched: Array) -> None:
    """Which slices are this word."""
    for row in range(places.shape[1]):
        is_same = places[1, row] == len(word)
        for at in range(len(word) if is_same else 0):
            is_same = is_same and octets[places[0, row] + at] == word[at]
        matched[row] = is_same


@part
def put_escaped(octets: Any, at: int, end: int, out: Array, filled: int) -> int:
    """The inside of a JSON text. Returns where it ends."""
    for place in range(at, end):
        octet = octets[place] & 255
        if octet == 34 or octet == 92 or SHORT[min(octet, 32)] > 0:
            out[filled] = 92
            filled += 1
            octet = max(octet, SHORT[min(octet, 32)])
        elif octet < 32:
            for lead in (92, 117, 48, 48, 48 + octet // 16):
                out[filled] = lead
                filled += 1
            octet = 48 + octet % 16 if octet % 16 < 10 else 87 + octet % 16
        out[filled] = octet
        filled += 1
    return filled


def _members(octets: Any, places: Array, names: Array, name_ends: Array, out: Array, ends: Array) -> None:
    """JSON objects of text members, one for each row; empty members are left out, of a row without any nothing stands.

    Shape: places (2, members, rows). `names` holds `"name":` of each member.
    """
    filled = 0
    for row in range(places.shape[2]):
        begin = filled
        for member in range(places.shape[1]):
            start, length = places[0, member, row], places[1, member, row]
            if length < 1:
                continue
            out[filled] = 123 if filled == begin else 44
            filled += 1
            for at in range(name_ends[member], name_ends[member + 1]):
                out[filled] = names[at]
                filled += 1
            out[filled] = 34
            filled = put_escaped(octets, start, start + length, out, filled + 1)
            out[filled] = 34
            filled += 1
        if filled > begin:
            out[filled] = 125
            filled += 1
        ends[row + 1] = filled


whole_numbers = Kernel(_whole_numbers)
digits = Kernel(_digits)
instants = Kernel(_instants)
gathered = Kernel(_gathered)
same = Kernel(_same)
members = Kernel(_members)

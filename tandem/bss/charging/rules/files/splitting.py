"""Lines of delimited text to slices. Unusual lines are only marked: they are read one by one, by the exact rules."""

from __future__ import annotations

from typing import Any, Final

from tandem.bss.charging.rules.files.compiled import Kernel, part
from tandem.bss.charging.rules.files.lines import LONGEST

Array = Any
EMPTY: Final = 1
UNUSUAL: Final = 2
HIGH: Final = 4
"""Marks: nothing but blanks; to be read one by one; with octets beyond ASCII."""


@part
def is_blank(octet: int) -> bool:
    """What text is stripped of."""
    return octet == 32 or 9 <= octet <= 13 or 28 <= octet <= 31


@part
def trimmed(octets: Any, begin: int, end: int, places: Array) -> None:
    """Write down a slice without blanks around it."""
    while begin < end and is_blank(octets[begin]):
        begin += 1
    while end > begin and is_blank(octets[end - 1]):
        end -= 1
    places[0] = begin
    places[1] = end - begin


@part
def field_end(octets: Any, at: int, end: int, delimiter: int) -> int:
    """Where a field without quotes ends."""
    while at < end and octets[at] != delimiter:
        at += 1
    return at


@part
def quoted_end(octets: Any, at: int, end: int, quote: int) -> int:
    """Where the quote is that ends a field; -1 for none, or a doubled one."""
    while at < end and octets[at] != quote:
        at += 1
    if at >= end or (at + 1 < end and octets[at + 1] == quote):
        return -1
    return at


@part
def split_line(octets: Any, at: int, end: int, signs: Array, places: Array) -> int:
    """The fields of a line. Returns how many there are, or -1 where it is unusual."""
    count = 0
    while True:
        if count == places.shape[1]:
            return -1
        if at < end and octets[at] == signs[1]:
            last = quoted_end(octets, at + 1, end, signs[1])
            if last < 0 or (last + 1 < end and octets[last + 1] != signs[0]):
                return -1
            trimmed(octets, at + 1, last, places[:, count])
            last += 1
        else:
            last = field_end(octets, at, end, signs[0])
            trimmed(octets, at, last, places[:, count])
        count += 1
        if last >= end:
            return count
        at = last + 1


@part
def line_mark(octets: Any, start: int, end: int) -> int:
    """What is known of a line before it is split."""
    mark = EMPTY
    for at in range(start, end):
        octet = octets[at] & 255
        if octet > 127:
            mark = mark | HIGH
        if octet == 0 or octet == 13:
            mark = mark | UNUSUAL
        if not is_blank(octet):
            mark = mark & ~EMPTY
    return mark


def _split(octets: Any, starts: Array, signs: Array, places: Array, marks: Array) -> None:
    """Split lines into as many fields as there is place for. Shape: places (2, fields, lines), starts (lines + 1)."""
    for line in range(len(starts) - 1):
        start, end = starts[line], starts[line + 1]
        while end > start and (octets[end - 1] == 10 or octets[end - 1] == 13):
            end -= 1
        mark = line_mark(octets, start, end)
        if starts[line + 1] - start > LONGEST:
            mark = UNUSUAL
        elif mark & (EMPTY | UNUSUAL) == 0:
            if split_line(octets, start, end, signs, places[:, :, line]) != places.shape[1]:
                mark = mark | UNUSUAL
        marks[line] = mark


def _cut(octets: Any, starts: Array, layout: Array, places: Array, marks: Array) -> None:
    """Cut lines at fixed places. Shape: layout (fields, 2), begin and length; else as `split`."""
    for line in range(len(starts) - 1):
        start, end = starts[line], starts[line + 1]
        while end > start and (octets[end - 1] == 10 or octets[end - 1] == 13):
            end -= 1
        mark = line_mark(octets, start, end)
        if end - start > LONGEST:
            mark = UNUSUAL
        for field in range(len(layout)):
            first = start + layout[field, 0]
            last = first + layout[field, 1]
            if last > end:
                mark = mark | UNUSUAL
            else:
                trimmed(octets, first, last, places[:, field, line])
        marks[line] = mark


split = Kernel(_split)
cut = Kernel(_cut)

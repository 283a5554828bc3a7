"""The values of BER elements to our columns. Standards: ITU-T X.690, 3GPP TS 29.002, TS 32.298."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from tandem.bss.charging.rules.files.ber import Kind
from tandem.bss.charging.rules.files.columns import I64, NOT_TOLD
from tandem.bss.charging.rules.files.compiled import Kernel, part
from tandem.bss.charging.rules.files.kernels import days_since_1970
from tandem.bss.charging.rules.files.raw import Moments, RawColumn, Whole
from tandem.bss.charging.rules.files.slices import Slices

Array = Any
NO_WHOLE: Final = -2
"""In a column of whole numbers: something is told, but it is negative or beyond 63 bits."""


def _integers(octets: Any, places: Array, values: Array) -> None:
    """Integers that are not negative; -1: absent, -2: something else."""
    for row in range(places.shape[1]):
        start, length = places[0, row], places[1, row]
        value = -1 if length < 0 else 0
        if length == 0 or length > 9 or (length > 0 and octets[start] > 127):
            value = NO_WHOLE
        for at in range(start, start + length if value == 0 else start):
            value = value * 256 + (octets[at] & 255) if value < (1 << 54) else (1 << 62)
        values[row] = NO_WHOLE if value >= (1 << 62) else value


@part
def put_nibble(nibble: int, out: Array, filled: int) -> int:
    """A digit of a BCD number; the filler ends it, others are the signs of TBCD."""
    if nibble == 15:
        return filled
    signs = (42, 35, 97, 98, 99)
    out[filled] = 48 + nibble if nibble < 10 else signs[nibble - 10]
    return filled + 1


def _nibbles(octets: Any, places: Array, how: Array, out: Array, told: Array) -> None:
    """BCD to digits. `how`: 1 where the low nibble is first, 1 where the first octet is an address's type.

    Shape: told (2, rows), as places in `out`.
    """
    filled = 0
    for row in range(places.shape[1]):
        start, length = places[0, row], places[1, row]
        told[0, row] = filled
        if how[1] and length > 0 and ((octets[start] & 255) >> 4 & 7) == 1:
            out[filled] = 43
            filled += 1
        for at in range(start + (1 if how[1] and length > 0 else 0), start + max(length, 0)):
            low, high = (octets[at] & 255) & 15, (octets[at] & 255) >> 4
            filled = put_nibble(low if how[0] else high, out, filled)
            filled = put_nibble(high if how[0] else low, out, filled)
        told[1, row] = -1 if length < 0 else filled - told[0, row]


@part
def two_digits(octet: int) -> int:
    """A BCD octet; -1 for none."""
    high, low = octet >> 4, octet & 15
    return high * 10 + low if high < 10 and low < 10 else -1


def _stamps(octets: Any, places: Array, parts: Array, values: Array) -> None:
    """TimeStamps of nine octets to microseconds since 1970 UTC; -1 where there is none, or no such time.

    Standard: TS 32.298, 5.1.1: YYMMDDhhmmss in BCD, the sign, hhmm of the offset.
    """
    for row in range(places.shape[1]):
        start, length = places[0, row], places[1, row]
        values[row] = -1
        if length != 9:
            continue
        good = octets[start + 6] == 43 or octets[start + 6] == 45
        for place in range(9):
            parts[place] = two_digits(octets[start + place] & 255) if place != 6 else 0
            good = good and parts[place] >= 0
        good = good and parts[3] < 24 and parts[4] < 60 and parts[5] < 60 and parts[7] < 24 and parts[8] < 60
        days = days_since_1970(2000 + parts[0], parts[1], parts[2]) if good else -1
        if days >= 0:
            ahead = (parts[7] * 3600 + parts[8] * 60) * (1 if octets[start + 6] == 43 else -1)
            values[row] = (days * 86400 + parts[3] * 3600 + parts[4] * 60 + parts[5] - ahead) * 1000000


def _plain(octets: Any, places: Array, out: Array, told: Array) -> None:
    """Text of one octet a character; what is not printable becomes a question mark."""
    filled = 0
    for row in range(places.shape[1]):
        start = places[0, row]
        told[0, row] = filled
        for at in range(start, start + max(places[1, row], 0)):
            octet = octets[at]
            out[filled] = octet if 32 <= octet < 127 else 63
            filled += 1
        told[1, row] = places[1, row]


def _hexadecimal(octets: Any, places: Array, out: Array, told: Array) -> None:
    """Octets in hexadecimal."""
    filled = 0
    for row in range(places.shape[1]):
        start = places[0, row]
        told[0, row] = filled
        for at in range(start, start + max(places[1, row], 0)):
            for nibble in ((octets[at] & 255) >> 4, (octets[at] & 255) & 15):
                out[filled] = 48 + nibble if nibble < 10 else 87 + nibble
                filled += 1
        told[1, row] = -1 if places[1, row] < 0 else filled - told[0, row]


def _networks(octets: Any, places: Array, out: Array, told: Array) -> None:
    """PLMN identities of three octets to MCC and MNC digits. Standard: 3GPP TS 24.008, 10.5.1.13."""
    filled = 0
    for row in range(places.shape[1]):
        start = places[0, row]
        told[0, row] = filled
        if places[1, row] == 3:
            first, second, third = (octets[start] & 255), (octets[start + 1] & 255), (octets[start + 2] & 255)
            for nibble in (first & 15, first >> 4, second & 15, third & 15, third >> 4, second >> 4):
                filled = put_nibble(nibble, out, filled)
        told[1, row] = -1 if places[1, row] < 0 else filled - told[0, row]


integers = Kernel(_integers)
nibbles = Kernel(_nibbles)
stamps = Kernel(_stamps)
plain = Kernel(_plain)
hexadecimal = Kernel(_hexadecimal)
networks = Kernel(_networks)


def column_of(octets: bytes, places: I64, kind: Kind) -> RawColumn:
    """The values at some places."""
    rows = places.shape[1]
    if kind == "whole":
        values = np.empty(rows, np.int64)
        integers(octets, places, values)
        return Whole(values)
    if kind == "there":
        return Whole(np.where(places[1] < 0, NOT_TOLD, 1))
    if kind == "time":
        values = np.empty(rows, np.int64)
        stamps(octets, places, np.zeros(9, np.int64), values)
        return Moments(values)
    kernel, how = _TEXTS[kind]
    out = np.empty(int(np.maximum(places[1], 0).sum()) * 2 + rows * 6, np.uint8)
    told = np.empty((2, rows), np.int64)
    kernel(octets, places, *how, out, told)
    filled = int(told[0, -1] + max(told[1, -1], 0)) if rows else 0
    return Slices(out[:filled].tobytes(), told)


_TEXTS: Final[Mapping[Kind, tuple[Callable[..., Any], tuple[Array, ...]]]] = {
    "tbcd": (nibbles, (np.array([1, 0]),)),
    "bcd": (nibbles, (np.array([0, 0]),)),
    "address": (nibbles, (np.array([1, 1]),)),
    "text": (plain, ()),
    "hex": (hexadecimal, ()),
    "network": (networks, ()),
}

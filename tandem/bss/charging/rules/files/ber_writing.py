"""BER as we write it: definite lengths, the fewest octets. Standard: ITU-T X.690."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Literal

from tandem.kernel.period import Instant

Family = Literal[0, 1, 2]
APPLICATION: Final = 1
CONTEXT: Final = 2


def element(number: int, content: bytes, *, family: Family = CONTEXT, holds: bool = False) -> bytes:
    """Tag, length and content."""
    first = family << 6 | (32 if holds else 0)
    tag = bytes([first | number]) if number < 31 else bytes([first | 31]) + _groups(number)
    size = len(content)
    if size < 128:
        return tag + bytes([size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return tag + bytes([128 | len(length)]) + length + content


def _groups(number: int) -> bytes:
    groups = [number & 127]
    while number := number >> 7:
        groups.append(number & 127 | 128)
    return bytes(reversed(groups))


def holder(number: int, *parts: bytes, family: Family = CONTEXT) -> bytes:
    """An element that holds others; empty ones are left out by whoever makes them."""
    return element(number, b"".join(parts), family=family, holds=True)


def sequence(*parts: bytes) -> bytes:
    """An item of a list, with the universal tag of a SEQUENCE."""
    return element(16, b"".join(parts), family=0, holds=True)


def whole(number: int, value: int | None, *, family: Family = CONTEXT) -> bytes:
    """An INTEGER or ENUMERATED that is not negative; nothing for `None`."""
    if value is None:
        return b""
    return element(number, value.to_bytes(value.bit_length() // 8 + 1), family=family)


def text(number: int, value: str | None, *, family: Family = CONTEXT) -> bytes:
    """A character string; nothing for one that is empty."""
    return element(number, value.encode(), family=family) if value else b""


def octets(number: int, value: bytes, *, family: Family = CONTEXT) -> bytes:
    """An OCTET STRING; nothing for one that is empty."""
    return element(number, value, family=family) if value else b""


def tbcd(digits: str) -> bytes:
    """Digits, the low nibble first. Standard: 3GPP TS 29.002, TBCD-STRING."""
    padded = digits + "f" * (len(digits) % 2)
    return bytes(int(padded[at + 1] + padded[at], 16) for at in range(0, len(padded), 2))


def bcd(digits: str) -> bytes:
    """Digits, the high nibble first, as in TAP."""
    return bytes.fromhex(digits + "f" * (len(digits) % 2))


def address(digits: str) -> bytes:
    """An international number of the telephone numbering plan. Standard: 3GPP TS 29.002, AddressString."""
    return b"\x91" + tbcd(digits) if digits else b""


def network(digits: str) -> bytes:
    """MCC and MNC. Standard: 3GPP TS 24.008, 10.5.1.13."""
    if not digits:
        return b""
    third = digits[5] if len(digits) > 5 else "f"
    return bytes.fromhex(digits[1] + digits[0] + third + digits[2] + digits[4] + digits[3])


def stamp(at: Instant) -> bytes:
    """A TimeStamp of nine octets. Standard: 3GPP TS 32.298, 5.1.1."""
    offset = at.utcoffset() or timedelta()
    sign = b"+" if offset >= timedelta() else b"-"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return bytes.fromhex(f"{at:%y%m%d%H%M%S}") + sign + bytes.fromhex(f"{hours:02}{minutes:02}")

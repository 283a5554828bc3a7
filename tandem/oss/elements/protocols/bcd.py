"""Telephone digits in half octets, low half first, filled up with 0xf. Standard: 3GPP TS 24.008, 10.5.4.7 (TBCD)."""

from __future__ import annotations

from tandem.oss.elements.protocols.errors import Garbled


def encode_digits(digits: str) -> bytes:
    """The octets of decimal digits. Raises: Garbled for anything else."""
    if not digits.isascii() or (digits and not digits.isdecimal()):
        raise Garbled("only decimal digits have this form")
    filled = digits + "f" if len(digits) % 2 else digits
    return bytes(int(filled[at + 1] + filled[at], 16) for at in range(0, len(filled), 2))


def decode_digits(octets: bytes) -> str:
    """The decimal digits of these octets. Raises: Garbled for a half octet that is no digit."""
    swapped = "".join(f"{octet & 0xF:x}{octet >> 4:x}" for octet in octets)
    digits = swapped[:-1] if swapped.endswith("f") else swapped
    if digits and not digits.isdecimal():
        raise Garbled("a half octet is not a digit")
    return digits

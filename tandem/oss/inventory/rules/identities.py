"""Numbers, cards and subscribers by the forms that their standards give them."""

from __future__ import annotations

import re
from typing import Final

from tandem.oss.inventory.terms import IdentityInvalid

_MSISDN: Final = re.compile(r"[1-9][0-9]{6,14}")
_ICCID: Final = re.compile(r"[0-9]{19,20}")
_IMSI: Final = re.compile(r"[0-9]{14,15}")
_KEY: Final = re.compile(r"[0-9A-F]{32}")
_SEPARATORS: Final = re.compile(r"[ ().-]")
_WITHOUT_CHECK_DIGIT: Final = 19


def read_msisdn(text: str) -> str:
    """The digits of a number in international form, with or without `+` and separators.

    Raises: IdentityInvalid. Standard: ITU-T E.164, 6.2.1 (at most 15 digits).
    """
    digits = _SEPARATORS.sub("", text.strip()).removeprefix("+")
    if not _MSISDN.fullmatch(digits):
        raise IdentityInvalid(f"{text!r} is not a number in international form", path="msisdn")
    return digits


def read_iccid(text: str) -> str:
    """A card's number, its check digit verified where it has one.

    Raises: IdentityInvalid. Standard: ITU-T E.118, 4.1 (19 digits with a Luhn digit); cards with 20 digits carry
    operators' own last digit, which proves nothing.
    """
    digits = _SEPARATORS.sub("", text.strip())
    if not _ICCID.fullmatch(digits) or not digits.startswith("89"):
        raise IdentityInvalid(f"{text!r} is not an ICCID: 19 or 20 digits that begin with 89", path="iccid")
    if len(digits) == _WITHOUT_CHECK_DIGIT and luhn_digit(digits[:-1]) != digits[-1]:
        raise IdentityInvalid(f"the check digit of ICCID {digits} is wrong", path="iccid")
    return digits


def read_imsi(text: str) -> str:
    """A subscriber's identity. Raises: IdentityInvalid. Standard: 3GPP TS 23.003, 2.2."""
    digits = text.strip()
    if not _IMSI.fullmatch(digits):
        raise IdentityInvalid(f"{text!r} is not an IMSI: 14 or 15 digits", path="imsi")
    return digits


def read_key(text: str, name: str) -> str:
    """A key of 128 bits as hexadecimal digits; the reason of a refusal does not repeat it.

    Raises: IdentityInvalid. Standard: 3GPP TS 35.206 (K and OPc have 128 bits).
    """
    digits = text.strip().upper()
    if not _KEY.fullmatch(digits):
        raise IdentityInvalid(f"{name} is not 32 hexadecimal digits", path=name)
    return digits


def luhn_digit(digits: str) -> str:
    """The check digit that completes a row of digits. Standard: ISO/IEC 7812-1, annex B."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)

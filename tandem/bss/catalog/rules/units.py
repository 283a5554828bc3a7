"""Units of use in their smallest one, exactly. Decimal prefixes, as tariffs mean them: 1 GB is 10^9 octets."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from tandem.bss.catalog.terms import PriceTermsInvalid, Unit, UsageType

SMALLEST: Final[dict[UsageType, Unit]] = {"voice": "second", "data": "octet", "message": "message"}
_SIZES: Final[dict[str, tuple[Unit, int]]] = {
    "second": ("second", 1),
    "minute": ("second", 60),
    "hour": ("second", 3600),
    "octet": ("octet", 1),
    "byte": ("octet", 1),
    "kB": ("octet", 10**3),
    "MB": ("octet", 10**6),
    "GB": ("octet", 10**9),
    "TB": ("octet", 10**12),
    "KiB": ("octet", 2**10),
    "MiB": ("octet", 2**20),
    "GiB": ("octet", 2**30),
    "message": ("message", 1),
}


def in_smallest(amount: Any, units: Any, usage_type: UsageType, path: str) -> int:
    """An amount in the usage type's smallest unit. Raises: PriceTermsInvalid when it is no whole number of them."""
    unit, size = _SIZES.get(units, (None, 0)) if isinstance(units, str) else (None, 0)
    if unit != SMALLEST[usage_type]:
        fitting = ", ".join(name for name, (base, _) in _SIZES.items() if base == SMALLEST[usage_type])
        raise PriceTermsInvalid(f"{usage_type} is counted in {fitting}, not in {units!r}", path=f"{path}.units")
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal) or amount <= 0:
        raise PriceTermsInvalid("an amount is a number above zero", path=f"{path}.amount", got=str(amount))
    whole = Decimal(amount) * size
    if whole != whole.to_integral_value():
        raise PriceTermsInvalid(f"not a whole number of {unit}s", path=f"{path}.amount", got=str(amount))
    return int(whole)

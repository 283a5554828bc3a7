"""Quantities of the tariff vocabulary in their smallest units, exactly, and what each service is measured in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, Literal

from tandem.bss.catalog.terms.tariff import Allowance, Price, Quantity, Tariff
from tandem.kernel.errors import Invalid

Measure = Literal["second", "octet", "count"]

SIZES: Final[dict[str, tuple[Measure, int]]] = {
    "second": ("second", 1),
    "minute": ("second", 60),
    "hour": ("second", 3_600),
    "day": ("second", 86_400),
    "octet": ("octet", 1),
    "byte": ("octet", 1),
    "kB": ("octet", 10**3),
    "MB": ("octet", 10**6),
    "GB": ("octet", 10**9),
    "TB": ("octet", 10**12),
    "KiB": ("octet", 2**10),
    "MiB": ("octet", 2**20),
    "GiB": ("octet", 2**30),
    "TiB": ("octet", 2**40),
    "message": ("count", 1),
    "event": ("count", 1),
    "unit": ("count", 1),
}
"""Every unit that can be written (words with an `s` too), its measure and how many of the smallest it is."""

BY_NAME: Final[dict[str, Measure]] = {"voice": "second", "data": "octet"}
MOST: Final = 2**62
_WRITTEN: Final = re.compile(r"(?P<number>[0-9]+(\.[0-9]+)?) ?(?P<unit>[A-Za-z]+)")


def measure_named(quantity: Quantity) -> Measure | None:
    """The measure that a quantity names; a bare number names none. Raises: Invalid for an unknown unit."""
    return None if isinstance(quantity, int) else _read(quantity)[1]


def quantity_of(quantity: Quantity, *, measure: Measure) -> int:
    """A quantity in the smallest unit of a measure. Raises: Invalid when it is another one's, too large or no whole."""
    if isinstance(quantity, int):
        return _bounded(quantity, str(quantity))
    number, named, size = _read(quantity)
    if named != measure:
        raise Invalid(f"{quantity} is not measured in {measure}s", code="tariff.measure", got=quantity)
    whole = number * size
    if whole != whole.to_integral_value():
        raise Invalid(f"{quantity} is no whole number of {measure}s", code="tariff.quantity", got=quantity)
    return _bounded(int(whole), quantity)


def _bounded(units: int, written: str) -> int:
    if units >= MOST:
        raise Invalid(f"{written} is too large", code="tariff.quantity", got=written)
    return units


def _read(quantity: str) -> tuple[Decimal, Measure, int]:
    parts = _WRITTEN.fullmatch(quantity)
    unit = parts["unit"] if parts else ""
    known = SIZES.get(unit) or (SIZES.get(unit.removesuffix("s")) if unit.islower() else None)
    if parts is None or known is None:
        raise Invalid(f"no such unit: {quantity!r}; there are {', '.join(SIZES)}", code="tariff.unit", got=quantity)
    return Decimal(parts["number"]), *known


def measure_of(tariff: Tariff, service: str) -> Measure:
    """What a service is measured in. Raises: Invalid when its terms name more than one measure or an unknown unit."""
    named = {measure_named(quantity) for of, quantity, _ in named_quantities(tariff) if of == service}
    measures = sorted(measure for measure in named if measure is not None)
    if len(measures) > 1:
        raise Invalid(f"{service} is measured in {' and in '.join(measures)}s", code="tariff.measure")
    return measures[0] if measures else BY_NAME.get(service, "count")


def named_quantities(tariff: Tariff) -> Iterator[tuple[str, Quantity, str]]:
    """Every quantity that says what its service is measured in: service, quantity, place in the tariff."""
    for index, price in enumerate(tariff.prices):
        for quantity, place in _of_price(price):
            yield price.service, quantity, f"prices[{index}].{place}"
    for index, allowance in enumerate(tariff.allowances):
        for quantity, place in _of_allowance(allowance):
            yield allowance.service, quantity, f"allowances[{index}].{place}"
    for index, limit in enumerate(tariff.limits):
        if limit.service is not None and limit.units is not None:
            yield limit.service, limit.units, f"limits[{index}].units"
    for index, quota in enumerate(tariff.quota):
        yield quota.service, quota.slice, f"quota[{index}].slice"
        if quota.last_slice is not None:
            yield quota.service, quota.last_slice, f"quota[{index}].lastSlice"


def _of_price(price: Price) -> Iterator[tuple[Quantity, str]]:
    if price.per is not None:
        yield price.per, "per"
    if price.package is not None:
        yield price.package.size, "package.size"
    if price.first_interval is not None:
        yield price.first_interval.length, "firstInterval.length"
    if price.free_units is not None:
        yield price.free_units.amount, "freeUnits.amount"
    for index, step in enumerate(price.tiers.steps if price.tiers else ()):
        if step.up_to is not None:
            yield step.up_to, f"tiers.steps[{index}].upTo"
        if step.per is not None:
            yield step.per, f"tiers.steps[{index}].per"


def _of_allowance(allowance: Allowance) -> Iterator[tuple[Quantity, str]]:
    if allowance.amount is not None:
        yield allowance.amount, "amount"
    if allowance.fair_use is not None:
        yield "1 octet", "fairUse"
    if allowance.member_limit is not None:
        yield allowance.member_limit, "memberLimit"
    if allowance.roll_over is not None and allowance.roll_over.cap is not None:
        yield allowance.roll_over.cap, "rollOver.cap"

"""Prices as functions of counted units: straight lines over one common denominator, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Final, Literal

from tandem.bss.catalog.public import quantity_of
from tandem.bss.catalog.terms.tariff import Price, Quantity, Tiers
from tandem.bss.charging.rules.core import law
from tandem.bss.charging.rules.core.law import PriceRow, StepRow
from tandem.bss.charging.rules.core.layout import FOREVER, NONE
from tandem.kernel.errors import Invalid
from tandem.kernel.money import MICROS, Rounding, divide

Measure = Literal["second", "octet", "count"]
MOST: Final = 2**62
SCOPES: Final = {"use": law.PER_USE, "day": law.PER_DAY, "cycle": law.PER_CYCLE}
_MODES: Final = {
    "halfUp": (law.HALF_UP, Rounding.HALF_UP),
    "halfEven": (law.HALF_EVEN, Rounding.HALF_EVEN),
    "up": (law.UP, Rounding.UP),
    "down": (law.DOWN, Rounding.DOWN),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line up to and with `up_to` units: `base` + (y - `origin`) * `slope`, in micros."""

    up_to: int
    origin: int
    base: Fraction
    slope: Fraction


@dataclass(frozen=True, slots=True)
class PriceFunction:
    """A price's row and its lines: from the first unit on, and where it continues."""

    row: PriceRow
    first: tuple[StepRow, ...]
    following: tuple[StepRow, ...]


def micros_of(amount: str) -> int:
    """Decimal text in millionths."""
    return int(Decimal(amount) * MICROS)


def optional_micros(amount: str | None) -> int:
    """Decimal text in millionths; -1 where there is none."""
    return NONE if amount is None else micros_of(amount)


def increments_of(text: str) -> tuple[int, int]:
    """First and following increment."""
    first, _, following = text.partition("/")
    return int(first), int(following)


def price_function(price: Price, *, measure: Measure, term: int) -> PriceFunction:
    """A price as numbers. Raises: Invalid when its parts cannot be brought over one denominator of 62 bits."""
    row = _row(price, term)
    if price.percent is not None:
        row.shape, row.numerator, row.denominator = law.BY_VALUE, micros_of(price.percent), 100 * MICROS
        return PriceFunction(row, (), ())
    if price.package is not None:
        row.shape, row.numerator = law.BY_PACKAGE, micros_of(price.package.amount)
        row.size = quantity_of(price.package.size, measure=measure)
        return PriceFunction(row, (), ())
    if price.tiers is not None:
        row.scope = SCOPES[price.tiers.scope]
        lines = _tiered(price.tiers, measure)
        return _with_steps(row, lines, lines)
    return _with_steps(row, *_of_amount(price, row, measure))


def _row(price: Price, term: int) -> PriceRow:
    first, following = increments_of(price.increments)
    digits = 6 if price.rounding.place == "bill" else price.rounding.digits
    caps = {cap.scope: micros_of(cap.amount) for cap in price.caps}
    return PriceRow(
        first_increment=first,
        next_increment=following,
        connect_fee=optional_micros(price.connect_fee),
        minimum=optional_micros(price.minimum),
        maximum=optional_micros(price.maximum),
        digit=10 ** (6 - digits),
        day_cap=caps.get("day", NONE),
        cycle_cap=caps.get("cycle", NONE),
        term=term,
        mode=_MODES[price.rounding.mode][0],
    )


def _of_amount(price: Price, row: PriceRow, measure: Measure) -> tuple[list[Line], list[Line]]:
    """The lines of a flat price or of an amount for each `per`, and those where it continues."""
    if price.flat is not None:
        flat = [Line(FOREVER, 0, Fraction(micros_of(price.flat)), Fraction(0))]
        return flat, flat
    slope = _slope(price.amount or "0", price.per, measure)
    plain = [Line(FOREVER, 0, Fraction(0), slope)]
    if price.rounding.place == "increment":
        return _by_increments(price, row, slope)
    if price.first_interval is not None:
        length = quantity_of(price.first_interval.length, measure=measure)
        whole = Fraction(micros_of(price.first_interval.amount))
        return [Line(length, 0, whole, Fraction(0)), Line(FOREVER, length, whole, slope)], plain
    if price.free_units is not None:
        row.scope = SCOPES[price.free_units.scope]
        free = quantity_of(price.free_units.amount, measure=measure)
        lines = [Line(free, 0, Fraction(0), Fraction(0)), Line(FOREVER, free, Fraction(0), slope)]
        return lines, lines
    return plain, plain


def _by_increments(price: Price, row: PriceRow, slope: Fraction) -> tuple[list[Line], list[Line]]:
    """Each increment's price rounded, then multiplied: units are counted in whole increments already."""
    mode = _MODES[price.rounding.mode][1]
    first, following = (
        Fraction(divide(exact.numerator, exact.denominator * row.digit, mode) * row.digit)
        for exact in (slope * row.first_increment, slope * row.next_increment)
    )
    each = following / row.next_increment
    lines = [Line(row.first_increment, 0, first, Fraction(0)), Line(FOREVER, row.first_increment, first, each)]
    return lines, [Line(FOREVER, 0, Fraction(0), each)]


def _tiered(tiers: Tiers, measure: Measure) -> list[Line]:
    lines: list[Line] = []
    base, origin = Fraction(0), 0
    for index, step in enumerate(tiers.steps):
        is_last = index == len(tiers.steps) - 1
        told = FOREVER if step.up_to is None else quantity_of(step.up_to, measure=measure)
        up_to = FOREVER if is_last else told
        if tiers.kind == "stairStep":
            lines.append(Line(up_to, 0, Fraction(micros_of(step.amount)), Fraction(0)))
            continue
        slope = _slope(step.amount, step.per, measure)
        if tiers.kind == "volume":
            lines.append(Line(up_to, 0, Fraction(0), slope))
            continue
        lines.append(Line(up_to, origin, base, slope))
        base, origin = base + slope * (told - origin), told
    return lines


def _slope(amount: str, per: Quantity | None, measure: Measure) -> Fraction:
    return Fraction(micros_of(amount), 1 if per is None else quantity_of(per, measure=measure))


def _with_steps(row: PriceRow, first: list[Line], following: list[Line]) -> PriceFunction:
    lines = [*first, *following]
    row.denominator = lcm(*(one.denominator for line in lines for one in (line.slope, line.base)))
    if row.denominator >= MOST:
        raise Invalid("its steps have no common denominator of 62 bits", code="tariff.too_fine")
    return PriceFunction(row, _steps(first, row.denominator), _steps(following, row.denominator))


def _steps(lines: list[Line], denominator: int) -> tuple[StepRow, ...]:
    return tuple(_step(line, denominator) for line in lines)


def _step(line: Line, denominator: int) -> StepRow:
    base, rest = divmod(int(line.base * denominator), denominator)
    numerator = int(line.slope * denominator)
    if max(base, numerator) >= MOST:
        raise Invalid("its amounts pass 62 bits", code="tariff.too_fine")
    return StepRow(line.up_to, line.origin, base, rest, numerator)

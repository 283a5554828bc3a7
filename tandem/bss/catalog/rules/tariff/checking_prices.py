"""What speaks against the prices of a tariff: two shapes, steps that do not rise, equal prices for the same use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Final

from tandem.bss.catalog.rules.tariff.quantities import Measure, measure_of, quantity_of
from tandem.bss.catalog.terms import Finding
from tandem.bss.catalog.terms.tariff import Price, Tariff, Tiers
from tandem.kernel.errors import Invalid
from tandem.kernel.period import FOREVER, Instant, instant

HOME: Final = "home"
SHAPES: Final = ("amount", "flat", "package", "tiers", "percent")
NEVER: Final = datetime(1, 1, 1, tzinfo=UTC)
_Told = tuple[str, str, str]


def prices(tariff: Tariff) -> Iterator[Finding]:
    """Everything that speaks against each price by itself."""
    for index, price in enumerate(tariff.prices):
        for code, reason, place in (*_shape(price), *_amounts(price), *_rounding(price), *_caps(price)):
            yield Finding(f"tariff.{code}", reason, f"prices[{index}].{place}".removesuffix("."))
        for code, reason, place in _quantities(tariff, price):
            yield Finding(f"tariff.{code}", reason, f"prices[{index}].{place}")


def _shape(price: Price) -> Iterator[_Told]:
    told = [name for name in SHAPES if getattr(price, name) is not None]
    if len(told) != 1:
        yield "shape", f"a price has exactly one of {', '.join(SHAPES)}; this one has {', '.join(told) or 'none'}", ""
    if price.per is not None and price.amount is None:
        yield "shape", "only an amount is per something", "per"
    extras = [name for name in ("first_interval", "free_units") if getattr(price, name) is not None]
    if extras and price.amount is None:
        yield "shape", "a first interval and free units go with an amount", ""
    if len(extras) == 2:
        yield "shape", "a first interval and free units exclude each other", ""


def _amounts(price: Price) -> Iterator[_Told]:
    for place, amount in _named_amounts(price):
        if Decimal(amount) < 0:
            yield "negative", "an amount is not below zero", place
    if price.minimum is not None and price.maximum is not None and Decimal(price.minimum) > Decimal(price.maximum):
        yield "shape", "the minimum is not above the maximum", "minimum"


def _named_amounts(price: Price) -> Iterator[tuple[str, str]]:
    for name, place in (
        ("amount", "amount"),
        ("flat", "flat"),
        ("percent", "percent"),
        ("connect_fee", "connectFee"),
        ("minimum", "minimum"),
        ("maximum", "maximum"),
    ):
        if (amount := getattr(price, name)) is not None:
            yield place, amount
    if price.package is not None:
        yield "package.amount", price.package.amount
    if price.first_interval is not None:
        yield "firstInterval.amount", price.first_interval.amount
    for index, step in enumerate(price.tiers.steps if price.tiers else ()):
        yield f"tiers.steps[{index}].amount", step.amount
    for index, cap in enumerate(price.caps):
        yield f"caps[{index}].amount", cap.amount


def _rounding(price: Price) -> Iterator[_Told]:
    alone = price.amount is not None and price.first_interval is None and price.free_units is None
    if price.rounding.place == "increment" and not alone:
        yield "rounding", "increments are rounded where an amount stands alone", "rounding.place"


def _caps(price: Price) -> Iterator[_Told]:
    scopes = [cap.scope for cap in price.caps]
    if len(set(scopes)) != len(scopes):
        yield "doubled", "one cap for a day and one for a cycle", "caps"
    if price.caps and _falls(price):
        yield "shape", "a sum that can fall has no caps", "caps"


def _quantities(tariff: Tariff, price: Price) -> Iterator[_Told]:
    """Zero sizes and steps that do not rise; what cannot be read at all is told elsewhere."""
    try:
        measure = measure_of(tariff, price.service)
        for place, quantity in (
            ("per", price.per),
            ("package.size", price.package.size if price.package else None),
            ("firstInterval.length", price.first_interval.length if price.first_interval else None),
        ):
            if quantity is not None and quantity_of(quantity, measure=measure) == 0:
                yield "quantity", "a size is above zero", place
        if price.tiers is not None:
            yield from _steps(price.tiers, measure)
    except Invalid:
        return


def _steps(tiers: Tiers, measure: Measure) -> Iterator[_Told]:
    bounds = [None if one.up_to is None else quantity_of(one.up_to, measure=measure) for one in tiers.steps]
    for index, bound in enumerate(bounds[:-1]):
        if bound is None:
            yield "steps", "only the last step is without end", f"tiers.steps[{index}].upTo"
    told = [bound for bound in (0, *bounds) if bound is not None]
    if any(low >= high for low, high in pairwise(told)):
        yield "steps", "steps rise", "tiers.steps"
    for index, step in enumerate(tiers.steps):
        if step.per is not None and tiers.kind == "stairStep":
            yield "steps", "a stair step has one amount for everything", f"tiers.steps[{index}].per"
        elif step.per is not None and quantity_of(step.per, measure=measure) == 0:
            yield "quantity", "a size is above zero", f"tiers.steps[{index}].per"


def falling(tariff: Tariff) -> Iterator[str]:
    """The places of prices whose sum can fall with more use: they may charge less than nothing."""
    for index, price in enumerate(tariff.prices):
        if _falls(price):
            yield f"prices[{index}].tiers"


def _falls(price: Price) -> bool:
    tiers = price.tiers
    if tiers is None or len(tiers.steps) < 2:
        return False
    amounts = [Decimal(step.amount) for step in tiers.steps]
    return tiers.kind == "volume" or (tiers.kind == "stairStep" and any(low > high for low, high in pairwise(amounts)))


# -- equal prices -----------------------------------------------------------------------------------------------------


def ambiguous(tariff: Tariff) -> Iterator[Finding]:
    """Prices that fit the same use equally well: only their ids would choose."""
    alike: dict[tuple[str, str, str], list[int]] = {}
    for index, price in enumerate(tariff.prices):
        for prefix, code in _places(tariff, price):
            alike.setdefault((price.service, prefix, code), []).append(index)
    found = {pair for indexes in alike.values() for pair in combinations(indexes, 2)}
    for first, second in sorted(found):
        one, other = tariff.prices[first], tariff.prices[second]
        if _meet(one, other):
            yield Finding("tariff.ambiguous", f"it fits the same use as {one.id}, equally well", f"prices[{second}]")


def _places(tariff: Tariff, price: Price) -> set[tuple[str, str]]:
    """Where a price is for: beginnings of called numbers and network codes, empty for everywhere."""
    prefixes = [prefix for name in price.to for prefix in tariff.destinations[name]] if price.to else [""]
    codes = [
        code for name in price.within for code in (*tariff.networks.get(name, ()), *([HOME] if name == HOME else ()))
    ]
    return {(prefix, code) for prefix in prefixes for code in (codes if price.within else [""])}


def _meet(one: Price, other: Price) -> bool:
    groups = bool(one.rating_groups) == bool(other.rating_groups) and _shares(one.rating_groups, other.rating_groups)
    parts = bool(one.during) == bool(other.during) and _shares(one.during, other.during)
    return groups and parts and _at_once(one, other)


def _shares(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return not one or bool(set(one) & set(other))


def _at_once(one: Price, other: Price) -> bool:
    """Whether both can be valid at an instant."""
    (start, end), (from_, until) = _period(one), _period(other)
    return start < until and from_ < end


def _period(price: Price) -> tuple[Instant, Instant]:
    told = price.valid_for
    start = None if told is None else told.start_date_time
    end = None if told is None else told.end_date_time
    return NEVER if start is None else instant(start), FOREVER if end is None else instant(end)

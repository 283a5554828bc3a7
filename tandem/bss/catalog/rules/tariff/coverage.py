"""What a tariff leaves open: use past an allowance that has no price, and prices that no use can ever reach."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from functools import reduce
from itertools import product
from operator import and_
from typing import Final, get_args

from tandem.bss.catalog.rules.tariff.checking_prices import HOME
from tandem.bss.catalog.terms import Finding
from tandem.bss.catalog.terms.tariff import Allowance, Day, DayPart, Price, Tariff

ALWAYS: Final = ""
"""The name for time that no day part holds, and for everywhere."""


def left_open(tariff: Tariff) -> Iterator[Finding]:
    """Codes: no_price_past_allowance, price_unreachable. Asked of tariffs against which nothing else speaks."""
    parts = _parts_in_force(tariff)
    for index, allowance in enumerate(tariff.allowances):
        if not allowance.unlimited and not _is_priced(tariff, allowance, parts):
            reason = f"{allowance.name or allowance.id} ends, and {allowance.service} past it has no price"
            yield Finding("no_price_past_allowance", reason, f"allowances[{index}]")
    for index, price in enumerate(tariff.prices):
        why = _unreachable(tariff, price, parts)
        if why is not None:
            yield Finding(
                "price_unreachable", f"{price.name or price.id} can never be reached: {why}", f"prices[{index}]"
            )


# -- past an allowance ------------------------------------------------------------------------------------------------


def _is_priced(tariff: Tariff, allowance: Allowance, parts: Set[str]) -> bool:
    """Whether each use that the allowance may pay for finds a price.

    Each condition is a set of bits, one a price that meets it; a use is priced where a price meets all conditions.
    """
    prices = [price for price in tariff.prices if price.service == allowance.service]
    conditions = (
        _met(_prefixes(tariff, allowance), [_prefixes(tariff, price) if price.to else None for price in prices]),
        _met(_codes(tariff, allowance), [_codes(tariff, price) if price.within else None for price in prices]),
        {_bits((part,), [price.during or None for price in prices]) for part in allowance.during or parts},
        {_bits((group,), [price.rating_groups or None for price in prices]) for group in _groups(allowance)},
    )
    return all(reduce(and_, bits) for bits in product(*conditions))


def _met(digits: Iterable[str], named: Sequence[Collection[str] | None]) -> set[int]:
    """The bits of each of these beginnings of numbers or codes: a price that names a shorter beginning fits too."""
    return {
        _bits([one] if one == HOME else [one[:length] for length in range(1, len(one) + 1)], named) for one in digits
    }


def _bits(values: Sequence[object], named: Sequence[Collection[object] | None]) -> int:
    """Which prices fit: those that name none, or one of the values."""
    return sum(1 << index for index, of in enumerate(named) if of is None or any(value in of for value in values))


def _prefixes(tariff: Tariff, term: Price | Allowance) -> frozenset[str]:
    named = (prefix for name in term.to for prefix in tariff.destinations[name])
    return frozenset(named) if term.to else frozenset({ALWAYS})


def _codes(tariff: Tariff, term: Price | Allowance) -> frozenset[str]:
    if not term.within:
        return frozenset({ALWAYS})
    named = {code for name in term.within for code in tariff.networks.get(name, ())}
    return frozenset(named | {HOME} if HOME in term.within else named)


def _groups(allowance: Allowance) -> tuple[int | str, ...]:
    return allowance.rating_groups or (ALWAYS,)


# -- what nobody reaches ----------------------------------------------------------------------------------------------


def _unreachable(tariff: Tariff, price: Price, parts: Set[str]) -> str | None:
    if price.to and not _prefixes(tariff, price):
        return "its destinations have no numbers"
    if price.within and not _codes(tariff, price):
        return "its networks have no codes"
    if price.during and not parts & set(price.during):
        return "its day parts lie within others"
    if not price.during:
        beside = {name for other in tariff.prices if _is_beside(other, price) for name in other.during}
        if parts <= beside:
            return "all its time is that of prices with a day part"
    return None


def _is_beside(other: Price, price: Price) -> bool:
    """Whether another price is for the same use, in a part of the day."""
    alike = ("service", "rating_groups", "to", "within", "valid_for")
    return bool(other.during) and all(getattr(other, name) == getattr(price, name) for name in alike)


def _parts_in_force(tariff: Tariff) -> set[str]:
    """The day parts that are in force at some time of some day, and `ALWAYS` where there is time without one."""
    has_holidays = bool(tariff.holidays or tariff.holiday_country)
    days = [day for day in get_args(Day) if day != "holiday" or has_holidays]
    bounds = sorted({"00:00", *(clock for part in tariff.day_parts for clock in (part.start, part.end))} - {"24:00"})
    return {
        next((part.name for part in tariff.day_parts if _holds(part, day, clock)), ALWAYS)
        for day in days
        for clock in bounds
    }


def _holds(part: DayPart, day: str, clock: str) -> bool:
    if part.days and day not in part.days:
        return False
    if part.start <= part.end:
        return part.start <= clock < part.end
    return clock >= part.start or clock < part.end

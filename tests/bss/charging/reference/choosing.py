"""Versions, prices and allowances that fit: sections 2 to 4 of the page."""

from __future__ import annotations

import bisect
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tandem.bss.catalog.terms import tariff as form
from tests.bss.charging.reference.calendar import DayParts, instant_us
from tests.bss.charging.reference.pricing import Price, price_of
from tests.bss.charging.reference.words import (
    NEVER,
    Allowance,
    Limit,
    Measure,
    Target,
    Use,
    allowance_of,
    limit_of,
    measure_of,
    measures_of,
    micros_of,
    period_of,
)


@dataclass(frozen=True, slots=True)
class Fitting:
    """What fits a piece: the price if any, and the allowances that may pay it, in order."""

    price: Price | None
    allowances: tuple[Allowance, ...]


@dataclass(slots=True)
class Terms:
    """One version of a tariff in plain values."""

    tariff: form.Tariff
    prices: tuple[Price, ...]
    allowances: tuple[Allowance, ...]
    limits: tuple[Limit, ...]
    measures: dict[str, Measure]
    day_parts: DayParts
    order: tuple[str, ...]
    credit_limit: int | None
    is_daily: bool
    _edges: list[int]
    _fitting: dict[Any, Fitting] = field(default_factory=dict)
    _limits: dict[Any, tuple[Limit, ...]] = field(default_factory=dict)

    @staticmethod
    def of(tariff: form.Tariff) -> Terms:
        """Raises: AssertionError for a tariff that the page refuses."""
        prices = tuple(price_of(one, tariff) for one in tariff.prices)
        allowances = tuple(allowance_of(one, tariff) for one in tariff.allowances)
        limits = tuple(limit_of(one, tariff) for one in tariff.limits)
        scopes = [one.scope for one in prices] + [one.scope for one in limits] + [one.kind for one in allowances]
        scopes += [cap.scope for one in prices for cap in one.caps]
        targets = [one.target for one in prices] + [one.target for one in allowances]
        credit = tariff.payment.credit_limit
        return Terms(
            tariff=tariff,
            prices=prices,
            allowances=allowances,
            limits=limits,
            measures=measures_of(tariff),
            day_parts=DayParts.of(tariff),
            order=tariff.payment.order,
            credit_limit=None if credit is None else micros_of(credit),
            is_daily="day" in scopes,
            _edges=sorted({edge for one in targets for edge in (one.start, one.end)}),
        )

    def measure(self, service: str) -> Measure:
        """What a service is measured in."""
        return measure_of(service, self.measures)

    def fitting(self, use: Use, day_part: str) -> Fitting:
        """The price and allowances of a piece; remembered by all that they depend on."""
        within = bisect.bisect_right(self._edges, use.start)
        key = (use.service, use.rating_group, use.destination, use.network, day_part, within)
        if key not in self._fitting:
            self._fitting[key] = self._find(use, day_part)
        return self._fitting[key]

    def _find(self, use: Use, day_part: str) -> Fitting:
        ranked = [(_rank(one, use), one) for one in self.prices if _fits(one.target, use, day_part)]
        price = min(ranked, key=lambda pair: pair[0])[1] if ranked else None
        paying = [one for one in self.allowances if _fits(one.target, use, day_part) and _may_pay(one, price, use)]
        return Fitting(price, tuple(sorted(paying, key=lambda one: (one.priority, one.id))))

    def limits_of(self, use: Use) -> tuple[Limit, ...]:
        """The limits that count a use."""
        key = (use.service, use.rating_group, use.destination, use.network)
        if key not in self._limits:
            self._limits[key] = tuple(one for one in self.limits if _fits_anywhen(one.target, use))
        return self._limits[key]


def _fits_anywhen(target: Target, use: Use) -> bool:
    return (
        target.fits_use(use.service, use.rating_group, use.start)
        and target.prefix_length(use.destination) is not None
        and target.code_length(use.network) is not None
    )


def _fits(target: Target, use: Use, day_part: str) -> bool:
    return _fits_anywhen(target, use) and (not target.during or day_part in target.during)


def _rank(price: Price, use: Use) -> tuple[int, int, bool, bool, str]:
    """The best first."""
    prefix, code = _lengths(price.target, use)
    return -prefix, -code, not price.target.groups, not price.target.during, price.id


def _may_pay(allowance: Allowance, price: Price | None, use: Use) -> bool:
    """An allowance does not pay where something more special has a price of its own."""
    if price is None:
        return True
    my_prefix, my_code = _lengths(allowance.target, use)
    its_prefix, its_code = _lengths(price.target, use)
    by_prefix = allowance.target.prefixes is None or my_prefix >= its_prefix
    return by_prefix and (allowance.target.codes is None or my_code >= its_code)


def _lengths(target: Target, use: Use) -> tuple[int, int]:
    return target.prefix_length(use.destination) or 0, target.code_length(use.network) or 0


class Versions:
    """All versions of all tariffs, by id."""

    def __init__(self, tariffs: Iterable[form.Tariff]) -> None:
        self._by_id: dict[str, list[tuple[int, int, int, Terms]]] = {}
        for tariff in tariffs:
            start, end = period_of(tariff.valid_for)
            approved = -NEVER if tariff.approved_at is None else instant_us(tariff.approved_at)
            self._by_id.setdefault(tariff.id, []).append((approved, start, end, Terms.of(tariff)))
        for versions in self._by_id.values():
            versions.sort(key=lambda one: one[0])  # stable: of equals the later in the list stays later

    def in_force(self, tariff: str, at: int, believed: int | None = None) -> Terms | None:
        """The version that counts for a use that begins then, by what was approved at `believed` (none: by now)."""
        found = None
        for approved, start, end, terms in self._by_id.get(tariff, ()):
            if start <= at < end and (believed is None or approved <= believed):
                found = terms
        return found

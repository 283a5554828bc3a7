"""A tariff in the plain words of `PlanTerms`, for pages: what is priced by the unit and what is included.

What those words cannot say (tiers, parts of the day, networks abroad) is left out: a page that shows a price shows it
truly or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from tandem.bss.catalog.rules.tariff.checking_prices import HOME
from tandem.bss.catalog.rules.tariff.quantities import Measure, measure_of, quantity_of
from tandem.bss.catalog.rules.units import SMALLEST
from tandem.bss.catalog.terms import AllowanceTerm, Source, Unit, UsageTerm, UsageType
from tandem.bss.catalog.terms.tariff import Allowance, Price, Tariff
from tandem.kernel.money import MICROS

_MEASURES: Final[dict[Unit, Measure]] = {"second": "second", "octet": "octet", "message": "count"}
_SHAPING: Final = (
    "first_interval",
    "free_units",
    "connect_fee",
    "minimum",
    "maximum",
    "caps",
    "rating_groups",
    "during",
)


def plain_prices(tariff: Tariff, writes: Mapping[str, int]) -> Iterator[UsageTerm]:
    """The prices of these documents (by their number of writes) that are an amount for each of some units, at home."""
    for price in tariff.prices:
        common = _common(tariff, price, writes)
        if common is None or price.amount is None or any(getattr(price, name) for name in _SHAPING):
            continue
        per = quantity_of(1 if price.per is None else price.per, measure=measure_of(tariff, price.service))
        yield UsageTerm(**common, amount_micros=int(Decimal(price.amount) * MICROS), per_units=per)


def plain_allowances(tariff: Tariff, writes: Mapping[str, int]) -> Iterator[AllowanceTerm]:
    """The allowances of these documents (by their number of writes) of so much, or without limit, at home."""
    for allowance in tariff.allowances:
        common = _common(tariff, allowance, writes)
        if common is None or allowance.fair_use or allowance.during or allowance.rating_groups:
            continue
        amount = (
            None
            if allowance.amount is None
            else quantity_of(allowance.amount, measure=measure_of(tariff, allowance.service))
        )
        yield AllowanceTerm(**common, amount=amount, priority=allowance.priority)


def _common(tariff: Tariff, term: Price | Allowance, writes: Mapping[str, int]) -> dict[str, Any] | None:
    """What both kinds of terms say; none for what their words cannot say."""
    usage_type = _usage_type(tariff, term)
    if usage_type is None or term.id not in writes or (term.within and HOME not in term.within):
        return None
    first, following = map(int, term.increments.split("/"))
    return {
        "source": Source(term.id, term.version, writes[term.id]),
        "name": term.name,
        "usage_type": usage_type,
        "zone": ", ".join(term.to),
        "prefixes": tuple(sorted(prefix for name in term.to for prefix in tariff.destinations.get(name, ()))),
        "unit": SMALLEST[usage_type],
        "first_increment": first,
        "next_increment": following,
    }


def _usage_type(tariff: Tariff, term: Price | Allowance) -> UsageType | None:
    for usage_type, unit in SMALLEST.items():
        if term.service == usage_type and measure_of(tariff, term.service) == _MEASURES[unit]:
            return usage_type
    return None

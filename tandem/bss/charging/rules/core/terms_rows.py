"""Allowances as rows: how long they last, what they grant from which day on. Fair use by its rule pack."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Final

from tandem.bss.catalog.public import quantity_of
from tandem.bss.catalog.terms.tariff import Allowance, Quantity, Tariff
from tandem.bss.charging.rules.core import law
from tandem.bss.charging.rules.core.days import EPOCH, us_of_text
from tandem.bss.charging.rules.core.functions import Measure, increments_of
from tandem.bss.charging.rules.core.law import AllowanceRow, DatedRow
from tandem.bss.charging.rules.core.layout import EVER, FOREVER, NONE

WHOLESALE_CAPS: Final = (
    (date(2022, 7, 1), Fraction("2.00")),
    (date(2023, 1, 1), Fraction("1.80")),
    (date(2024, 1, 1), Fraction("1.55")),
    (date(2025, 1, 1), Fraction("1.30")),
    (date(2026, 1, 1), Fraction("1.10")),
    (date(2027, 1, 1), Fraction("1.00")),
)
"""Rule pack eu-roaming: euro per GB from a day on. Standard: Regulation (EU) 2022/612, article 11."""

_STEP: Final = 10**7
"""Fair use is given in whole hundredths of a GB."""
_VALIDITIES: Final = {
    "cycle": law.EACH_CYCLE,
    "day": law.EACH_DAY,
    "fixed": law.FIXED,
    "firstUse": law.FIRST_USE,
    "rolling": law.ROLLING,
}


def allowance_row(allowance: Allowance, *, measure: Measure, term: int) -> AllowanceRow:
    """An allowance without its amounts. Raises: Invalid for quantities of another measure."""
    first, following = increments_of(allowance.increments)
    lasts, rolls = allowance.validity, allowance.roll_over
    return AllowanceRow(
        first_increment=first,
        next_increment=following,
        start_us=EVER if lasts.start is None else us_of_text(lasts.start),
        end_us=FOREVER if lasts.end is None else us_of_text(lasts.end),
        length_us=0 if lasts.length is None else quantity_of(lasts.length, measure="second") * 1_000_000,
        roll_cap=NONE if rolls is None else _optional(rolls.cap, measure),
        member_limit=_optional(allowance.member_limit, measure),
        term=term,
        priority=allowance.priority,
        roll_cycles=0 if rolls is None else rolls.cycles,
        validity=_VALIDITIES[lasts.kind],
        is_prorated=int(allowance.first_period == "prorated"),
        is_shared=int(allowance.shared),
    )


def _optional(quantity: Quantity | None, measure: Measure) -> int:
    return NONE if quantity is None else quantity_of(quantity, measure=measure)


def amounts_of(allowance: Allowance, *, measure: Measure) -> list[DatedRow]:
    """What is granted, by the local day on which the period begins."""
    if allowance.fair_use is not None:
        return [DatedRow(EVER, 0), *fair_use(allowance.fair_use.monthly)]
    return [DatedRow(EVER, _optional(allowance.amount, measure))]


def fair_use(monthly: str) -> list[DatedRow]:
    """Octets that a subscriber may use abroad in a month, at least twice the price by the cap of the day.

    Standard: Implementing Regulation (EU) 2016/2286, article 4 (2). Rounding: up to hundredths of a GB.
    """
    rows = []
    for day, cap in WHOLESALE_CAPS:
        steps = 2 * Fraction(monthly) / cap * 10**9 / _STEP
        rows.append(DatedRow((day - EPOCH.date()).days, -(-steps.numerator // steps.denominator) * _STEP))
    return rows


def is_daily(tariff: Tariff) -> bool:
    """Whether anything of a tariff is counted by the local day."""
    return (
        any(allowance.validity.kind == "day" for allowance in tariff.allowances)
        or any(limit.scope == "day" for limit in tariff.limits)
        or any(cap.scope == "day" for price in tariff.prices for cap in price.caps)
        or any(price.tiers is not None and price.tiers.scope == "day" for price in tariff.prices)
        or any(price.free_units is not None and price.free_units.scope == "day" for price in tariff.prices)
    )

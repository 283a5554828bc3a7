"""Money: parts sum to the whole, rounding goes where its name says, currencies never mix."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tandem.kernel.errors import Broken, Invalid
from tandem.kernel.money import Money, Rounding, divide, total

AMOUNTS = some.integers(-(10**16), 10**16)
ORACLE = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.DOWN: ROUND_DOWN,
    Rounding.UP: ROUND_UP,
    Rounding.FLOOR: ROUND_FLOOR,
    Rounding.CEILING: ROUND_CEILING,
}


@given(AMOUNTS, some.lists(some.integers(0, 10**6), min_size=1, max_size=12).filter(any), some.integers(0, 6))
def test_parts_sum_to_the_whole(micros: int, weights: list[int], digits: int) -> None:
    whole = Money(micros, "EUR")
    parts = whole.split(weights, digits=digits)
    assert total(parts, "EUR") == whole
    assert all(part.micros == 0 or weight > 0 for part, weight in zip(parts, weights, strict=True))


@given(some.integers(-(10**20), 10**20), some.integers(1, 10**8), some.sampled_from(Rounding))
def test_rounding_is_what_its_name_says(numerator: int, denominator: int, mode: Rounding) -> None:
    exact_tenths = Decimal(divide(numerator * 10, denominator, Rounding.DOWN))
    if (numerator * 10) % denominator == 0:
        assert divide(numerator, denominator, mode) == int((exact_tenths / 10).quantize(Decimal(1), ORACLE[mode]))


@given(AMOUNTS)
def test_the_standards_form_keeps_the_amount(micros: int) -> None:
    assert Money.from_doc(Money(micros, "EUR").to_doc()) == Money(micros, "EUR")


@pytest.mark.parametrize(
    ("amount", "days", "of", "expected"),
    [("30.00", 20, 31, "19.35"), ("45.00", 20, 31, "29.03"), ("19.35", 100, 123, "15.73"), ("51.35", 23, 123, "9.60")],
)
def test_worked_figures(amount: str, days: int, of: int, expected: str) -> None:
    assert Money.of(amount, "EUR").scaled(days, of) == Money.of(expected, "EUR")


def test_what_is_not_money_is_refused() -> None:
    with pytest.raises(Broken):
        Money.of(0.1, "EUR")  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        Money.of("0.0000001", "EUR")
    with pytest.raises(Broken):
        Money.of(1, "EUR") + Money.of(1, "USD")

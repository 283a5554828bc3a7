"""Amounts are exact to the edge of 63 bits, and past it where only a product passes it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.bss.charging.rules.core import layout, mode
from tandem.bss.charging.rules.core.kernel.exact import LARGEST, product_over, rounded_amount
from tandem.bss.charging.rules.core.law import DOWN, HALF_EVEN, HALF_UP, UP
from tandem.kernel.money import Rounding, divide
from tests.bss.charging.core.stage import Stage, tariff_of

WHOLE = st.integers(0, LARGEST - 1)
MODES = {HALF_UP: Rounding.HALF_UP, HALF_EVEN: Rounding.HALF_EVEN, UP: Rounding.UP, DOWN: Rounding.DOWN}


@given(WHOLE, WHOLE, st.integers(1, LARGEST - 1))
def test_a_product_over_a_denominator_is_exact_or_says_that_it_does_not_fit(one: int, other: int, over: int) -> None:
    quotient, rest, fits = product_over(one, other, over)
    exact, remainder = divmod(one * other, over)
    assert fits == (exact < LARGEST)
    if fits:
        assert (quotient, rest) == (exact, remainder)


@given(
    st.integers(-(10**15), 10**15),
    st.integers(1, 10**12),
    st.integers(0, 10**12),
    st.sampled_from([1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]),
    st.sampled_from(sorted(MODES)),
)
def test_rounding_is_that_of_the_exact_fraction(whole: int, over: int, rest: int, digit: int, mode_: int) -> None:
    value = whole + Fraction(rest % over, over)
    expected = divide(value.numerator, value.denominator * digit, MODES[mode_]) * digit
    assert rounded_amount(whole, rest % over, over, digit, mode_) == expected


@pytest.mark.parametrize(
    ("micros", "digit", "expected"), [(5_000, 10_000, 10_000), (4_999, 10_000, 0), (-5_000, 10_000, -10_000)]
)
def test_ties_go_away_from_zero(micros: int, digit: int, expected: int) -> None:
    assert rounded_amount(micros, 0, 1, digit, HALF_UP) == expected


@pytest.mark.parametrize("compiled", [False, True], ids=["interpreted", "compiled"])
def test_ten_terabytes_at_a_high_price_are_exact(compiled: bool) -> None:
    # 10,000,000,000,001 octets at 100,000.07 a MB, whose units times micros pass 2^63 more than a hundred times.
    stage = Stage(tariff_of(prices=[{"id": "d", "service": "data", "amount": "100000.07", "per": "1 MB"}]))
    mode.use_compiled(compiled)
    (part,) = stage.rated(stage.use("data", 10_000_000_000_001))
    # 100,000.07 x 10,000,000.000001 = 1,000,000,700,000.10000007
    assert part["amount"] == 1_000_000_700_000_100_000
    found = stage.batch(stage.use("data", 10**15))
    mode.use_compiled(None)
    assert found.outcomes.tolist() == [layout.TOO_LARGE]
    assert len(found.parts) == len(found.moves) == 0


def test_a_fraction_of_a_micro_is_kept_until_the_sum_is_rounded() -> None:
    # A third of a micro for each octet: three slices of one octet are one micro, at six digits.
    price = {"id": "d", "service": "data", "amount": "0.000001", "per": 3, "rounding": {"digits": 6, "mode": "down"}}
    stage = Stage(tariff_of(prices=[price]))
    amounts = [stage.rated(stage.use("data", 1, session=0))[0]["amount"] for _ in range(6)]
    assert amounts == [0, 0, 1, 0, 0, 1]

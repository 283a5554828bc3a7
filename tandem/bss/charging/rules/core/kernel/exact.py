"""Whole numbers past 63 bits, and amounts as micros with a remainder over a denominator."""

from __future__ import annotations

from typing import Final

from tandem.bss.charging.rules.core.law import DOWN, HALF_EVEN, UP
from tandem.bss.charging.rules.core.machine import machine

MOST: Final = 2**63 - 1
LARGEST: Final = 2**62
"""What is counted or charged stays below it, so that two of it can be added."""


@machine
def product_over(one: int, other: int, over: int) -> tuple[int, int, bool]:
    """one * other / over as quotient and rest, exactly, and whether the quotient is below LARGEST. None is negative."""
    if other == 0 or one <= MOST // other:
        product = one * other
        quotient = product // over
        return quotient, product - quotient * over, quotient < LARGEST
    return _wide_product_over(one, other, over)


@machine
def _wide_product_over(one: int, other: int, over: int) -> tuple[int, int, bool]:
    """The same where the product passes 63 bits: the parts below `over` are multiplied bit by bit."""
    times, rest = one // over, one % over
    other_times, other_rest = other // over, other % over
    quotient, remainder = 0, 0
    for bit in range(62, -1, -1):
        quotient, remainder = 2 * quotient, 2 * remainder
        if remainder >= over:
            quotient, remainder = quotient + 1, remainder - over
        if (other_rest >> bit) & 1:
            remainder += rest
            if remainder >= over:
                quotient, remainder = quotient + 1, remainder - over
    if (times > 0 and other > LARGEST // times) or (other_times > 0 and rest > LARGEST // other_times):
        return 0, 0, False
    whole, part = times * other, rest * other_times
    if whole >= LARGEST or part >= LARGEST or whole + part >= LARGEST or quotient >= LARGEST:
        return 0, 0, False
    quotient += whole + part
    return quotient, remainder, quotient < LARGEST


@machine
def counted_units(units: int, first: int, following: int, continues: int) -> int:
    """Units counted up to whole increments."""
    if units == 0:
        return 0
    if continues != 0:
        return -(-units // following) * following
    if units <= first:
        return first
    return first + -(-(units - first) // following) * following


@machine
def rounded_amount(whole: int, rest: int, over: int, digit: int, mode: int) -> int:
    """whole + rest/over micros at a multiple of `digit`; 0 <= rest < over. Ties and directions are by magnitude."""
    is_negative = whole < 0
    if is_negative:
        whole, rest = (-whole, 0) if rest == 0 else (-whole - 1, over - rest)
    steps = whole // digit
    micros = whole - steps * digit
    is_exact = micros == 0 and rest == 0
    twice = 2 * micros - digit
    is_above = twice > 0 or (twice == 0 and rest > 0) or (twice == -1 and 2 * rest > over)
    is_tie = (twice == 0 and rest == 0) or (twice == -1 and 2 * rest == over)
    if not is_exact and mode != DOWN:
        is_up = mode == UP or is_above
        if is_tie:
            is_up = mode != HALF_EVEN or steps % 2 == 1
        if is_up:
            steps += 1
    return -steps * digit if is_negative else steps * digit

"""Bars over amounts: of one width, a round number, with a bound at zero."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from tandem.bss.charging.terms.rerating import Bar

MOST: Final = 24
_CENT: Final = 10_000
_ROUND: Final = (1, 2, 5)


def bars(amounts: Sequence[int]) -> tuple[Bar, ...]:
    """How many amounts lie in each bar, from the least to the greatest. Units: micros."""
    if not amounts:
        return ()
    width = width_of(max(amounts) - min(amounts))
    counted = Counter(amount // width for amount in amounts)
    return tuple(
        Bar(place * width, (place + 1) * width, counted[place]) for place in range(min(counted), max(counted) + 1)
    )


def width_of(span: int) -> int:
    """The least round width, in whole cents, with which a span takes no more than `MOST` bars."""
    power = _CENT
    while True:
        for factor in _ROUND:
            if span // (factor * power) + 2 <= MOST:
                return factor * power
        power *= 10

"""How much a session may use before it asks again: as much of what it asks as is rated without a hindrance."""

from __future__ import annotations

from typing import Any, Final

from tandem.bss.charging.rules.core.kernel.clock import next_cut
from tandem.bss.charging.rules.core.kernel.pieces import begin_use, rate_pieces
from tandem.bss.charging.rules.core.kernel.stock import undo
from tandem.bss.charging.rules.core.kernel.world import World
from tandem.bss.charging.rules.core.layout import (
    ENDED_ASKED,
    ENDED_FAULT,
    ENDED_NO_PRICE,
    ENDED_UNITS,
    FOREVER,
    NO_PRICE,
    NONE,
    RATED,
)
from tandem.bss.charging.rules.core.machine import machine, world_at

HORIZON_US: Final = 366 * 86_400_000_000


@machine
def reserve_asks(listed: Any, first: int) -> int:
    """Grant asks from one on; the first that was not granted, because a table has no room, or how many there are."""
    w: World = world_at(listed)
    d = w.desk[0]
    for index in range(first, len(w.uses)):
        _grant_ask(w, index)
        if d.full != 0:
            return index
    return len(w.uses)


@machine
def _grant_ask(w: World, index: int) -> None:
    """The most that can be granted, found by halving between what can and what cannot."""
    d = w.desk[0]
    grant = w.grants[index]
    grant.units, grant.cost, grant.switch_us = 0, 0, FOREVER
    asked = _try(w, index, -1)
    grant.outcome, grant.ended, grant.measure = d.fault, d.ended, d.measure
    if d.full != 0 or asked == NONE:
        undo(w)
        return
    low = asked if d.ended == ENDED_ASKED else _halve(w, index, asked)
    if d.full != 0:
        undo(w)
        return
    grant.units, grant.cost, grant.outcome = low, d.cost, RATED
    if low > 0 and grant.ended == ENDED_NO_PRICE:
        grant.ended = ENDED_UNITS
    at = w.uses[index].start_us
    grant.switch_us = next_cut(w, at, at + HORIZON_US)
    d.parts = d.first_part


@machine
def _halve(w: World, index: int, asked: int) -> int:
    """The most below what was asked that nothing hinders; it is laid on the desk and reserved."""
    d = w.desk[0]
    low, high = 0, asked
    while high - low > 1 and d.full == 0:
        middle = low + (high - low) // 2
        undo(w)
        _try(w, index, middle)
        if d.ended == ENDED_ASKED:
            low = middle
        else:
            high = middle
            w.grants[index].ended = d.ended
    if d.full == 0:
        undo(w)
        _try(w, index, low)
    return low


@machine
def _try(w: World, index: int, units: int) -> int:
    """Rate so many units of an ask (-1: all) as a reservation; what is asked, -1 where it cannot be rated at all.

    Why it may not be stands on the desk.
    """
    d = w.desk[0]
    d.cost = 0
    d.fault = begin_use(w, index)
    if d.fault != RATED:
        d.ended = ENDED_NO_PRICE if d.fault == NO_PRICE else ENDED_FAULT
        return NONE
    asked = d.rest
    if units >= 0:
        d.rest = units
    rate_pieces(w)
    if d.fault != RATED and d.fault != NO_PRICE:
        d.ended = ENDED_FAULT
        return NONE
    return asked

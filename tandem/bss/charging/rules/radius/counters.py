"""Counters that tell everything since the session began, as what was used since they were told before.

A NAS repeats, loses and reorders its reports; its 32-bit counters wrap, or start again. Whatever comes, nothing is
counted twice and nothing is less than nothing. Standards: RFC 2866 clauses 5.3, 5.4 and 5.7, RFC 2869 clause 2.2.
"""

from __future__ import annotations

from typing import Final

from tandem.bss.charging.terms.online import Units

_WRAP: Final = 1 << 32
_HALF: Final = 1 << 31


def units_since(previous: Units | None, told: Units, *, has_gigawords: bool) -> Units:
    """What was used between two reports; `previous` is what `counters_after` gave, `None` at the first.

    Without gigawords a counter of a later report that is less has wrapped, once: what a NAS does not count in between
    nobody can know. With gigawords it has started again, and all that it tells is new. `total_octets` is the sum of
    both directions. Units: as told.
    """
    if previous is None:
        previous = Units()
    if _is_older(previous, told):
        return _nothing_of(told)
    up = _since(previous.uplink_octets, told.uplink_octets, _order(previous, told), has_gigawords)
    down = _since(previous.downlink_octets, told.downlink_octets, _order(previous, told), has_gigawords)
    return Units(
        time_s=None if told.time_s is None else max(0, told.time_s - (previous.time_s or 0)),
        total_octets=None if up is None and down is None else (up or 0) + (down or 0),
        uplink_octets=up,
        downlink_octets=down,
    )


def counters_after(previous: Units | None, told: Units, *, has_gigawords: bool) -> Units:
    """What to keep for the next report: the later of both, by each counter."""
    if previous is None:
        return told
    used = units_since(previous, told, has_gigawords=has_gigawords)
    if _is_older(previous, told):
        return previous
    return Units(
        time_s=_later(previous.time_s, told.time_s, used.time_s),
        uplink_octets=_later(previous.uplink_octets, told.uplink_octets, used.uplink_octets),
        downlink_octets=_later(previous.downlink_octets, told.downlink_octets, used.downlink_octets),
    )


def _later(previous: int | None, told: int | None, used: int | None) -> int | None:
    return told if used or previous is None else previous


def _order(previous: Units, told: Units) -> int | None:
    """How much later a report is, by the session's own time; `None` where one does not tell it."""
    if previous.time_s is None or told.time_s is None:
        return None
    return told.time_s - previous.time_s


def _is_older(previous: Units, told: Units) -> bool:
    order = _order(previous, told)
    return order is not None and order < 0


def _nothing_of(told: Units) -> Units:
    has_octets = told.uplink_octets is not None or told.downlink_octets is not None
    return Units(
        time_s=None if told.time_s is None else 0,
        total_octets=0 if has_octets else None,
        uplink_octets=None if told.uplink_octets is None else 0,
        downlink_octets=None if told.downlink_octets is None else 0,
    )


def _since(previous: int | None, told: int | None, order: int | None, has_gigawords: bool) -> int | None:
    if told is None:
        return None
    before = previous or 0
    if told >= before:
        return told - before
    is_surely_later = order is not None and order > 0
    if has_gigawords:
        return told if is_surely_later else 0
    wrapped = (told - before) % _WRAP
    return wrapped if is_surely_later or wrapped < _HALF else 0

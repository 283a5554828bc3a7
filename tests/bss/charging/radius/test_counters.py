"""Counters that only grow, whatever becomes of the reports."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.bss.charging.rules.radius.counters import counters_after, units_since
from tandem.bss.charging.terms.online import Units

GIGA = 1 << 32


def _told(time_s: int | None, up: int | None, down: int | None = None) -> Units:
    return Units(time_s=time_s, uplink_octets=up, downlink_octets=down)


@pytest.mark.parametrize(
    ("previous", "told", "gigawords", "time_s", "up"),
    [
        # The first report: all of it.
        (None, _told(60, 1_000), True, 60, 1_000),
        # The next one: what came since.
        (_told(60, 1_000), _told(120, 1_700), True, 60, 700),
        # The same again.
        (_told(60, 1_000), _told(60, 1_000), True, 0, 0),
        # One that was overtaken.
        (_told(120, 1_700), _told(60, 1_000), True, 0, 0),
        (_told(120, 1_700), _told(60, 1_000), False, 0, 0),
        # Beyond four gigabytes.
        (_told(60, GIGA - 100), _told(120, GIGA + 50), True, 60, 150),
        # Wrapped: 100 before the edge, 50 after it.
        (_told(60, GIGA - 100), _told(120, 50), False, 60, 150),
        # Wrapped by more than half of the counter, and surely later.
        (_told(60, 1_000), _told(120, 999), False, 60, GIGA - 1),
        # Started again, with gigawords: no wrap is possible, and all that is told is new.
        (_told(60, 1_000), _told(120, 50), True, 60, 50),
        # No time is told: a small step over the edge has wrapped, a small step back was overtaken.
        (_told(None, GIGA - 100), _told(None, 50), False, None, 150),
        (_told(None, 1_000), _told(None, 900), False, None, 0),
        (_told(None, 1_000), _told(None, 900), True, None, 0),
        # In the very same second a step back is no restart.
        (_told(60, 1_000), _told(60, 900), True, 0, 0),
    ],
)
def test_what_was_used_between_two_reports(
    previous: Units | None, told: Units, gigawords: bool, time_s: int | None, up: int
) -> None:
    used = units_since(previous, told, has_gigawords=gigawords)
    assert (used.time_s, used.uplink_octets, used.downlink_octets, used.total_octets) == (time_s, up, None, up)


def test_both_directions_make_the_total() -> None:
    used = units_since(_told(1, 10, 100), _told(2, 15, 400), has_gigawords=True)
    assert used == Units(time_s=1, total_octets=305, uplink_octets=5, downlink_octets=300)


def test_what_is_not_told_is_not_used() -> None:
    assert units_since(_told(1, 10), Units(time_s=5), has_gigawords=False) == Units(time_s=4)


def _sum(reports: Iterable[Units], has_gigawords: bool) -> tuple[int, int]:
    previous: Units | None = None
    time_s = octets = 0
    for told in reports:
        used = units_since(previous, told, has_gigawords=has_gigawords)
        assert min(used.time_s or 0, used.uplink_octets or 0, used.downlink_octets or 0) >= 0
        time_s, octets = time_s + (used.time_s or 0), octets + (used.total_octets or 0)
        previous = counters_after(previous, told, has_gigawords=has_gigawords)
    return time_s, octets


_STEPS = st.lists(
    st.tuples(st.integers(1, 900), st.integers(0, 1 << 31), st.integers(0, 1 << 31)), min_size=1, max_size=9
)


def _reports(steps: list[tuple[int, int, int]], has_gigawords: bool) -> tuple[list[Units], tuple[int, int]]:
    """What a NAS tells after each step, and what was used in truth."""
    time_s = up = down = 0
    told = []
    for step_s, step_up, step_down in steps:
        time_s, up, down = time_s + step_s, up + step_up, down + step_down
        told.append(_told(time_s, up if has_gigawords else up % GIGA, down if has_gigawords else down % GIGA))
    return told, (time_s, up + down)


@given(_STEPS, st.booleans(), st.data())
def test_repeated_and_late_reports_change_nothing(
    steps: list[tuple[int, int, int]], has_gigawords: bool, data: st.DataObject
) -> None:
    told, truth = _reports(steps, has_gigawords)
    noisy: list[Units] = []
    for place, report in enumerate(told):
        noisy.append(report)
        noisy += data.draw(st.lists(st.sampled_from(told[: place + 1]), max_size=2))
    assert _sum(noisy, has_gigawords) == truth


@given(_STEPS, st.data())
def test_lost_reports_are_made_good_by_the_next_with_gigawords(
    steps: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    told, truth = _reports(steps, True)
    kept = [report for report in told[:-1] if data.draw(st.booleans())] + told[-1:]
    assert _sum(kept, True) == truth


@given(st.lists(st.tuples(*[st.none() | st.integers(0, GIGA - 1)] * 3), max_size=9), st.booleans())
def test_nothing_is_ever_less_than_nothing(told: list[tuple[int | None, ...]], has_gigawords: bool) -> None:
    _sum([Units(time_s=t, uplink_octets=u, downlink_octets=d) for t, u, d in told], has_gigawords)

"""The rating core and a second rater, written from the tariff page alone, agree to the unit over a million events.

`TANDEM_RATING_EVENTS` sets how many. Each shard is a seed: tariffs, subscribers and events of its own. A difference is
told as the smallest play that shows it (`tests/bss/charging/reference/differences.py`).
"""

from __future__ import annotations

import os
import random
from dataclasses import replace
from functools import partial

import pytest

from tests.bss.charging.reference.differences import Result, assert_equal, by_core
from tests.bss.charging.reference.events import Play, by_reference, played, sliced, sums_of
from tests.bss.charging.reference.on_core import OnCore, random_cuts
from tests.bss.charging.reference.random_tariffs import random_tariff
from tests.bss.charging.reference.random_uses import FROM, UNTIL, Case, random_case

EVENTS = int(os.environ.get("TANDEM_RATING_EVENTS", "1000000"))
SHARDS = 20
OF_A_CASE = 1_150
"""Events of one tariff, about: some sixteen products with sixty uses each, a tenth of them in slices."""


def cases_of(seed: int, events: int) -> list[Case]:
    """So many events' cases, each with a tariff of its own."""
    chance = random.Random(seed)
    names = [f"s{seed}-{n}" for n in range(max(1, -(-events // OF_A_CASE)))]
    return [random_case(chance, random_tariff(seed, name), accounts=8, uses=60) for name in names]


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_core_agrees_with_the_reference_compiled_and_interpreted_in_any_batches(shard: int) -> None:
    play = played(cases_of(shard, EVENTS // SHARDS), random.Random(shard), in_slices=0.1)
    expected = by_reference(play)
    whole = OnCore(play)
    assert_equal(play, expected, (whole.rate(compiled=True), whole.book()), partial(by_core, compiled=True))
    for compiled in (False, True) if shard % 5 == 0 else (False,):
        split = OnCore(play)
        found = split.rate(random_cuts(shard, 7, len(play.events)), compiled=compiled), split.book()
        assert_equal(play, expected, found, in_batches)


def in_batches(play: Play) -> Result:
    """Each event a batch of its own."""
    core = OnCore(play)
    return core.rate(range(1, len(play.events)), compiled=False), core.book()


@pytest.mark.parametrize("seed", range(5))
def test_a_session_on_line_costs_what_the_whole_use_costs_off_line(seed: int) -> None:
    chance = random.Random(seed)
    every = played(cases_of(1_000 + seed, EVENTS // 100), chance, in_slices=0)
    outcomes = by_core(every, compiled=False)[0]
    rated = [event for event, outcome in zip(every.events, outcomes, strict=True) if not outcome.reason]
    whole = replace(every, events=tuple(rated))
    online = sliced(whole, chance)
    expected, book = by_core(whole, compiled=False)
    found, online_book = by_core(online, compiled=False)
    costs = sums_of(list(zip(whole.events, expected, strict=True)))
    assert sums_of(list(zip(online.events, found, strict=True))) == costs
    assert online_book == book


def test_what_was_believed_at_an_instant_is_rated_as_it_was_believed() -> None:
    differ = 0
    for seed in range(8):
        chance = random.Random(seed)
        now = played(cases_of(2_000 + seed, 4 * OF_A_CASE), chance, in_slices=0.1)
        then = replace(now, believed=chance.randrange(FROM, UNTIL))
        expected = by_reference(then)
        assert_equal(then, expected, by_core(then, compiled=False), partial(by_core, compiled=False))
        differ += expected != by_reference(now)
    assert differ, "no correction was approved after what was believed: the seeds try nothing"

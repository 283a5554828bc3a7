"""A planted fault is found, and told as the one event that shows it."""

from __future__ import annotations

import json
import random

import pytest

from tests.bss.charging.reference.differences import Result, assert_equal, by_core
from tests.bss.charging.reference.events import Play, by_reference, played
from tests.bss.charging.reference.random_tariffs import random_tariff
from tests.bss.charging.reference.random_uses import random_case


def play_of(seed: int) -> Play:
    """A small play."""
    chance = random.Random(seed)
    return played([random_case(chance, random_tariff(seed, f"f{seed}"), accounts=3, uses=20)], chance, in_slices=0.1)


def wrong(play: Play) -> Result:
    """A rater that charges a micro too much where more than a thousand units are used and charged."""
    outcomes, book = by_reference(play)
    for event, outcome in zip(play.events, outcomes, strict=True):
        for row in outcome.sums.values():
            row[2] += event.quantity > 1_000 and row[2] > 0
    return outcomes, book


def test_raters_that_agree_are_let_pass() -> None:
    play = play_of(1)
    assert_equal(play, by_reference(play), by_core(play, compiled=False), lambda one: by_core(one, compiled=False))


def test_a_planted_fault_is_told_as_one_event() -> None:
    play = play_of(1)
    with pytest.raises(AssertionError) as fault:
        assert_equal(play, by_reference(play), wrong(play), wrong)
    told = json.loads(str(fault.value).split("\n", 1)[1])
    assert len(told["usage"]) == len(told["results"]) == 1
    result = told["results"][0]
    pairs = zip(result["reference"]["parts"], result["core"]["parts"], strict=True)
    wronged = [(one["amount"], other["amount"]) for one, other in pairs if one != other]
    assert wronged and all(other == one + 1 for one, other in wronged)

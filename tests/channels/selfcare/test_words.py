"""A customer's words: the steps of an order in each of its states, bars of use, what may be cancelled."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tandem.bss.charging.terms import BucketView
from tandem.bss.ordering.terms import CancellationView, OrderItemView, OrderProblem, OrderView
from tandem.channels.selfcare import words
from tandem.kernel.period import Period

AT = datetime(2026, 10, 12, 9, 0, tzinfo=UTC)
MILESTONES = ("reserved", "configured", "verified", "completed")


def order(state: str, passed: int = 0, *, action: str = "add", **changes: Any) -> OrderView:
    """An order of one product that has passed so many milestones."""
    known: dict[str, Any] = {
        "id": "o-1",
        "state": state,
        "customer_id": "c-1",
        "billing_account_id": "a-1",
        "placed_at": AT,
        "completed_at": AT if state == "completed" else None,
        "is_final": state in ("completed", "cancelled", "rejected", "failed"),
        "items": (
            OrderItemView(id="1", action=action, state=state, offering_id="m", offering_name="M", product_id=None),
        ),
        "milestones": tuple((name, AT) for name in MILESTONES[:passed]),
        "problem": None,
        "version": 1,
    }
    return OrderView(**{**known, **changes})


def problem(*, waits: bool) -> OrderProblem:
    return OrderProblem(code="x.y", reason="the register is silent", next_action="wait", since=AT, waits=waits)


def states(view: OrderView) -> list[str]:
    return [step.state for step in words.steps_of(view)]


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (order("acknowledged"), ["done", "current", "waiting", "waiting", "waiting"]),
        (order("inProgress", 1), ["done", "done", "current", "waiting", "waiting"]),
        (order("completed", 4), ["done"] * 5),
        (order("completed", 3), ["done"] * 5),
        (order("cancelled", 1), ["done", "done", "skipped", "skipped", "skipped", "failed"]),
        (order("inProgress", action="delete"), ["done", "current"]),
    ],
)
def test_the_first_step_that_has_not_passed_is_the_present_one(view: OrderView, expected: list[str]) -> None:
    assert states(view) == expected


def test_an_order_that_waits_says_so_at_the_present_step_only() -> None:
    steps = words.steps_of(order("inProgress", 1, problem=problem(waits=True)))
    assert "goes on by itself" in str(steps[2].note)
    assert [bool(step.note) for step in steps] == [False, False, True, False, False]


def test_an_order_in_fall_out_tells_a_customer_that_we_are_on_it() -> None:
    steps = words.steps_of(order("held", 1, problem=problem(waits=False)))
    assert "We are on it" in str(steps[2].note)


def test_a_rejected_order_gives_its_reason() -> None:
    assert words.steps_of(order("rejected", problem=problem(waits=False)))[-1].note == "the register is silent"


@pytest.mark.parametrize(
    ("view", "may"),
    [
        (order("acknowledged"), True),
        (order("inProgress", 1), True),
        (order("held", 1), True),
        (order("inProgress", 2), False),
        (order("assessingCancellation", 1), False),
        (order("completed", 4), False),
    ],
)
def test_it_may_be_cancelled_until_the_sim_is_set_up(view: OrderView, may: bool) -> None:
    assert words.may_cancel(view) is may


def test_only_the_last_wish_counts_and_only_once_it_is_decided() -> None:
    refused = CancellationView(
        id="1", state="terminatedWithError", reason="r", asked_at=AT, refusal="no", next_action=None
    )
    asked = CancellationView(id="2", state="inProgress", reason="r", asked_at=AT, refusal=None, next_action=None)
    assert words.refused_wish(order("inProgress", 2), [refused]) is refused
    assert words.refused_wish(order("inProgress", 2), [asked, refused]) is None
    assert words.refused_wish(order("assessingCancellation"), [refused]) is None


def bucket(granted: int | None, used: int) -> BucketView:
    period = Period(AT, datetime(2026, 11, 1, tzinfo=UTC))
    return BucketView("p", "100 GB of data", "data", "octet", period, granted, used)


def test_a_bar_says_what_is_used_granted_and_left() -> None:
    (bar,) = words.bars_of((bucket(100 * 10**9, 85 * 10**9),))
    assert (bar.used_text, bar.granted_text) == ("85 GB", "100 GB")
    assert str(bar.note) == "15 GB left until 1 Nov 2026, 00:00 UTC"
    assert bar.tone == "warning"


def test_an_allowance_without_a_limit_never_runs_out() -> None:
    (bar,) = words.bars_of((bucket(None, 85 * 10**9),))
    assert (bar.share, bar.used_text, str(bar.granted_text)) == (0.0, "85 GB", "no limit")

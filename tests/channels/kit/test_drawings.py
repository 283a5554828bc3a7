"""Charts, plans, causes and diffs: the geometry and the sums behind the drawings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tandem.channels.kit.charts import Chart, Series, round_up, sparkline
from tandem.channels.kit.parts import Change, Chip, Chips, Countdown, Job, Phase, Usage, differences
from tandem.channels.kit.plan import GANTT_LEFT, GANTT_ROOM, Plan, Task
from tandem.channels.kit.why import Cause
from tandem.kernel.errors import Broken
from tandem.kernel.money import Money

NOW = datetime(2026, 11, 3, 9, 40, tzinfo=UTC)
STATES = Chips({"done": Chip("Done", "good", "check")})


@pytest.mark.parametrize(("value", "top"), [(0, 1), (0.03, 0.04), (7, 10), (10, 10), (11, 20), (214, 250), (900, 1000)])
def test_the_top_of_a_chart_is_round(value: float, top: float) -> None:
    assert round_up(value) == pytest.approx(top)


def test_bars_end_at_their_figures_and_stand_on_the_floor() -> None:
    chart = Chart("Orders", ["Oct", "Nov"], (Series("New", [50, 100]),))
    half, whole = chart.bars()
    assert (half.height, whole.height) == (100.0, 200.0)
    assert half.y + half.height == whole.y + whole.height == chart.floor
    assert whole.says == "Nov, New: 100"


def test_a_line_breaks_where_nothing_is_known() -> None:
    chart = Chart("Load", ["1", "2", "3"], (Series("Load", [1.0, None, 1.0]),))
    assert chart.lines()[0].count("M") == 2
    assert "–" in chart.points()[1].says


def test_a_threshold_fits_into_the_chart() -> None:
    assert Chart("Load", ["1"], (Series("Load", [3]),), threshold=(90, "Limit")).top == 100


def test_a_sparkline_runs_from_edge_to_edge() -> None:
    assert sparkline([1, 3, 2]) == "M0.0 23.0L48.0 1.0L96.0 12.0"
    assert sparkline([1]) == ""


def test_each_task_stands_right_of_all_that_it_waits_for() -> None:
    plan = Plan((Task("c", "C", "x", ("a", "b")), Task("a", "A", "done"), Task("b", "B", "x", ("a",))), STATES)
    at = {node.task.key: node.x for node in plan.nodes()}
    assert at["a"] < at["b"] < at["c"]
    assert len(plan.edges()) == 3


@pytest.mark.parametrize(
    "tasks", [(Task("a", "A", "x", ("b",)), Task("b", "B", "x", ("a",))), (Task("a", "A", "x", ("gone",)),)]
)
def test_an_unsound_plan_is_refused(tasks: tuple[Task, ...]) -> None:
    with pytest.raises(Broken):
        Plan(tasks, STATES)


def test_tasks_along_time_fill_the_room() -> None:
    later = NOW + timedelta(seconds=2)
    plan = Plan((Task("a", "A", "done", started_at=NOW, ended_at=later), Task("b", "B", "x", started_at=later)), STATES)
    first, second = plan.spans(NOW + timedelta(seconds=4))
    assert (first.x, first.width) == (GANTT_LEFT, GANTT_ROOM / 2)
    assert second.x + second.width == GANTT_LEFT + GANTT_ROOM
    assert plan.scale(NOW + timedelta(seconds=4))[-1] == (GANTT_LEFT + GANTT_ROOM, "4 secs")


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def test_leaves_add_up_to_the_whole() -> None:
    usage = Cause("usage", eur("2.00"), causes=(Cause("call", eur("2.00")),))
    bill = Cause("bill", eur("51.35"), causes=(Cause("October", eur("19.35")), Cause("November", eur("30.00")), usage))
    assert bill.leaf_sum == eur("51.35")
    assert bill.adds_up
    assert not Cause("bill", eur("51.36"), causes=bill.causes).adds_up


def test_a_cause_without_amounts_claims_no_sum() -> None:
    assert Cause("state", causes=(Cause("task"),)).leaf_sum is None


def test_a_diff_names_each_changed_leaf() -> None:
    before = {"state": "held", "note": [{"text": "a"}], "gone": 1}
    after = {"state": "done", "note": [{"text": "b"}], "new": {"x": 1}}
    assert differences(before, after) == [
        Change("state", "held", "done"),
        Change("note[0].text", "a", "b"),
        Change("new", None, {"x": 1}),
        Change("gone", 1, None),
    ]


@pytest.mark.parametrize(("used", "tone"), [(79, "good"), (80, "warning"), (100, "bad"), (140, "bad")])
def test_a_usage_bar_warns_before_it_is_empty(used: int, tone: str) -> None:
    usage = Usage("Data", used, 100, "", "")
    assert usage.tone == tone
    assert usage.share <= 1


@pytest.mark.parametrize(
    ("minutes", "met", "tone"), [(90, False, "neutral"), (59, False, "warning"), (-1, False, "bad"), (-1, True, "good")]
)
def test_a_promise_says_how_near_it_is(minutes: int, met: bool, tone: str) -> None:
    assert Countdown(NOW + timedelta(minutes=minutes), NOW, met).tone == tone


def test_a_job_is_as_far_as_its_phases() -> None:
    job = Job("Run", (Phase("a", "done"), Phase("b", "running", 1, 4), Phase("c", "waiting"), Phase("d", "waiting")))
    assert job.share == 0.3125
    assert job.running

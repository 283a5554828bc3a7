"""The plan of a service order: what comes before what, what is ready, what is undone, and when it is too late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.kernel.errors import Broken
from tandem.oss.provisioning import lifecycle
from tandem.oss.provisioning.rules import plan as rules
from tandem.oss.provisioning.rules.plan import ItemFacts, PlannedTask, past_no_return, plan_of, ready_tasks, to_undo
from tandem.oss.provisioning.terms import NothingToDo
from tandem.oss.service_catalog.terms import Decomposition, ResourceNeed

MOBILE = Decomposition(
    specification_id="svc-mobile",
    name="Mobile",
    resources=(
        ResourceNeed(specification_id="msisdn", name="Number", allocation="pool"),
        ResourceNeed(specification_id="sim", name="SIM", allocation="pool"),
        ResourceNeed(specification_id="hlr", name="Subscriber", hosted_on="register"),
    ),
)
MAILBOX = Decomposition(specification_id="svc-mail", name="Mailbox")
NEW_MOBILE = (
    "1.reserve.msisdn",
    "1.reserve.sim",
    "1.build",
    "1.stage.hlr",
    "1.configure.hlr",
    "1.verify.hlr",
    "1.activate",
)


def facts(action: str, decomposition: Decomposition = MOBILE, *, item: str = "1", wanted: str = "active") -> ItemFacts:
    return ItemFacts(item_id=item, action=action, wanted_state=wanted, decomposition=decomposition)


def ids(tasks: Sequence[PlannedTask]) -> list[str]:
    return [task.task_id for task in tasks]


def states(tasks: Sequence[PlannedTask], **told: str) -> dict[str, str]:
    """Every task pending, but those that are told, by the first letter run of their kind."""
    return {task.task_id: told.get(task.kind, "pending") for task in tasks}


def test_a_new_mobile_service_is_reserved_built_set_up_read_back_and_activated() -> None:
    plan = plan_of([facts("add")])
    assert sorted(ids(plan)) == sorted(NEW_MOBILE)
    needs = {task.task_id: set(task.needs) for task in plan}
    assert needs == {
        "1.reserve.msisdn": set(),
        "1.reserve.sim": set(),
        "1.build": {"1.reserve.msisdn", "1.reserve.sim"},
        "1.stage.hlr": {"1.build"},
        "1.configure.hlr": {"1.stage.hlr"},
        "1.verify.hlr": {"1.configure.hlr"},
        "1.activate": {"1.verify.hlr"},
    }


def test_a_service_without_an_element_is_built_and_activated() -> None:
    assert ids(plan_of([facts("add", MAILBOX)])) == ["1.build", "1.activate"]


def test_a_change_takes_nothing_from_pools() -> None:
    plan = plan_of([facts("modify", wanted="inactive")])
    assert ids(plan) == ["1.stage.hlr", "1.configure.hlr", "1.verify.hlr", "1.activate"]


@pytest.mark.parametrize(("action", "wanted"), [("delete", "active"), ("modify", "terminated")])
def test_an_end_is_released_after_the_element_has_forgotten_it(action: str, wanted: str) -> None:
    plan = plan_of([facts(action, wanted=wanted)])
    assert ids(plan) == ["1.stage.hlr", "1.configure.hlr", "1.verify.hlr", "1.release"]


def test_an_order_that_asks_for_nothing_is_refused() -> None:
    with pytest.raises(NothingToDo) as refused:
        plan_of([facts("noChange")])
    assert refused.value.path == "serviceOrderItem"


def test_two_items_do_not_wait_for_each_other() -> None:
    plan = plan_of([facts("add"), facts("add", MAILBOX, item="2")])
    ready = ready_tasks(plan, states(plan))
    assert sorted(ids(ready)) == ["1.reserve.msisdn", "1.reserve.sim", "2.build"]


@pytest.mark.parametrize(
    ("done", "ready"),
    [
        ((), ["1.reserve.msisdn", "1.reserve.sim"]),
        (("1.reserve.msisdn",), ["1.reserve.sim"]),
        (("1.reserve.msisdn", "1.reserve.sim"), ["1.build"]),
        (NEW_MOBILE[:3], ["1.stage.hlr"]),
        (NEW_MOBILE[:6], ["1.activate"]),
        (NEW_MOBILE, []),
    ],
)
def test_a_task_is_ready_once_all_that_it_needs_is_done(done: Sequence[str], ready: list[str]) -> None:
    plan = plan_of([facts("add")])
    known = {task.task_id: "done" if task.task_id in done else "pending" for task in plan}
    assert sorted(ids(ready_tasks(plan, known))) == ready


@pytest.mark.parametrize("state", ["waiting", "failed", "undone", "done"])
def test_only_a_pending_task_is_ready(state: str) -> None:
    plan = plan_of([facts("add", MAILBOX)])
    assert ids(ready_tasks(plan, {"1.build": state, "1.activate": "waiting"})) == []


def test_what_was_done_or_tried_is_undone_the_last_first() -> None:
    plan = plan_of([facts("add")])
    known = states(plan, reserve="done", build="done", stage="done", configure="failed")
    undone = ids(to_undo(plan, known))
    assert undone[:3] == ["1.configure.hlr", "1.stage.hlr", "1.build"]
    assert sorted(undone[3:]) == ["1.reserve.msisdn", "1.reserve.sim"]
    assert to_undo(plan, states(plan)) == []
    assert to_undo(plan, dict.fromkeys(known, "undone")) == []


def test_what_waits_may_be_half_done_and_is_undone_too() -> None:
    plan = plan_of([facts("modify")])
    assert ids(to_undo(plan, states(plan, stage="waiting"))) == ["1.stage.hlr"]


def test_it_is_too_late_once_the_network_has_changed() -> None:
    plan = plan_of([facts("add")])
    assert not past_no_return(plan, states(plan, reserve="done", build="done", stage="done", configure="waiting"))
    assert past_no_return(plan, states(plan, configure="done"))


def test_a_plan_that_goes_in_a_circle_or_needs_what_it_has_not_is_broken() -> None:
    circle = [PlannedTask("a", "1", "build", needs=("b",)), PlannedTask("b", "1", "activate", needs=("a",))]
    with pytest.raises(Broken, match="circle"):
        rules._in_order(circle)
    with pytest.raises(Broken, match="does not have"):
        rules._in_order([PlannedTask("a", "1", "build", needs=("gone",))])


# -- any plan ---------------------------------------------------------------------------------------------------------

NEEDS = st.builds(
    ResourceNeed,
    specification_id=st.sampled_from(["a", "b", "c", "d"]),
    name=st.just("one"),
    allocation=st.sampled_from(["pool", "make"]),
    hosted_on=st.sampled_from([None, "register"]),
)
DECOMPOSITIONS = st.lists(NEEDS, max_size=4, unique_by=lambda need: need.specification_id).map(
    lambda needs: Decomposition(specification_id="svc", name="any", resources=tuple(needs))
)
ACTIONS = st.lists(st.tuples(st.sampled_from(["add", "modify", "delete"]), DECOMPOSITIONS), min_size=1, max_size=4)


def run(plan: Sequence[PlannedTask], known: dict[str, str], steps: int) -> None:
    """Do ready tasks one after the other, so many at most."""
    for _ in range(steps):
        ready = ready_tasks(plan, known)
        if not ready:
            return
        known[ready[-1].task_id] = "done"


@given(ACTIONS, st.integers(0, 60))
def test_any_plan_runs_to_its_end_and_back_to_its_beginning(items: list[tuple[str, Decomposition]], steps: int) -> None:
    plan = plan_of([facts(action, needed, item=str(place)) for place, (action, needed) in enumerate(items)])
    before: Mapping[str, int] = {task_id: place for place, task_id in enumerate(ids(plan))}
    assert all(before[need] < before[task.task_id] for task in plan for need in task.needs)
    known = states(plan)
    run(plan, known, steps)
    needed_by = [(need, task.task_id) for task in plan for need in task.needs]
    for task in to_undo(plan, known):
        assert all(known[later] != "done" for need, later in needed_by if need == task.task_id), task.task_id
        assert lifecycle.TASK.allows(known[task.task_id], "undone")
        known[task.task_id] = "undone"
    assert set(known.values()) <= {"pending", "undone"}
    known = states(plan)
    run(plan, known, len(plan))
    assert set(known.values()) == {"done"}

"""An order's standing as parts of a page: stages, tasks that failed and were undone, why, and what can be done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tandem.bss.ordering.terms import CancellationView, OrderProblem, OrderView
from tandem.channels.fulfilment import drawing, order_page
from tandem.channels.fulfilment.standing import Standing
from tandem.channels.fulfilment.words import short_id
from tandem.channels.kit.i18n import Catalogues, speak
from tandem.channels.kit.parts import differences
from tandem.kernel.store import Change
from tandem.oss.provisioning.terms import PlanView, TaskView

NOW = datetime(2026, 10, 12, 9, 0, tzinfo=UTC)
SPOKEN = Catalogues({}).speaking("en", "Europe/Dublin")
REFUSED = {
    "code": "elements.element_refused",
    "reason": "hlr-1 refused",
    "facts": {"exchanges": [{"request": "SET msisdn", "answer": "ERROR taken"}]},
}


def a_task(kind: str, state: str, **changes: object) -> TaskView:
    task = TaskView(
        task_id=f"1.{kind}",
        item_id="1",
        kind=kind,
        subject="",
        needs=(),
        state=state,
        attempts=1,
        started_at=NOW,
        finished_at=NOW + timedelta(seconds=1) if state in ("done", "undone") else None,
        answer={},
        problem=None,
    )
    return replace(task, **changes)  # type: ignore[arg-type]


def a_standing(
    state: str, *tasks: TaskView, past_no_return: bool = False, problem: OrderProblem | None = None
) -> Standing:
    product = OrderView(
        id="order-0123456789-abcdef",
        state=state,
        customer_id="cust-1",
        billing_account_id="acct-1",
        placed_at=NOW,
        completed_at=None,
        is_final=state in ("completed", "cancelled"),
        items=(),
        milestones=(),
        problem=problem,
        version=1,
    )
    plan = PlanView("so-1", product.id, state, "forward", tasks, None, past_no_return)
    return Standing(product=product, service=None, plan=plan, cancellations=(), customer="Ann")


def stages(standing: Standing) -> list[str]:
    return [step.state for step in drawing.tracker(standing)]


def test_stages_follow_the_plan() -> None:
    done, waiting, pending = (a_task("reserve", "done"), a_task("configure", "waiting"), a_task("activate", "pending"))
    assert stages(a_standing("inProgress", done, waiting, pending)) == ["done", "done", "current", "waiting"]


def test_a_stage_that_failed_says_so_also_when_it_was_undone() -> None:
    undone = a_task("reserve", "undone")
    failed = a_task("configure", "undone", problem=REFUSED)
    standing = a_standing("held", undone, failed, a_task("activate", "pending"))
    assert stages(standing) == ["done", "skipped", "failed", "waiting"]
    assert drawing.tracker(standing)[2].note == "hlr-1 refused"


def test_a_completed_order_has_passed_every_stage() -> None:
    tasks = [a_task(kind, "done") for kind in ("reserve", "build", "stage", "configure", "verify", "activate")]
    assert set(stages(a_standing("completed", *tasks))) == {"done"}


def test_a_task_shows_what_the_element_said_when_it_failed_and_when_it_was_undone() -> None:
    undone = {"undone": {"exchanges": [{"request": "DELETE", "answer": "1"}]}}
    with speak(SPOKEN):
        (card,) = drawing.task_cards(a_standing("held", a_task("configure", "undone", answer=undone, problem=REFUSED)))
    assert [(said.request, said.answer) for said in card.exchanges] == [("SET msisdn", "ERROR taken"), ("DELETE", "1")]
    assert (card.reason, card.is_open) == ("hlr-1 refused", True)


def test_what_the_element_holds_is_shown_attribute_by_attribute() -> None:
    answer = {"readBack": {"attributes": {"msisdn": "35387", "authentication_3g.k": "********"}}}
    with speak(SPOKEN):
        (card,) = drawing.task_cards(a_standing("completed", a_task("verify", "done", answer=answer)))
    assert card.read_back == {"msisdn": "35387", "authentication_3g.k": "********"}


def test_why_leads_from_the_problem_to_the_task_and_the_elements_answer() -> None:
    problem = OrderProblem(code=REFUSED["code"], reason="hlr-1 refused", next_action="", since=NOW, waits=False)  # type: ignore[arg-type]
    standing = a_standing("held", a_task("configure", "undone", problem=REFUSED), problem=problem)
    cause = drawing.why(standing, None)
    assert str(cause.causes[0].says) == "hlr-1 refused"
    assert [str(leaf.says) for leaf in cause.leaves()] == ["hlr-1 refused", "ERROR taken"]


def test_calling_off_is_not_offered_once_the_network_is_set_up() -> None:
    (cancel,) = order_page.actions(a_standing("inProgress", past_no_return=True), "/here")
    assert cancel.why_not is not None
    (cancel,) = order_page.actions(a_standing("inProgress"), "/here")
    assert cancel.why_not is None


@pytest.mark.parametrize(
    ("state", "labels"),
    [
        ("held", ["Try again", "Call off"]),
        ("completed", []),
        ("assessingCancellation", []),
        ("inProgress", ["Call off"]),
    ],
)
def test_what_can_be_done_depends_on_the_state(state: str, labels: list[str]) -> None:
    assert [str(action.label) for action in order_page.actions(a_standing(state), "/here")] == labels


def test_a_refused_wish_to_call_off_is_told_with_its_reason() -> None:
    asked = CancellationView(
        id="c-1", state="terminatedWithError", reason="moved", asked_at=NOW, refusal="too late", next_action="end it"
    )
    told = order_page.cancellation(replace(a_standing("inProgress"), cancellations=(asked,)))
    assert told is not None
    assert str(told.chip.word) == "Refused"
    assert told.asked.refusal == "too late"


def change(version: int, before: dict[str, object] | None, after: dict[str, object]) -> Change:
    return Change(version, "stateChange", NOW, NOW, "user:1", "request:1", None, before, after)


def test_the_timeline_names_states_milestones_and_people() -> None:
    first: dict[str, object] = {"state": "acknowledged"}
    second: dict[str, object] = {"state": "inProgress"}
    third = {**second, "productOrderMilestone": [{"name": "reserved"}]}
    changes = [("ProductOrder", change(3, second, third)), ("ProductOrder", change(2, first, second))]
    entries = drawing.timeline([*changes, ("ProductOrder", change(1, None, first))], {"user:1": "Fiona"})
    titles = [str(entry.title) for entry in entries]
    assert titles == ["Order: milestone reserved", "Order: In progress", "Order: Acknowledged"]
    assert {entry.who for entry in entries} == {"Fiona"}
    assert entries[1].changes == differences(first, second)


def test_a_long_id_is_told_by_its_end() -> None:
    assert short_id("01a20c80-25bc-7992-8129-1c38228de62c") == "38228de62c"
    assert (short_id("cust-1001"), short_id(None)) == ("cust-1001", "–")

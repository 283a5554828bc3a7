"""Service orders: taken in, planned, carried out task by task, rolled back, retried, called off.

Each task is a durable step. Whoever moves an order locks its row first, so that a task and a cancellation take turns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from tandem.kernel.errors import TandemError, Unavailable
from tandem.kernel.ids import new_id
from tandem.kernel.json import Doc
from tandem.kernel.period import text_of
from tandem.kernel.store import Stored, Uow
from tandem.oss.provisioning import lifecycle, store
from tandem.oss.provisioning.commands import resource_orders, work
from tandem.oss.provisioning.commands.work import TaskAtWork
from tandem.oss.provisioning.rules import requests
from tandem.oss.provisioning.rules.plan import ItemFacts, PlannedTask, past_no_return, plan_of, ready_tasks, to_undo
from tandem.oss.provisioning.store import Outcome
from tandem.oss.provisioning.terms import NotHeld, OrderIsFinal, OrderNotFound, TaskView
from tandem.oss.service_catalog import public as service_catalog
from tandem.seam.terms import OrderState, PointOfNoReturnPassed, Problem, ServiceOrderProgressed, ServiceOrderRequest

START, TASK, UNDO = "provisioning.start", "provisioning.task", "provisioning.undo"
MILESTONES = {"build": "reserved", "configure": "configured", "verify": "verified", "activate": "activated"}


# -- taking in --------------------------------------------------------------------------------------------------------


def request_services(uow: Uow, request: ServiceOrderRequest) -> str:
    """Take in what the other half asks for, once."""
    present = store.find_request(uow, request.external_id)
    if present is not None:
        return present
    return place_service_order(uow, requests.order_doc(request)).id


def place_service_order(uow: Uow, doc: Doc) -> Stored:
    """Take a service order in (TMF641). One `externalId` makes one order."""
    order_id = doc.get("id") or new_id()
    external_id = doc.get("externalId")
    if external_id:
        claimed = store.claim_request(uow, external_id, order_id)
        if claimed != order_id:
            return store.SERVICE_ORDERS.get(uow, claimed)
    order = store.SERVICE_ORDERS.add(uow, {**requests.acknowledged(doc, uow.now), "id": order_id})
    uow.enqueue(START, {"order": order.id}, key=order.id, order_key=f"service-order/{order.id}")
    return order


def start(uow: Uow, payload: Doc) -> None:
    """Plan an order and begin. What cannot be planned is rejected with the reason on it."""
    order = store.SERVICE_ORDERS.get_for_update(uow, payload["order"])
    if order.doc["state"] != "acknowledged":
        return
    try:
        plan = plan_of(_facts_of_items(uow, order.doc))
    except Unavailable:
        raise
    except TandemError as fault:
        _reject(uow, order, fault)
        return
    store.add_plan(uow, order.id, plan)
    doc = requests.with_states({**order.doc, "startDate": text_of(uow.now)}, "inProgress")
    moved = _move(uow, order, doc, "inProgress")
    resource_orders.open_for(uow, moved)
    _tell(uow, moved)
    _go_on(uow, moved)


def _facts_of_items(uow: Uow, order: Doc) -> list[ItemFacts]:
    return [
        ItemFacts(
            item_id=item["id"],
            action=item["action"],
            wanted_state=requests.wanted_state(item),
            decomposition=service_catalog.decomposition_of(uow, spec_id=requests.specification_of(item)),
        )
        for item in order["serviceOrderItem"]
    ]


def _reject(uow: Uow, order: Stored, fault: TandemError) -> None:
    problem = problem_of(fault, "order again, with what is asked for")
    doc = requests.with_states(requests.with_problem(order.doc, problem, uow.now), "rejected")
    _tell(uow, _move(uow, order, {**doc, "completionDate": text_of(uow.now)}, "rejected"), problem=problem)


# -- forward ----------------------------------------------------------------------------------------------------------


def do_task(uow: Uow, payload: Doc) -> None:
    """Do one task of a plan that runs forward, and ask for those that are ready then."""
    order = store.SERVICE_ORDERS.get_for_update(uow, payload["order"])
    at_work = _at_work(uow, order, payload, mode="forward")
    if at_work is None or at_work.task.state == "done":
        return
    answer = work.do(uow, at_work)
    store.save_outcome(uow, order.id, at_work.task.task_id, Outcome("done", answer))
    _passed(uow, order, at_work.task, answer)


def _passed(uow: Uow, order: Stored, task: TaskView, answer: work.Facts) -> None:
    """Write on the order what a task has brought, tell it, and go on."""
    doc = requests.with_problem(order.doc, None, uow.now)
    facts = {name: str(answer[name]) for name in ("msisdn", "iccid", "imsi") if name in answer}
    if facts:
        doc = requests.with_facts(doc, task.item_id, facts)
    if task.kind == "build":
        doc = requests.with_service(doc, task.item_id, str(answer["service"]))
    milestone = MILESTONES.get(task.kind)
    if milestone:
        doc = requests.with_milestone(doc, milestone, uow.now)
    if task.kind in ("activate", "release"):
        doc = requests.with_states(doc, "completed", [task.item_id])
    saved = store.SERVICE_ORDERS.save(uow, order.id, doc)
    if all(task.state == "done" for task in store.tasks_of(uow, order.id)):
        _complete(uow, saved)
        return
    if milestone:
        _tell(uow, saved, milestone=milestone)
    _go_on(uow, saved)


def _complete(uow: Uow, order: Stored) -> None:
    doc = requests.with_states({**order.doc, "completionDate": text_of(uow.now)}, "completed")
    moved = _move(uow, order, doc, "completed")
    resource_orders.close_for(uow, moved, "completed")
    _tell(uow, moved, milestone="completed")


def _go_on(uow: Uow, order: Stored) -> None:
    """Ask for every task that is ready."""
    tasks = store.tasks_of(uow, order.id)
    generation = _generation(uow, order)
    for task in ready_tasks(_planned(tasks), _states(tasks)):
        _ask(uow, TASK, order.id, task.task_id, generation)


def task_waits(uow: Uow, payload: Doc, fault: TandemError, attempt: int) -> None:
    """A neighbour did not answer: the task waits, and says so, until it is tried again."""
    order = store.SERVICE_ORDERS.get_for_update(uow, payload["order"])
    at_work = _at_work(uow, order, payload, mode="forward")
    if at_work is None:
        return
    problem = _waiting_problem(fault, at_work)
    store.save_outcome(uow, order.id, at_work.task.task_id, Outcome("waiting", problem=fault.to_doc()))
    if attempt == 1:
        saved = store.SERVICE_ORDERS.save(uow, order.id, requests.with_problem(order.doc, problem, uow.now))
        _tell(uow, saved, milestone="waiting", problem=problem)


def task_failed(uow: Uow, payload: Doc, fault: TandemError) -> None:
    """A task cannot be done: everything before it is undone, then the order is held for a person."""
    order = store.SERVICE_ORDERS.get_for_update(uow, payload["order"])
    at_work = _at_work(uow, order, payload, mode="forward")
    if at_work is None:
        return
    problem = problem_of(fault, "put right what is named, then retry the order")
    store.save_outcome(uow, order.id, at_work.task.task_id, Outcome("failed", problem=fault.to_doc()))
    saved = store.SERVICE_ORDERS.save(uow, order.id, requests.with_problem(order.doc, problem, uow.now))
    _turn_back(uow, saved, goal="held", problem=problem)


# -- back -------------------------------------------------------------------------------------------------------------


def _turn_back(uow: Uow, order: Stored, *, goal: str, problem: Problem | None) -> None:
    generation = store.turn_plan(
        uow, order.id, mode="rollback", goal=goal, problem=msgspec.to_builtins(problem) if problem else None
    )
    _undo_next(uow, order, generation)


def _undo_next(uow: Uow, order: Stored, generation: int) -> None:
    tasks = store.tasks_of(uow, order.id)
    remaining = to_undo(_planned(tasks), _states(tasks))
    if remaining:
        _ask(uow, UNDO, order.id, remaining[0].task_id, generation)
    else:
        _arrive(uow, order)


def undo_task(uow: Uow, payload: Doc) -> None:
    """Undo one task of a plan that runs back, and ask for the next."""
    order = store.SERVICE_ORDERS.get_for_update(uow, payload["order"])
    at_work = _at_work(uow, order, payload, mode="rollback")
    if at_work is None or at_work.task.state == "undone":
        return
    answer = work.undo(uow, at_work)
    store.save_outcome(uow, order.id, at_work.task.task_id, Outcome("undone", {"undone": dict(answer)}))
    _undo_next(uow, order, payload["generation"])


def undo_failed(uow: Uow, payload: Doc, fault: TandemError) -> None:
    """What cannot be undone by itself: the order is held with that as its cause; the rest stays for a person."""
    order = store.SERVICE_ORDERS.get_for_update(uow, payload["order"])
    if _at_work(uow, order, payload, mode="rollback") is None:
        return
    problem = problem_of(fault, "undo it on the element by hand, then retry or cancel the order")
    store.turn_plan(uow, order.id, mode="rollback", goal="held", problem=msgspec.to_builtins(problem))
    _hold(uow, order, problem)


def _arrive(uow: Uow, order: Stored) -> None:
    """Everything is undone: hold the order, end its cancellation, or begin again."""
    plan = store.plan_row(uow, order.id) or {}
    if plan.get("goal") == "cancelled":
        _end_cancelled(uow, order)
    elif plan.get("goal") == "retry":
        _begin_again(uow, order)
    else:
        problem = msgspec.convert(plan["problem"], Problem)
        _hold(uow, order, problem)


def _hold(uow: Uow, order: Stored, problem: Problem) -> None:
    doc = requests.with_states(requests.with_problem(order.doc, problem, uow.now), "held")
    moved = order if order.doc["state"] == "held" else _move(uow, order, doc, "held")
    resource_orders.close_for(uow, moved, "held")
    _tell(uow, moved, problem=problem)


def _end_cancelled(uow: Uow, order: Stored) -> None:
    doc = requests.with_states({**order.doc, "cancellationDate": text_of(uow.now)}, "cancelled")
    moved = _move(uow, order, doc, "cancelled")
    resource_orders.close_for(uow, moved, "cancelled")
    _tell(uow, moved)


# -- what people and the other half ask -------------------------------------------------------------------------------


def retry(uow: Uow, order_id: str) -> Stored:
    """Try a held order again from the start of its plan. Raises: OrderNotFound, NotHeld."""
    order = _get(uow, order_id)
    if order.doc["state"] != "held":
        raise NotHeld(f"service order {order_id} is {order.doc['state']}, not held", state=order.doc["state"])
    doc = requests.with_states(requests.with_problem(order.doc, None, uow.now), "inProgress")
    moved = _move(uow, order, doc, "inProgress")
    resource_orders.reopen_for(uow, moved)
    _tell(uow, moved, milestone="retried")
    _turn_back(uow, moved, goal="retry", problem=None)
    return moved


def _begin_again(uow: Uow, order: Stored) -> None:
    """Run the plan forward from its start; what an earlier run left half done has been undone before."""
    store.reset_tasks(uow, order.id)
    store.turn_plan(uow, order.id, mode="forward", goal=None, problem=None)
    _go_on(uow, order)


def cancel(uow: Uow, order_id: str, reason: str) -> Stored:
    """Call an order off. Raises: OrderNotFound, OrderIsFinal, PointOfNoReturnPassed. Idempotent while it goes on."""
    order = _get(uow, order_id)
    state = order.doc["state"]
    if state in ("assessingCancellation", "cancelled"):
        return order
    if state in lifecycle.SERVICE_ORDER.final:
        raise OrderIsFinal(f"service order {order_id} is {state}", state=state)
    tasks = store.tasks_of(uow, order_id)
    if past_no_return(_planned(tasks), _states(tasks)):
        raise PointOfNoReturnPassed(
            "the network is set up already: the order can no longer be called off",
            path="state",
            next_action="let it complete, then order the end of the product",
        )
    moved = _move(uow, order, {**order.doc, "cancellationReason": reason}, "assessingCancellation")
    if tasks:
        _turn_back(uow, moved, goal="cancelled", problem=None)
    else:
        _end_cancelled(uow, moved)
    return moved


def _get(uow: Uow, order_id: str) -> Stored:
    if not store.SERVICE_ORDERS.exists(uow, order_id):
        raise OrderNotFound(f"there is no service order {order_id}", id=order_id)
    return store.SERVICE_ORDERS.get_for_update(uow, order_id)


# -- small moves ------------------------------------------------------------------------------------------------------


def _at_work(uow: Uow, order: Stored, payload: Doc, *, mode: str) -> TaskAtWork | None:
    """The task of a step, or none when the plan has turned since the step was asked for."""
    plan = store.plan_row(uow, order.id)
    if plan is None or plan["mode"] != mode or plan["generation"] != payload["generation"]:
        return None
    tasks = store.tasks_of(uow, order.id)
    task = next(task for task in tasks if task.task_id == payload["task"])
    return TaskAtWork(order, task, _answers(tasks, task.item_id))


def _answers(tasks: Sequence[TaskView], item_id: str) -> dict[str, Any]:
    done = [task for task in tasks if task.item_id == item_id and task.answer and task.state != "pending"]
    return {f"{task.kind}.{task.subject}" if task.subject else task.kind: task.answer for task in done}


def _planned(tasks: Sequence[TaskView]) -> list[PlannedTask]:
    return [PlannedTask(t.task_id, t.item_id, t.kind, t.subject, t.needs) for t in tasks]  # type: ignore[arg-type]


def _states(tasks: Sequence[TaskView]) -> dict[str, str]:
    return {task.task_id: task.state for task in tasks}


def _generation(uow: Uow, order: Stored) -> int:
    plan = store.plan_row(uow, order.id)
    return int(plan["generation"]) if plan else 0


def _ask(uow: Uow, step: str, order_id: str, task_id: str, generation: int) -> None:
    uow.enqueue(
        step,
        {"order": order_id, "task": task_id, "generation": generation},
        key=f"{order_id}/{task_id}/{generation}",
        order_key=f"service-order/{order_id}",
    )


def _move(uow: Uow, order: Stored, doc: Doc, state: OrderState) -> Stored:
    lifecycle.SERVICE_ORDER.require(order.doc["state"], state)
    return store.SERVICE_ORDERS.save(uow, order.id, {**doc, "state": state})


def _tell(uow: Uow, order: Stored, *, milestone: str | None = None, problem: Problem | None = None) -> None:
    uow.emit(
        ServiceOrderProgressed(
            service_order_id=order.id,
            external_id=order.doc.get("externalId", ""),
            state=order.doc["state"],
            milestone=milestone,
            items=requests.items_progress(order.doc),
            problem=problem,
        )
    )


def _waiting_problem(fault: TandemError, at_work: TaskAtWork) -> Problem:
    """Why it waits, as a customer may read it: addresses and system errors stay with the task, for operations."""
    made = at_work.answers.get("build", {}).get("made", {}).get(at_work.task.subject, {})
    who = made.get("element") or "the network"
    return Problem(
        code=fault.error_code,
        reason=f"{who} does not answer at the moment",
        next_action="nothing to do: it goes on by itself when the network answers",
    )


def problem_of(fault: TandemError, next_action: str) -> Problem:
    """Why it waits or failed, with what a person can do: what the error says, else what usually helps."""
    return Problem(code=fault.error_code, reason=fault.reason, next_action=fault.next_action or next_action)

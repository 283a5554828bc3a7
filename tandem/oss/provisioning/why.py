"""Why a service order stands as it does: each task of its plan, with the element's own answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tandem.kernel.errors import NotFound
from tandem.kernel.store import Uow
from tandem.kernel.why import Why, changes_of
from tandem.oss.provisioning.queries import orders
from tandem.oss.provisioning.terms import PlanView, TaskView


def why_service_order(uow: Uow, service_order_id: str) -> Why:
    """The plan's tasks in order, then the recorded changes. Raises: NotFound."""
    changes = changes_of(uow, "ServiceOrder", service_order_id)
    if not changes:
        raise NotFound(f"there is no service order {service_order_id}", id=service_order_id)
    plan = _plan(uow, service_order_id)
    tasks = tuple(why_task(task) for task in plan.tasks) if plan else ()
    state = plan.state if plan else "without a plan"
    return Why(what=f"service order is {state}", entity="ServiceOrder", id=service_order_id, because=(*tasks, *changes))


def _plan(uow: Uow, service_order_id: str) -> PlanView | None:
    try:
        return orders.get_plan(uow, service_order_id)
    except NotFound:
        return None


def why_task(task: TaskView) -> Why:
    """One task: its state, and the exchanges with the element that it had."""
    facts = {name: str(value) for name, value in task.answer.items() if isinstance(value, str | int)}
    if task.problem:
        facts["problem"] = str(task.problem.get("reason", ""))
    grounds = _read_back(task.answer) if task.kind == "verify" else _exchanges(task.answer)
    return Why(
        what=f"task {task.kind} {task.subject} is {task.state}".replace("  ", " "),
        entity="ProvisioningTask",
        id=task.task_id,
        at=task.finished_at,
        facts=facts,
        because=grounds,
    )


def _exchanges(answer: Mapping[str, Any]) -> tuple[Why, ...]:
    """What the element was asked, and its own answers."""
    return tuple(
        Why(what=f"{one.get('request', '')} → {one.get('answer', '')}", entity="Exchange")
        for one in answer.get("exchanges") or ()
    )


def _read_back(answer: Mapping[str, Any]) -> tuple[Why, ...]:
    """What the element held when it was read back; keys are masked."""
    held = (answer.get("readBack") or {}).get("attributes") or {}
    return tuple(Why(what=f"the element holds {name} {value}", entity="ReadBack") for name, value in held.items())


EXPLANATIONS: Mapping[str, Callable[[Uow, str], Why]] = {"ServiceOrder": why_service_order}

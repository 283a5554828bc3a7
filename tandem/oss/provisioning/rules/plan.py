"""The plan of a service order: a checked graph of tasks, made from the decomposition of each item.

Worked example, a new mobile subscription: reserve the number and the SIM → build the service with its subscriber
record → stage the change of the home register → configure it → verify by reading back → activate. The graph comes from
the catalogue, not from here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Literal

from tandem.kernel.errors import Broken
from tandem.oss.provisioning.terms import NothingToDo
from tandem.oss.service_catalog.terms import Decomposition, ResourceNeed

TaskKind = Literal["reserve", "build", "stage", "configure", "verify", "activate", "release"]

POINT_OF_NO_RETURN: TaskKind = "configure"
"""Once one of these is done, the network is changed and the order can no longer be called off."""


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """One task: what is done, for which item, with which resource specification, and what must be done before."""

    task_id: str
    item_id: str
    kind: TaskKind
    subject: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What the plan must know of an item. `wanted_state` is the service's state in the end."""

    item_id: str
    action: str
    wanted_state: str
    decomposition: Decomposition


def plan_of(items: Sequence[ItemFacts]) -> tuple[PlannedTask, ...]:
    """The tasks of all items in an order in which they can be done. Raises: NothingToDo; Broken on a circle."""
    tasks = [task for item in items for task in _PLANNERS[_purpose(item)](item)]
    if not tasks:
        raise NothingToDo("no item asks for anything to be done", path="serviceOrderItem")
    return _in_order(tasks)


def _purpose(item: ItemFacts) -> str:
    if item.action == "modify" and item.wanted_state == "terminated":
        return "delete"
    return item.action


def _plan_add(item: ItemFacts) -> list[PlannedTask]:
    reserve = [_task(item, "reserve", need) for need in item.decomposition.resources if need.allocation == "pool"]
    build = _task(item, "build", needs=[task.task_id for task in reserve])
    changes = _changes(item, [build.task_id])
    return [*reserve, build, *changes, _task(item, "activate", needs=_verified(changes) or [build.task_id])]


def _plan_modify(item: ItemFacts) -> list[PlannedTask]:
    changes = _changes(item, [])
    return [*changes, _task(item, "activate", needs=_verified(changes))]


def _plan_delete(item: ItemFacts) -> list[PlannedTask]:
    changes = _changes(item, [])
    return [*changes, _task(item, "release", needs=_verified(changes))]


def _plan_nothing(item: ItemFacts) -> list[PlannedTask]:
    return []


_PLANNERS = {"add": _plan_add, "modify": _plan_modify, "delete": _plan_delete, "noChange": _plan_nothing}


def _changes(item: ItemFacts, before: list[str]) -> list[PlannedTask]:
    """The beats for each resource that lives on an element: stage, configure, verify."""
    tasks = []
    for need in item.decomposition.resources:
        if need.hosted_on:
            stage = _task(item, "stage", need, needs=before)
            configure = _task(item, "configure", need, needs=[stage.task_id])
            tasks += [stage, configure, _task(item, "verify", need, needs=[configure.task_id])]
    return tasks


def _verified(tasks: Sequence[PlannedTask]) -> list[str]:
    return [task.task_id for task in tasks if task.kind == "verify"]


def _task(
    item: ItemFacts, kind: TaskKind, need: ResourceNeed | None = None, *, needs: Sequence[str] = ()
) -> PlannedTask:
    subject = need.specification_id if need else ""
    return PlannedTask(_id(item, kind, subject), item.item_id, kind, subject, tuple(needs))


def _id(item: ItemFacts, kind: str, subject: str) -> str:
    return ".".join(part for part in (item.item_id, kind, subject) if part)


def _in_order(tasks: Sequence[PlannedTask]) -> tuple[PlannedTask, ...]:
    by_id: Mapping[str, PlannedTask] = {task.task_id: task for task in tasks}
    missing = {need for task in tasks for need in task.needs} - set(by_id)
    if missing:
        raise Broken(f"the plan needs tasks that it does not have: {sorted(missing)}", code="provisioning.plan")
    sorter = TopologicalSorter({task.task_id: task.needs for task in tasks})
    try:
        return tuple(by_id[task_id] for task_id in sorter.static_order())
    except CycleError as fault:
        raise Broken(f"the plan goes in a circle: {fault.args[1]}", code="provisioning.plan") from fault


def ready_tasks(plan: Sequence[PlannedTask], states: Mapping[str, str]) -> list[PlannedTask]:
    """The pending tasks whose needs are all done."""
    return [
        task
        for task in plan
        if states[task.task_id] == "pending" and all(states[need] == "done" for need in task.needs)
    ]


def past_no_return(plan: Sequence[PlannedTask], states: Mapping[str, str]) -> bool:
    """Whether the network has been changed."""
    return any(task.kind == POINT_OF_NO_RETURN and states[task.task_id] == "done" for task in plan)


def to_undo(plan: Sequence[PlannedTask], states: Mapping[str, str]) -> list[PlannedTask]:
    """What is to be rolled back, the last first: what is done, and what was tried and may be half done."""
    return [task for task in reversed(plan) if states[task.task_id] in ("done", "waiting", "failed")]

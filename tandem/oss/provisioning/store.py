"""Service and resource orders as documents, and their plans and tasks as narrow rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg.types.json import Jsonb

from tandem.kernel import json
from tandem.kernel.json import Doc
from tandem.kernel.store import Column, EntityTable, Stored, Uow, plain_table
from tandem.oss.provisioning.rules.plan import POINT_OF_NO_RETURN, PlannedTask
from tandem.oss.provisioning.terms import OrderFilter, PlanView, TaskView

_ORDER_COLUMNS = (
    Column("state", "text", "state"),
    Column("external_id", "text", "externalId"),
    Column("order_date", "timestamptz", "orderDate"),
    Column("completion_date", "timestamptz", "completionDate"),
    Column("category", "text", "category"),
)

SERVICE_ORDERS = EntityTable(
    entity="ServiceOrder",
    table="provisioning_service_order",
    columns=_ORDER_COLUMNS,
    state_attribute="state",
    indexes=("state, id", "order_date", "external_id"),
)
CANCEL_SERVICE_ORDERS = EntityTable(
    entity="CancelServiceOrder",
    table="provisioning_cancel_service_order",
    columns=(Column("state", "text", "state"), Column("service_order_id", "text", "serviceOrder.id")),
    state_attribute="state",
)
RESOURCE_ORDERS = EntityTable(
    entity="ResourceOrder",
    table="provisioning_resource_order",
    columns=_ORDER_COLUMNS,
    state_attribute="state",
    indexes=("state, id", "order_date", "external_id"),
)
CANCEL_RESOURCE_ORDERS = EntityTable(
    entity="CancelResourceOrder",
    table="provisioning_cancel_resource_order",
    columns=(Column("state", "text", "state"), Column("resource_order_id", "text", "resourceOrder.id")),
    state_attribute="state",
)

REQUEST = plain_table(
    "provisioning_request",
    """
    tenant text not null,
    external_id text collate "C" not null,
    service_order_id text collate "C" not null,
    primary key (tenant, external_id)
    """,
)

PLAN = plain_table(
    "provisioning_plan",
    """
    tenant text not null,
    service_order_id text collate "C" not null,
    generation integer not null default 1,
    mode text not null default 'forward' check (mode in ('forward', 'rollback')),
    goal text check (goal in ('held', 'cancelled', 'retry')),
    problem jsonb,
    primary key (tenant, service_order_id)
    """,
)

TASK = plain_table(
    "provisioning_task",
    """
    tenant text not null,
    service_order_id text collate "C" not null,
    task_id text collate "C" not null,
    place integer not null,
    item_id text not null,
    kind text not null,
    subject text not null,
    needs text[] not null,
    state text not null default 'pending' check (state in ('pending', 'waiting', 'done', 'failed', 'undone')),
    attempts integer not null default 0,
    started_at timestamptz,
    finished_at timestamptz,
    answer jsonb not null default '{}',
    problem jsonb,
    primary key (tenant, service_order_id, task_id)
    """,
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a task went: its new state, what was answered, and why it waits or failed."""

    state: str
    answer: Mapping[str, Any] = field(default_factory=dict)
    problem: Doc | None = None


def claim_request(uow: Uow, external_id: str, service_order_id: str) -> str:
    """The service order of a request: this one, or the one that an earlier call of the same request made."""
    uow.execute(
        "insert into provisioning_request (tenant, external_id, service_order_id) values (%s, %s, %s) "
        "on conflict do nothing",
        (uow.tenant, external_id, service_order_id),
    )
    return find_request(uow, external_id) or service_order_id


def find_request(uow: Uow, external_id: str) -> str | None:
    """The service order of a request, if it was made."""
    row = uow.one(
        "select service_order_id from provisioning_request where tenant = %s and external_id = %s",
        (uow.tenant, external_id),
    )
    return row["service_order_id"] if row else None


def add_plan(uow: Uow, order_id: str, tasks: Sequence[PlannedTask]) -> None:
    """Keep a new plan."""
    uow.execute("insert into provisioning_plan (tenant, service_order_id) values (%s, %s)", (uow.tenant, order_id))
    uow.many(
        "insert into provisioning_task (tenant, service_order_id, task_id, place, item_id, kind, subject, needs) "
        "values (%s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (uow.tenant, order_id, task.task_id, place, task.item_id, task.kind, task.subject, list(task.needs))
            for place, task in enumerate(tasks)
        ],
    )


def plan_row(uow: Uow, order_id: str) -> dict[str, Any] | None:
    """Generation, mode, goal and problem of a plan."""
    return uow.one(
        "select generation, mode, goal, problem from provisioning_plan where tenant = %s and service_order_id = %s",
        (uow.tenant, order_id),
    )


def turn_plan(uow: Uow, order_id: str, *, mode: str, goal: str | None, problem: Doc | None) -> int:
    """Let a plan run the other way, as a new generation, so that steps of the old one do nothing. Returns it."""
    row = uow.one(
        "update provisioning_plan set mode = %s, goal = %s, problem = %s, generation = generation + 1 "
        "where tenant = %s and service_order_id = %s returning generation",
        (mode, goal, Jsonb(problem) if problem else None, uow.tenant, order_id),
    )
    return int(row["generation"]) if row else 0


def tasks_of(uow: Uow, order_id: str) -> list[TaskView]:
    """The tasks of a plan in their order."""
    rows = uow.all(
        "select task_id, item_id, kind, subject, needs, state, attempts, started_at, finished_at, answer, problem "
        "from provisioning_task where tenant = %s and service_order_id = %s order by place",
        (uow.tenant, order_id),
    )
    return [TaskView(**{**row, "needs": tuple(row["needs"])}) for row in rows]


def save_outcome(uow: Uow, order_id: str, task_id: str, outcome: Outcome) -> None:
    """Keep how a task went; an answer adds to what it answered before, and what failed stays said once it is undone."""
    uow.execute(
        "update provisioning_task set state = %s, attempts = attempts + 1, answer = answer || %s, "
        "problem = case when %s then problem else %s end, "
        "started_at = coalesce(started_at, %s), finished_at = case when %s then %s::timestamptz end "
        "where tenant = %s and service_order_id = %s and task_id = %s",
        (outcome.state, Jsonb(dict(outcome.answer)))
        + (outcome.state == "undone", Jsonb(outcome.problem) if outcome.problem else None)
        + (uow.now, outcome.state in ("done", "undone", "failed"), uow.now)
        + (uow.tenant, order_id, task_id),
    )


def reset_tasks(uow: Uow, order_id: str) -> None:
    """Make every task pending again."""
    uow.execute(
        "update provisioning_task set state = 'pending', problem = null, started_at = null, finished_at = null, "
        "answer = '{}', attempts = 0 where tenant = %s and service_order_id = %s",
        (uow.tenant, order_id),
    )


def plan_view(uow: Uow, order: Stored) -> PlanView | None:
    """The whole plan of an order, if it has one yet."""
    row = plan_row(uow, order.id)
    if row is None:
        return None
    tasks = tuple(tasks_of(uow, order.id))
    return PlanView(
        service_order_id=order.id,
        external_id=json.at(order.doc, "externalId", ""),
        state=order.doc["state"],
        mode=row["mode"],
        tasks=tasks,
        problem=row["problem"],
        past_no_return=any(task.kind == POINT_OF_NO_RETURN and task.state == "done" for task in tasks),
    )


def resource_order_of(uow: Uow, service_order_id: str) -> Stored | None:
    """The resource order that a service order made."""
    found = RESOURCE_ORDERS.where(uow, "external_id = %s", (service_order_id,), limit=1)
    return found[0] if found else None


def find_orders(uow: Uow, wanted: OrderFilter, *, limit: int, offset: int) -> tuple[list[Stored], int]:
    """The orders that meet a filter, with how many there are."""
    condition, params = _condition(wanted)
    way = "desc" if wanted.descending else "asc"
    order_by = f"{wanted.sort} {way} nulls last, id {way}"
    found = SERVICE_ORDERS.where(uow, condition, params, order_by=order_by, limit=limit, offset=offset)
    return found, SERVICE_ORDERS.count(uow, condition, params)


def _condition(wanted: OrderFilter) -> tuple[str, tuple[Any, ...]]:
    """The filter over the table's columns, with its parameters."""
    parts: list[str] = ["true"]
    params: list[Any] = []
    if wanted.states:
        parts.append("state = any(%s)")
        params.append(list(wanted.states))
    if wanted.text:
        parts.append("strpos(lower(id || ' ' || coalesce(external_id, '')), lower(%s)) > 0")
        params.append(wanted.text)
    for bound, compared in ((wanted.since, ">="), (wanted.until, "<")):
        if bound is not None:
            parts.append(f"order_date {compared} %s")
            params.append(bound)
    return " and ".join(parts), tuple(params)


def count_by_state(uow: Uow) -> dict[str, int]:
    """How many service orders are in each state."""
    rows = uow.all(
        "select state, count(*) as n from provisioning_service_order where tenant = %s group by state", (uow.tenant,)
    )
    return {row["state"]: row["n"] for row in rows}

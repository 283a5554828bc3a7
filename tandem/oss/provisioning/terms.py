"""What other rooms may say of service orders and their plans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from tandem.kernel.errors import Conflict, Invalid, NotFound
from tandem.kernel.period import Instant

SERVICE_ORDER = "ServiceOrder"


class NothingToDo(Invalid):
    """The order asks for nothing that can be done."""

    code = "provisioning.nothing_to_do"


class SpecificationMissing(Invalid):
    """An item names no service specification that can be decomposed."""

    code = "provisioning.specification_missing"


class ServiceMissing(Invalid):
    """An item that changes or ends a service does not say which."""

    code = "provisioning.service_missing"


class OrderNotFound(NotFound):
    """No service order has that id."""

    code = "provisioning.order_not_found"


class OrderIsFinal(Conflict):
    """The order has ended."""

    code = "provisioning.final"


class NotHeld(Conflict):
    """Only an order that is held can be tried again."""

    code = "provisioning.not_held"


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task of a plan as a person sees it.

    `answer` holds facts, the element's own words among them, keys masked; `problem` says why it waits or failed.
    """

    task_id: str
    item_id: str
    kind: str
    subject: str
    needs: tuple[str, ...]
    state: str
    attempts: int
    started_at: Instant | None
    finished_at: Instant | None
    answer: dict[str, Any]
    problem: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class PlanView:
    """The plan of a service order: its tasks in an order in which they can be done.

    `mode` is forward or rollback; `past_no_return` says that it can no longer be called off.
    """

    service_order_id: str
    external_id: str
    state: str
    mode: str
    tasks: tuple[TaskView, ...]
    problem: dict[str, Any] | None
    past_no_return: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """Which service orders are wanted. `text` is part of an order's id or of the id of the request that made it.

    `since` and `until` bound when it was taken in, half-open. No states means all of them.
    """

    states: tuple[str, ...] = ()
    text: str = ""
    since: Instant | None = None
    until: Instant | None = None
    sort: Literal["order_date", "completion_date", "state"] = "order_date"
    descending: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceOrderView:
    """A service order as a person sees it. `external_id` is the order of the other half that asked for it.

    `wants` are (action, service specification id) pairs; `problem` is why it waits or is held: code, reason, and
    message (what to do next).
    """

    id: str
    state: str
    external_id: str
    customer_id: str | None
    taken_at: Instant
    ended_at: Instant | None
    wants: tuple[tuple[str, str], ...]
    problem: dict[str, Any] | None
    is_final: bool

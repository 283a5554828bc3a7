"""What other rooms may say of service orders and their plans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
    """The plan of a service order: its tasks in an order in which they can be done."""

    service_order_id: str
    external_id: str
    state: str
    mode: str
    tasks: tuple[TaskView, ...]
    problem: dict[str, Any] | None

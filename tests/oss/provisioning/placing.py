"""Orders in a state that a test needs, without the network behind them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tandem.kernel.json import Doc
from tandem.kernel.store import EntityTable, Stored, Uow
from tandem.oss.provisioning import store
from tandem.oss.provisioning.commands import standard
from tandem.oss.provisioning.rules.plan import PlannedTask
from tandem.oss.provisioning.store import Outcome


def service_order(uow: Uow, **more: Any) -> Stored:
    """A new order of one service."""
    service: Doc = {"state": "active", "serviceSpecification": {"id": "svc-spec-mobile-subscription"}}
    return standard.place_service_order(
        uow, {"serviceOrderItem": [{"id": "1", "action": "add", "service": service}], **more}
    )


def moved(uow: Uow, table: EntityTable, order: Stored, state: str) -> Stored:
    """The order in another state, as if work had brought it there."""
    return table.save(uow, order.id, {**table.get(uow, order.id).doc, "state": state})


def planned(uow: Uow, order: Stored, tasks: Mapping[str, str]) -> None:
    """A plan whose tasks stand so; a task's kind is the last part of its id."""
    store.add_plan(uow, order.id, [PlannedTask(task_id, "1", task_id.split(".")[1]) for task_id in tasks])  # type: ignore[arg-type]
    for task_id, state in tasks.items():
        if state != "pending":
            store.save_outcome(uow, order.id, task_id, Outcome(state))

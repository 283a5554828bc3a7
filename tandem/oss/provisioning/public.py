"""Provisioning's door: take an order in, see how far it is, retry it, call it off."""

from __future__ import annotations

from collections.abc import Mapping

from tandem.kernel.store import Change, Stored, Uow
from tandem.oss.provisioning import store
from tandem.oss.provisioning.commands import orders as commands
from tandem.oss.provisioning.queries import feasibility
from tandem.oss.provisioning.queries import orders as queries
from tandem.oss.provisioning.terms import OrderFilter, PlanView, ServiceOrderView
from tandem.seam.terms import Obstacle, ServiceOrderRequest


def request_services(uow: Uow, *, request: ServiceOrderRequest) -> str:
    """Take in what the other half asks for; the service order's id. Idempotent: by `external_id`."""
    return commands.request_services(uow, request)


def obstacles(uow: Uow, *, request: ServiceOrderRequest) -> tuple[Obstacle, ...]:
    """What stands in the way of a request, before anything is committed. Changes nothing."""
    return feasibility.obstacles(uow, request)


def retry(uow: Uow, *, service_order_id: str) -> None:
    """Try a held order again. Raises: OrderNotFound, NotHeld."""
    commands.retry(uow, service_order_id)


def retry_request(uow: Uow, *, external_id: str) -> None:
    """Try the held order of a request again; nothing to do while it is under way. Raises: OrderNotFound, NotHeld."""
    order = queries.order_of_request(uow, external_id)
    if order.doc["state"] not in ("acknowledged", "inProgress"):
        commands.retry(uow, order.id)


def cancel_request(uow: Uow, *, external_id: str, reason: str) -> None:
    """Call the order of a request off. Raises: OrderNotFound, OrderIsFinal, PointOfNoReturnPassed. Idempotent."""
    commands.cancel(uow, queries.order_of_request(uow, external_id).id, reason)


def order_of_request(uow: Uow, *, external_id: str) -> Stored:
    """The service order that a request made. Raises: OrderNotFound."""
    return queries.order_of_request(uow, external_id)


def get_plan(uow: Uow, *, service_order_id: str) -> PlanView:
    """The plan of an order with each task's answer. Raises: OrderNotFound."""
    return queries.get_plan(uow, service_order_id)


def get_order(uow: Uow, *, service_order_id: str) -> ServiceOrderView:
    """One order. Raises: OrderNotFound."""
    return queries.get_order(uow, service_order_id)


def list_orders(
    uow: Uow, *, wanted: OrderFilter | None = None, limit: int = 50, offset: int = 0
) -> tuple[list[ServiceOrderView], int]:
    """The orders that meet a filter (or all), the newest first, with how many there are."""
    return queries.list_orders(uow, wanted or OrderFilter(), limit=limit, offset=offset)


def history_of(uow: Uow, *, service_order_id: str) -> list[Change]:
    """Every change of an order, the oldest first: who, when, why, and what it became."""
    return store.SERVICE_ORDERS.history(uow, service_order_id)


def cancel(uow: Uow, *, service_order_id: str, reason: str) -> None:
    """Call an order off. Raises: OrderNotFound, OrderIsFinal, PointOfNoReturnPassed. Idempotent while it goes on."""
    commands.cancel(uow, service_order_id, reason)


def count_by_state(uow: Uow) -> Mapping[str, int]:
    """How many service orders are in each state."""
    return store.count_by_state(uow)

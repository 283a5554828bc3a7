"""Reading orders and plans."""

from __future__ import annotations

from tandem.kernel.store import Stored, Uow
from tandem.oss.provisioning import store
from tandem.oss.provisioning.terms import OrderNotFound, PlanView


def order_of_request(uow: Uow, external_id: str) -> Stored:
    """The service order that a request made. Raises: OrderNotFound."""
    order_id = store.find_request(uow, external_id)
    if order_id is None:
        raise OrderNotFound(f"no service order was made for {external_id}", external_id=external_id)
    return store.SERVICE_ORDERS.get(uow, order_id)


def get_plan(uow: Uow, order_id: str) -> PlanView:
    """The plan of an order. Raises: OrderNotFound when there is no such order, or it has no plan."""
    order = store.SERVICE_ORDERS.find(uow, order_id)
    plan = store.plan_view(uow, order) if order is not None else None
    if plan is None:
        raise OrderNotFound(f"service order {order_id} has no plan", id=order_id)
    return plan


def list_orders(uow: Uow, *, state: str | None, limit: int, offset: int) -> tuple[list[Stored], int]:
    """Orders in a state (or all), the newest first, with how many there are."""
    condition, params = ("state = %s", (state,)) if state else ("true", ())
    found = store.SERVICE_ORDERS.where(
        uow, condition, params, order_by="order_date desc, id desc", limit=limit, offset=offset
    )
    return found, store.SERVICE_ORDERS.count(uow, condition, params)

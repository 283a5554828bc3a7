"""Reading orders and plans."""

from __future__ import annotations

from tandem.kernel import json
from tandem.kernel.period import instant
from tandem.kernel.store import Stored, Uow
from tandem.oss.provisioning import lifecycle, store
from tandem.oss.provisioning.rules import requests
from tandem.oss.provisioning.terms import OrderFilter, OrderNotFound, PlanView, ServiceOrderView


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


def get_order(uow: Uow, order_id: str) -> ServiceOrderView:
    """One order. Raises: OrderNotFound."""
    order = store.SERVICE_ORDERS.find(uow, order_id)
    if order is None:
        raise OrderNotFound(f"there is no service order {order_id}", id=order_id)
    return view_of(order)


def list_orders(uow: Uow, wanted: OrderFilter, *, limit: int, offset: int) -> tuple[list[ServiceOrderView], int]:
    """The orders that meet a filter, with how many there are."""
    found, total = store.find_orders(uow, wanted, limit=limit, offset=offset)
    return [view_of(order) for order in found], total


def view_of(order: Stored) -> ServiceOrderView:
    """An order as a person sees it."""
    doc = order.doc
    ended = doc.get("completionDate") or doc.get("cancellationDate")
    messages = doc.get("errorMessage") or [None]
    return ServiceOrderView(
        id=order.id,
        state=doc["state"],
        external_id=doc.get("externalId", ""),
        customer_id=requests.customer_of(doc),
        taken_at=instant(doc["orderDate"]) if "orderDate" in doc else order.created_at,
        ended_at=instant(ended) if ended else None,
        wants=tuple(
            (item["action"], json.at(item, "service.serviceSpecification.id", "")) for item in doc["serviceOrderItem"]
        ),
        problem=messages[0],
        is_final=doc["state"] in lifecycle.SERVICE_ORDER.final,
    )

"""Reading orders: one as its customer and its agent see it, and those in fall-out."""

from __future__ import annotations

from tandem.bss.ordering import lifecycle, store
from tandem.bss.ordering.rules import reading
from tandem.bss.ordering.terms import (
    CancellationView,
    FalloutFilter,
    OrderFilter,
    OrderItemView,
    OrderProblem,
    OrderView,
)
from tandem.kernel import json
from tandem.kernel.json import Doc
from tandem.kernel.period import instant
from tandem.kernel.store import Stored, Uow


def get_order(uow: Uow, order_id: str) -> OrderView:
    """One order. Raises: NotFound."""
    return view_of(store.PRODUCT_ORDERS.get(uow, order_id))


def orders_of_customer(uow: Uow, customer_id: str, *, limit: int) -> list[OrderView]:
    """A customer's orders, the newest first."""
    return [view_of(order) for order in store.orders_of_customer(uow, customer_id, limit=limit)]


def fallout(uow: Uow, wanted: FalloutFilter, *, limit: int, offset: int) -> tuple[list[OrderView], int]:
    """The orders that do not go on and meet the filter, with how many there are."""
    found, total = store.find_fallout(uow, wanted, limit=limit, offset=offset)
    return [view_of(order) for order in found], total


def list_orders(uow: Uow, wanted: OrderFilter, *, limit: int, offset: int) -> tuple[list[OrderView], int]:
    """The orders that meet a filter, with how many there are."""
    found, total = store.find_orders(uow, wanted, limit=limit, offset=offset)
    return [view_of(order) for order in found], total


def cancellations_of(uow: Uow, order_id: str) -> list[CancellationView]:
    """The wishes to call an order off, the newest first, with what became of each."""
    return [
        CancellationView(
            id=asked.id,
            state=asked.doc["state"],
            reason=asked.doc.get("cancellationReason", ""),
            asked_at=instant(asked.doc["creationDate"]) if "creationDate" in asked.doc else asked.created_at,
            refusal=json.at(asked.doc, "x-error.reason"),
            next_action=json.at(asked.doc, "x-error.message") or None,
        )
        for asked in store.cancellations_of(uow, order_id)
    ]


def view_of(order: Stored) -> OrderView:
    """An order as a person sees it."""
    doc = order.doc
    return OrderView(
        id=order.id,
        state=doc["state"],
        customer_id=reading.customer_of(doc),
        billing_account_id=reading.billing_account_of(doc, {}),
        placed_at=instant(doc["creationDate"]) if "creationDate" in doc else order.created_at,
        completed_at=instant(doc["completionDate"]) if "completionDate" in doc else None,
        is_final=doc["state"] in lifecycle.PRODUCT_ORDER.final,
        items=tuple(_item(item) for item in reading.items_of(doc)),
        milestones=tuple(
            (one["name"], instant(one["milestoneDate"])) for one in doc.get("productOrderMilestone") or ()
        ),
        problem=_problem(doc),
        version=order.version,
    )


def _item(item: Doc) -> OrderItemView:
    return OrderItemView(
        id=item["id"],
        action=item["action"],
        state=item.get("state", ""),
        offering_id=reading.offering_of(item),
        offering_name=json.at(item, "productOffering.name") or json.at(item, "product.name"),
        product_id=reading.product_of(item),
    )


def _problem(order: Doc) -> OrderProblem | None:
    messages = order.get("productOrderErrorMessage")
    if not messages:
        return None
    first = messages[0]
    return OrderProblem(
        code=first.get("code", ""),
        reason=first.get("reason", ""),
        next_action=first.get("message", ""),
        since=instant(first["timestamp"]),
        waits=first.get("status") == "waiting",
    )

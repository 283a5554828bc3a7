"""Product orders and cancellations as documents, with the columns that desks search by."""

from __future__ import annotations

from typing import Any

from tandem.bss.ordering.rules.reading import customer_of
from tandem.bss.ordering.terms import FalloutFilter, OrderFilter
from tandem.kernel.json import Doc
from tandem.kernel.store import Column, EntityTable, Stored, Uow


def _error_code(order: Doc) -> str | None:
    messages = order.get("productOrderErrorMessage")
    return messages[0].get("code") if messages else None


PRODUCT_ORDERS = EntityTable(
    entity="ProductOrder",
    table="ordering_product_order",
    columns=(
        Column("state", "text", "state"),
        Column("customer_id", "text", customer_of),
        Column("billing_account_id", "text", "billingAccount.id"),
        Column("category", "text", "category"),
        Column("creation_date", "timestamptz", "creationDate"),
        Column("completion_date", "timestamptz", "completionDate"),
        Column("error_code", "text", _error_code),
    ),
    state_attribute="state",
    indexes=("state, creation_date", "customer_id, creation_date", "creation_date"),
)
CANCEL_PRODUCT_ORDERS = EntityTable(
    entity="CancelProductOrder",
    table="ordering_cancel_product_order",
    columns=(
        Column("state", "text", "state"),
        Column("product_order_id", "text", "productOrder.id"),
        Column("customer_id", "text", "x-customerId"),
    ),
    state_attribute="state",
    indexes=("product_order_id",),
)


def open_cancellation_of(uow: Uow, order_id: str) -> Stored | None:
    """The wish to cancel an order that is not decided yet."""
    found = CANCEL_PRODUCT_ORDERS.where(
        uow, "product_order_id = %s and state in ('acknowledged', 'inProgress')", (order_id,), limit=1
    )
    return found[0] if found else None


def orders_of_customer(uow: Uow, customer_id: str, *, limit: int) -> list[Stored]:
    """A customer's orders, the newest first."""
    return PRODUCT_ORDERS.where(
        uow, "customer_id = %s", (customer_id,), order_by="creation_date desc, id desc", limit=limit
    )


_SINCE = "(doc #>> '{productOrderErrorMessage,0,timestamp}')::timestamptz"
_WORDS = "lower(id || ' ' || coalesce(doc #>> '{productOrderErrorMessage,0,reason}', ''))"
_STANDING = {"held": "state = 'held'", "waiting": "state = 'inProgress' and error_code is not null"}
_SORTS = {"since": _SINCE, "placed": "creation_date", "code": "error_code"}


def find_fallout(uow: Uow, wanted: FalloutFilter, *, limit: int, offset: int) -> tuple[list[Stored], int]:
    """The orders that do not go on and meet the filter, with how many there are."""
    condition, params = _fallout(wanted)
    way = "desc" if wanted.descending else "asc"
    order_by = f"{_SORTS[wanted.sort]} {way} nulls last, id {way}"
    found = PRODUCT_ORDERS.where(uow, condition, params, order_by=order_by, limit=limit, offset=offset)
    return found, PRODUCT_ORDERS.count(uow, condition, params)


def _fallout(wanted: FalloutFilter) -> tuple[str, tuple[Any, ...]]:
    """The filter over the table's columns, with its parameters."""
    parts: list[str] = [_STANDING[wanted.standing]]
    params: list[Any] = []
    if wanted.codes:
        parts.append("coalesce(error_code, '') = any(%s)")
        params.append(list(wanted.codes))
    if wanted.text:
        parts.append(f"(customer_id = any(%s) or strpos({_WORDS}, lower(%s)) > 0)")
        params += [list(wanted.customer_ids), wanted.text]
    for bound, compared in ((wanted.since, ">="), (wanted.until, "<")):
        if bound is not None:
            parts.append(f"{_SINCE} {compared} %s")
            params.append(bound)
    return " and ".join(parts), tuple(params)


_ORDERED_BY = {"placed": "creation_date", "state": "state", "customer": "customer_id"}


def find_orders(uow: Uow, wanted: OrderFilter, *, limit: int, offset: int) -> tuple[list[Stored], int]:
    """The orders that meet a filter, with how many there are."""
    parts, params = ["true"], list[Any]()
    if wanted.states:
        parts.append("state = any(%s)")
        params.append([*wanted.states])
    if wanted.text:
        parts.append("(strpos(lower(id), lower(%s)) > 0 or customer_id = any(%s))")
        params += [wanted.text, [*wanted.customer_ids]]
    for bound, compared in ((wanted.since, ">="), (wanted.until, "<")):
        if bound is not None:
            parts.append(f"creation_date {compared} %s")
            params.append(bound)
    condition, way = " and ".join(parts), "desc" if wanted.descending else "asc"
    order_by = f"{_ORDERED_BY[wanted.sort]} {way}, id {way}"
    found = PRODUCT_ORDERS.where(uow, condition, tuple(params), order_by=order_by, limit=limit, offset=offset)
    return found, PRODUCT_ORDERS.count(uow, condition, tuple(params))


def cancellations_of(uow: Uow, order_id: str) -> list[Stored]:
    """The wishes to cancel an order, the newest first."""
    return CANCEL_PRODUCT_ORDERS.where(uow, "product_order_id = %s", (order_id,), order_by="id desc")


def count_by_state(uow: Uow) -> dict[str, int]:
    """How many orders are in each state; those that wait for the network under `waiting` instead of their state."""
    rows = uow.all(
        "select case when state = 'inProgress' and error_code is not null then 'waiting' else state end as standing, "
        "count(*) as n from ordering_product_order where tenant = %s group by 1",
        (uow.tenant,),
    )
    return {row["standing"]: row["n"] for row in rows}


def count_held_by_error(uow: Uow) -> dict[str, int]:
    """How many orders are held, by the code of their problem."""
    rows = uow.all(
        "select coalesce(error_code, '') as code, count(*) as n from ordering_product_order "
        "where tenant = %s and state = 'held' group by 1 order by 2 desc, 1",
        (uow.tenant,),
    )
    return {row["code"]: row["n"] for row in rows}

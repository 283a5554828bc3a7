"""Product orders and cancellations as documents, with the columns that desks search by."""

from __future__ import annotations

from tandem.bss.ordering.rules.reading import customer_of
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


def orders_in_state(uow: Uow, state: str, *, limit: int, offset: int) -> list[Stored]:
    """Orders in a state, the oldest first."""
    return PRODUCT_ORDERS.where(uow, "state = %s", (state,), order_by="creation_date, id", limit=limit, offset=offset)


def count_held_by_error(uow: Uow) -> dict[str, int]:
    """How many orders are held, by the code of their problem."""
    rows = uow.all(
        "select coalesce(error_code, '') as code, count(*) as n from ordering_product_order "
        "where tenant = %s and state = 'held' group by 1 order by 2 desc, 1",
        (uow.tenant,),
    )
    return {row["code"]: row["n"] for row in rows}

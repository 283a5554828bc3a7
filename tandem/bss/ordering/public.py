"""Ordering's door: place an order, follow it, retry it, call it off."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Final

from tandem.bss.ordering import commands, model, queries, store
from tandem.bss.ordering.terms import CancellationView, FalloutFilter, NewOrder, OrderFilter, OrderView
from tandem.kernel.json import Doc
from tandem.kernel.store import Change, Uow
from tandem.kernel.tmf.shape import TypeFiller

_fill_types: Final = TypeFiller(model.ProductOrder, "ProductOrder")


def place_product_order(uow: Uow, *, order: Doc) -> OrderView:
    """Take an order in, in the standard's shape (TMF622 v5).

    Raises: OrderRefused, OfferingNotSellable, NumberNotFree. What else speaks against it makes it `rejected`.
    """
    return queries.view_of(commands.place_product_order(uow, _fill_types(copy.deepcopy(order))))


def order_offering(uow: Uow, *, new: NewOrder, key: str) -> OrderView:
    """Order one product for one customer, as desks do. Idempotent: by `key`.

    Raises: what `place_product_order` raises; KeyReused when the key came with another wish.
    """
    return queries.view_of(commands.order_offering(uow, new, key))


def retry_order(uow: Uow, *, order_id: str) -> OrderView:
    """Try an order in fall-out again. Raises: NotFound, NotInFallout."""
    return queries.view_of(commands.retry(uow, order_id))


def cancel_order(uow: Uow, *, order_id: str, reason: str) -> str:
    """Ask for an order to be called off; the id of the cancellation, which is decided a moment later.

    Idempotent while one is undecided. Raises: NotFound, OrderIsFinal.
    """
    doc: Doc = {
        "@type": "CancelProductOrder",
        "productOrder": {"id": order_id, "@type": "ProductOrderRef"},
        "cancellationReason": reason,
    }
    return commands.cancel_product_order(uow, doc).id


def get_order(uow: Uow, *, order_id: str) -> OrderView:
    """One order. Raises: NotFound."""
    return queries.get_order(uow, order_id)


def orders_of_customer(uow: Uow, *, customer_id: str, limit: int = 100) -> list[OrderView]:
    """A customer's orders, the newest first."""
    return queries.orders_of_customer(uow, customer_id, limit=limit)


def list_orders(
    uow: Uow, *, wanted: OrderFilter | None = None, limit: int = 50, offset: int = 0
) -> tuple[list[OrderView], int]:
    """The orders that meet a filter (or all), the newest first, with how many there are."""
    return queries.list_orders(uow, wanted or OrderFilter(), limit=limit, offset=offset)


def history_of(uow: Uow, *, order_id: str) -> list[Change]:
    """Every change of an order, the oldest first: who, when, why, and what it became."""
    return store.PRODUCT_ORDERS.history(uow, order_id)


def cancellations_of(uow: Uow, *, order_id: str) -> list[CancellationView]:
    """The wishes to call an order off, the newest first, with what became of each."""
    return queries.cancellations_of(uow, order_id)


def fallout(
    uow: Uow, *, wanted: FalloutFilter | None = None, limit: int = 50, offset: int = 0
) -> tuple[list[OrderView], int]:
    """The orders that wait for a person (or as the filter says), the oldest first, with how many there are."""
    return queries.fallout(uow, wanted or FalloutFilter(), limit=limit, offset=offset)


def count_by_state(uow: Uow) -> Mapping[str, int]:
    """How many orders are in each state; those that wait for the network count as `waiting`, not by their state."""
    return store.count_by_state(uow)


def fallout_by_error(uow: Uow) -> Mapping[str, int]:
    """How many orders wait for a person, by the code of what is wrong."""
    return store.count_held_by_error(uow)

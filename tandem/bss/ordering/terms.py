"""What other rooms may say of product orders."""

from __future__ import annotations

from typing import ClassVar

from tandem.kernel.errors import Conflict, Invalid
from tandem.kernel.events import Event

PRODUCT_ORDER = "ProductOrder"


class OrderRefused(Invalid):
    """A rule of sale says no; `path` names the item."""

    code = "ordering.refused"


class OfferingNotSellable(OrderRefused):
    """The offering is closed, retired, not launched, or not yet valid."""

    code = "ordering.offering_not_sellable"


class CustomerMissing(OrderRefused):
    """The order names no customer."""

    code = "ordering.customer_missing"


class BillingAccountMissing(OrderRefused):
    """The order names no billing account and the customer has none, or more than one."""

    code = "ordering.billing_account_missing"


class OrderIsFinal(Conflict):
    """The order has ended; it cannot be changed, retried or cancelled."""

    code = "ordering.final"


class NotInFallout(Conflict):
    """Only an order that is held can be tried again."""

    code = "ordering.not_in_fallout"


class ProductOrderCompleted(Event, frozen=True, kw_only=True):
    """Everything that was ordered is delivered."""

    entity: ClassVar[str] = PRODUCT_ORDER
    key: ClassVar[str] = "product_order_id"
    product_order_id: str
    customer_id: str
    billing_account_id: str


class ProductOrderCancelled(Event, frozen=True, kw_only=True):
    """The order was called off before the point of no return; what was paid with it is due back."""

    entity: ClassVar[str] = PRODUCT_ORDER
    key: ClassVar[str] = "product_order_id"
    product_order_id: str
    customer_id: str
    billing_account_id: str
    reason: str


class ProductOrderHeld(Event, frozen=True, kw_only=True):
    """The order cannot go on by itself: it stands in the fall-out list with its cause."""

    entity: ClassVar[str] = PRODUCT_ORDER
    key: ClassVar[str] = "product_order_id"
    product_order_id: str
    code: str
    reason: str
    next_action: str

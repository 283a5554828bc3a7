"""What other rooms may say of product orders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from tandem.kernel.errors import Conflict, Invalid
from tandem.kernel.events import Event
from tandem.kernel.period import Instant

PRODUCT_ORDER = "ProductOrder"


class OrderRefused(Invalid):
    """A rule of sale says no; `path` names the item."""

    code = "ordering.refused"


class OfferingNotSellable(OrderRefused):
    """The offering is closed, retired, not launched, or not yet valid."""

    code = "ordering.offering_not_sellable"


class NumberNotFree(Conflict):
    """The number or card that was chosen is taken, or not one of ours."""

    code = "ordering.number_not_free"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderProblem:
    """Why an order waits (it goes on by itself) or is held (a person must act), and what to do."""

    code: str
    reason: str
    next_action: str
    since: Instant
    waits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FalloutFilter:
    """Which orders that do not go on are wanted: held (a person must act) or waiting (it goes on by itself).

    `codes` are those of the problem; `text` is part of an order's id or of its problem's reason, and an order of one of
    `customer_ids` matches it too. `since` and `until` bound when the problem came up, half-open.
    """

    standing: Literal["held", "waiting"] = "held"
    codes: tuple[str, ...] = ()
    text: str = ""
    customer_ids: tuple[str, ...] = ()
    since: Instant | None = None
    until: Instant | None = None
    sort: Literal["since", "placed", "code"] = "placed"
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """Which orders are wanted. `text` is part of an order's id; an order of one of `customer_ids` matches it too.

    `since` and `until` bound when it was placed, half-open. No states means all of them.
    """

    states: tuple[str, ...] = ()
    text: str = ""
    customer_ids: tuple[str, ...] = ()
    since: Instant | None = None
    until: Instant | None = None
    sort: Literal["placed", "state", "customer"] = "placed"
    descending: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """One product for one customer. `wished` are characteristics of the product, such as a number (`msisdn`)."""

    customer_id: str
    offering_id: str
    billing_account_id: str | None = None
    wished: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationView:
    """Somebody's wish to call an order off. `refusal` says why it could not be, with its next action."""

    id: str
    state: str
    reason: str
    asked_at: Instant
    refusal: str | None
    next_action: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderItemView:
    """One item of an order as a person sees it."""

    id: str
    action: str
    state: str
    offering_id: str | None
    offering_name: str | None
    product_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """An order as a person sees it. `milestones` are (name, instant) in the order of passing."""

    id: str
    state: str
    customer_id: str | None
    billing_account_id: str | None
    placed_at: Instant
    completed_at: Instant | None
    is_final: bool
    items: tuple[OrderItemView, ...]
    milestones: tuple[tuple[str, Instant], ...]
    problem: OrderProblem | None
    version: int

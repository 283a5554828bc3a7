"""Words that others may use: what a customer has, since when, on which number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tandem.kernel.errors import Conflict, NotFound
from tandem.kernel.events import Event
from tandem.kernel.period import Instant

PRODUCT = "Product"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A product as charging, billing and desks read it.

    `active_from` and `active_to` are the first activation and the termination (half-open); a suspension lies between.
    `identifiers`: every name by which networks know it, the number among them.
    """

    product_id: str
    name: str
    status: str
    customer_id: str
    billing_account_id: str
    offering_id: str
    order_id: str | None
    msisdn: str | None
    active_from: Instant | None
    active_to: Instant | None
    entity_version: int
    identifiers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class IdentifierPeriod:
    """A number (or other name) belongs to one product from `start` up to and without `end`; an open end is `None`."""

    identifier: str
    product_id: str
    start: Instant
    end: Instant | None


class HeldNumbers(NamedTuple):
    """Who had some numbers, and when. Shape: arrays, one row for each period, by number and time.

    `place` is the number's among those asked for; microseconds UTC, half-open; `product_id` is octets of ASCII.
    """

    place: NDArray[np.int64]
    start_us: NDArray[np.int64]
    end_us: NDArray[np.int64]
    product_id: NDArray[np.bytes_]
    entity_version: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class NewProduct:
    """What ordering knows of a product that is not delivered yet. A given `product_id` makes a repeat fail loudly."""

    name: str
    customer_id: str
    billing_account_id: str
    offering_id: str
    order_id: str
    order_item_id: str
    characteristics: Mapping[str, Any] = field(default_factory=dict)
    product_id: str | None = None


@dataclass(frozen=True, slots=True)
class Realization:
    """What the network gave a product. Services and resources are ids of the other half."""

    service_ids: tuple[str, ...] = ()
    resource_ids: tuple[str, ...] = ()
    characteristics: Mapping[str, Any] = field(default_factory=dict)


class ProductMoved(Event, frozen=True, kw_only=True):
    """What all news of a product's status says."""

    entity: ClassVar[str] = PRODUCT
    key: ClassVar[str] = "product_id"
    product_id: str
    customer_id: str
    billing_account_id: str
    offering_id: str
    at: Instant


class ProductActivated(ProductMoved, frozen=True, kw_only=True):
    """The customer can use it from `at`: charging and billing begin."""

    msisdn: str | None = None


class ProductSuspended(ProductMoved, frozen=True, kw_only=True):
    """The customer has it and cannot use it."""


class ProductResumed(ProductMoved, frozen=True, kw_only=True):
    """The customer can use it again."""


class ProductTerminated(ProductMoved, frozen=True, kw_only=True):
    """The customer no longer has it from `at`: charging and billing end."""


class ProductGivenUp(ProductMoved, frozen=True, kw_only=True):
    """It was never delivered: its order was cancelled or failed."""

    aborted: bool = False


class ProductUnknown(NotFound):
    """There is no such product."""

    code = "subscriptions.product_unknown"


class NumberTaken(Conflict):
    """Another product has the number, or the other name, at that time."""

    code = "subscriptions.number_taken"


class ProductInUse(Conflict):
    """A product that a customer has is terminated, not deleted."""

    code = "subscriptions.product_in_use"


class EndsBeforeStart(Conflict):
    """A product cannot end before it began."""

    code = "subscriptions.ends_before_start"

"""Reads for charging, billing, care and desks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tandem.bss.subscriptions import lifecycle, store
from tandem.bss.subscriptions.rules import product as rules
from tandem.bss.subscriptions.terms import HeldNumbers, IdentifierPeriod, ProductUnknown, Subscription
from tandem.kernel.period import Instant, Period
from tandem.kernel.store import Stored, Uow


def _read(found: Iterable[Stored]) -> list[Subscription]:
    return [rules.subscription(one.id, one.doc, one.version) for one in found]


def get_product(uow: Uow, *, product_id: str) -> Stored:
    """The product's document. Raises: ProductUnknown."""
    found = store.PRODUCTS.find(uow, product_id)
    if found is None:
        raise ProductUnknown(f"there is no product {product_id}", product=product_id)
    return found


def get_subscription(uow: Uow, *, product_id: str) -> Subscription:
    """The product as a value. Raises: ProductUnknown."""
    return _read([get_product(uow, product_id=product_id)])[0]


def subscriptions_by_id(uow: Uow, *, product_ids: Iterable[str]) -> dict[str, Subscription]:
    """These products by id; unknown ids are left out."""
    return {one.product_id: one for one in _read(store.by_ids(uow, product_ids))}


def products_of_customer(uow: Uow, *, customer_id: str) -> list[Subscription]:
    """Everything a customer has, had or has ordered, the newest first."""
    return _read(store.of_customer(uow, customer_id))


def products_of_order(uow: Uow, *, order_id: str) -> list[Subscription]:
    """The products that an order is about."""
    return _read(store.of_order(uow, order_id))


def product_by_msisdn(uow: Uow, *, msisdn: str, moment: Instant) -> Subscription | None:
    """The product that had a number at an instant."""
    product_id = store.product_id_by_identifier(uow, rules.digits(msisdn), moment)
    return None if product_id is None else get_subscription(uow, product_id=product_id)


def customer_ids_by_number(uow: Uow, *, text: str, limit: int = 50) -> list[str]:
    """The customers with a product whose number begins as typed; none when that is no number."""
    beginning = rules.number_beginning(text)
    return [] if beginning is None else store.customer_ids_by_number(uow, beginning, limit=limit)


def status_at(uow: Uow, *, product_id: str, moment: Instant) -> str | None:
    """The status that a product had at an instant; none when it was not kept yet."""
    found = store.PRODUCTS.as_of(uow, product_id, moment)
    return None if found is None else str(found.doc.get("status") or "")


def identifier_periods(uow: Uow, *, msisdns: Iterable[str]) -> list[IdentifierPeriod]:
    """Every period of these numbers, by number and time: what a batch of usage is matched with."""
    return store.identifier_periods(uow, {rules.digits(msisdn) for msisdn in msisdns})


def held_numbers(uow: Uow, *, msisdns: Sequence[str]) -> HeldNumbers:
    """Every period of these numbers with its product and the product's version, as arrays."""
    return store.held_numbers(uow, msisdns)


def active_products_of_account(uow: Uow, *, billing_account_id: str, period: Period) -> list[Subscription]:
    """An account's products that were the customer's during some of a period, the oldest first."""
    return _read(store.of_account_within(uow, billing_account_id, period, lifecycle.BILLED))


def products_of_services(uow: Uow, *, service_ids: Iterable[str]) -> list[Subscription]:
    """The products that customers have and any of these services makes work."""
    found = _read(store.products_of_services(uow, service_ids))
    return [one for one in found if one.status in lifecycle.HELD]

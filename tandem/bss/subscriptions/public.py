"""The room's door: what each customer has. Ordering changes it; charging, billing and care read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tandem.bss.subscriptions import commands, lifecycle, queries
from tandem.bss.subscriptions.rules import product as rules
from tandem.bss.subscriptions.rules import versions
from tandem.bss.subscriptions.terms import HeldNumbers, IdentifierPeriod, NewProduct, Realization, Subscription
from tandem.kernel.period import Instant, Period
from tandem.kernel.store import Stored, Uow
from tandem.kernel.tmf.conversion import Step


def create_pending_product(uow: Uow, *, new: NewProduct) -> Stored:
    """Keep a product that is ordered and not delivered. Raises: OfferingUnknown, PriceTermsInvalid, NumberTaken."""
    return commands.create_pending_product(uow, new)


def activate_product(uow: Uow, *, product_id: str, moment: Instant, given: Realization) -> Stored:
    """The customer can use it from an instant, with what the network gave it. Idempotent: by the status.

    Raises: NotFound, IllegalTransition, NumberTaken.
    """
    return commands.activate_product(uow, product_id=product_id, moment=moment, given=given)


def suspend_product(uow: Uow, *, product_id: str) -> Stored:
    """The customer has it and cannot use it. Idempotent: by the status. Raises: NotFound, IllegalTransition."""
    return commands.change_status(uow, product_id=product_id, status=lifecycle.SUSPENDED)


def resume_product(uow: Uow, *, product_id: str) -> Stored:
    """The customer can use it again. Idempotent: by the status. Raises: NotFound, IllegalTransition."""
    return commands.change_status(uow, product_id=product_id, status=lifecycle.ACTIVE)


def begin_termination(uow: Uow, *, product_id: str) -> Stored:
    """Its end is on its way. Idempotent: by the status. Raises: NotFound, IllegalTransition."""
    return commands.change_status(uow, product_id=product_id, status=lifecycle.PENDING_TERMINATE)


def terminate_product(uow: Uow, *, product_id: str, moment: Instant) -> Stored:
    """The customer no longer has it from an instant. Idempotent: by the status.

    Raises: NotFound, IllegalTransition, EndsBeforeStart.
    """
    return commands.terminate_product(uow, product_id=product_id, moment=moment)


def cancel_product(uow: Uow, *, product_id: str) -> Stored:
    """Its order was called off before it was delivered. Idempotent: by the status. Raises: IllegalTransition."""
    return commands.change_status(uow, product_id=product_id, status=lifecycle.CANCELLED)


def abort_product(uow: Uow, *, product_id: str) -> Stored:
    """Its order failed and was rolled back. Idempotent: by the status. Raises: IllegalTransition."""
    return commands.change_status(uow, product_id=product_id, status=lifecycle.ABORTED)


def get_product(uow: Uow, *, product_id: str) -> Stored:
    """The product's document. Raises: ProductUnknown."""
    return queries.get_product(uow, product_id=product_id)


def get_subscription(uow: Uow, *, product_id: str) -> Subscription:
    """The product as a value. Raises: ProductUnknown."""
    return queries.get_subscription(uow, product_id=product_id)


def subscriptions_by_id(uow: Uow, *, product_ids: Iterable[str]) -> dict[str, Subscription]:
    """These products by id; unknown ids are left out."""
    return queries.subscriptions_by_id(uow, product_ids=product_ids)


def products_of_customer(uow: Uow, *, customer_id: str) -> list[Subscription]:
    """Everything a customer has, had or has ordered, the newest first."""
    return queries.products_of_customer(uow, customer_id=customer_id)


def products_of_order(uow: Uow, *, order_id: str) -> list[Subscription]:
    """The products that an order is about."""
    return queries.products_of_order(uow, order_id=order_id)


def identifier(*, kind: str, value: str) -> str:
    """The name that a network tells, as `held_numbers` knows it; kind: msisdn, imsi, nai, line."""
    return rules.identifier(kind, value)


def product_by_msisdn(uow: Uow, *, msisdn: str, moment: Instant) -> Subscription | None:
    """The product that had a number at an instant, whatever its status is by now."""
    return queries.product_by_msisdn(uow, msisdn=msisdn, moment=moment)


def customer_ids_by_number(uow: Uow, *, text: str, limit: int = 50) -> list[str]:
    """The customers with a product whose number begins as typed (+353 20…, 020…, 35320…); none for other text."""
    return queries.customer_ids_by_number(uow, text=text, limit=limit)


def status_at(uow: Uow, *, product_id: str, moment: Instant) -> str | None:
    """The status that a product had at an instant; none when it was not kept yet."""
    return queries.status_at(uow, product_id=product_id, moment=moment)


def identifier_periods(uow: Uow, *, msisdns: Iterable[str]) -> list[IdentifierPeriod]:
    """Every period of these numbers, by number and time: what a batch of usage is matched with."""
    return queries.identifier_periods(uow, msisdns=msisdns)


def held_numbers(uow: Uow, *, msisdns: Sequence[str]) -> HeldNumbers:
    """Every period of these numbers, with its product and the product's version, as arrays: for usage in volume.

    Numbers are international digits, other names as `identifier` makes them; each once.
    """
    return queries.held_numbers(uow, msisdns=msisdns)


def period_in_force(periods: Iterable[IdentifierPeriod], moment: Instant) -> IdentifierPeriod | None:
    """The period of one number that covers an instant; there is at most one."""
    return rules.in_force(periods, moment)


def active_products_of_account(uow: Uow, *, billing_account_id: str, period: Period) -> list[Subscription]:
    """An account's products that were the customer's during some of a period, the oldest first."""
    return queries.active_products_of_account(uow, billing_account_id=billing_account_id, period=period)


def products_of_services(uow: Uow, *, service_ids: Iterable[str]) -> list[Subscription]:
    """The products that customers have and any of these services makes work: who is affected by a fault."""
    return queries.products_of_services(uow, service_ids=service_ids)


def product_differences() -> tuple[Step, ...]:
    """Where version 4 of a product differs from the stored one, as steps of a conversion: orders hold products too."""
    return versions.PRODUCT_DIFFERENCES

"""Whose use it was: the product that had the served number then, and whether it may be charged for it."""

from __future__ import annotations

from typing import Final

from tandem.bss.charging.rules.core import layout
from tandem.bss.charging.terms import Suspension, SuspensionCode, UsageRecord
from tandem.bss.party.terms import BillingTerms
from tandem.bss.subscriptions.terms import Subscription
from tandem.kernel.period import Instant, text_of

SUSPENDED: Final = "suspended"


def unknown_number(record: UsageRecord) -> Suspension:
    """Nobody had the number."""
    return nobody(record.served, record.started_at)


def nobody(served: str, started_at: Instant) -> Suspension:
    """The same by the number and the instant."""
    return Suspension("unknown_number", f"{served} was nobody's number at {text_of(started_at)}")


def suspended_then(product_id: str, started_at: Instant) -> Suspension:
    """The product was suspended when the use began."""
    return Suspension("product_suspended", f"product {product_id} was suspended at {text_of(started_at)}")


def objection(record: UsageRecord, product: Subscription, status_then: str) -> Suspension | None:
    """Why a product cannot be charged for a record, by the status that it had when the use began."""
    if status_then == SUSPENDED:
        return suspended_then(product.product_id, record.started_at)
    if record.customer_id is not None and record.customer_id != product.customer_id:
        told = f"the record names customer {record.customer_id}, the number is of customer {product.customer_id}"
        return Suspension("customer_differs", told)
    if not product.billing_account_id:
        return Suspension("no_billing_account", f"product {product.product_id} is billed on no account")
    return None


def currency_objection(currency: str, cited_as: str, account: BillingTerms) -> Suspension | None:
    """Why a plan cannot be charged to an account: one bill has one currency."""
    if currency == account.currency:
        return None
    told = f"{cited_as} is in {currency}, account {account.billing_account_id} pays in {account.currency}"
    return Suspension("account_terms_invalid", told)


def refusal(outcome: int, record: UsageRecord, cited_as: str) -> Suspension:
    """Why the core did not rate a record."""
    if outcome == layout.NO_PRICE:
        return no_price(cited_as, record.usage_type, record.destination)
    return coded_refusal(outcome)


def no_price(cited_as: str, service: str, destination: str) -> Suspension:
    """The plan has no price for it."""
    to = f" to {destination}" if destination else ""
    return Suspension("no_price", f"{cited_as} has no price for {service}{to}")


_REFUSALS: Final[dict[int, tuple[SuspensionCode, str]]] = {
    layout.NO_QUANTITY: ("no_quantity", "it does not tell the quantity that the plan counts"),
    layout.NO_TARIFF: ("plan_terms_invalid", "the catalogue had no such plan then"),
    layout.NO_VALUE: ("no_value", "it does not tell the value that the plan takes a part of"),
    layout.TOO_LARGE: ("too_large", "what it costs or adds up to passes 63 bits"),
}
"""By the core's outcomes."""


def coded_refusal(outcome: int) -> Suspension:
    """The same where the record is one of many; not for NO_PRICE."""
    return Suspension(*_REFUSALS[outcome])

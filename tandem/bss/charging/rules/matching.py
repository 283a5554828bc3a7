"""Whose use it was: the product that had the served number then, and whether it may be charged for it."""

from __future__ import annotations

from typing import Final

from tandem.bss.catalog.terms import PlanTerms
from tandem.bss.charging.terms import Suspension, UsageRecord
from tandem.bss.party.terms import BillingTerms
from tandem.bss.subscriptions.terms import Subscription
from tandem.kernel.period import text_of

SUSPENDED: Final = "suspended"


def unknown_number(record: UsageRecord) -> Suspension:
    """Nobody had the number."""
    return Suspension("unknown_number", f"{record.served} was nobody's number at {text_of(record.started_at)}")


def objection(record: UsageRecord, product: Subscription, status_then: str) -> Suspension | None:
    """Why a product cannot be charged for a record, by the status that it had when the use began."""
    if status_then == SUSPENDED:
        at = text_of(record.started_at)
        return Suspension("product_suspended", f"product {product.product_id} was suspended at {at}")
    if record.customer_id is not None and record.customer_id != product.customer_id:
        told = f"the record names customer {record.customer_id}, the number is of customer {product.customer_id}"
        return Suspension("customer_differs", told)
    if not product.billing_account_id:
        return Suspension("no_billing_account", f"product {product.product_id} is billed on no account")
    return None


def currency_objection(terms: PlanTerms, account: BillingTerms) -> Suspension | None:
    """Why a plan cannot be charged to an account: one bill has one currency."""
    if terms.currency == account.currency:
        return None
    told = f"{terms.cited_as} is in {terms.currency}, account {account.billing_account_id} pays in {account.currency}"
    return Suspension("account_terms_invalid", told)

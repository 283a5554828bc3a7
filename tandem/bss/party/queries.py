"""Reads for desks and other rooms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from tandem.bss.party import lifecycle, store
from tandem.bss.party.rules import billing, naming, search
from tandem.bss.party.terms import (
    AccountUnknown,
    BillingTerms,
    BillingTermsInvalid,
    ContactPoint,
    CustomerFilter,
    CustomerFound,
    CustomerNotServed,
    CustomerUnknown,
    CustomerView,
)
from tandem.kernel.json import Doc, at
from tandem.kernel.store import Stored, Uow


def find_customers(uow: Uow, *, text: str, limit: int = 50) -> list[CustomerFound]:
    """Customers of whom every word or the number is a beginning of something that they are found by."""
    customer_ids = store.customer_ids_by_terms(uow, search.question_terms(text), limit=limit)
    return customers_by_id(uow, customer_ids=customer_ids)


def customers_by_id(uow: Uow, *, customer_ids: list[str]) -> list[CustomerFound]:
    """These customers as rows of a list, by name."""
    accounts = store.accounts_of_customers(uow, customer_ids)
    return [
        CustomerFound(
            customer_id=row["id"],
            name=row["name"],
            status=row["status"],
            phone=row["phone"],
            email=row["email"],
            billing_account_ids=tuple(accounts.get(row["id"], ())),
        )
        for row in store.found_rows(uow, customer_ids)
    ]


def list_customers(uow: Uow, *, wanted: CustomerFilter, limit: int, offset: int) -> tuple[list[CustomerFound], int]:
    """A page of customers by name, and how many there are."""
    customer_ids, total = store.customer_ids_by_name(uow, wanted, limit=limit, offset=offset)
    found = {one.customer_id: one for one in customers_by_id(uow, customer_ids=customer_ids)}
    return [found[customer_id] for customer_id in customer_ids], total


def get_customer(uow: Uow, *, customer_id: str) -> Stored:
    """The customer. Raises: CustomerUnknown."""
    found = store.CUSTOMERS.find(uow, customer_id)
    if found is None:
        raise CustomerUnknown(f"there is no customer {customer_id}", customer=customer_id)
    return found


def get_served_customer(uow: Uow, *, customer_id: str) -> Stored:
    """The customer, if something may be sold to her. Raises: CustomerUnknown, CustomerNotServed."""
    customer = get_customer(uow, customer_id=customer_id)
    status = customer.doc.get("status")
    if status not in lifecycle.SERVED:
        raise CustomerNotServed(
            f"customer {customer_id} is {status}; we sell to {' or '.join(sorted(lifecycle.SERVED))}",
            customer=customer_id,
            status=status,
        )
    return customer


def get_customer_view(uow: Uow, *, customer_id: str) -> CustomerView:
    """A customer with the party and the accounts. Raises: CustomerUnknown."""
    customer = get_customer(uow, customer_id=customer_id)
    party = _party_of(uow, customer)
    return CustomerView(
        customer=customer.doc,
        party=party.doc if party else None,
        contact=naming.contact_point(customer.doc, party.doc if party else None),
        billing_accounts=tuple(account.doc for account in store.accounts_of_customer(uow, customer_id)),
    )


def contact_of(uow: Uow, *, customer_id: str) -> ContactPoint:
    """How to reach a customer. Raises: CustomerUnknown."""
    customer = get_customer(uow, customer_id=customer_id)
    party = _party_of(uow, customer)
    return naming.contact_point(customer.doc, party.doc if party else None)


def operator_name(uow: Uow) -> str | None:
    """What the operator of this tenant calls itself to its customers."""
    found = store.operator(uow)
    return None if found is None else str(found.doc.get("name") or found.doc.get("tradingName") or "")


def _party_of(uow: Uow, customer: Stored) -> Stored | None:
    party_id = naming.party_reference(customer.doc)
    return store.find_party(uow, party_id) if party_id else None


def get_billing_account(uow: Uow, *, billing_account_id: str) -> Stored:
    """The billing account. Raises: AccountUnknown."""
    found = store.BILLING_ACCOUNTS.find(uow, billing_account_id)
    if found is None:
        raise AccountUnknown(f"there is no billing account {billing_account_id}", billing_account=billing_account_id)
    return found


def billing_terms_of(uow: Uow, *, billing_account_id: str) -> BillingTerms:
    """How an account is billed. Raises: AccountUnknown, BillingTermsInvalid."""
    account = get_billing_account(uow, billing_account_id=billing_account_id)
    cycle_id = at(account.doc, "billStructure.cycleSpecification.id")
    cycle = store.BILLING_CYCLES.find(uow, str(cycle_id)) if cycle_id else None
    return billing.billing_terms(account.doc, cycle.doc if cycle else None)


def billing_terms_by_id(
    uow: Uow, *, billing_account_ids: Iterable[str]
) -> dict[str, BillingTerms | BillingTermsInvalid]:
    """How accounts are billed, or what is wrong with what they say; unknown accounts are left out. Two statements."""
    wanted = list(billing_account_ids)
    accounts = store.BILLING_ACCOUNTS.where(uow, "id = any(%s)", (wanted,)) if wanted else []
    named = {account.id: str(at(account.doc, "billStructure.cycleSpecification.id") or "") for account in accounts}
    cycles = {
        one.id: one.doc for one in store.BILLING_CYCLES.where(uow, "id = any(%s)", (sorted(set(named.values())),))
    }
    return {account.id: _terms_or_fault(account.doc, cycles.get(named[account.id])) for account in accounts}


def _terms_or_fault(account: Doc, cycle: Doc | None) -> BillingTerms | BillingTermsInvalid:
    try:
        return billing.billing_terms(account, cycle)
    except BillingTermsInvalid as fault:
        return fault


def account_versions(uow: Uow, *, billing_account_ids: Sequence[str]) -> NDArray[np.void]:
    """How often accounts and their cycles were written."""
    return store.account_versions(uow, billing_account_ids)


def billing_accounts_of(uow: Uow, *, customer_id: str) -> list[Stored]:
    """The billing accounts that a customer owns, by id."""
    return store.accounts_of_customer(uow, customer_id)


def billing_account_ids(uow: Uow, *, after: str = "", limit: int = 1000) -> list[str]:
    """Billing accounts that are not closed, by id, from the one after `after`: for a bill run."""
    return store.iter_billing_account_ids(uow, after=after, limit=limit)


def customer_id_of_party(uow: Uow, *, party_id: str) -> str | None:
    """The customer that an individual or organization is, if it is one."""
    return next((customer.id for customer in store.customers_of_party(uow, party_id)), None)


def party_exists(uow: Uow, party_id: str) -> bool:
    """Whether there is an individual or organization of that id."""
    return store.find_party(uow, party_id) is not None

"""The room's door: who a customer is, who pays and how. Words are in `terms`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from tandem.bss.party import commands, queries, store
from tandem.bss.party.terms import (
    BillingTerms,
    BillingTermsInvalid,
    ContactChange,
    ContactPoint,
    CustomerFilter,
    CustomerFound,
    CustomerView,
    Registered,
    Registration,
)
from tandem.kernel.access.personal import PersonalData
from tandem.kernel.store import Stored, Uow


def find_customers(uow: Uow, *, text: str, limit: int = 50) -> list[CustomerFound]:
    """Customers by the beginnings of names, number, mail address, customer or account id; all words must be found.

    Raises: SearchTooShort.
    """
    return queries.find_customers(uow, text=text, limit=limit)


def list_customers(
    uow: Uow, *, wanted: CustomerFilter | None = None, limit: int = 50, offset: int = 0
) -> tuple[list[CustomerFound], int]:
    """A page of customers by name, with how many there are."""
    return queries.list_customers(uow, wanted=wanted or CustomerFilter(), limit=limit, offset=offset)


def customers_by_id(uow: Uow, *, customer_ids: list[str]) -> list[CustomerFound]:
    """These customers as rows of a list, by name; unknown ids are left out."""
    return queries.customers_by_id(uow, customer_ids=customer_ids)


def get_customer(uow: Uow, *, customer_id: str) -> Stored:
    """The customer's document. Raises: CustomerUnknown."""
    return queries.get_customer(uow, customer_id=customer_id)


def get_served_customer(uow: Uow, *, customer_id: str) -> Stored:
    """The customer, if something may be sold to her. Raises: CustomerUnknown, CustomerNotServed."""
    return queries.get_served_customer(uow, customer_id=customer_id)


def get_customer_view(uow: Uow, *, customer_id: str) -> CustomerView:
    """The customer with party, contact and billing accounts: what one screen shows. Raises: CustomerUnknown."""
    return queries.get_customer_view(uow, customer_id=customer_id)


def contact_of(uow: Uow, *, customer_id: str) -> ContactPoint:
    """How to reach a customer. Raises: CustomerUnknown."""
    return queries.contact_of(uow, customer_id=customer_id)


def operator_name(uow: Uow) -> str | None:
    """What the operator of this tenant calls itself to its customers; `None` where nobody is registered as it."""
    return queries.operator_name(uow)


def get_billing_account(uow: Uow, *, billing_account_id: str) -> Stored:
    """The billing account's document. Raises: AccountUnknown."""
    return queries.get_billing_account(uow, billing_account_id=billing_account_id)


def billing_terms_of(uow: Uow, *, billing_account_id: str) -> BillingTerms:
    """Owner, bill day, zone, currency and days to pay of an account. Raises: AccountUnknown, BillingTermsInvalid."""
    return queries.billing_terms_of(uow, billing_account_id=billing_account_id)


def billing_terms_by_id(
    uow: Uow, *, billing_account_ids: Iterable[str]
) -> dict[str, BillingTerms | BillingTermsInvalid]:
    """How many accounts are billed, or what is wrong with what one says; unknown accounts are left out."""
    return queries.billing_terms_by_id(uow, billing_account_ids=billing_account_ids)


def account_versions(uow: Uow, *, billing_account_ids: Sequence[str]) -> NDArray[np.void]:
    """How often accounts and the cycles that they name were written: while both are the same, so are their terms.

    Shape: rows of `n` (the place asked for), `version` and `cycle`; unknown accounts are left out.
    """
    return queries.account_versions(uow, billing_account_ids=billing_account_ids)


def billing_accounts_of(uow: Uow, *, customer_id: str) -> list[Stored]:
    """The billing accounts that a customer owns, by id."""
    return queries.billing_accounts_of(uow, customer_id=customer_id)


def billing_account_ids(uow: Uow, *, after: str = "", limit: int = 1000) -> list[str]:
    """Billing accounts that are not closed, a page at a time, by id: what a bill run goes through."""
    return queries.billing_account_ids(uow, after=after, limit=limit)


def customer_id_of_party(uow: Uow, *, party_id: str) -> str | None:
    """The customer that an individual or organization is, if it is one."""
    return queries.customer_id_of_party(uow, party_id=party_id)


def party_exists(uow: Uow, party_id: str) -> bool:
    """Whether there is an individual or organization of that id; answers for references to `Party`."""
    return queries.party_exists(uow, party_id)


def register_customer(uow: Uow, *, registration: Registration) -> Registered:
    """Make a person a customer with a billing account."""
    return commands.register_customer(uow, registration)


def change_customer_status(uow: Uow, *, customer_id: str, status: str, reason: str | None = None) -> Stored:
    """Move a customer along its table. Idempotent: by the status. Raises: NotFound, IllegalTransition."""
    return commands.change_customer_status(uow, customer_id=customer_id, status=status, reason=reason)


def change_contact(uow: Uow, *, customer_id: str, change: ContactChange) -> None:
    """Keep how a customer wants to be reached. Idempotent: by the values. Raises: CustomerUnknown."""
    commands.change_contact(uow, customer_id, change)


def personal_data() -> tuple[PersonalData, ...]:
    """Where this room keeps what is about a person: for access, erasure and retention."""
    return store.PERSONAL_DATA

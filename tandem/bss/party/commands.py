"""Changes to parties, customers and accounts. Each keeps what a customer is found by in step."""

from __future__ import annotations

from typing import Any

from tandem.bss.party import lifecycle, store
from tandem.bss.party.rules import billing, contact, naming, search
from tandem.bss.party.rules import registration as documents
from tandem.bss.party.terms import (
    ContactChange,
    CustomerRegistered,
    CustomerStatusChanged,
    CustomerUnknown,
    Registered,
    Registration,
    StillNeeded,
)
from tandem.kernel.json import Doc, at
from tandem.kernel.period import text_of
from tandem.kernel.store import EntityTable, Stored, Uow

# -- parties ----------------------------------------------------------------------------------------------------------


def create_individual(uow: Uow, doc: Doc) -> Stored:
    """Keep a new person."""
    lifecycle.INDIVIDUAL.check(None, doc, attribute="status")
    return store.INDIVIDUALS.add(uow, doc)


def patch_individual(uow: Uow, stored: Stored, doc: Doc) -> Stored:
    """Keep what changed about a person."""
    lifecycle.INDIVIDUAL.check(stored.doc, doc, attribute="status")
    return _keep_party(uow, store.INDIVIDUALS, stored, doc)


def delete_individual(uow: Uow, stored: Stored) -> None:
    """Forget a person who plays no role."""
    _delete_party(uow, store.INDIVIDUALS, stored)


def create_organization(uow: Uow, doc: Doc) -> Stored:
    """Keep a new organization."""
    lifecycle.ORGANIZATION.check(None, doc, attribute="status")
    return store.ORGANIZATIONS.add(uow, doc)


def patch_organization(uow: Uow, stored: Stored, doc: Doc) -> Stored:
    """Keep what changed about an organization."""
    lifecycle.ORGANIZATION.check(stored.doc, doc, attribute="status")
    return _keep_party(uow, store.ORGANIZATIONS, stored, doc)


def delete_organization(uow: Uow, stored: Stored) -> None:
    """Forget an organization that plays no role."""
    _delete_party(uow, store.ORGANIZATIONS, stored)


def _keep_party(uow: Uow, table: EntityTable, stored: Stored, doc: Doc) -> Stored:
    kept = table.save(uow, stored.id, doc, expected_version=stored.version)
    for customer in store.customers_of_party(uow, stored.id):
        _index(uow, customer)
    return kept


def _delete_party(uow: Uow, table: EntityTable, stored: Stored) -> None:
    roles = store.customers_of_party(uow, stored.id) or store.PARTY_ROLES.where(
        uow, "party_id = %s", (stored.id,), limit=1
    )
    if roles:
        raise StillNeeded(
            f"{table.entity} {stored.id} plays a role and cannot be deleted",
            next_action="delete its roles first",
            role=roles[0].id,
        )
    table.delete(uow, stored.id, expected_version=stored.version)


# -- customers --------------------------------------------------------------------------------------------------------


def create_customer(uow: Uow, doc: Doc) -> Stored:
    """Make a party a customer."""
    lifecycle.CUSTOMER.check(None, doc, attribute="status")
    kept = store.CUSTOMERS.add(uow, doc)
    _index(uow, kept)
    uow.emit(CustomerRegistered(customer_id=kept.id))
    return kept


def patch_customer(uow: Uow, stored: Stored, doc: Doc) -> Stored:
    """Keep what changed about a customer."""
    lifecycle.CUSTOMER.check(stored.doc, doc, attribute="status")
    kept = store.CUSTOMERS.save(uow, stored.id, doc, expected_version=stored.version)
    _index(uow, kept)
    before, after = stored.doc.get("status"), kept.doc.get("status")
    if before != after:
        uow.emit(CustomerStatusChanged(customer_id=kept.id, before=str(before or ""), after=str(after or "")))
    return kept


def change_contact(uow: Uow, customer_id: str, change: ContactChange) -> None:
    """Keep how a customer wants to be reached, where it is said now: at the role, else at the party."""
    customer = store.CUSTOMERS.find(uow, customer_id)
    if customer is None:
        raise CustomerUnknown(f"there is no customer {customer_id}", customer=customer_id)
    party_id = naming.party_reference(customer.doc)
    person = store.INDIVIDUALS.find(uow, party_id) if party_id else None
    at_role = person is None or contact.says_how(customer.doc)
    if at_role:
        _save_if_changed(uow, store.CUSTOMERS, customer, contact.reached_by(customer.doc, change))
    if person is not None:
        reached = person.doc if at_role else contact.reached_by(person.doc, change)
        _save_if_changed(uow, store.INDIVIDUALS, person, contact.speaking(reached, change.language))
    _index(uow, store.CUSTOMERS.get(uow, customer_id))


def _save_if_changed(uow: Uow, table: EntityTable, stored: Stored, doc: Doc) -> None:
    if doc != stored.doc:
        table.save(uow, stored.id, doc, expected_version=stored.version)


def delete_customer(uow: Uow, stored: Stored) -> None:
    """Forget a customer who owns no billing account."""
    accounts = store.accounts_of_customer(uow, stored.id)
    if accounts:
        raise StillNeeded(
            f"customer {stored.id} owns billing account {accounts[0].id}",
            next_action="close the customer instead (status Closed)",
            billing_account=accounts[0].id,
        )
    store.CUSTOMERS.delete(uow, stored.id, expected_version=stored.version)
    store.put_search_terms(uow, stored.id, ())


# -- accounts ---------------------------------------------------------------------------------------------------------


def create_billing_account(uow: Uow, doc: Doc) -> Stored:
    """Open a billing account. Raises: BillingTermsInvalid when it could not be billed by what it says."""
    lifecycle.ACCOUNT.check(None, doc, attribute="state")
    stored = store.BILLING_ACCOUNTS.add(uow, _stamped(uow, doc))
    _judge_terms(uow, stored)
    _index_owner(uow, stored.doc)
    return stored


def patch_billing_account(uow: Uow, stored: Stored, doc: Doc) -> Stored:
    """Keep what changed about a billing account. Raises: BillingTermsInvalid."""
    lifecycle.ACCOUNT.check(stored.doc, doc, attribute="state")
    kept = store.BILLING_ACCOUNTS.save(uow, stored.id, _stamped(uow, doc), expected_version=stored.version)
    _judge_terms(uow, kept)
    _index_owner(uow, kept.doc)
    if billing.owner_of(stored.doc) != billing.owner_of(kept.doc):
        _index_owner(uow, stored.doc)
    return kept


def delete_billing_account(uow: Uow, stored: Stored) -> None:
    """Remove a billing account that no customer names. What was billed once is closed, not deleted."""
    owner_id = billing.owner_of(stored.doc)
    owner = store.CUSTOMERS.find(uow, owner_id) if owner_id else None
    if owner and any(account.get("id") == stored.id for account in owner.doc.get("account") or ()):
        raise StillNeeded(
            f"customer {owner.id} is billed on account {stored.id}",
            next_action="close it instead (state Closed)",
            customer=owner.id,
        )
    store.BILLING_ACCOUNTS.delete(uow, stored.id, expected_version=stored.version)
    _index_owner(uow, stored.doc)


def create_account(table: EntityTable, uow: Uow, doc: Doc) -> Stored:
    """Open an account of another kind (party, settlement, financial)."""
    lifecycle.ACCOUNT.check(None, doc, attribute="state")
    return table.add(uow, _stamped(uow, doc))


def patch_account(table: EntityTable, uow: Uow, stored: Stored, doc: Doc) -> Stored:
    """Keep what changed about an account of another kind."""
    lifecycle.ACCOUNT.check(stored.doc, doc, attribute="state")
    return table.save(uow, stored.id, _stamped(uow, doc), expected_version=stored.version)


def delete_cycle(uow: Uow, stored: Stored) -> None:
    """Remove a billing cycle that no account is billed by."""
    used_by = store.accounts_on_cycle(uow, stored.id)
    if used_by:
        raise StillNeeded(f"{used_by} billing accounts are billed by cycle {stored.id}", accounts=used_by)
    store.BILLING_CYCLES.delete(uow, stored.id, expected_version=stored.version)


def _stamped(uow: Uow, doc: Doc) -> Doc:
    return {**doc, "lastUpdate": text_of(uow.now)}


def _judge_terms(uow: Uow, account: Stored) -> None:
    cycle_id = at(account.doc, "billStructure.cycleSpecification.id")
    cycle = store.BILLING_CYCLES.find(uow, str(cycle_id)) if cycle_id else None
    billing.billing_terms(account.doc, cycle.doc if cycle else None)


# -- found by ---------------------------------------------------------------------------------------------------------


def _index_owner(uow: Uow, account: Doc) -> None:
    customer_id = billing.owner_of(account)
    customer = store.CUSTOMERS.find(uow, customer_id) if customer_id else None
    if customer is not None:
        _index(uow, customer)


def _index(uow: Uow, customer: Stored) -> None:
    party_id = naming.party_reference(customer.doc)
    party = store.find_party(uow, party_id) if party_id else None
    accounts = [account.doc for account in store.accounts_of_customer(uow, customer.id)]
    store.put_search_terms(uow, customer.id, search.terms_of(customer.doc, party.doc if party else None, accounts))


# -- registration -----------------------------------------------------------------------------------------------------


def register_customer(uow: Uow, registration: Registration) -> Registered:
    """Make a person a customer with a billing account, in one step, as every desk does."""
    person = create_individual(uow, documents.individual_of(registration))
    name = naming.display_name(person.doc)
    customer = create_customer(uow, documents.customer_of(person.id, name))
    patch_individual(uow, person, {**person.doc, "relatedParty": [documents.related("customer", customer.id, name)]})
    account = create_billing_account(uow, documents.account_of(customer.id, name))
    refers: Doc = {"id": account.id, "name": name, "@type": "AccountRef", "@referredType": "BillingAccount"}
    patch_customer(uow, customer, {**customer.doc, "account": [refers]})
    return Registered(individual_id=person.id, customer_id=customer.id, billing_account_id=account.id)


def change_customer_status(uow: Uow, *, customer_id: str, status: str, reason: str | None = None) -> Stored:
    """Move a customer along its table. Idempotent: by the status."""
    stored = store.CUSTOMERS.get_for_update(uow, customer_id)
    told: dict[str, Any] = {"status": status} if reason is None else {"status": status, "statusReason": reason}
    return patch_customer(uow, stored, {**stored.doc, **told})

"""How a customer is reached changes where it is said, and she is found by it; customers are listed by name."""

from __future__ import annotations

import pytest

from tandem.bss.party import public as party
from tandem.bss.party.terms import ContactChange, CustomerFilter, CustomerUnknown, Registration
from tandem.kernel.store import Uow


def registered(uow: Uow, given: str = "Ann", family: str = "Byrne", email: str | None = "ann@corrib.example") -> str:
    wish = Registration(given, family, email=email, phone="+353209100009", language="en")
    return party.register_customer(uow, registration=wish).customer_id


def test_a_new_mail_address_is_kept_and_she_is_found_by_it(uow: Uow) -> None:
    customer_id = registered(uow)
    change = ContactChange(email="byrne@corrib.example", phone="+353209100009", language="fr")
    party.change_contact(uow, customer_id=customer_id, change=change)
    contact = party.contact_of(uow, customer_id=customer_id)
    assert (contact.email, contact.phone, contact.language) == ("byrne@corrib.example", "+353209100009", "fr")
    assert [one.customer_id for one in party.find_customers(uow, text="byrne@corrib")] == [customer_id]
    assert party.find_customers(uow, text="ann@corrib") == []


def test_what_is_left_empty_is_taken_out_and_what_was_not_there_is_added(uow: Uow) -> None:
    customer_id = registered(uow, email=None)
    change = ContactChange(email="new@corrib.example", phone=None)
    party.change_contact(uow, customer_id=customer_id, change=change)
    contact = party.contact_of(uow, customer_id=customer_id)
    assert (contact.email, contact.phone, contact.language) == ("new@corrib.example", None, "en")


def test_the_same_again_changes_nothing(uow: Uow) -> None:
    customer_id = registered(uow)
    change = ContactChange(email="ann@corrib.example", phone="+353209100009", language="en")
    before = party.get_customer_view(uow, customer_id=customer_id).party
    party.change_contact(uow, customer_id=customer_id, change=change)
    assert party.get_customer_view(uow, customer_id=customer_id).party == before


def test_nobody_has_no_contact(uow: Uow) -> None:
    with pytest.raises(CustomerUnknown):
        party.change_contact(uow, customer_id="nobody", change=ContactChange(None, None))


def test_customers_are_listed_by_name_in_pages(uow: Uow) -> None:
    ids = {name: registered(uow, name) for name in ("Cleo", "Ann", "Bea")}
    party.change_customer_status(uow, customer_id=ids["Bea"], status="Suspended")
    found, total = party.list_customers(uow, limit=2)
    assert ([one.name for one in found], total) == (["Ann Byrne", "Bea Byrne"], 3)
    rest, total = party.list_customers(uow, limit=2, offset=2)
    assert ([one.name for one in rest], total) == (["Cleo Byrne"], 3)
    backwards, _total = party.list_customers(uow, wanted=CustomerFilter(descending=True), limit=1)
    assert [one.name for one in backwards] == ["Cleo Byrne"]
    suspended, total = party.list_customers(uow, wanted=CustomerFilter(statuses=("Suspended",)))
    assert ([one.customer_id for one in suspended], total) == ([ids["Bea"]], 1)

"""Parties, customers and accounts through the room's door."""

from __future__ import annotations

import pytest

from tandem.bss.party import commands, public, seed, store
from tandem.bss.party.terms import (
    AccountUnknown,
    BillingTermsInvalid,
    CustomerNotServed,
    CustomerUnknown,
    Registered,
    Registration,
    StillNeeded,
)
from tandem.kernel.state import IllegalTransition
from tandem.kernel.store import Uow

ORLA = Registration(
    given_name="Orla",
    family_name="Ó Réyes",
    email="orla@corrib.example",
    phone="+353209100042",
    street="4 Weir Lane",
    city="Galway",
    country="Ireland",
    language="ga",
)


@pytest.fixture
def orla(uow: Uow) -> Registered:
    return public.register_customer(uow, registration=ORLA)


def found(uow: Uow, text: str) -> list[str]:
    return [one.customer_id for one in public.find_customers(uow, text=text)]


def test_a_registration_makes_a_person_a_customer_and_an_account(uow: Uow, orla: Registered) -> None:
    view = public.get_customer_view(uow, customer_id=orla.customer_id)
    assert view.customer["status"] == "Active"
    assert view.party is not None and view.party["id"] == orla.individual_id
    assert [account["id"] for account in view.billing_accounts] == [orla.billing_account_id]
    assert (view.contact.name, view.contact.email, view.contact.language) == (
        "Orla Ó Réyes",
        "orla@corrib.example",
        "ga",
    )
    assert view.contact.address == ("4 Weir Lane", "Galway", "Ireland")
    terms = public.billing_terms_of(uow, billing_account_id=orla.billing_account_id)
    assert (terms.customer_id, terms.bill_day, terms.currency) == (orla.customer_id, 1, "EUR")
    assert public.customer_id_of_party(uow, party_id=orla.individual_id) == orla.customer_id


@pytest.mark.parametrize("text", ["orla", "REYES orl", "Ó Réy", "orla@", "020 910 0042", "+353 20 9100042"])
def test_a_customer_is_found_by_the_beginning_of_anything_of_hers(uow: Uow, orla: Registered, text: str) -> None:
    assert found(uow, text) == [orla.customer_id]


def test_a_customer_is_found_by_her_ids(uow: Uow, orla: Registered) -> None:
    assert found(uow, orla.customer_id) == [orla.customer_id]
    assert found(uow, orla.billing_account_id) == [orla.customer_id]


@pytest.mark.parametrize("text", ["orla smith", "rla", "020 910 0043", "%%", "or_a"])
def test_what_is_nobodys_finds_nobody(uow: Uow, orla: Registered, text: str) -> None:
    assert found(uow, text) == []


def test_a_new_name_and_number_are_found_and_the_old_ones_no_longer(uow: Uow, orla: Registered) -> None:
    person = store.INDIVIDUALS.get(uow, orla.individual_id)
    changed = {
        **person.doc,
        "name": "Orla Quay",
        "familyName": "Quay",
        "contactMedium": [{"@type": "PhoneContactMedium", "phoneNumber": "+353209100099"}],
    }
    commands.patch_individual(uow, person, changed)
    assert found(uow, "quay") == found(uow, "0209100099") == [orla.customer_id]
    assert found(uow, "0209100042") == []


def test_a_search_tells_two_people_of_one_name_apart(uow: Uow, orla: Registered) -> None:
    other = public.register_customer(uow, registration=Registration(given_name="Orla", family_name="Ó Réyes"))
    rows = {one.customer_id: one for one in public.find_customers(uow, text="orla")}
    assert rows[orla.customer_id].phone == "+353209100042"
    assert rows[other.customer_id].phone is None
    assert rows[other.customer_id].billing_account_ids == (other.billing_account_id,)


def test_another_tenant_finds_nobody(uow: Uow, orla: Registered) -> None:
    uow.execute("select set_config('tandem.tenant', 'somebody-else', true)")
    assert found(uow, "orla") == []


# -- what is refused --------------------------------------------------------------------------------------------------


def test_a_status_moves_along_its_table_only_and_says_so(uow: Uow, orla: Registered) -> None:
    public.change_customer_status(uow, customer_id=orla.customer_id, status="Suspended", reason="unpaid")
    with pytest.raises(IllegalTransition) as refused:
        public.change_customer_status(uow, customer_id=orla.customer_id, status="Created")
    assert refused.value.path == "status"
    assert refused.value.facts["allowed"] == ["Active", "Closed"]
    customer = public.get_customer(uow, customer_id=orla.customer_id)
    assert (customer.doc["status"], customer.doc["statusReason"]) == ("Suspended", "unpaid")


def test_nothing_is_sold_to_a_suspended_customer(uow: Uow, orla: Registered) -> None:
    assert public.get_served_customer(uow, customer_id=orla.customer_id).id == orla.customer_id
    public.change_customer_status(uow, customer_id=orla.customer_id, status="Suspended")
    with pytest.raises(CustomerNotServed) as refused:
        public.get_served_customer(uow, customer_id=orla.customer_id)
    assert refused.value.facts["status"] == "Suspended"


def test_who_is_still_needed_is_not_deleted(uow: Uow, orla: Registered) -> None:
    with pytest.raises(StillNeeded):
        commands.delete_individual(uow, store.INDIVIDUALS.get(uow, orla.individual_id))
    with pytest.raises(StillNeeded):
        commands.delete_customer(uow, store.CUSTOMERS.get(uow, orla.customer_id))
    with pytest.raises(StillNeeded):
        commands.delete_billing_account(uow, store.BILLING_ACCOUNTS.get(uow, orla.billing_account_id))
    assert public.get_customer_view(uow, customer_id=orla.customer_id).party is not None


def test_an_account_that_could_not_be_billed_is_not_opened(uow: Uow, orla: Registered) -> None:
    doc = {"name": "Odd", "timeZone": "Europe/Atlantis", "relatedParty": []}
    with pytest.raises(BillingTermsInvalid):
        commands.create_billing_account(uow, doc)


def test_what_is_not_there_is_named(uow: Uow) -> None:
    with pytest.raises(CustomerUnknown):
        public.get_customer(uow, customer_id="nobody")
    with pytest.raises(AccountUnknown):
        public.billing_terms_of(uow, billing_account_id="none")


# -- the demonstration operator ---------------------------------------------------------------------------------------


def test_the_seed_may_be_sown_twice(uow: Uow) -> None:
    seed.seed(uow)
    before = store.CUSTOMERS.get(uow, seed.customer_id("1001"))
    seed.seed(uow)
    assert store.CUSTOMERS.get(uow, seed.customer_id("1001")) == before
    assert store.CUSTOMERS.count(uow) == len(seed.PEOPLE)


def test_a_bill_run_goes_through_the_seeded_accounts_page_by_page(uow: Uow) -> None:
    seed.seed(uow)
    first = public.billing_account_ids(uow, limit=3)
    rest = public.billing_account_ids(uow, after=first[-1], limit=3)
    assert [*first, *rest] == [seed.billing_account_id(number) for number in sorted(seed.PEOPLE)]
    terms = public.billing_terms_of(uow, billing_account_id=first[0])
    assert (terms.bill_day, terms.zone_name, terms.currency) == (1, "Europe/Dublin", "EUR")

"""How a customer is called, found and billed; and that version 4's contact media come back as they were."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.bss.party.rules import billing, naming, search, versions
from tandem.bss.party.terms import BillingTermsInvalid, SearchTooShort

# -- names and contact ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("party", "name"),
    [
        ({"formattedName": "Prof. N. Byrne", "name": "N. Byrne"}, "Prof. N. Byrne"),
        ({"name": "Weir Ltd", "tradingName": "Weir"}, "Weir Ltd"),
        ({"tradingName": "Weir"}, "Weir"),
        ({"givenName": "Ludwig", "familyNamePrefix": "van", "familyName": "Beek"}, "Ludwig van Beek"),
        ({}, ""),
    ],
)
def test_a_party_is_called_by_its_whole_name_else_by_its_parts(party: dict[str, Any], name: str) -> None:
    assert naming.display_name(party) == name


def test_the_preferred_medium_comes_first_and_the_role_before_the_party() -> None:
    party = {
        "name": "Orla",
        "contactMedium": [
            {"emailAddress": "old@corrib.example"},
            {"emailAddress": "new@corrib.example", "preferred": True},
            {"street1": "4 Weir Lane", "city": "Galway"},
        ],
        "languageAbility": [{"languageCode": "en"}, {"languageCode": "ga", "isFavouriteLanguage": True}],
    }
    customer = {"contactMedium": [{"phoneNumber": "+353209100001"}]}
    contact = naming.contact_point(customer, party)
    assert (contact.name, contact.email, contact.phone) == ("Orla", "new@corrib.example", "+353209100001")
    assert (contact.language, contact.address) == ("ga", ("4 Weir Lane", "Galway"))


# -- search -----------------------------------------------------------------------------------------------------------


def test_accents_and_case_make_no_difference() -> None:
    assert search.plain("  Seán Ó CEALLAIGH ") == "sean o ceallaigh"
    assert search.question_terms("Seán, ó Ceall") == ("sean", "o", "ceall")


@pytest.mark.parametrize("text", ["+353 20 910-0001", "00353 20 9100001", "353209100001"])
def test_a_number_is_one_term_however_it_is_written(text: str) -> None:
    assert search.question_terms(text) == ("353209100001",)


def test_a_number_is_found_internationally_and_as_it_is_dialled_at_home() -> None:
    assert search.number_forms("+353209100001") == ("353209100001", "0209100001")


@pytest.mark.parametrize("text", ["", " ", "a", "?"])
def test_a_search_that_would_find_everybody_is_refused(text: str) -> None:
    with pytest.raises(SearchTooShort):
        search.question_terms(text)


def test_a_customer_is_found_by_everything_that_names_her() -> None:
    customer = {"id": "cust-1", "name": "Orla Reyes"}
    party = {
        "id": "ind-1",
        "familyName": "Réyes",
        "contactMedium": [{"emailAddress": "O.Reyes@corrib.example"}, {"phoneNumber": "+353209100001"}],
        "externalReference": [{"id": "CRM-7"}],
    }
    expected = {"cust-1", "ind-1", "acct-1", "orla", "reyes", "o.reyes@corrib.example", "crm-7"}
    assert search.terms_of(customer, party, [{"id": "acct-1"}]) == expected | {"353209100001", "0209100001"}


# -- billing ----------------------------------------------------------------------------------------------------------


def owned_by(*pairs: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"role": role, "partyOrPartyRole": {"id": party_id}} for role, party_id in pairs]


def test_an_account_belongs_to_its_customer_before_its_payer_before_anybody() -> None:
    assert billing.owner_of({"relatedParty": owned_by(("agent", "a"), ("payer", "p"), ("Customer", "c"))}) == "c"
    assert billing.owner_of({"relatedParty": owned_by(("agent", "a"), ("payer", "p"))}) == "p"
    assert billing.owner_of({"relatedParty": owned_by(("agent", "a"))}) == "a"
    assert billing.owner_of({}) is None


def test_terms_are_read_from_the_cycle_that_the_account_names() -> None:
    account = {"id": "acct-1", "name": "Orla", "state": "Active", "relatedParty": owned_by(("customer", "c"))}
    terms = billing.billing_terms(
        {**account, "currency": "GBP", "timeZone": "Europe/London"},
        {"billingDateShift": 14, "paymentDueDateOffset": 21},
    )
    assert (terms.customer_id, terms.bill_day, terms.payment_due_days) == ("c", 15, 21)
    assert (terms.currency, terms.zone_name) == ("GBP", "Europe/London")


def test_an_account_that_says_nothing_is_billed_on_the_first_at_home() -> None:
    terms = billing.billing_terms({"id": "acct-1"}, None)
    assert (terms.bill_day, terms.zone_name, terms.currency, terms.payment_due_days) == (1, "Europe/Dublin", "EUR", 14)


@pytest.mark.parametrize(
    ("account", "cycle", "path"),
    [
        ({"timeZone": "Europe/Atlantis"}, None, "timeZone"),
        ({"currency": "euro"}, None, "currency"),
        ({}, {"billingDateShift": 31}, "billStructure.cycleSpecification.billingDateShift"),
        ({}, {"billingDateShift": -1}, "billStructure.cycleSpecification.billingDateShift"),
        ({}, {"paymentDueDateOffset": "soon"}, "billStructure.cycleSpecification.paymentDueDateOffset"),
    ],
)
def test_terms_that_cannot_be_billed_by_are_refused_with_their_path(
    account: dict[str, Any], cycle: dict[str, Any] | None, path: str
) -> None:
    with pytest.raises(BillingTermsInvalid) as refused:
        billing.billing_terms({"id": "acct-1", **account}, cycle)
    assert refused.value.path == path


# -- versions ---------------------------------------------------------------------------------------------------------

VALUES = st.text("abc019+@", min_size=1, max_size=8)
V4_MEDIUM = st.fixed_dictionaries(
    {
        "mediumType": st.sampled_from([*versions.WORD_OF_KIND.values(), "mobile", "work phone"]),
        "characteristic": st.dictionaries(
            st.sampled_from(["phoneNumber", "emailAddress", "faxNumber", "street1", "city", "contactType", "x-floor"]),
            VALUES,
            max_size=4,
        ),
    },
    optional={"preferred": st.booleans(), "@type": st.sampled_from(["ContactMedium", "ShipRadio"])},
)
V5_MEDIUM = st.fixed_dictionaries(
    {"@type": st.sampled_from([*versions.WORD_OF_KIND, "ShipRadio"])},
    optional={
        "@baseType": st.just("ContactMedium"),
        "phoneNumber": VALUES,
        "emailAddress": VALUES,
        "street1": VALUES,
        "contactType": VALUES,
        "geographicAddress": st.just({"id": "ga-1"}),
        "preferred": st.booleans(),
    },
)


@given(V4_MEDIUM)
def test_a_medium_of_version_4_comes_back_as_it_was(medium: dict[str, Any]) -> None:
    assert versions.medium_to_v4(versions.medium_from_v4(medium)) == medium


@given(V5_MEDIUM)
def test_a_medium_of_version_5_comes_back_as_it_was(medium: dict[str, Any]) -> None:
    assert versions.medium_from_v4(versions.medium_to_v4(medium)) == medium


def test_version_5_types_a_medium_by_what_version_4_says_of_it() -> None:
    mobile = {"mediumType": "mobile", "characteristic": {"phoneNumber": "+353209100001"}}
    assert versions.medium_from_v4(mobile) == {
        "@type": "PhoneContactMedium",
        "mediumType": "mobile",
        "phoneNumber": "+353209100001",
    }


def test_paths_of_version_4_lead_to_where_things_are_stored() -> None:
    assert versions.INDIVIDUAL_FROM_V4.stored("contactMedium.characteristic.emailAddress", "a@b") == (
        "contactMedium.emailAddress",
        "a@b",
    )
    assert (
        versions.INDIVIDUAL_TO_V4.path("contactMedium[1].phoneNumber") == "contactMedium[1].characteristic.phoneNumber"
    )
    assert versions.INDIVIDUAL_FROM_V4.stored("status", "deceaded") == ("status", "deceased")

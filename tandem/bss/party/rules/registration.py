"""The documents that a registration makes: a person, the customer that she becomes, the account that she pays by."""

from __future__ import annotations

from typing import Any

from tandem.bss.party.terms import Registration
from tandem.kernel.json import Doc


def individual_of(registration: Registration) -> Doc:
    """The person."""
    doc: Doc = {
        "@type": "Individual",
        "givenName": registration.given_name,
        "familyName": registration.family_name,
        "name": f"{registration.given_name} {registration.family_name}",
        "status": "initialized",
        "contactMedium": _media(registration),
    }
    if registration.language:
        ability = {"languageCode": registration.language, "isFavouriteLanguage": True, "@type": "LanguageAbility"}
        doc["languageAbility"] = [ability]
    return doc


def _media(registration: Registration) -> list[Doc]:
    address = {
        "street1": registration.street,
        "city": registration.city,
        "postCode": registration.post_code,
        "country": registration.country,
    }
    candidates = (
        ("EmailContactMedium", {"emailAddress": registration.email}),
        ("PhoneContactMedium", {"phoneNumber": registration.phone}),
        ("GeographicAddressContactMedium", address),
    )
    return [
        {"@type": kind, "preferred": True, **{name: value for name, value in given.items() if value}}
        for kind, given in candidates
        if any(given.values())
    ]


def customer_of(party_id: str, name: str) -> Doc:
    """The party in its role of buying from us."""
    party = {"id": party_id, "name": name, "@type": "PartyRef", "@referredType": "Individual"}
    return {"@type": "Customer", "name": name, "status": "Active", "engagedParty": party}


def account_of(customer_id: str, name: str) -> Doc:
    """The account that the customer is billed on."""
    return {
        "@type": "BillingAccount",
        "name": name,
        "state": "Active",
        "relatedParty": [related("customer", customer_id, name, kind="RelatedPartyRefOrPartyRoleRef")],
    }


def related(role: str, customer_id: str, name: str, *, kind: str = "RelatedPartyOrPartyRole") -> Doc:
    """A customer as a related party of something."""
    reference: dict[str, Any] = {
        "id": customer_id,
        "name": name,
        "@type": "PartyRoleRef",
        "@referredType": "Customer",
    }
    return {"@type": kind, "role": role, "partyOrPartyRole": reference}

"""How a party is called and reached, out of its document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tandem.bss.party.terms import ContactPoint
from tandem.kernel.json import Doc, at

_ADDRESS = ("street1", "street2", "city", "stateOrProvince", "postCode", "country")


def display_name(party: Doc) -> str:
    """The name to show for an individual or an organization: the one given whole, else the parts in order."""
    whole = party.get("formattedName") or party.get("name") or party.get("tradingName")
    if whole:
        return str(whole)
    parts = (party.get(part) for part in ("givenName", "familyNamePrefix", "familyName"))
    return " ".join(str(part) for part in parts if part)


def medium_value(doc: Doc, attribute: str) -> str | None:
    """The preferred value of a contact attribute (`phoneNumber`, `emailAddress`), else the first one."""
    media = [medium for medium in doc.get("contactMedium") or () if isinstance(medium, dict) and medium.get(attribute)]
    chosen = next((medium for medium in media if medium.get("preferred")), media[0] if media else None)
    return None if chosen is None else str(chosen[attribute])


def contact_point(customer: Doc, party: Doc | None) -> ContactPoint:
    """How to reach a customer: what the role says comes before what the party says."""
    sources = [doc for doc in (customer, party) if doc is not None]
    return ContactPoint(
        name=str(customer.get("name") or (display_name(party) if party else "")),
        email=_first(medium_value(doc, "emailAddress") for doc in sources),
        phone=_first(medium_value(doc, "phoneNumber") for doc in sources),
        language=_first(_language(doc) for doc in sources),
        address=next((lines for doc in sources if (lines := _address(doc))), ()),
    )


def _first(values: Iterable[Any]) -> Any:
    return next((value for value in values if value), None)


def _language(party: Doc) -> str | None:
    abilities = [ability for ability in party.get("languageAbility") or () if isinstance(ability, dict)]
    favourite = next((ability for ability in abilities if ability.get("isFavouriteLanguage")), None)
    chosen = favourite or (abilities[0] if abilities else {})
    code = chosen.get("languageCode")
    return None if code is None else str(code)


def _address(doc: Doc) -> tuple[str, ...]:
    for medium in doc.get("contactMedium") or ():
        lines = tuple(str(medium[part]) for part in _ADDRESS if medium.get(part))
        if lines:
            return lines
    return ()


def party_reference(role_doc: Doc) -> str | None:
    """The id of the party that plays a role."""
    value = at(role_doc, "engagedParty.id")
    return None if value is None else str(value)

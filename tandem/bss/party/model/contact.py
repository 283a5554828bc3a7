"""How somebody is reached, and the certificates and ratings that parties and accounts carry."""

from __future__ import annotations

from typing import Final

from tandem.kernel.json import Doc
from tandem.kernel.tmf.types import AttachmentRefOrValue, Entity, EntityRef, Extensible, Instant, TimePeriod


class GeographicAddressRef(EntityRef):
    """Points at a geographic address."""


MEDIUM_BY_ATTRIBUTE: Final = {
    "phoneNumber": "PhoneContactMedium",
    "emailAddress": "EmailContactMedium",
    "faxNumber": "FaxContactMedium",
    "socialNetworkId": "SocialContactMedium",
    "geographicAddress": "GeographicAddressContactMedium",
    "street1": "GeographicAddressContactMedium",
    "street2": "GeographicAddressContactMedium",
    "city": "GeographicAddressContactMedium",
    "postCode": "GeographicAddressContactMedium",
    "stateOrProvince": "GeographicAddressContactMedium",
    "country": "GeographicAddressContactMedium",
}
"""The attribute that makes a medium what it is, the most telling first."""


class ContactMedium(Extensible):
    """One way to reach somebody; `@type` says which (phone, e-mail, fax, social, geographic address)."""

    city: str | None = None
    contact_type: str | None = None
    country: str | None = None
    email_address: str | None = None
    fax_number: str | None = None
    geographic_address: GeographicAddressRef | None = None
    id: str | None = None
    phone_number: str | None = None
    post_code: str | None = None
    preferred: bool | None = None
    social_network_id: str | None = None
    state_or_province: str | None = None
    street1: str | None = None
    street2: str | None = None
    valid_for: TimePeriod | None = None

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        told = (kind for attribute, kind in MEDIUM_BY_ATTRIBUTE.items() if attribute in doc)
        return next(told, cls.__name__)


class TaxDefinition(Extensible):
    id: str | None = None
    jurisdiction_level: str | None = None
    jurisdiction_name: str | None = None
    name: str | None = None
    tax_type: str | None = None
    valid_for: TimePeriod | None = None


class TaxExemptionCertificate(Extensible):
    attachment: AttachmentRefOrValue | None = None
    certificate_number: str | None = None
    id: str | None = None
    issuing_jurisdiction: str | None = None
    reason: str | None = None
    tax_definition: list[TaxDefinition] | None = None
    valid_for: TimePeriod | None = None


class PartyCreditProfile(Entity):
    credit_agency_name: str | None = None
    credit_agency_type: str | None = None
    rating_reference: str | None = None
    rating_score: int | None = None
    valid_for: TimePeriod | None = None


class CreditProfile(Entity):
    credit_profile_date: Instant | None = None
    credit_risk_rating: int | None = None
    credit_score: int | None = None
    valid_for: TimePeriod | None = None

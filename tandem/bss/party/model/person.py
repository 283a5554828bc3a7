"""Individuals and organizations. Standard: TMF632."""

from __future__ import annotations

from typing import Literal

from tandem.bss.party.model.contact import ContactMedium, PartyCreditProfile, TaxExemptionCertificate
from tandem.kernel.tmf.types import (
    AttachmentRefOrValue,
    Characteristic,
    Entity,
    EntityRef,
    Extensible,
    ExternalIdentifier,
    Instant,
    RelatedPartyOrPartyRole,
    TimePeriod,
)

IndividualStateType = Literal["initialized", "validated", "deceased"]


OrganizationStateType = Literal["initialized", "validated", "closed"]


class Disability(Extensible):
    disability_code: str | None = None
    disability_name: str | None = None
    valid_for: TimePeriod | None = None


class IndividualIdentification(Extensible):
    attachment: AttachmentRefOrValue | None = None
    identification_id: str | None = None
    identification_type: str | None = None
    issuing_authority: str | None = None
    issuing_date: Instant | None = None
    valid_for: TimePeriod | None = None


class LanguageAbility(Extensible):
    is_favourite_language: bool | None = None
    language_code: str | None = None
    language_name: str | None = None
    listening_proficiency: str | None = None
    reading_proficiency: str | None = None
    speaking_proficiency: str | None = None
    valid_for: TimePeriod | None = None
    writing_proficiency: str | None = None


class OtherNameIndividual(Extensible):
    aristocratic_title: str | None = None
    family_name: str | None = None
    family_name_prefix: str | None = None
    formatted_name: str | None = None
    full_name: str | None = None
    generation: str | None = None
    given_name: str | None = None
    legal_name: str | None = None
    middle_name: str | None = None
    preferred_given_name: str | None = None
    title: str | None = None
    valid_for: TimePeriod | None = None


class Skill(Extensible):
    comment: str | None = None
    evaluated_level: str | None = None
    skill_code: str | None = None
    skill_name: str | None = None
    valid_for: TimePeriod | None = None


class Individual(Entity):
    aristocratic_title: str | None = None
    birth_date: Instant | None = None
    contact_medium: list[ContactMedium] | None = None
    country_of_birth: str | None = None
    credit_rating: list[PartyCreditProfile] | None = None
    death_date: Instant | None = None
    disability: list[Disability] | None = None
    external_reference: list[ExternalIdentifier] | None = None
    family_name: str | None = None
    family_name_prefix: str | None = None
    formatted_name: str | None = None
    gender: str | None = None
    generation: str | None = None
    given_name: str | None = None
    individual_identification: list[IndividualIdentification] | None = None
    language_ability: list[LanguageAbility] | None = None
    legal_name: str | None = None
    location: str | None = None
    marital_status: str | None = None
    middle_name: str | None = None
    name: str | None = None
    nationality: str | None = None
    other_name: list[OtherNameIndividual] | None = None
    party_characteristic: list[Characteristic] | None = None
    place_of_birth: str | None = None
    preferred_given_name: str | None = None
    related_party: list[RelatedPartyOrPartyRole] | None = None
    skill: list[Skill] | None = None
    status: IndividualStateType | None = None
    tax_exemption_certificate: list[TaxExemptionCertificate] | None = None
    title: str | None = None


class OrganizationRef(EntityRef):
    """Points at an organization."""


class OrganizationChildRelationship(Extensible):
    organization: OrganizationRef | None = None
    relationship_type: str | None = None


class OrganizationParentRelationship(Extensible):
    organization: OrganizationRef | None = None
    relationship_type: str | None = None


class OrganizationIdentification(Extensible):
    attachment: AttachmentRefOrValue | None = None
    identification_id: str | None = None
    identification_type: str | None = None
    issuing_authority: str | None = None
    issuing_date: Instant | None = None
    valid_for: TimePeriod | None = None


class OtherNameOrganization(Extensible):
    name: str | None = None
    name_type: str | None = None
    trading_name: str | None = None
    valid_for: TimePeriod | None = None


class Organization(Entity):
    contact_medium: list[ContactMedium] | None = None
    credit_rating: list[PartyCreditProfile] | None = None
    exists_during: TimePeriod | None = None
    external_reference: list[ExternalIdentifier] | None = None
    is_head_office: bool | None = None
    is_legal_entity: bool | None = None
    name: str | None = None
    name_type: str | None = None
    organization_child_relationship: list[OrganizationChildRelationship] | None = None
    organization_identification: list[OrganizationIdentification] | None = None
    organization_parent_relationship: OrganizationParentRelationship | None = None
    organization_type: str | None = None
    other_name: list[OtherNameOrganization] | None = None
    party_characteristic: list[Characteristic] | None = None
    related_party: list[RelatedPartyOrPartyRole] | None = None
    status: OrganizationStateType | None = None
    tax_exemption_certificate: list[TaxExemptionCertificate] | None = None
    trading_name: str | None = None

"""The roles that parties play, customers among them. Standard: TMF669, TMF629."""

from __future__ import annotations

from tandem.bss.party.model.contact import ContactMedium, CreditProfile
from tandem.kernel.tmf.types import (
    AttachmentRefOrValue,
    Characteristic,
    CharacteristicSpecification,
    ConstraintRef,
    Entity,
    EntityRef,
    Extensible,
    Instant,
    RelatedPartyOrPartyRole,
    RelatedPartyRefOrPartyRoleRef,
    TimePeriod,
)


class AccountRef(EntityRef):
    """Points at an account."""


class AgreementRef(EntityRef):
    """Points at an agreement."""


class PartyRef(EntityRef):
    """Points at a party."""


class PartyRoleSpecificationRef(EntityRef):
    """Points at a party role specification."""


class PaymentMethodRef(EntityRef):
    """Points at a payment method."""


class PartyRole(Entity):
    account: list[AccountRef] | None = None
    agreement: list[AgreementRef] | None = None
    characteristic: list[Characteristic] | None = None
    contact_medium: list[ContactMedium] | None = None
    credit_profile: list[CreditProfile] | None = None
    description: str | None = None
    engaged_party: PartyRef | None = None
    name: str | None = None
    party_role_specification: PartyRoleSpecificationRef | None = None
    payment_method: list[PaymentMethodRef] | None = None
    related_party: list[RelatedPartyOrPartyRole] | None = None
    role: str | None = None
    status: str | None = None
    status_reason: str | None = None
    valid_for: TimePeriod | None = None


class Customer(PartyRole):
    """A party in its role of buying from us."""


class AgreementSpecificationRef(EntityRef):
    description: str | None = None


class AssociationSpecificationRef(EntityRef):
    """Points at an association specification."""


class EntitySpecificationRelationship(Extensible):
    association_spec: AssociationSpecificationRef | None = None
    href: str | None = None
    name: str | None = None
    relationship_type: str | None = None
    role: str | None = None
    valid_for: TimePeriod | None = None


class PermissionSpecificationSetRef(EntityRef):
    """Points at a permission specification set."""


class TargetEntitySchema(Extensible):
    """Where the schema stands that such an entity follows."""


class PartyRoleSpecification(Entity):
    agreement_specification: list[AgreementSpecificationRef] | None = None
    attachment: list[AttachmentRefOrValue] | None = None
    constraint: list[ConstraintRef] | None = None
    description: str | None = None
    entity_spec_relationship: list[EntitySpecificationRelationship] | None = None
    is_bundle: bool | None = None
    last_update: Instant | None = None
    lifecycle_status: str | None = None
    name: str | None = None
    permission_specification_set: list[PermissionSpecificationSetRef] | None = None
    related_party: list[RelatedPartyRefOrPartyRoleRef] | None = None
    spec_characteristic: list[CharacteristicSpecification] | None = None
    status: str | None = None
    target_entity_schema: TargetEntitySchema | None = None
    valid_for: TimePeriod | None = None
    version: str | None = None

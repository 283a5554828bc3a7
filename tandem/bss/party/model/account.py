"""Who pays, how often and in which form. Standard: TMF666."""

from __future__ import annotations

import msgspec

from tandem.bss.party.model.contact import ContactMedium, TaxExemptionCertificate
from tandem.bss.party.model.role import AccountRef, PaymentMethodRef
from tandem.kernel.json import Doc
from tandem.kernel.tmf.types import (
    Entity,
    EntityRef,
    Extensible,
    Instant,
    Money,
    RelatedPartyRefOrPartyRoleRef,
    TimePeriod,
    ref_or_value,
)


class BillingCycleSpecification(Entity):
    billing_date_shift: int | None = None
    billing_period: str | None = None
    charge_date_offset: int | None = None
    credit_date_offset: int | None = None
    description: str | None = None
    frequency: str | None = None
    mailing_date_offset: int | None = None
    name: str | None = None
    payment_due_date_offset: int | None = None
    valid_for: TimePeriod | None = None


class BillFormat(Entity):
    description: str | None = None
    name: str | None = None


class BillPresentationMedia(Entity):
    description: str | None = None
    name: str | None = None


class BillingCycleSpecificationRefOrValue(BillingCycleSpecification):
    """The BillingCycleSpecification itself, or a reference to it."""

    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        return ref_or_value(doc, "BillingCycleSpecification")


class BillFormatRefOrValue(BillFormat):
    """The BillFormat itself, or a reference to it."""

    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        return ref_or_value(doc, "BillFormat")


class BillPresentationMediaRefOrValue(BillPresentationMedia):
    """The BillPresentationMedia itself, or a reference to it."""

    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")

    @classmethod
    def type_for(cls, doc: Doc) -> str:
        return ref_or_value(doc, "BillPresentationMedia")


class BillStructure(Extensible):
    cycle_specification: BillingCycleSpecificationRefOrValue | None = None
    format: BillFormatRefOrValue | None = None
    presentation_media: list[BillPresentationMediaRefOrValue] | None = None


class AccountBalance(Extensible):
    amount: Money | None = None
    balance_type: str | None = None
    id: str | None = None
    valid_for: TimePeriod | None = None


class AccountRelationship(Entity):
    account: AccountRef | None = None
    relationship_type: str | None = None
    valid_for: TimePeriod | None = None


class Contact(Extensible):
    contact_medium: list[ContactMedium] | None = None
    contact_name: str | None = None
    contact_type: str | None = None
    id: str | None = None
    party_role_type: str | None = None
    related_party: RelatedPartyRefOrPartyRoleRef | None = None
    valid_for: TimePeriod | None = None


class FinancialAccountRef(EntityRef):
    """Points at a financial account."""


class PaymentPlan(Extensible):
    id: str | None = None
    number_of_payments: int | None = None
    payment_frequency: str | None = None
    payment_method: PaymentMethodRef | None = None
    plan_type: str | None = None
    priority: int | None = None
    status: str | None = None
    total_amount: Money | None = None
    valid_for: TimePeriod | None = None


class Account(Entity):
    """What every account says."""

    account_balance: list[AccountBalance] | None = None
    account_relationship: list[AccountRelationship] | None = None
    account_type: str | None = None
    contact: list[Contact] | None = None
    credit_limit: Money | None = None
    description: str | None = None
    last_update: Instant | None = None
    name: str | None = None
    related_party: list[RelatedPartyRefOrPartyRoleRef] | None = None
    state: str | None = None
    tax_exemption: list[TaxExemptionCertificate] | None = None


class PartyAccount(Account):
    """An account by which a party is billed or settled."""

    bill_structure: BillStructure | None = None
    default_payment_method: PaymentMethodRef | None = None
    financial_account: FinancialAccountRef | None = None
    payment_plan: list[PaymentPlan] | None = None
    payment_status: str | None = None


class BillingAccount(PartyAccount):
    """An account on which a customer is billed."""

    rating_type: str | None = None


class SettlementAccount(PartyAccount):
    """An account on which a partner is settled."""


class FinancialAccount(Account):
    """An account of the books that collects what billing accounts owe."""

"""Bills, their lines, bills on demand and bill cycles, in the shape of version 5. Standard: TMF678."""

from __future__ import annotations

from typing import Literal

import msgspec

from tandem.kernel.tmf.types import (
    AttachmentRefOrValue,
    Characteristic,
    Entity,
    EntityRef,
    Instant,
    Money,
    Number,
    RelatedPartyRefOrPartyRoleRef,
    TaxItem,
    TimePeriod,
    Wire,
)

BillState = Literal["new", "onHold", "validated", "sent", "partiallyPaid", "settled"]
OnDemandState = Literal["inProgress", "rejected", "done", "terminatedWithError"]


class BillingAccountRef(EntityRef):
    """Points at a billing account."""

    rating_type: str | None = None


class CustomerBillRef(EntityRef):
    """Points at a bill."""


class ProductRef(EntityRef):
    """Points at a product that a customer has."""


class PaymentRef(EntityRef):
    """Points at a payment."""


class PaymentMethodRef(EntityRef):
    """Points at a way to pay."""


class FinancialAccountRef(EntityRef):
    """Points at an account of the books."""


class BillCycleRef(EntityRef):
    """Points at one turn of a billing cycle."""


class BillCycleSpecificationRef(EntityRef):
    """Points at the rhythm in which an account is billed."""

    description: str | None = None


class AppliedPayment(Wire):
    applied_amount: Money | None = None
    payment: PaymentRef | None = None


class CustomerBill(Entity):
    """What a customer is asked to pay, once for each account and bill month, or on demand."""

    amount_due: Money | None = None
    applied_payment: list[AppliedPayment] | None = None
    bill_cycle: BillCycleRef | None = None
    bill_date: Instant | None = None
    bill_document: list[AttachmentRefOrValue] | None = None
    bill_no: str | None = None
    billing_account: BillingAccountRef | None = None
    billing_period: TimePeriod | None = None
    category: str | None = None
    financial_account: FinancialAccountRef | None = None
    last_update: Instant | None = None
    next_bill_date: Instant | None = None
    payment_due_date: Instant | None = None
    payment_method: PaymentMethodRef | None = None
    related_party: list[RelatedPartyRefOrPartyRoleRef] | None = None
    remaining_amount: Money | None = None
    run_type: Literal["onCycle", "offCycle"] | None = None
    state: BillState | None = None
    tax_excluded_amount: Money | None = None
    tax_included_amount: Money | None = None
    tax_item: list[TaxItem] | None = None


class AppliedBillingTaxRate(Entity):
    tax_amount: Money | None = None
    tax_category: str | None = None
    tax_rate: Number | None = None


class AppliedCustomerBillingRate(Entity):
    """A line of a bill."""

    applied_billing_rate_type: str | None = None
    applied_tax: list[AppliedBillingTaxRate] | None = None
    bill: CustomerBillRef | None = None
    billing_account: BillingAccountRef | None = None
    characteristic: list[Characteristic] | None = None
    date: Instant | None = None
    description: str | None = None
    is_billed: bool | None = None
    name: str | None = None
    period_coverage: TimePeriod | None = None
    product: ProductRef | None = None
    tax_excluded_amount: Money | None = None
    tax_included_amount: Money | None = None


class CustomerBillOnDemand(Entity):
    """A request to draw up a bill now."""

    billing_account: BillingAccountRef | None = None
    customer_bill: CustomerBillRef | None = None
    description: str | None = None
    last_update: str | None = None
    name: str | None = None
    related_party: RelatedPartyRefOrPartyRoleRef | None = None
    state: OnDemandState | None = None


class BillCycle(Entity):
    """One turn of a billing cycle: the bills of one bill date."""

    bill_cycle_specification: BillCycleSpecificationRef | None = msgspec.field(
        default=None, name="BillCycleSpecification"
    )
    billing_date: Instant | None = None
    billing_period: str | None = None
    charge_date: Instant | None = None
    credit_date: Instant | None = None
    description: str | None = None
    mailing_date: Instant | None = None
    name: str | None = None
    payment_due_date: Instant | None = None
    valid_for: TimePeriod | None = None

"""Payments and refunds. Standard: TMF676 v4 (there is no other)."""

from __future__ import annotations

import msgspec

from tandem.kernel.tmf.types import Entity, EntityRef, Extensible, Instant, Money, RelatedParty, TimePeriod


class AccountRef(EntityRef):
    """Points at the billing account that is paid to."""

    description: str | None = None


class ChannelRef(EntityRef):
    """Points at the desk or shop by which it was paid."""


class PaymentRef(EntityRef):
    """Points at a payment."""


class PaymentMethodRefOrValue(Entity):
    """How it is paid; a card is a token of the payment service provider, which is taken out before it is kept."""

    account: list[AccountRef] | None = None
    description: str | None = None
    is_preferred: bool | None = None
    name: str | None = None
    related_party: RelatedParty | None = None
    status: str | None = None
    status_date: Instant | None = None
    token: str | None = None
    valid_for: TimePeriod | None = None
    at_referred_type: str | None = msgspec.field(default=None, name="@referredType")


class PaymentItem(Extensible):
    """What is paid for: a bill, or a product order."""

    amount: Money | None = None
    id: str | None = None
    item: EntityRef | None = None
    tax_amount: Money | None = None
    total_amount: Money | None = None


class Payment(Entity):
    """Money that came, or is being taken."""

    account: AccountRef | None = None
    amount: Money | None = None
    authorization_code: str | None = None
    channel: ChannelRef | None = None
    correlator_id: str | None = None
    description: str | None = None
    name: str | None = None
    payer: RelatedParty | None = None
    payment_date: Instant | None = None
    payment_item: list[PaymentItem] | None = None
    payment_method: PaymentMethodRefOrValue | None = None
    status: str | None = None
    status_date: Instant | None = None
    status_reason: str | None = None
    tax_amount: Money | None = None
    total_amount: Money | None = None


class Refund(Entity):
    """Money that goes back, or is to."""

    account: AccountRef | None = None
    amount: Money | None = None
    authorization_code: str | None = None
    channel: ChannelRef | None = None
    correlator_id: str | None = None
    description: str | None = None
    name: str | None = None
    payment: PaymentRef | None = None
    payment_method: PaymentMethodRefOrValue | None = None
    refund_date: Instant | None = None
    requestor: RelatedParty | None = None
    status: str | None = None
    status_date: Instant | None = None
    status_reason: str | None = None
    tax_amount: Money | None = None
    total_amount: Money | None = None

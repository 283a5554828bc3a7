"""Balances as typed views: buckets, what is done to them, and what is left of them. Standard: TMF654 v4."""

from __future__ import annotations

from typing import Literal

from tandem.bss.charging.model.usage import ProductRef
from tandem.kernel.tmf.types import (
    Entity,
    EntityRef,
    Instant,
    Money,
    Quantity,
    RelatedParty,
    TimePeriod,
)

UsageKind = Literal["monetary", "voice", "data", "sms", "other"]
ActionStatus = Literal["created", "failed", "cancelled", "completed"]
BucketStatus = Literal["active", "suspended", "expired"]


class BucketRef(EntityRef):
    """The bucket that is meant. `wallet-ACCOUNT` is the money of a billing account, there from the beginning."""


class PartyAccountRef(EntityRef):
    """The billing account."""


class LogicalResourceRef(EntityRef):
    """The number."""


class ChannelRef(EntityRef):
    """By which way somebody asked."""


class PaymentMethodRef(EntityRef):
    """With what it was paid."""


class RelatedTopupBalance(EntityRef):
    """The top-up that repeats itself in this one."""


class _OfBucket(Entity):
    """What buckets and everything that is done to them have in common."""

    description: str | None = None
    confirmation_date: Instant | None = None
    requested_date: Instant | None = None
    logical_resource: list[LogicalResourceRef] | None = None
    party_account: PartyAccountRef | None = None
    product: list[ProductRef] | None = None
    related_party: list[RelatedParty] | None = None
    usage_type: UsageKind | None = None
    valid_for: TimePeriod | None = None


class Bucket(_OfBucket):
    """A balance of one unit with a validity."""

    is_shared: bool | None = None
    name: str | None = None
    remaining_value_name: str | None = None
    remaining_value: Quantity | None = None
    reserved_value: Quantity | None = None
    status: BucketStatus | None = None


class _Action(_OfBucket):
    """Something that is done to a bucket."""

    reason: str | None = None
    amount: Quantity | None = None
    bucket: BucketRef | None = None
    channel: ChannelRef | None = None
    requestor: RelatedParty | None = None
    status: ActionStatus | None = None


class TopupBalance(_Action):
    """Money or units come in: paid for, by voucher, or given."""

    is_auto_topup: bool | None = None
    number_of_periods: int | None = None
    recurring_period: Literal["weekly", "fortnightly", "monthly"] | None = None
    voucher: str | None = None
    payment_method: PaymentMethodRef | None = None
    balance_topup: RelatedTopupBalance | None = None


class AdjustBalance(_Action):
    """A person puts a balance right. A negative amount takes away."""

    adjust_type: Literal["recurring", "oneTime"] | None = None


class TransferBalance(_Action):
    """From one bucket to another."""

    cost_owner: Literal["originator", "receiver"] | None = None
    receiver: RelatedParty | None = None
    receiver_bucket: BucketRef | None = None
    receiver_bucket_usage_type: UsageKind | None = None
    receiver_logical_resource: LogicalResourceRef | None = None
    receiver_product: ProductRef | None = None
    transfer_cost: Money | None = None


class ReserveBalance(_Action):
    """Held for somebody until it is taken, given back, or over."""


class AccumulatedBalance(Entity, kw_only=True):
    """What an account has left of one unit, over all its buckets."""

    name: str
    bucket: list[BucketRef]
    total_balance: Quantity
    description: str | None = None
    logical_resource: LogicalResourceRef | None = None
    party_account: PartyAccountRef | None = None
    product: list[ProductRef] | None = None
    related_party: list[RelatedParty] | None = None


class BalanceActionHistory(_Action):
    """Everything that was done to balances, of every kind."""

    adjust_type: Literal["recurring", "oneTime"] | None = None
    is_auto_topup: bool | None = None
    number_of_periods: int | None = None
    recurring_period: Literal["weekly", "fortnightly", "monthly"] | None = None
    voucher: str | None = None
    payment_method: PaymentMethodRef | None = None
    balance_topup: RelatedTopupBalance | None = None
    cost_owner: Literal["originator", "receiver"] | None = None
    receiver: RelatedParty | None = None
    receiver_bucket: BucketRef | None = None
    receiver_bucket_usage_type: UsageKind | None = None
    receiver_logical_resource: LogicalResourceRef | None = None
    receiver_product: ProductRef | None = None
    transfer_cost: Money | None = None

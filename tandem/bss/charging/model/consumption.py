"""Consumption as typed views: questions, their answers, reports. Standard: TMF677 v5."""

from __future__ import annotations

from typing import Any, Literal

from tandem.kernel.tmf.types import (
    Entity,
    EntityRef,
    Instant,
    Quantity,
    RelatedPartyRefOrPartyRoleRef,
    TimePeriod,
    ref_or_value,
)

BucketStatus = Literal["active", "suspended", "expired"]
TaskState = Literal["acknowledged", "rejected", "inProgress", "cancelled", "done", "terminatedWithError"]


class ConsumptionSummary(Entity):
    """A counter: what was used, charged or granted, of a bucket (level global) or by one product (individual)."""

    counter_type: str | None = None
    level: str | None = None
    value_name: str | None = None
    value: Quantity | None = None
    consumption_period: TimePeriod | None = None
    user: RelatedPartyRefOrPartyRoleRef | None = None


class ConsumptionAccountRef(EntityRef):
    """The billing account."""

    @classmethod
    def type_for(cls, doc: dict[str, object]) -> str:
        return "PartyAccountRef"


class ConsumptionResourceRef(EntityRef):
    """The number, as `value` or as the id."""

    value: str | None = None

    @classmethod
    def type_for(cls, doc: dict[str, object]) -> str:
        return "LogicalResourceRef"


class UsageConsumptionProductRef(EntityRef):
    """A product, with what it used."""

    consumption_summary: list[ConsumptionSummary] | None = None


class ConsumptionBucket(Entity):
    """An allowance, a pool, units or money: what is left of it and how it was used."""

    name: str | None = None
    description: str | None = None
    usage_type: str | None = None
    is_shared: bool | None = None
    party_account: ConsumptionAccountRef | None = None
    product: list[UsageConsumptionProductRef] | None = None
    logical_resource: list[ConsumptionResourceRef] | None = None
    related_party: list[RelatedPartyRefOrPartyRoleRef] | None = None
    bucket_counter: list[ConsumptionSummary] | None = None
    reserved_value: Quantity | None = None
    remaining_value: Quantity | None = None
    remaining_value_name: str | None = None
    status: BucketStatus | None = None
    valid_for: TimePeriod | None = None

    @classmethod
    def type_for(cls, doc: dict[str, Any]) -> str:
        return ref_or_value(doc, "Bucket")


class UsageConsumptionReport(Entity):
    """What products used in a period."""

    name: str | None = None
    description: str | None = None
    creation_date: Instant | None = None
    last_update: Instant | None = None
    valid_period: TimePeriod | None = None
    bucket: list[ConsumptionBucket] | None = None
    related_party: list[RelatedPartyRefOrPartyRoleRef] | None = None
    party_account: list[ConsumptionAccountRef] | None = None
    product: list[UsageConsumptionProductRef] | None = None
    logical_resource: list[ConsumptionResourceRef] | None = None


class QueryUsageConsumption(Entity):
    """A question about consumption, and its answer."""

    state: TaskState | None = None
    creation_date: Instant | None = None
    search_criteria: UsageConsumptionReport | None = None
    usage_consumption: list[UsageConsumptionReport] | None = None
    related_party: list[RelatedPartyRefOrPartyRoleRef] | None = None
    party_account: list[ConsumptionAccountRef] | None = None

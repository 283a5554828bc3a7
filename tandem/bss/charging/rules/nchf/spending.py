"""Spending limits as policy functions speak of them. Standard: TS 29.594 V18.3.0, clauses 5.6.2 and 5.7.3."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import msgspec

from tandem.bss.charging.rules.nchf.messages import DateTime
from tandem.bss.charging.rules.nchf.problems import InvalidParam, Problem
from tandem.bss.charging.rules.nchf.reading import subscriber_of
from tandem.bss.charging.terms.online import SubscriberKind
from tandem.bss.charging.terms.spending import (
    CounterStatus,
    CountersUnknown,
    NoCounters,
    SpendingChange,
    SpendingNotice,
    SpendingStatus,
    SpendingWatch,
    SubscriberUnknown,
    WatchUnknown,
)
from tandem.kernel.errors import Refused

_FORMS: Final[dict[SubscriberKind, str]] = {"imsi": "imsi-", "msisdn": "msisdn-", "nai": "nai-", "line": "gli-"}


class SpendingLimitContext(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    supi: str | None = None
    gpsi: str | None = None
    policy_counter_ids: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)] | None = None
    notif_uri: str | None = None
    notif_id: str | None = None
    expiry: DateTime | None = None
    supported_features: str | None = None


class PendingPolicyCounterStatus(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    policy_counter_status: str
    activation_time: datetime


class PolicyCounterInfo(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    policy_counter_id: str
    current_status: str
    pen_pol_counter_statuses: tuple[PendingPolicyCounterStatus, ...] = ()


class SpendingLimitStatus(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    supi: str | None = None
    notif_id: str | None = None
    status_infos: dict[str, PolicyCounterInfo]
    expiry: datetime | None = None
    supported_features: str | None = None


class SubscriptionTerminationInfo(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    supi: str
    notif_id: str | None = None
    term_cause: str


def watch_of(context: SpendingLimitContext) -> SpendingWatch:
    """What is asked for. Raises: Problem."""
    found = subscriber_of(context.supi, context.gpsi)
    if found is None:
        raise _missing("/supi", "a SUPI or a GPSI names the subscriber")
    if not context.notif_uri:
        raise _missing("/notifUri", "says where changes are told")
    return SpendingWatch(
        subscriber=found[1],
        subscriber_kind=found[0],
        notify_at=context.notif_uri,
        counters=context.policy_counter_ids or (),
        notify_id=context.notif_id,
        expires_at=context.expiry,
    )


def change_of(context: SpendingLimitContext) -> SpendingChange:
    """What is asked for of a subscription that is there; the subscriber stays."""
    return SpendingChange(
        counters=context.policy_counter_ids or (),
        notify_at=context.notif_uri,
        notify_id=context.notif_id,
        expires_at=context.expiry,
    )


def _missing(pointer: str, reason: str) -> Problem:
    return Problem(400, "MANDATORY_IE_MISSING", reason, invalid=(InvalidParam(pointer, reason),))


def status_of(context: SpendingLimitContext, status: SpendingStatus) -> SpendingLimitStatus:
    """The body of an answer."""
    return SpendingLimitStatus(
        supi=context.supi,
        notif_id=context.notif_id,
        status_infos=_infos(status.counters),
        expiry=status.expires_at,
        supported_features="0" if context.supported_features is not None else None,
    )


def notification(notice: SpendingNotice) -> tuple[str, SpendingLimitStatus | SubscriptionTerminationInfo]:
    """Where a policy function is told, and what."""
    supi = _FORMS[notice.subscriber_kind] + notice.subscriber
    base = notice.notify_at.rstrip("/")
    if notice.counters:
        told = SpendingLimitStatus(supi=supi, notif_id=notice.notify_id, status_infos=_infos(notice.counters))
        return f"{base}/notify", told
    gone = SubscriptionTerminationInfo(supi=supi, notif_id=notice.notify_id, term_cause="REMOVED_SUBSCRIBER")
    return f"{base}/terminate", gone


def _infos(counters: tuple[CounterStatus, ...]) -> dict[str, PolicyCounterInfo]:
    return {
        each.counter: PolicyCounterInfo(
            policy_counter_id=each.counter,
            current_status=each.status,
            pen_pol_counter_statuses=tuple(
                PendingPolicyCounterStatus(policy_counter_status=pending.status, activation_time=pending.active_at)
                for pending in each.pending
            ),
        )
        for each in counters
    }


def problem_of(fault: Refused) -> Problem:
    """What is told of a refusal. Standard: TS 29.594 table 5.7.3-1, TS 29.500 table 5.2.7.2-1."""
    if isinstance(fault, Problem):
        return fault
    if isinstance(fault, WatchUnknown):
        return Problem(404, "SUBSCRIPTION_NOT_FOUND", fault.reason)
    if isinstance(fault, SubscriberUnknown):
        return Problem(400, "USER_UNKNOWN", fault.reason)
    if isinstance(fault, NoCounters):
        return Problem(400, "NO_AVAILABLE_POLICY_COUNTERS", fault.reason)
    if isinstance(fault, CountersUnknown):
        invalid = tuple(InvalidParam(counter) for counter in fault.facts["counters"])
        return Problem(400, "UNKNOWN_POLICY_COUNTERS", fault.reason, invalid=invalid)
    return Problem(403, "MODIFICATION_NOT_ALLOWED", fault.reason)

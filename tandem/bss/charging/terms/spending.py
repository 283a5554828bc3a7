"""What a policy function asks about a subscriber's spending, and what it is told when a counter changes its status.

A policy counter watches what was used or spent; its status is the operator's own word. Standard: 3GPP TS 29.594.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

from tandem.bss.charging.terms.online import SubscriberKind
from tandem.kernel.errors import NotFound, Refused
from tandem.kernel.period import Instant


class SpendingWatch(msgspec.Struct, frozen=True, kw_only=True):
    """What a policy function subscribes to. No counters means all that the subscriber has; no `expires_at`, for good.

    `notify_at` is the URI to tell, `notify_id` the function's own name of the subscription.
    """

    subscriber: str
    subscriber_kind: SubscriberKind
    notify_at: str
    counters: tuple[str, ...] = ()
    notify_id: str | None = None
    expires_at: Instant | None = None


class SpendingChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a policy function changes about its subscription. `None` leaves the place and the name as they were."""

    counters: tuple[str, ...] = ()
    notify_at: str | None = None
    notify_id: str | None = None
    expires_at: Instant | None = None


class PendingStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A status that a counter will have from an instant on, as far as is known now."""

    status: str
    active_at: Instant


class CounterStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How one policy counter stands."""

    counter: str
    status: str
    pending: tuple[PendingStatus, ...] = ()


class SpendingStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How the watched counters stand. `expires_at` is when the subscription ends, where it was given an end."""

    subscription: str
    counters: tuple[CounterStatus, ...]
    expires_at: Instant | None = None


class SpendingNotice(msgspec.Struct, frozen=True, kw_only=True):
    """What a policy function is told unasked: counters that changed, or, with none, that the subscriber is gone."""

    subscription: str
    notify_at: str
    subscriber: str
    subscriber_kind: SubscriberKind
    counters: tuple[CounterStatus, ...] = ()
    notify_id: str | None = None


class SpendingLimits(Protocol):
    """Keeps the subscriptions of policy functions. Each call is a transaction of its own; calls may block."""

    def subscribe(self, watch: SpendingWatch) -> SpendingStatus:
        """Begin to watch; how the counters stand now. Raises: SubscriberUnknown, NoCounters, CountersUnknown."""

    def modify(self, subscription: str, change: SpendingChange) -> SpendingStatus:
        """Watch other counters, or tell somewhere else. Raises: WatchUnknown, CountersUnknown."""

    def unsubscribe(self, subscription: str) -> None:
        """Stop watching. Raises: WatchUnknown."""

    def statuses(self, subscription: str) -> SpendingStatus:
        """How the counters stand now. Raises: WatchUnknown."""


class SubscriberUnknown(NotFound):
    """Nobody with this name is charged here."""

    code = "charging.subscriber_unknown"


class NoCounters(Refused):
    """The subscriber has no policy counters."""

    code = "charging.no_policy_counters"


class CountersUnknown(Refused):
    """The subscriber has no such policy counters; `facts["counters"]` names them."""

    code = "charging.policy_counters_unknown"


class WatchUnknown(NotFound):
    """There is no such subscription to policy counters."""

    code = "charging.spending_watch_unknown"

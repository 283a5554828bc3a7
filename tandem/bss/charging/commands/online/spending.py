"""Policy functions watch what is spent: they subscribe, ask, and are told when a counter has another status."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from tandem.bss.catalog import public as catalog
from tandem.bss.charging import store
from tandem.bss.charging.commands.state import Situation
from tandem.bss.charging.commands.subscribers import subscribers_of
from tandem.bss.charging.rules.online import spending as rules
from tandem.bss.charging.store import spending
from tandem.bss.charging.store.spending import WatchRow
from tandem.bss.charging.terms import ThresholdCrossed
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
from tandem.bss.subscriptions import public as subscriptions
from tandem.kernel.errors import TandemError
from tandem.kernel.ids import new_id
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow

SpendingChanged = tuple[WatchRow, SpendingNotice | None]
"""A subscription with something to tell, and the notice; none where it came back to what was told."""

FIRST_WAIT_S: Final = 1
LONGEST_WAIT_S: Final = 600


def watch_spending(uow: Uow, watch: SpendingWatch) -> SpendingStatus:
    """Begin to watch. Raises: SubscriberUnknown, NoCounters, CountersUnknown."""
    situation = _situation(uow, watch)
    found = _statuses(uow, situation.product.product_id, watch.counters)
    row = WatchRow(
        billing_account_id=situation.account.billing_account_id,
        id=new_id(),
        product_id=situation.product.product_id,
        subscriber=watch.subscriber,
        subscriber_kind=watch.subscriber_kind,
        notify_at=watch.notify_at,
        notify_id=watch.notify_id,
        counters=watch.counters,
        expires_at=watch.expires_at,
        told=_told(found),
    )
    spending.add_watch(uow, row)
    return _status_of(row, found)


def change_spending_watch(uow: Uow, *, subscription: str, change: SpendingChange) -> SpendingStatus:
    """Watch other counters, or tell somewhere else. Raises: WatchUnknown, CountersUnknown."""
    row = _watch(uow, subscription)
    found = _statuses(uow, row.product_id, change.counters)
    changed = row._replace(
        counters=change.counters,
        notify_at=change.notify_at or row.notify_at,
        notify_id=change.notify_id or row.notify_id,
        expires_at=change.expires_at,
        told=_told(found),
    )
    spending.put_watch(uow, changed, is_changed=False)
    return _status_of(changed, found)


def end_spending_watch(uow: Uow, *, subscription: str) -> None:
    """Stop watching. Raises: WatchUnknown."""
    spending.end_watch(uow, _watch(uow, subscription))


def spending_status(uow: Uow, *, subscription: str) -> SpendingStatus:
    """How the watched counters stand. Raises: WatchUnknown."""
    row = _watch(uow, subscription)
    return _status_of(row, _statuses(uow, row.product_id, row.counters))


def note_crossing(uow: Uow, event: ThresholdCrossed) -> None:
    """Who watches the counter is to be told."""
    spending.note_crossing(uow, event.billing_account_id, event.product_id, event.term_id)


# -- telling ----------------------------------------------------------------------------------------------------------


def take_spending_changes(uow: Uow, *, at: Instant, limit: int = 100) -> list[SpendingChanged]:
    """What policy functions are to be told now; nothing where a counter came back to what was told.

    Each is put off first: what we are killed with is told again. Units: real time.
    """
    taken = []
    for row in spending.take_changed(uow, at=at, limit=limit):
        wait_s = min(FIRST_WAIT_S << min(row.attempts, 20), LONGEST_WAIT_S)
        spending.put_off_watch(uow, row, at + timedelta(seconds=wait_s))
        taken.append((row, _notice(uow, row)))
    return taken


def _notice(uow: Uow, row: WatchRow) -> SpendingNotice | None:
    try:
        found = _statuses(uow, row.product_id, row.counters)
    except TandemError:  # the product is gone, or its plan has no counters any more
        found = []
    changed = tuple(one for one in found if row.told.get(one.counter) != one.status)
    if found and not changed:
        return None
    return SpendingNotice(
        subscription=row.id,
        notify_at=row.notify_at,
        subscriber=row.subscriber,
        subscriber_kind=row.subscriber_kind,
        counters=changed,
        notify_id=row.notify_id,
    )


def settle_spending_changes(uow: Uow, told: Sequence[SpendingChanged]) -> None:
    """Note what was told. Where the subscriber is gone, the subscription ends with it."""
    for row, notice in told:
        if notice is not None and not notice.counters:
            spending.end_watch(uow, row)
            continue
        changed = {} if notice is None else _told(notice.counters)
        spending.settle_watch(uow, row, {**row.told, **changed})


def _situation(uow: Uow, watch: SpendingWatch) -> Situation:
    name = subscriptions.identifier(kind=watch.subscriber_kind, value=watch.subscriber)
    owners = subscribers_of(uow).owners(uow, [name])
    at_us = int(uow.now.timestamp() * 1_000_000)
    columns = (owners.start_us.tolist(), owners.end_us.tolist(), owners.product.tolist())
    for start_us, end_us, product in zip(*columns, strict=True):
        found = owners.of[product]
        if start_us <= at_us < end_us and isinstance(found, Situation):
            return found
    raise SubscriberUnknown(f"nobody is charged as {watch.subscriber}", subscriber=watch.subscriber)


def _statuses(uow: Uow, product_id: str, wanted: Sequence[str]) -> list[CounterStatus]:
    product = subscriptions.get_subscription(uow, product_id=product_id)
    tariff = catalog.tariff_at(uow, offering_id=product.offering_id, moment=uow.now)
    counters = {one.id: one for one in rules.counters_of(tariff)}
    if not counters:
        raise NoCounters(f"the plan of {product_id} has no counters", product=product_id)
    unknown = sorted(set(wanted) - counters.keys())
    if unknown:
        raise CountersUnknown(f"the plan of {product_id} has no counters {', '.join(unknown)}", counters=unknown)
    buckets = store.buckets_of(uow, product.billing_account_id, product_id, uow.now)
    chosen = [counters[name] for name in wanted] if wanted else list(counters.values())
    return rules.statuses(chosen, buckets, now=uow.now)


def _watch(uow: Uow, subscription: str) -> WatchRow:
    found = spending.find_watch(uow, subscription)
    if found is None:
        raise WatchUnknown(f"there is no subscription {subscription}", subscription=subscription)
    return found


def _told(found: Sequence[CounterStatus]) -> dict[str, str]:
    return {one.counter: one.status for one in found}


def _status_of(row: WatchRow, found: Sequence[CounterStatus]) -> SpendingStatus:
    return SpendingStatus(subscription=row.id, counters=tuple(found), expires_at=row.expires_at)

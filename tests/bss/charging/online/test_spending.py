"""Policy functions watch counters of a subscriber, and are told when one has another status."""

from __future__ import annotations

import pytest

from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.charging.commands.online.spending import note_crossing
from tandem.bss.charging.terms import ThresholdCrossed
from tandem.bss.charging.terms.spending import (
    CounterStatus,
    CountersUnknown,
    PendingStatus,
    SpendingChange,
    SpendingNotice,
    SpendingWatch,
    SubscriberUnknown,
    WatchUnknown,
)
from tandem.bss.charging.wire import process
from tandem.kernel.events import event_name, from_doc
from tandem.kernel.json import Doc
from tandem.kernel.period import instant
from tests.bss.charging.online.network import MB, NUMBER, Network

LIMIT = "limit-roaming-data"
DECEMBER = instant("2026-12-01T00:00:00Z")
NEW_YORK = "310260"
WATCH = SpendingWatch(
    subscriber=NUMBER, subscriber_kind="msisdn", notify_at="http://pcf.example/n", counters=(LIMIT,), notify_id="n-1"
)


def react(network: Network) -> None:
    """What the worker does with the crossings that were told."""
    for doc in network.told("ThresholdCrossed"):
        network.do(lambda uow, doc=doc: note_crossing(uow, _crossing(doc)))


def _crossing(doc: Doc) -> ThresholdCrossed:
    event = from_doc(event_name(ThresholdCrossed), doc)
    assert isinstance(event, ThresholdCrossed)
    return event


def test_a_counter_is_told_when_it_passes_a_threshold_and_only_then(network: Network) -> None:
    network.subscribe(offering=catalog_seed.UNLIMITED_EU)
    begun = network.do(lambda uow: process.watch_spending(uow, WATCH))
    assert begun.counters == (CounterStatus(counter=LIMIT, status="normal"),)
    assert network.do(lambda uow: process.take_spending_changes(uow, at=network.now)) == []
    network.ask(network.update("s-1", 1, 8 * MB, network=NEW_YORK))
    react(network)
    (change,) = network.do(lambda uow: process.take_spending_changes(uow, at=network.now))
    reached = CounterStatus(
        counter=LIMIT, status="reached_80", pending=(PendingStatus(status="normal", active_at=DECEMBER),)
    )
    assert change[1] == SpendingNotice(
        subscription=begun.subscription,
        notify_at="http://pcf.example/n",
        subscriber=NUMBER,
        subscriber_kind="msisdn",
        counters=(reached,),
        notify_id="n-1",
    )
    network.do(lambda uow: process.settle_spending_changes(uow, [change]))
    network.later(hours=1)
    assert network.do(lambda uow: process.take_spending_changes(uow, at=network.now)) == []
    now = network.do(lambda uow: process.spending_status(uow, subscription=begun.subscription))
    assert now.counters == (reached,)


def test_what_was_not_heard_is_told_again_later(network: Network) -> None:
    network.subscribe(offering=catalog_seed.UNLIMITED_EU)
    network.do(lambda uow: process.watch_spending(uow, WATCH))
    network.ask(network.update("s-1", 1, 9 * MB, network=NEW_YORK))
    react(network)
    (first,) = network.do(lambda uow: process.take_spending_changes(uow, at=network.now))
    assert network.do(lambda uow: process.take_spending_changes(uow, at=network.now)) == []
    network.later(seconds=1)
    (again,) = network.do(lambda uow: process.take_spending_changes(uow, at=network.now))
    assert again[1] == first[1]


def test_a_subscription_is_changed_and_ended(network: Network) -> None:
    network.subscribe(offering=catalog_seed.UNLIMITED_EU)
    begun = network.do(lambda uow: process.watch_spending(uow, WATCH))
    change = SpendingChange(notify_at="http://pcf.example/other")
    changed = network.do(lambda uow: process.change_spending_watch(uow, subscription=begun.subscription, change=change))
    assert {one.counter for one in changed.counters} == {LIMIT, "price-unlimited-eu-roaming"}
    network.do(lambda uow: process.end_spending_watch(uow, subscription=begun.subscription))
    with pytest.raises(WatchUnknown):
        network.do(lambda uow: process.spending_status(uow, subscription=begun.subscription))


def test_who_or_what_is_unknown_is_refused(network: Network) -> None:
    network.subscribe(offering=catalog_seed.UNLIMITED_EU)
    stranger = SpendingWatch(subscriber="353200000009", subscriber_kind="msisdn", notify_at="http://pcf.example/n")
    with pytest.raises(SubscriberUnknown):
        network.do(lambda uow: process.watch_spending(uow, stranger))
    wrong = SpendingWatch(
        subscriber=NUMBER, subscriber_kind="msisdn", notify_at="http://pcf.example/n", counters=("moon", LIMIT)
    )
    with pytest.raises(CountersUnknown) as refused:
        network.do(lambda uow: process.watch_spending(uow, wrong))
    assert refused.value.facts == {"counters": ["moon"]}

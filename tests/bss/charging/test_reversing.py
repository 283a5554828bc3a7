"""Charges taken back: everything that they moved is as it was, the next bill gives it back, and it is done once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tandem.bss import charging as room
from tandem.bss.catalog.seed import PREPAID
from tandem.bss.charging import public as charging
from tandem.bss.charging import store
from tandem.bss.charging.commands.balances.buckets import top_up
from tandem.bss.charging.commands.reversing import reverse_usage
from tandem.bss.charging.rules import moves
from tandem.bss.charging.terms import AlreadyReversed, RatedEvent, RatedEventUnknown, Tally
from tandem.bss.charging.terms.balances import TopUp
from tandem.kernel.money import Money
from tandem.kernel.period import text_of
from tandem.kernel.store import Database, Uow
from tests.bss.charging import story
from tests.bss.charging.columns import columns_of
from tests.bss.charging.test_at_once import two_at_once
from tests.bss.charging.test_billed import NOVEMBER, mark, open_events
from tests.bss.charging.test_columns import STORY
from tests.support.kill import killed_at_line, lines_to_try


def stands(uow: Uow, account: str = story.ACCOUNT) -> list[tuple[Any, ...]]:
    """Every bucket of an account with what is used of it."""
    names = ("subject_id", "kind", "term_id", "start_at", "granted", "used", "moved", "reserved")
    return [tuple(row[name] for name in names) for row in store.buckets_of_account(uow, account)]


def events_of(uow: Uow, usage_id: str) -> list[RatedEvent]:
    return store.events_of_usage(uow, [usage_id])


def test_units_and_amounts_are_as_they_were(uow: Uow, product_id: str) -> None:
    story.charged(uow, story.call(story.GALWAY, 59_820))
    before = stands(uow)
    split = story.charged(uow, story.call(story.GALWAY, 310, at="2026-10-21T10:00:00Z"))
    assert reverse_usage(uow, usage_ids=[split.id], because="never made") == {split.id: Money.of("0.45", "EUR")}
    assert stands(uow) == before
    first, second, back, other = events_of(uow, split.id)
    assert (first.reversed_by, second.reversed_by) == (back.id, other.id)
    assert (back.reversal_of, other.reversal_of) == (first.id, second.id)
    assert (other.amount, other.invoiced, other.quantity) == (-second.amount, -second.invoiced, -second.quantity)
    assert [(move.taken, move.used_before) for move in back.moves] == [(-180, 60_000)]
    assert charging.usage_summary(uow, product_id=product_id, moment=story.OCTOBER.start).charged == Money.zero("EUR")
    doc = store.USAGE.get(uow, split.id).doc
    assert (doc["status"], doc["ratedProductUsage"]) == ("rerated", [])
    assert charging.tally(uow) == Tally(accepted=2, rated=2, suspended=0, excluded=0)


def test_what_stands_on_no_bill_comes_on_none(uow: Uow, product_id: str) -> None:
    kept = story.charged(uow, story.call(story.BERLIN, 60))
    gone = story.charged(uow, story.call(story.BERLIN, 61))
    reverse_usage(uow, usage_ids=[gone.id], because="never made")
    assert open_events(uow) == [f"{kept.id}-0"]
    assert {event.bill_id for event in events_of(uow, gone.id)} == {None}


def test_what_stands_on_a_bill_is_a_credit_on_the_next(uow: Uow, product_id: str) -> None:
    billed = story.charged(uow, story.call(story.BERLIN, 440))
    mark(uow, open_events(uow), "bill-1")
    assert open_events(uow) == []
    reverse_usage(uow, usage_ids=[billed.id], because="a fault of the network")
    charges = charging.charges_of_account(uow, billing_account_id=story.ACCOUNT, period=NOVEMBER)
    (line,) = charges.by_term
    assert (line.amount, line.quantity) == (Money.of("-2.00", "EUR"), -440)
    assert mark(uow, [event.id for event in charges.events], "bill-2") == 1
    assert [event.bill_id for event in events_of(uow, billed.id)] == ["bill-1", "bill-2"]


def test_a_charge_is_taken_back_once(uow: Uow, product_id: str) -> None:
    stored = story.charged(uow, story.call(story.BERLIN, 440))
    reverse_usage(uow, usage_ids=[stored.id], because="once")
    before = stands(uow)
    with pytest.raises(AlreadyReversed):
        reverse_usage(uow, usage_ids=[stored.id], because="twice")
    with pytest.raises(RatedEventUnknown):
        reverse_usage(uow, usage_ids=["nothing"], because="never")
    assert (stands(uow), len(events_of(uow, stored.id))) == (before, 2)


def prepaid(uow: Uow, paid_in: str) -> str:
    """A prepaid product with so much money."""
    story.open_shop(uow)
    product_id = story.subscribe(uow, offering_id=PREPAID)
    top_up(uow, TopUp(story.ACCOUNT, Money.of(paid_in, "EUR"), "payment", "pay-1", product_id))
    return product_id


def test_money_pays_and_comes_back_and_stands_on_no_bill(uow: Uow) -> None:
    product_id = prepaid(uow, "10.00")
    before = stands(uow)
    stored = story.charged(uow, story.data(20_000_000, at=text_of(uow.now)))
    (event,) = events_of(uow, stored.id)
    assert (event.amount, event.paid, event.invoiced) == (
        Money.of("0.40", "EUR"),
        Money.of("0.40", "EUR"),
        Money.zero("EUR"),
    )
    assert open_events(uow) == []
    why = charging.why_rated(uow, rated_event_id=event.id)
    assert why.because[0].facts["rated_again"] == "the same"
    assert why.because[1].what == "0.40 EUR paid by Money paid in: spent 0.00 EUR before, 0.40 EUR after"
    reverse_usage(uow, usage_ids=[stored.id], because="never made")
    assert (stands(uow), open_events(uow)) == (before, [])
    assert charging.usage_summary(uow, product_id=product_id, moment=uow.now).charged == Money.zero("EUR")


def test_rows_without_a_document_are_taken_back_too(uow: Uow, product_id: str) -> None:
    charging.charge_columns(uow, columns_of(STORY), source="net.csv")
    ids = sorted({row["id"].rpartition("-")[0] for row in store.event_rows(uow, "true", ())})
    assert len(ids) == 3
    reverse_usage(uow, usage_ids=ids, because="the wrong file")
    assert [row[5] for row in stands(uow)] == [0, 0]
    assert {one.doc["status"] for one in store.USAGE.where(uow)} == {"rerated"}
    assert all("ratedProductUsage" not in one.doc for one in store.USAGE.where(uow))


def test_two_who_take_the_same_back_at_once_do_it_once(database: Database, fresh_tenant: str) -> None:
    story.keep_story(database, fresh_tenant)
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        usage_id = story.charged(uow, story.call(story.GALWAY, 600)).id

    def take_back(worker: int) -> bool:
        try:
            with database.uow(tenant=fresh_tenant, actor=f"worker-{worker}", cause="test") as uow:
                reverse_usage(uow, usage_ids=[usage_id], because="at once")
        except AlreadyReversed:
            return False
        return True

    assert sorted(map(bool, two_at_once(take_back))) == [False, True]
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        assert [row[5] for row in stands(uow)] == [0]
        assert len(events_of(uow, usage_id)) == 2


def test_a_kill_in_the_middle_takes_all_back_or_nothing(
    database: Database, database_urls: tuple[str, str], fresh_tenant: str
) -> None:
    story.keep_story(database, fresh_tenant)
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        usage_id = story.charged(uow, story.call(story.GALWAY, 600)).id

    def work() -> None:
        with Database(database_urls[1], min_size=1, max_size=1) as own:
            with own.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
                reverse_usage(uow, usage_ids=[usage_id], because="killed")

    kills = killed_until_done(work, lambda: _state(database, fresh_tenant, usage_id), ((600, 1), (0, 2)))
    assert kills > 10
    assert _state(database, fresh_tenant, usage_id) == (0, 2)


def _state(database: Database, tenant: str, usage_id: str) -> tuple[int, int]:
    with database.uow(tenant=tenant, actor="tester", cause="test") as uow:
        return sum(row[5] for row in stands(uow)), len(events_of(uow, usage_id))


def killed_until_done(work: Callable[[], object], state: Callable[[], object], allowed: tuple[object, ...]) -> int:
    """Kill some work at ever later lines until it ends; how often it was killed. What stands is always allowed."""
    kills = 0
    for number in lines_to_try(stride=6):
        if not killed_at_line(number, work, of=Path(str(room.__file__)).parent):
            return kills
        kills += 1
        assert state() in allowed
    return kills


def test_moves_are_text_and_back() -> None:
    told = (moves.Moved(7, 0, 180, 59_820), moves.Moved(12, 1, -5, 0))
    assert moves.packed(told) == "7:0:180:59820;12:1:-5:0"
    assert moves.unpacked("7:0:180:59820;12:1:-5:0") == told
    assert (moves.packed(()), moves.unpacked(None)) == (None, ())

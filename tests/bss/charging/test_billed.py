"""Charges go on one bill, once; late ones go on the next; the usage documents follow."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tandem.app.wiring import registry_of
from tandem.bss.charging import public as charging
from tandem.bss.charging import store
from tandem.bss.charging.terms import AlreadyBilled, RatedEventUnknown
from tandem.kernel.period import Period
from tandem.kernel.steps import Worker
from tandem.kernel.store import Database, Uow
from tests.bss.charging import story

NOVEMBER = story.month("2026-11-01", "2026-12-01")


def open_events(uow: Uow, period: Period = story.OCTOBER, bill_id: str | None = None) -> list[str]:
    charges = charging.charges_of_account(uow, billing_account_id=story.ACCOUNT, period=period, bill_id=bill_id)
    return [event.id for event in charges.events]


def mark(uow: Uow, events: list[str], bill_id: str) -> int:
    return charging.mark_billed(uow, billing_account_id=story.ACCOUNT, rated_event_ids=events, bill_id=bill_id)


def test_charges_stand_on_one_bill_and_late_ones_on_the_next(uow: Uow, product_id: str) -> None:
    story.charged(uow, story.call(story.BERLIN, 60))
    story.charged(uow, story.call(story.BERLIN, 60, at="2026-11-01T00:00:00Z"))
    october = open_events(uow)
    assert len(october) == 1
    assert (mark(uow, october, "bill-1"), mark(uow, october, "bill-1")) == (1, 0)
    assert open_events(uow) == []
    assert open_events(uow, bill_id="bill-1") == october
    late = story.charged(uow, story.call(story.BERLIN, 61, at="2026-10-31T23:59:59Z"))
    assert len(open_events(uow)) == 2, "a call is cut where a bill month begins"
    next_bill = charging.charges_of_account(uow, billing_account_id=story.ACCOUNT, period=NOVEMBER)
    assert next_bill.events[0].usage_id == late.id
    (line,) = next_bill.by_term
    assert (len(line.event_ids), line.charged_units, line.amount.amount) == (3, 180, Decimal("0.75"))


def test_an_event_on_another_bill_or_of_nobody_is_refused(uow: Uow, product_id: str) -> None:
    story.charged(uow, story.call(story.BERLIN, 60))
    events = open_events(uow)
    mark(uow, events, "bill-1")
    with pytest.raises(AlreadyBilled):
        mark(uow, events, "bill-2")
    with pytest.raises(RatedEventUnknown):
        mark(uow, ["nothing"], "bill-1")


def test_the_usage_documents_follow_in_a_step(database: Database, fresh_tenant: str) -> None:
    story.keep_story(database, fresh_tenant)
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        ids = [story.charged(uow, story.call(story.BERLIN, 60 + n)).id for n in range(3)]
        events = open_events(uow)
        assert mark(uow, events[:2], "bill-1") == 2
        assert mark(uow, events[2:], "bill-2") == 1
    Worker(database, registry_of("bss")).drain()
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        kept = [store.USAGE.get(uow, usage_id) for usage_id in ids]
        assert [one.doc["status"] for one in kept] == ["billed"] * 3
        assert [one.doc["ratedProductUsage"][0]["isBilled"] for one in kept] == [True] * 3
        assert [one.version for one in kept] == [2, 2, 2]
        charges = charging.rated_events_by_id(uow, rated_event_ids=events)
        assert [event.bill_id for event in charges] == ["bill-1", "bill-1", "bill-2"]


def test_pages_of_charges_are_newest_first(uow: Uow, product_id: str) -> None:
    for day in range(13, 18):
        story.charged(uow, story.call(story.BERLIN, 60, at=f"2026-10-{day}T10:00:00Z"))
    page = charging.rated_events_of_account(uow, billing_account_id=story.ACCOUNT, limit=2, offset=1)
    assert ([event.started_at.day for event in page.events], page.total) == ([16, 15], 5)
    part = charging.rated_events_of_product(
        uow, product_id=product_id, period=Period(story.OCTOBER.start, page.events[1].started_at)
    )
    assert ([event.started_at.day for event in part.events], part.total) == ([14, 13], 2)

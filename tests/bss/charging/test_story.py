"""The first thread's usage, by hand: 12.5 GB and a national call within the allowances, a call to Germany 2.00."""

from __future__ import annotations

from decimal import Decimal

from tandem.bss.charging import public as charging
from tandem.kernel.money import Money
from tandem.kernel.store import Uow
from tests.bss.charging import story


def test_the_storys_usage_is_charged_to_the_cent(uow: Uow, product_id: str) -> None:
    sent = [
        story.data(12_500_000_000),
        story.call(story.GALWAY, 190, at="2026-10-21T10:00:00Z"),
        story.call(story.BERLIN, 440, at="2026-10-22T10:00:00Z"),
    ]
    kept = [story.charged(uow, doc) for doc in sent]
    assert [one.doc["status"] for one in kept] == ["rated", "rated", "rated"]
    assert [one.doc["ratedProductUsage"][0]["taxIncludedRatingAmount"] for one in kept] == [
        {"unit": "EUR", "value": Decimal("0.00")},
        {"unit": "EUR", "value": Decimal("0.00")},
        {"unit": "EUR", "value": Decimal("2.00")},
    ]
    assert kept[2].doc["ratedProductUsage"][0]["taxExcludedRatingAmount"] == {"unit": "EUR", "value": Decimal("1.63")}

    charges = charging.charges_of_account(uow, billing_account_id=story.ACCOUNT, period=story.OCTOBER)
    assert [(one.term_name, one.charged_units, one.amount.amount, one.within_allowance) for one in charges.by_term] == [
        ("100 GB of data", 12_500_000_000, Decimal("0.00"), True),
        ("1000 national minutes", 240, Decimal("0.00"), True),
        ("Calls to Germany", 480, Decimal("2.00"), False),
    ]

    summary = charging.usage_summary(uow, product_id=product_id, moment=story.OCTOBER.start)
    assert [(one.name, one.granted, one.used, one.left) for one in summary.buckets] == [
        ("100 GB of data", 100_000_000_000, 12_500_000_000, 87_500_000_000),
        ("1000 national minutes", 60_000, 240, 59_760),
    ]
    assert (summary.charged, summary.event_count, summary.period) == (Money.of("2.00", "EUR"), 3, story.OCTOBER)


def test_a_charge_says_why_and_its_leaves_sum_to_it(uow: Uow, product_id: str) -> None:
    stored = story.charged(uow, story.call(story.BERLIN, 440))
    event_id = stored.doc["ratedProductUsage"][0]["ratedEventId"]
    why = charging.why_rated(uow, rated_event_id=event_id)
    assert why.what == "a call of 7:20 to 493012345678, counted as 8:00"
    assert why.amount == Money.of("2.00", "EUR")
    assert sum(leaf.amount.micros for leaf in why.leaves() if leaf.amount is not None) == 2_000_000
    term, record = why.because
    assert term.what == "Calls to Germany: 0.25 EUR per 1:00, counted 60/60"
    assert term.facts["catalogue"] == "Max 100 2026.10 (offer-max-100, write 1)"
    assert (record.entity, record.id, record.facts["destinationNumber"]) == ("Usage", stored.id, story.BERLIN)

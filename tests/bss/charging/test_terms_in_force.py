"""Use is charged by the terms that were in force when it began, whenever it comes, and stays explained by them."""

from __future__ import annotations

from decimal import Decimal

from tandem.bss.catalog import commands as catalog_commands
from tandem.bss.catalog import store as catalog_store
from tandem.bss.catalog.terms import Source
from tandem.bss.charging import public as charging
from tandem.kernel.period import text_of
from tandem.kernel.store import Database, Uow
from tandem.kernel.why import Why
from tests.bss.charging import story


def change_price(uow: Uow, price_id: str, amount: str) -> None:
    price = catalog_store.PRICES.get_for_update(uow, price_id)
    from_now = {**price.doc["validFor"], "startDateTime": text_of(uow.now)}
    dearer = {
        **price.doc,
        "price": {"unit": "EUR", "value": Decimal(amount)},
        "version": "2026.11",
        "validFor": from_now,
    }
    catalog_commands.change_part(catalog_store.PRICES, uow, price, dearer)


def test_a_batch_over_a_change_of_price_is_charged_by_both(database: Database, fresh_tenant: str) -> None:
    product_id = story.keep_story(database, fresh_tenant)
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        before = uow.now.isoformat()
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        change_price(uow, "price-voice-germany", "0.50")
        after = uow.now.isoformat()
    rows = [f"voice,{story.NUMBER},{story.BERLIN},{at},{seconds}" for at in (after, before) for seconds in (60, 61)]
    content = "\n".join(["usage_type,served_number,destination,started_at,quantity", *rows]).encode()
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        assert charging.load_usage_file(uow, content=content, source="both.csv").rated == 4
        events = charging.rated_events_of_product(uow, product_id=product_id).events
    found = [(event.term, str(event.amount.amount)) for event in sorted(events, key=lambda event: event.amount.micros)]
    old, new = Source("price-voice-germany", "2026.10", 1), Source("price-voice-germany", "2026.11", 2)
    assert sorted(found, key=str) == sorted([(old, "0.25"), (old, "0.50"), (new, "0.50"), (new, "1.00")], key=str)
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        for event in events:
            term = term_of(charging.why_rated(uow, rated_event_id=event.id))
            price = "0.25" if event.term == old else "0.50"
            assert term.what == f"Calls to Germany: {price} EUR per 1:00, counted 60/60"
            assert (term.facts["price_write"], term.facts["rated_again"]) == (
                str(event.term.entity_version),
                "the same",
            )


def test_a_price_that_ends_between_two_uses_charges_the_first_only(database: Database, fresh_tenant: str) -> None:
    product_id = story.keep_story(database, fresh_tenant)
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        price = catalog_store.PRICES.get_for_update(uow, "price-voice-germany")
        until = {**price.doc["validFor"], "endDateTime": "2099-01-01T00:00:00Z"}
        catalog_store.PRICES.save(uow, price.id, {**price.doc, "validFor": until})
    times = ("2098-12-31T23:59:59Z", "2099-01-01T00:00:00Z", "2099-01-02T00:00:00Z")
    rows = [f"voice,{story.NUMBER},{story.BERLIN},{at},60" for at in times]
    content = "\n".join(["usage_type,served_number,destination,started_at,quantity", *rows]).encode()
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        report = charging.load_usage_file(uow, content=content, source="end.csv")
        assert (report.rated, report.suspended) == (1, 2)
        (event,) = charging.rated_events_of_product(uow, product_id=product_id).events
        assert event.started_at.year == 2098
        assert {one.code for one in charging.suspended_usage(uow).usage} == {"no_price"}


def term_of(why: Why) -> Why:
    """The node of a charge's term."""
    return next(cause for cause in why.because if cause.entity == "ProductOfferingPrice")


def test_a_record_that_an_allowance_covers_in_part_is_explained_in_both_parts(uow: Uow, product_id: str) -> None:
    story.charged(uow, story.call(story.GALWAY, 59_820))
    split = story.charged(uow, story.call(story.GALWAY, 310, at="2026-10-21T10:00:00Z"))
    tags = [charge["usageRatingTag"] for charge in split.doc["ratedProductUsage"]]
    assert tags == ["included usage", "non included usage"]
    first, second = (
        charging.why_rated(uow, rated_event_id=charge["ratedEventId"]) for charge in split.doc["ratedProductUsage"]
    )
    assert (str(first.amount), str(second.amount)) == ("0.00 EUR", "0.45 EUR")
    assert first.because[1].what == "3:00 taken from the allowance: used 16:37:00 before, 16:40:00 after"
    assert [cause.entity for cause in second.because] == ["ProductOfferingPrice", "Usage"]
    assert {term_of(why).facts["rated_again"] for why in (first, second)} == {"the same"}


def test_data_and_messages_are_told_in_their_units(uow: Uow, product_id: str) -> None:
    sent = [story.data(12_500_000_000), story.usage("message", {"destinationNumber": story.GALWAY})]
    whys = [
        charging.why_rated(uow, rated_event_id=story.charged(uow, doc).doc["ratedProductUsage"][0]["ratedEventId"])
        for doc in sent
    ]
    assert [why.what for why in whys] == ["12.5 GB of data", "1 message to 35391555010"]
    assert term_of(whys[0]).what == "100 GB of data: 100 GB a bill month, counted 1/1"

"""What comes in volume is charged as documents are: same identities, same charges; rows instead of documents."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from tandem.bss.charging import commands, store
from tandem.bss.charging import public as charging
from tandem.bss.charging.commands.columns import charge_columns
from tandem.bss.charging.http import BASE, EXPOSURES
from tandem.bss.charging.rules import known
from tandem.bss.charging.rules.identity import content_of, identity_of
from tandem.bss.charging.terms import ColumnsReport, RejectedLine, Tally, UsageRecord
from tandem.bss.subscriptions import public as subscriptions
from tandem.kernel.money import Money
from tandem.kernel.period import instant, text_of
from tandem.kernel.store import Database, Uow
from tests.bss.charging import story
from tests.bss.charging.columns import columns_of
from tests.support.tmf_client import tmf_client

START = instant("2026-10-20T10:00:00Z")


def record(
    kind: str = "voice", to: str = story.BERLIN, quantity: int = 440, *, minutes: int = 0, **told: object
) -> UsageRecord:
    at = START + timedelta(minutes=minutes)
    fields = {"served": story.NUMBER, **told}
    return UsageRecord(usage_type=kind, destination=to, started_at=at, quantity=quantity, **fields)  # type: ignore[arg-type]


STORY = [
    record("data", "", 12_500_000_000, record_id="g-1"),
    record("voice", story.GALWAY, 190, minutes=60, record_id="g-2"),
    record("voice", story.BERLIN, 440, minutes=120, record_id="g-3"),
]


def test_the_story_in_columns_costs_what_it_costs_in_documents(uow: Uow, product_id: str) -> None:
    report = charge_columns(uow, columns_of(STORY), source="net.csv")
    assert report == ColumnsReport(3, 3, 0, 0, {}, (), 3, {"EUR": 2_000_000})
    summary = charging.usage_summary(uow, product_id=product_id, moment=START)
    assert [(one.name, one.used) for one in summary.buckets] == [
        ("100 GB of data", 12_500_000_000),
        ("1000 national minutes", 240),
    ]
    assert summary.charged == Money.of("2.00", "EUR")
    (call,) = [event for event in charging.rated_events_of_product(uow, product_id=product_id).events if event.amount]
    why = charging.why_rated(uow, rated_event_id=call.id)
    assert why.what == "a call of 7:20 to 493012345678, counted as 8:00"
    assert why.because[0].facts["rated_again"] == "the same"
    assert why.because[-1].what == "usage record, file net.csv, line 4"


def test_any_way_in_is_the_same_record(uow: Uow, product_id: str) -> None:
    story.charged(uow, story.call(story.BERLIN, 440, recordId="g-3", at=text_of(STORY[2].started_at)))
    told = [*STORY, record("message", story.GALWAY, 1, minutes=180)]
    report = charge_columns(uow, columns_of(told), source="net.csv")
    assert (report.rated, report.duplicates) == (3, 1)
    again = charge_columns(uow, columns_of(told), source="again.csv")
    assert (again.rated, again.duplicates, again.events) == (0, 4, 0)
    sent = story.usage("message", {"destinationNumber": story.GALWAY}, at=text_of(told[3].started_at))
    story.charged(uow, sent)
    assert charging.tally(uow) == Tally(accepted=4, rated=4, suspended=0, excluded=0)


def test_identities_of_columns_are_those_of_single_records() -> None:
    records = [
        *STORY,
        record("message", story.GALWAY, 3, details={"cell": "272-01, 17", "a": "é"}),
        record("data", "", 7, network="26201", rating_group=10),
        record("voice", "", 0, value_micros=1_500_000),
        UsageRecord("voice", story.NUMBER, story.BERLIN, START + timedelta(microseconds=1_500), 60),
    ]
    columns = columns_of(records)
    contents = known.contents_of(columns)
    assert contents == [content_of(one) for one in records]
    assert known.identities_of(columns, contents) == [identity_of(one) for one in records]


def test_a_record_id_that_says_something_else_is_told_by_its_line(uow: Uow, product_id: str) -> None:
    charge_columns(uow, columns_of(STORY), source="net.csv")
    report = charge_columns(uow, columns_of([record(quantity=441, minutes=120, record_id="g-3")]), source="b.csv")
    (before,) = [row for row in charging.rated_events_of_product(uow, product_id=product_id).events if row.amount]
    reason = f"its record id is that of usage {before.usage_id}, which says something else"
    assert report == ColumnsReport(1, 0, 0, 0, {}, (RejectedLine(2, "record_id", reason),), 0, {})


def test_a_record_twice_in_a_batch_is_charged_once(uow: Uow, product_id: str) -> None:
    report = charge_columns(uow, columns_of([record(), record(), record(minutes=1)]), source="twice.csv")
    assert (report.rated, report.duplicates, report.micros) == (2, 1, {"EUR": 4_000_000})


def test_what_cannot_be_charged_waits_by_cause_and_moves_nothing(uow: Uow, product_id: str) -> None:
    told = [record(served="353209119999"), record("voice", "12125550100", 60), record(minutes=-60 * 24 * 30), record()]
    report = charge_columns(uow, columns_of(told), source="net.csv")
    assert (report.rated, report.suspensions) == (1, {"no_price": 1, "unknown_number": 2})
    assert charging.tally(uow) == Tally(accepted=4, rated=1, suspended=3, excluded=0)
    waiting = charging.suspended_usage(uow, code="no_price")
    (one,) = waiting.usage
    assert (one.destination, one.quantity, one.source, one.served) == (
        "12125550100",
        60,
        "file net.csv, line 3",
        story.NUMBER,
    )
    assert one.reason.endswith("has no price for voice to 12125550100")


def test_what_is_excluded_stays_known_and_is_never_charged(uow: Uow, product_id: str) -> None:
    columns = columns_of([record(), record(minutes=1)], excluded=["zero-rated test", None])
    report = charge_columns(uow, columns, source="net.csv")
    assert (report.rated, report.excluded) == (1, 1)
    assert charge_columns(uow, columns, source="net.csv").duplicates == 2
    assert charging.tally(uow) == Tally(accepted=2, rated=1, suspended=0, excluded=1)


def test_use_while_suspended_waits(database: Database, fresh_tenant: str) -> None:
    product_id = story.keep_story(database, fresh_tenant)
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        before = uow.now
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        subscriptions.suspend_product(uow, product_id=product_id)
        after = uow.now
    told = [UsageRecord("voice", story.NUMBER, story.BERLIN, at, 60) for at in (before, after)]
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        report = charge_columns(uow, columns_of(told), source="net.csv")
    assert (report.rated, report.suspensions) == (1, {"product_suspended": 1})


def test_a_record_without_a_document_is_shown_found_and_worked_on(database: Database, fresh_tenant: str) -> None:
    story.keep_story(database, fresh_tenant)
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        told = [*STORY, record(served="353209119999", minutes=5, network="26201", details={"cell": "7"})]
        charge_columns(uow, columns_of(told), source="net.csv")
    client = tmf_client(EXPOSURES, database, fresh_tenant)
    url = f"{BASE}/usage"
    assert [one["usageType"] for one in client.get(f"{url}?sort=usageDate&status=rated").json()] == [
        "data",
        "voice",
        "voice",
    ]
    (waits,) = client.get(f"{url}?suspension.code=unknown_number").json()
    assert waits == client.get(f"{url}/{waits['id']}").json()
    assert {one["name"]: one["value"] for one in waits["usageCharacteristic"]} == {
        "servedNumber": "353209119999",
        "destinationNumber": story.BERLIN,
        "duration": 440,
        "network": "26201",
        "cell": "7",
    }
    right = story.call(story.BERLIN, 440)["usageCharacteristic"]
    rated = client.patch(f"{url}/{waits['id']}", {"usageCharacteristic": right, "status": "recycled"}).json()
    assert (rated["status"], len(rated["ratedProductUsage"])) == ("rated", 1)
    assert len(client.get(url).json()) == 4


def test_the_document_of_a_row_is_that_of_a_document(database: Database, fresh_tenant: str) -> None:
    other = f"{fresh_tenant}-b"
    for tenant in (fresh_tenant, other):
        story.keep_story(database, tenant)
    told = [
        record("voice", story.GALWAY, 59_820, minutes=-9),
        record("voice", story.GALWAY, 310, minutes=1),
        *STORY[::2],
    ]
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        charge_columns(uow, columns_of(told), source="net.csv")
        shown = [one.doc for one in store.USAGE.where(uow, order_by="usage_date, id")]
    with database.uow(tenant=other, actor="tester", cause="test") as uow:
        lines = ["record_id,usage_type,served_number,destination,started_at,quantity"]
        lines += [
            f"{one.record_id or ''},{one.usage_type},{one.served},{one.destination},{text_of(one.started_at)}"
            f",{one.quantity}"
            for one in told
        ]
        commands.load_usage_file(uow, content="\n".join(lines).encode(), source="net.csv")
        kept = [one.doc for one in store.USAGE.where(uow, order_by="usage_date, id")]
    assert [_comparable(doc) for doc in shown] == [_comparable(doc) for doc in kept]


def _comparable(doc: dict[str, object]) -> object:
    charges = [
        {
            name: value
            for name, value in charge.items()
            if name not in ("ratedEventId", "ratingDate", "productRef", "usageRatingTag")
        }
        for charge in doc["ratedProductUsage"]  # type: ignore[attr-defined]
    ]
    return {**doc, "id": "", "ratedProductUsage": charges}


@pytest.mark.parametrize("seed", range(3))
def test_thousands_at_once_cost_what_a_few_at_a_time_do(uow: Uow, seed: int) -> None:
    chance = random.Random(seed)
    story.open_shop(uow)
    products = [[story.subscribe(uow, f"3532099{way}{n:04}") for n in range(5)] for way in range(2)]
    kinds = (
        ("voice", story.GALWAY, 4_000),
        ("voice", story.BERLIN, 900),
        ("data", "", 3 * 10**9),
        ("message", story.GALWAY, 3),
    )
    drawn = [(chance.choice(kinds), chance.randrange(5), chance.random()) for _ in range(2_500)]
    for way in range(2):
        told = [
            record(kind, to, int(most * share), minutes=minute, served=f"3532099{way}{n:04}")
            for minute, ((kind, to, most), n, share) in enumerate(drawn)
        ]
        step = len(told) if way == 0 else 400
        for at in range(0, len(told), step):
            charge_columns(uow, columns_of(told[at : at + step]), source="net.csv")
    found = [[charging.usage_summary(uow, product_id=one, moment=START) for one in group] for group in products]
    told_of = [
        [(one.charged, one.event_count, [bucket.used for bucket in one.buckets]) for one in way] for way in found
    ]
    assert told_of[0] == told_of[1]
    assert charging.tally(uow).rated == 5_000

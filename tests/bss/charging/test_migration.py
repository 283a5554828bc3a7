"""What was charged before there was one engine is carried over: buckets, charges, records, what bills name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tandem.app.installation import MIGRATIONS
from tandem.bss.charging import public as charging
from tandem.bss.charging import store
from tandem.bss.charging.rules.identity import content_of, identity_of
from tandem.bss.charging.rules.reading import record_of
from tandem.bss.charging.terms import Tally
from tandem.kernel.json import Doc
from tandem.kernel.money import Money
from tandem.kernel.period import Period, instant
from tandem.kernel.store import Database
from tandem.kernel.store.migrate import migrate, read_migrations
from tests.bss.charging import story
from tests.support.postgres import fresh_database

TENANT = "t-old"
AT = "2026-10-21T10:00:00Z"
CALL: Doc = story.call(story.GALWAY, 310, at=AT)
BEFORE = 3


@pytest.fixture
def upgraded(admin_url: str) -> Iterator[Database]:
    """A database in which a split call was charged by the first engine, one part of it billed, then migrated."""
    migrations = read_migrations(MIGRATIONS)
    with fresh_database(admin_url, with_schema=False) as (owner, app):
        migrate(owner, migrations[:BEFORE])
        with psycopg.connect(owner) as connection:
            _fill(connection)
        migrate(owner, migrations)
        with Database(app, max_size=2) as database:
            yield database


def _fill(connection: psycopg.Connection[Any]) -> None:
    doc = {**CALL, "id": "u-1", "status": "rated", "usageSource": {"kind": "file", "name": "net.csv", "line": 7}}
    doc["ratedProductUsage"] = [{"ratedEventId": "e-1", "isBilled": True}, {"ratedEventId": "e-2", "isBilled": False}]
    connection.execute(
        "insert into charging_usage (tenant, id, doc, version, created_at, updated_at, usage_type, status, usage_date, "
        "served, customer_id, product_id) values (%s, 'u-1', %s, 1, %s, %s, 'voice', 'rated', %s, %s, 'cust-1', 'p-1')",
        (TENANT, Jsonb(doc), AT, AT, AT, story.NUMBER),
    )
    records = (("u-1", "id:g-1", "c" * 64, None), ("u-2", f"content:{'ab' * 32}", "ab" * 32, "a test call"))
    for usage_id, identity, content, excluded in records:
        connection.execute(
            "insert into charging_usage_identity values (%s, %s, %s, %s, %s, %s)",
            (TENANT, story.NUMBER, identity, content, usage_id, excluded),
        )
    connection.execute(
        "insert into charging_bucket values (%s, 'acct-1', 'p-1', 'price-1', %s, %s, 'Minutes', 'voice', 'second', 3, "
        "60000, 60000, %s)",
        (TENANT, story.OCTOBER.start, story.OCTOBER.end, AT),
    )
    _event(connection, 0, ("e-1", 180, 180, 0, "price-1", "1000 minutes", "bill-1"))
    _event(connection, 1, ("e-2", 130, 180, 450_000, "price-2", "National calls", None))
    connection.execute("insert into billing_line_cause values (%s, 'acct-1', 'rate-1', 'e-1')", (TENANT,))


def _event(connection: psycopg.Connection[Any], place: int, told: tuple[Any, ...]) -> None:
    event_id, quantity, counted, micros, price, name, bill = told
    move = (story.OCTOBER.start, story.OCTOBER.end, 59_820) if price == "price-1" else (None, None, None)
    connection.execute(
        "insert into charging_rated_event values (%s, 'acct-1', %s, 'u-1', %s, 'p-1', 'voice', %s, %s, %s, %s, "
        "'second', %s, 'EUR', true, 'VAT', 2300, %s, '2026.10', 3, %s, 'Ireland', 'offer-1', '2026.10', 2, %s, %s, %s, "
        "'charging.rate/1', %s, %s)",
        (TENANT, event_id, place, AT, story.GALWAY, quantity, counted, micros, price, name, *move, AT, bill),
    )


def test_charges_keep_what_they_said(upgraded: Database) -> None:
    with upgraded.uow(tenant=TENANT, actor="tester", cause="test") as uow:
        page = charging.rated_events_of_account(uow, billing_account_id="acct-1")
    second, first = page.events
    assert (first.id, second.id, first.usage_id, second.place) == ("u-1-0", "u-1-1", "u-1", 1)
    assert (first.term_name, first.is_within_allowance, first.bill_id) == ("1000 minutes", True, "bill-1")
    assert (second.amount, second.invoiced, second.unit) == (Money.of("0.45", "EUR"), Money.of("0.45", "EUR"), "second")
    assert (second.term.price_id, second.term.price_version, second.term.entity_version) == ("price-2", "2026.10", 3)
    assert (second.zone, second.tax_rate_bp, second.tax_included, second.rule) == (
        "Ireland",
        2300,
        True,
        "charging.rate/1",
    )
    assert (second.offering_id, second.offering_version, second.offering_entity_version) == ("offer-1", "2026.10", 2)
    (move,) = first.moves
    assert (move.price_id, move.used_before, move.taken, move.period) == ("price-1", 59_820, 180, story.OCTOBER)


def test_what_waits_for_a_bill_still_does(upgraded: Database) -> None:
    with upgraded.uow(tenant=TENANT, actor="tester", cause="test") as uow:
        year = Period(instant("2026-01-01T00:00:00Z"), instant("2027-01-01T00:00:00Z"))
        charges = charging.charges_of_account(uow, billing_account_id="acct-1", period=year)
        causes = uow.all("select rated_event_id from billing_line_cause where tenant = %s", (TENANT,))
        (bucket,) = store.buckets_of_account(uow, "acct-1")
    assert [event.id for event in charges.events] == ["u-1-1"]
    assert [row["rated_event_id"] for row in causes] == ["u-1-0"]
    assert (bucket["n"], bucket["kind"], bucket["granted"], bucket["used"]) == (1, 0, 60_000, 60_000)


def test_records_stay_known_and_their_documents_name_their_charges(upgraded: Database) -> None:
    with upgraded.uow(tenant=TENANT, actor="tester", cause="test") as uow:
        assert charging.tally(uow) == Tally(accepted=2, rated=1, suspended=0, excluded=1)
        stored = store.USAGE.get(uow, "u-1")
        rows = {row["usage_id"]: row for row in store.records_of(uow, ["u-1", "u-2"])}
    assert [charge["ratedEventId"] for charge in stored.doc["ratedProductUsage"]] == ["u-1-0", "u-1-1"]
    with_id = record_of(
        {**CALL, "usageCharacteristic": [*CALL["usageCharacteristic"], {"name": "recordId", "value": "g-1"}]}
    )
    assert bytes(rows["u-1"]["identity"]) == identity_of(with_id)
    assert bytes(rows["u-1"]["content"]).hex() == "c" * 32
    assert bytes(rows["u-2"]["identity"]).hex() == "ab" * 16 and rows["u-2"]["content"] is None
    assert (rows["u-1"]["source"], rows["u-1"]["line"], rows["u-2"]["reason"]) == ("net.csv", 7, "a test call")


def test_a_record_hashes_as_it_did_before() -> None:
    """The hash of a call as the first engine wrote it down, by hand with sha256sum."""
    told = (
        '{"destination":"35391555010","details":{},"quantity":310,"served":"353209110001",'
        '"startedAt":"2026-10-21T10:00:00Z","usageType":"voice"}'
    )
    import hashlib

    assert content_of(record_of(CALL)) == hashlib.sha256(told.encode()).digest()[:16]

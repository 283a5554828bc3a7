"""Networks name subscribers by IMSI, NAI and line as well: each name is one product's at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tandem.app.installation import MIGRATIONS
from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.subscriptions import commands, public, store
from tandem.bss.subscriptions.terms import IdentifierPeriod, NewProduct, NumberTaken, Realization
from tandem.kernel.period import instant
from tandem.kernel.store import Database, Uow
from tandem.kernel.store.migrate import migrate, read_migrations
from tests.support.postgres import fresh_database

START = instant("2026-10-12T09:30:00Z")
IMSI = "272990000000001"
NUMBER = "353209100777"
NAI = "anna@Corrib.example"


@pytest.fixture(autouse=True)
def plans(uow: Uow) -> None:
    catalog_seed.seed(uow)


def ordered(uow: Uow, order: str, **told: str) -> str:
    new = NewProduct("Max 100", "cust-1", "acct-1", catalog_seed.MAX_100, order, "1", told)
    return public.create_pending_product(uow, new=new).id


def active(uow: Uow, order: str, given: dict[str, str], **told: str) -> str:
    product_id = ordered(uow, order, **told)
    public.activate_product(uow, product_id=product_id, moment=START, given=Realization(characteristics=given))
    return product_id


def periods(uow: Uow, *names: str) -> list[IdentifierPeriod]:
    return store.identifier_periods(uow, names)


def test_a_product_is_known_by_all_that_the_network_and_the_order_name(uow: Uow) -> None:
    product = active(uow, "o1", {"msisdn": NUMBER, "imsi": IMSI, "iccid": "893"}, nai=NAI, lineId=" LEIM-7/12 ")
    names = (NUMBER, f"imsi:{IMSI}", "line:LEIM-7/12", "nai:anna@corrib.example")
    assert periods(uow, *names) == [IdentifierPeriod(name, product, START, None) for name in names]
    held = public.held_numbers(uow, msisdns=names)
    assert held.place.tolist() == [0, 1, 2, 3]
    assert set(held.product_id.tolist()) == {product.encode()}


def test_names_are_told_apart_by_their_kind(uow: Uow) -> None:
    assert public.identifier(kind="msisdn", value="+353 20 910 0777") == NUMBER
    assert public.identifier(kind="imsi", value=IMSI) == f"imsi:{IMSI}"
    assert public.identifier(kind="nai", value="Anna@CORRIB.example") == "nai:Anna@corrib.example"
    assert public.identifier(kind="line", value="LEIM-7/12") == "line:LEIM-7/12"


def test_one_imsi_has_one_product_at_a_time(uow: Uow) -> None:
    active(uow, "o1", {"imsi": IMSI})
    with pytest.raises(NumberTaken) as refused:
        active(uow, "o2", {"imsi": IMSI})
    assert refused.value.facts["number"] == f"imsi:{IMSI}"


def test_a_line_of_somebody_else_is_refused_before_anything_is_ordered(uow: Uow) -> None:
    first = active(uow, "o1", {}, lineId="LEIM-7/12")
    with pytest.raises(NumberTaken):
        ordered(uow, "o2", lineId="LEIM-7/12")
    public.terminate_product(uow, product_id=first, moment=uow.now)
    assert ordered(uow, "o3", lineId="LEIM-7/12")


def test_a_new_card_ends_the_old_imsi_and_leaves_the_number(uow: Uow) -> None:
    product = active(uow, "o1", {"msisdn": NUMBER, "imsi": IMSI})
    stored = store.PRODUCTS.get(uow, product)
    changed = [one for one in stored.doc["productCharacteristic"] if one["name"] != "imsi"]
    changed.append({"@type": "StringCharacteristic", "name": "imsi", "value": "272990000000002"})
    commands.patch_product(uow, stored, {**stored.doc, "productCharacteristic": changed})
    assert [(one.start, one.end) for one in periods(uow, NUMBER, f"imsi:{IMSI}", "imsi:272990000000002")] == [
        (START, None),
        (START, uow.now),
        (uow.now, None),
    ]


def test_the_end_and_a_corrected_start_move_all_names(uow: Uow) -> None:
    product = active(uow, "o1", {"msisdn": NUMBER, "imsi": IMSI})
    stored = store.PRODUCTS.get(uow, product)
    earlier, end = START - timedelta(hours=1), instant("2026-11-20T00:00:00Z")
    commands.patch_product(uow, stored, {**stored.doc, "startDate": earlier.isoformat()})
    public.terminate_product(uow, product_id=product, moment=end)
    assert {(one.start, one.end) for one in periods(uow, NUMBER, f"imsi:{IMSI}")} == {(earlier, end)}


# -- what was there before --------------------------------------------------------------------------------------------


@pytest.fixture
def upgraded(admin_url: str) -> Iterator[Database]:
    """A database in which two products were activated before, both with one line, then migrated."""
    migrations = read_migrations(MIGRATIONS)
    before = next(one.number for one in migrations if one.name == "subscriber_names") - 1
    with fresh_database(admin_url, with_schema=False) as (owner, app):
        migrate(owner, migrations[:before])
        with psycopg.connect(owner) as connection:
            for product_id, start, end in (("p-1", START, None), ("p-2", START + timedelta(days=1), None)):
                _insert(connection, product_id, start, end)
        migrate(owner, migrations)
        with Database(app, max_size=2) as database:
            yield database


def _insert(connection: psycopg.Connection[tuple[object, ...]], product_id: str, start: object, end: object) -> None:
    told = {"imsi": f"{IMSI[:-1]}{product_id[-1]}", "lineId": "LEIM-7/12", "nai": f"{product_id}@CORRIB.example"}
    doc = {"productCharacteristic": [{"name": name, "value": value} for name, value in told.items()]}
    connection.execute(
        "insert into subscriptions_product (tenant, id, doc, version, created_at, updated_at, status, start_date, "
        "termination_date) values ('t-old', %s, %s, 1, now(), now(), 'active', %s, %s)",
        (product_id, Jsonb(doc), start, end),
    )


def test_products_of_before_are_known_by_their_names_too(upgraded: Database) -> None:
    with upgraded.uow(tenant="t-old", actor="tester", cause="test") as uow:
        names = (f"imsi:{IMSI}", f"imsi:{IMSI[:-1]}2", "line:LEIM-7/12", "nai:p-1@corrib.example")
        assert [(one.product_id, one.start) for one in periods(uow, *names)] == [
            ("p-1", START),
            ("p-2", START + timedelta(days=1)),
            ("p-1", START),
            ("p-1", START),
        ]

"""Whose a thing is, asked through an exposure's owner column."""

from __future__ import annotations

import psycopg
import pytest

from tandem.kernel.store import Column, Database, EntityTable, schema
from tandem.kernel.tmf import Exposure
from tandem.kernel.tmf.types import Entity
from tandem.kernel.web.owners import owners_by

BOATS = EntityTable(entity="Boat", table="owned_boat", columns=(Column("owner_id", "text", "owner.id"),))
DECLARED = schema._tables.pop("owned_boat")  # no part of the product's schema, which other tests compare


class Boat(Entity):
    name: str | None = None


BOAT = Exposure(
    api="TMF998",
    version="v4",
    base="/tmf-api/boats/v4",
    path="boat",
    type_name="Boat",
    table=BOATS,
    model=Boat,
    owner="owner_id",
)


@pytest.fixture(scope="module")
def harbour(database: Database, database_urls: tuple[str, str]) -> Database:
    """The database with boats in it."""
    with psycopg.connect(database_urls[0], autocommit=True) as owner:
        for statement in DECLARED.statements():
            owner.execute(statement.encode())
    return database


def test_the_owner_column_tells_whose_a_thing_is(harbour: Database, fresh_tenant: str) -> None:
    owners_of = owners_by(harbour, [BOAT])
    with harbour.uow(tenant=fresh_tenant, actor="t", cause="t") as uow:
        hers, his = (BOATS.add(uow, {"owner": {"id": party}}).id for party in ("mary", "john"))
        nobodys = BOATS.add(uow, {"name": "wreck"}).id
    asked = [hers, his, nobodys, "unknown"]
    assert owners_of(fresh_tenant, "Boat", asked) == {hers: "mary", his: "john", nobodys: None}
    assert owners_of(fresh_tenant + "x", "Boat", asked) == {}


def test_a_kind_without_an_owner_belongs_to_nobody(harbour: Database, fresh_tenant: str) -> None:
    assert owners_by(harbour, [BOAT])(fresh_tenant, "Harbour", ["s"]) == {}

"""The store on a real PostgreSQL: documents, history, locking, tenants, and that nothing half-done remains."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tandem.kernel.errors import Invalid, NotFound, Stale
from tandem.kernel.store import AlreadyTaken, Column, Database, EntityTable, KeyReused, Uow, plain_table

THINGS = EntityTable(
    entity="Thing",
    table="kernel_test_thing",
    columns=(Column("state", "text", "state"), Column("name", "text", "name")),
    state_attribute="state",
    unique=("name",),
)
ROWS = plain_table("kernel_test_row", "tenant text not null, n integer not null check (n > 0), primary key (tenant, n)")


def test_a_document_comes_back_as_it_was_kept(uow: Uow) -> None:
    stored = THINGS.add(uow, {"name": "a", "price": Decimal("19.35"), "deep": [{"x": 1}]})
    found = THINGS.get(uow, stored.id)
    assert found.doc == {"id": stored.id, "name": "a", "price": Decimal("19.35"), "deep": [{"x": 1}]}
    assert isinstance(found.doc["price"], Decimal)
    assert found.version == 1


def test_every_change_stands_in_the_history(uow: Uow) -> None:
    thing = THINGS.add(uow, {"name": "a", "state": "new"}, why="first")
    THINGS.save(uow, thing.id, {"name": "a", "state": "old"}, why="second")
    THINGS.delete(uow, thing.id, why="third")
    history = THINGS.history(uow, thing.id)
    assert [(c.version, c.change, c.why) for c in history] == [
        (1, "create", "first"),
        (2, "stateChange", "second"),
        (3, "delete", "third"),
    ]
    assert history[1].before == {"id": thing.id, "name": "a", "state": "new"}
    with pytest.raises(NotFound):
        THINGS.get(uow, thing.id)


def test_saving_what_is_there_writes_nothing(uow: Uow) -> None:
    thing = THINGS.add(uow, {"name": "a"})
    assert THINGS.save(uow, thing.id, {"name": "a"}).version == 1
    assert len(THINGS.history(uow, thing.id)) == 1


def test_a_stale_version_is_refused(uow: Uow) -> None:
    thing = THINGS.add(uow, {"name": "a"})
    THINGS.save(uow, thing.id, {"name": "b"}, expected_version=1)
    with pytest.raises(Stale) as refused:
        THINGS.save(uow, thing.id, {"name": "c"}, expected_version=1)
    assert refused.value.facts == {"version": 2, "expected": 1}
    assert THINGS.get(uow, thing.id).doc["name"] == "b"


def test_a_unique_value_is_taken_once(database: Database, fresh_tenant: str) -> None:
    with database.uow(tenant=fresh_tenant, actor="a", cause="test") as uow:
        THINGS.add(uow, {"name": "one"})
    with pytest.raises(AlreadyTaken), database.uow(tenant=fresh_tenant, actor="a", cause="test") as uow:
        THINGS.add(uow, {"name": "two"})
        THINGS.add(uow, {"name": "one"})
    with database.uow(tenant=fresh_tenant, actor="a", cause="test") as uow:
        assert [stored.doc["name"] for stored in THINGS.where(uow)] == ["one"]
        assert uow.one("select count(*) as n from kernel_history where tenant = %s", (fresh_tenant,)) == {"n": 1}


def test_one_tenant_does_not_see_another(database: Database, fresh_tenant: str) -> None:
    with database.uow(tenant=fresh_tenant, actor="a", cause="test") as uow:
        THINGS.add(uow, {"name": "mine"})
    with database.uow(tenant=fresh_tenant + "x", actor="a", cause="test") as uow:
        assert uow.all("select * from kernel_test_thing") == []
        with pytest.raises(Exception, match="row-level security"):
            uow.execute("insert into kernel_test_row values (%s, 1)", (fresh_tenant,))


def test_the_audit_cannot_be_changed_by_the_program(database: Database, fresh_tenant: str) -> None:
    with database.uow(tenant=fresh_tenant, actor="a", cause="test") as uow:
        THINGS.add(uow, {"name": "mine"})
    with pytest.raises(Exception, match="permission denied"):
        with database.uow(tenant=fresh_tenant, actor="a", cause="test") as uow:
            uow.execute("update kernel_audit set actor = 'b'")


def test_a_constraint_is_an_invalid_value(uow: Uow) -> None:
    with pytest.raises(Invalid):
        uow.execute("insert into kernel_test_row values (%s, -1)", (uow.tenant,))


def test_as_of_gives_what_was_then(database: Database, fresh_tenant: str) -> None:
    with database.uow(tenant=fresh_tenant, actor="a", cause="test") as uow:
        first, thing = uow.now, THINGS.add(uow, {"name": "a"})
    with database.uow(tenant=fresh_tenant, actor="a", cause="test") as uow:
        THINGS.save(uow, thing.id, {"name": "b"})
        then, now = THINGS.as_of(uow, thing.id, first), THINGS.as_of(uow, thing.id, uow.now)
        assert then and now and (then.doc["name"], now.doc["name"]) == ("a", "b")


def test_an_idempotency_key_answers_again_and_refuses_other_content(database: Database, fresh_tenant: str) -> None:
    with database.uow(tenant=fresh_tenant, actor="a", cause="test") as uow:
        assert uow.answered_before("orders", "k1", {"a": 1}) is None
        uow.keep_answer("orders", "k1", {"id": "7"})
    with database.uow(tenant=fresh_tenant, actor="a", cause="test") as uow:
        assert uow.answered_before("orders", "k1", {"a": 1}) == {"id": "7"}
    with pytest.raises(KeyReused), database.uow(tenant=fresh_tenant, actor="a", cause="test") as uow:
        uow.answered_before("orders", "k1", {"a": 2})

"""The graph names everything that stands on an element, as soon as it is kept and no sooner."""

from __future__ import annotations

import threading

from tandem.kernel.store import Database, Uow
from tandem.oss.inventory import public
from tandem.oss.inventory.store import graph
from tandem.oss.inventory.terms import NewResource, NewService
from tests.oss.inventory.stock import stock, subscription


def depending(database: Database, tenant: str, resource_id: str) -> set[str]:
    """Ids of the services that stand on a resource, seen from outside."""
    with database.uow(tenant=tenant, actor="tester", cause="test") as uow:
        return {one.id for one in public.services_depending_on(uow, resource_id=resource_id)}


def test_a_service_stands_on_the_hlr_by_way_of_its_subscriber(uow: Uow) -> None:
    stock(uow)
    first, second = subscription(uow, "o1"), subscription(uow, "o2", party="bob")
    found = public.services_depending_on(uow, resource_id="hlr-1")
    assert {(one.id, one.party_id, one.product_id) for one in found} == {
        (first, "anna", "product-o1"),
        (second, "bob", "product-o2"),
    }
    assert public.services_on_resource(uow, resource_id="hlr-1") == []
    subscriber = public.get_service(uow, service_id=first).resource_ids[2]
    assert [one.id for one in public.services_on_resource(uow, resource_id=subscriber)] == [first]


def test_services_stand_on_services(uow: Uow) -> None:
    stock(uow)
    base = subscription(uow, "o1")
    new = NewService(name="Office bundle", specification_id="s", specification_name="s", services=(base,))
    bundle = public.create_service(uow, new=new)
    assert {one.id for one in public.services_depending_on(uow, resource_id="hlr-1")} == {base, bundle}


def test_what_a_resource_carries_stands_on_it(uow: Uow) -> None:
    stock(uow)
    rack = NewResource(
        id="rack-1",
        name="rack",
        category="rack",
        specification_id="r",
        specification_name="r",
        relations=(("contains", "hlr-1"),),
    )
    public.create_resource(uow, new=rack)
    service_id = subscription(uow, "o1")
    assert [one.id for one in public.services_depending_on(uow, resource_id="rack-1")] == [service_id]


def test_nothing_stands_on_what_nobody_knows(uow: Uow) -> None:
    assert public.services_depending_on(uow, resource_id="nowhere") == []


def test_the_graph_follows_kept_changes_only(database: Database, fresh_tenant: str) -> None:
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        stock(uow)
        first = subscription(uow, "o1")
    assert depending(database, fresh_tenant, "hlr-1") == {first}
    try:
        with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
            second = subscription(uow, "o2")
            assert {one.id for one in public.services_depending_on(uow, resource_id="hlr-1")} == {first, second}
            assert depending(database, fresh_tenant, "hlr-1") == {first}
            raise InterruptedError
    except InterruptedError:
        pass
    assert depending(database, fresh_tenant, "hlr-1") == {first}
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        public.terminate_service(uow, service_id=first)
    assert depending(database, fresh_tenant, "hlr-1") == set()


def test_a_slow_transaction_is_not_missed(database: Database, fresh_tenant: str) -> None:
    """One that began before the graph was read, and is kept after it."""
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        stock(uow)
    changed, seen = threading.Event(), threading.Event()

    def slow() -> None:
        with database.uow(tenant=fresh_tenant, actor="tester", cause="slow") as uow:
            subscription(uow, "slow")
            changed.set()
            seen.wait(10)

    thread = threading.Thread(target=slow)
    thread.start()
    changed.wait(10)
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        quick = subscription(uow, "quick")
    assert depending(database, fresh_tenant, "hlr-1") == {quick}
    seen.set()
    thread.join()
    assert len(depending(database, fresh_tenant, "hlr-1")) == 2


def test_a_tenant_has_a_graph_of_its_own(database: Database, fresh_tenant: str) -> None:
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        stock(uow)
        subscription(uow, "o1")
    with database.uow(tenant=f"{fresh_tenant}-2", actor="tester", cause="test") as uow:
        assert graph.nodes_above(uow, "resource/hlr-1") == []

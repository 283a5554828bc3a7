"""Two at the same time: one number goes to one product, one activation counts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.subscriptions import public
from tandem.bss.subscriptions.terms import NewProduct, NumberTaken, Realization
from tandem.kernel.period import instant
from tandem.kernel.store import Database

NUMBER = "353209100999"
AT = instant("2026-10-12T09:30:00Z")


def prepared(database: Database, tenant: str, count: int) -> list[str]:
    """Products that are ordered and not delivered."""
    with database.uow(tenant=tenant, actor="tester", cause="test") as uow:
        catalog_seed.seed(uow)
        made = [
            public.create_pending_product(
                uow, new=NewProduct("Max 100", "cust-1", "acct-1", catalog_seed.MAX_100, f"o{n}", "1")
            )
            for n in range(count)
        ]
    return [one.id for one in made]


def activated(database: Database, tenant: str, product_id: str) -> str:
    """What came of an activation in a transaction of its own."""
    try:
        with database.uow(tenant=tenant, actor="tester", cause="test") as uow:
            given = Realization(characteristics={"msisdn": NUMBER})
            public.activate_product(uow, product_id=product_id, moment=AT, given=given)
    except NumberTaken:
        return "refused"
    return "active"


def test_of_two_products_activated_at_once_with_one_number_one_gets_it(database: Database, fresh_tenant: str) -> None:
    ids = prepared(database, fresh_tenant, 4)
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda one: activated(database, fresh_tenant, one), ids))
    assert sorted(outcomes) == ["active", "refused", "refused", "refused"]
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        found = public.product_by_msisdn(uow, msisdn=NUMBER, moment=AT)
        statuses = sorted(public.get_subscription(uow, product_id=one).status for one in ids)
    assert found is not None and outcomes[ids.index(found.product_id)] == "active"
    assert statuses == ["active", "pendingActive", "pendingActive", "pendingActive"]


def test_one_product_activated_several_times_at_once_is_told_once(database: Database, fresh_tenant: str) -> None:
    (product_id,) = prepared(database, fresh_tenant, 1)
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda _: activated(database, fresh_tenant, product_id), range(4)))
    assert outcomes == ["active"] * 4
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        row = uow.one(
            "select count(*) as n from kernel_outbox where tenant = %s and name = 'subscriptions.ProductActivated'",
            (fresh_tenant,),
        )
        periods = public.identifier_periods(uow, msisdns=[NUMBER])
    assert row is not None and row["n"] == 1
    assert len(periods) == 1

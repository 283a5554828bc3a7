"""Orders hold numbers and SIMs: never two the same one, never longer than allowed."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tandem.kernel.state import IllegalTransition
from tandem.kernel.store import Database, Uow
from tandem.oss.inventory import public
from tandem.oss.inventory.commands import reservations
from tandem.oss.inventory.store import pools
from tandem.oss.inventory.store.entities import RESOURCES
from tandem.oss.inventory.terms import AlreadyHeld, HeldOtherwise, IdentityInvalid, NotInPool, PoolEmpty, PoolUnknown
from tests.oss.inventory.stock import NUMBERS, SIMS, iccid, soon, stock, subscription


def later(uow: Uow, **moved: int) -> Uow:
    """The same transaction at a later instant."""
    uow.now = uow.now + timedelta(**moved)
    return uow


def test_the_first_free_number_is_held(uow: Uow) -> None:
    stock(uow)
    held = public.reserve_number(uow, pool=NUMBERS, for_order="o1", until=soon(uow))
    assert (held.msisdn, held.pool, held.until) == ("353890000000", NUMBERS, soon(uow))
    doc = RESOURCES.get(uow, held.resource_id).doc
    assert (doc["resourceStatus"], doc["usageState"]) == ("reserved", "idle")
    facts = public.get_resource(uow, resource_id=held.resource_id)
    assert (facts.state, facts.characteristics["heldFor"]) == ("reserved", "o1")


def test_an_order_holds_the_same_number_when_it_asks_twice(uow: Uow) -> None:
    stock(uow)
    first = public.reserve_number(uow, pool=NUMBERS, for_order="o1", until=soon(uow))
    assert public.reserve_number(uow, pool=NUMBERS, for_order="o1", until=soon(uow)) == first
    assert public.list_free_numbers(uow, pool=NUMBERS) == ["353890000001", "353890000002"]


def test_a_sim_comes_with_its_subscriber(uow: Uow) -> None:
    stock(uow)
    held = public.reserve_sim(uow, pool=SIMS, for_order="o1", until=soon(uow), iccid=iccid(2))
    assert (held.iccid, held.imsi) == (iccid(2), "001010000000002")


def test_a_wished_number_is_held_and_a_taken_one_refused(uow: Uow) -> None:
    stock(uow)
    wish = "+353 89 000 0002"
    assert (
        public.reserve_number(uow, pool=NUMBERS, for_order="o1", until=soon(uow), msisdn=wish).msisdn == "353890000002"
    )
    with pytest.raises(AlreadyHeld) as refusal:
        public.reserve_number(uow, pool=NUMBERS, for_order="o2", until=soon(uow), msisdn=wish)
    assert (refusal.value.code, refusal.value.path) == ("inventory.already_held", "msisdn")
    assert refusal.value.facts == {"value": "353890000002", "state": "reserved"}
    assert pools.item_held(uow, NUMBERS, "o2") is None


def test_an_order_that_holds_one_may_not_wish_for_another(uow: Uow) -> None:
    stock(uow)
    public.reserve_number(uow, pool=NUMBERS, for_order="o1", until=soon(uow))
    with pytest.raises(HeldOtherwise):
        public.reserve_number(uow, pool=NUMBERS, for_order="o1", until=soon(uow), msisdn="353890000002")


def test_what_cannot_be_held_is_refused_by_name(uow: Uow) -> None:
    stock(uow, count=1)
    until = soon(uow)
    with pytest.raises(PoolUnknown):
        public.reserve_number(uow, pool="nowhere", for_order="o1", until=until)
    with pytest.raises(NotInPool):
        public.reserve_number(uow, pool=NUMBERS, for_order="o1", until=until, msisdn="353891111111")
    with pytest.raises(IdentityInvalid):
        public.reserve_number(uow, pool=NUMBERS, for_order="o1", until=until, msisdn="not a number")
    public.reserve_number(uow, pool=NUMBERS, for_order="o1", until=until)
    with pytest.raises(PoolEmpty):
        public.reserve_number(uow, pool=NUMBERS, for_order="o2", until=until)


def test_release_frees_what_is_only_held(uow: Uow) -> None:
    stock(uow)
    public.reserve_number(uow, pool=NUMBERS, for_order="o1", until=soon(uow))
    public.reserve_sim(uow, pool=SIMS, for_order="o1", until=soon(uow))
    assert public.release(uow, for_order="o1") == 2
    assert public.release(uow, for_order="o1") == 0
    assert {level.pool: dict(level.by_state) for level in public.pool_levels(uow)} == {
        NUMBERS: {"available": 3},
        SIMS: {"in_stock": 3},
    }


def test_release_leaves_alone_what_a_service_uses(uow: Uow) -> None:
    stock(uow)
    subscription(uow, "o1")
    assert public.release(uow, for_order="o1") == 0


def test_a_reservation_ends_when_its_time_is_over(uow: Uow) -> None:
    stock(uow)
    held = public.reserve_number(uow, pool=NUMBERS, for_order="o1", until=soon(uow))
    payload = {"resource": held.resource_id, "held_for": "o1"}
    reservations.end_reservation(uow, payload)
    assert public.get_resource(uow, resource_id=held.resource_id).state == "reserved"
    reservations.end_reservation(later(uow, hours=1), payload)
    facts = public.get_resource(uow, resource_id=held.resource_id)
    assert (facts.state, facts.characteristics) == ("available", {"pool": NUMBERS, "poolState": "available"})


def test_a_prolonged_reservation_outlives_its_first_end(uow: Uow) -> None:
    stock(uow)
    held = public.reserve_number(uow, pool=NUMBERS, for_order="o1", until=soon(uow))
    assert public.prolong(uow, for_order="o1", until=uow.now + timedelta(days=2)) == 1
    reservations.end_reservation(later(uow, hours=1), {"resource": held.resource_id, "held_for": "o1"})
    assert public.get_resource(uow, resource_id=held.resource_id).state == "reserved"


def test_the_end_of_a_reservation_does_not_touch_a_number_in_use(uow: Uow) -> None:
    stock(uow)
    service_id = subscription(uow, "o1")
    number = public.get_service(uow, service_id=service_id).resource_ids[0]
    reservations.end_reservation(later(uow, hours=2), {"resource": number, "held_for": "o1"})
    assert public.get_resource(uow, resource_id=number).state == "in_use"


def test_a_rested_number_is_free_after_the_days_of_its_pool(uow: Uow) -> None:
    stock(uow)
    service_id = subscription(uow, "o1")
    number = public.get_service(uow, service_id=service_id).resource_ids[0]
    public.terminate_service(uow, service_id=service_id)
    payload = {"resource": number}
    reservations.end_quarantine(later(uow, days=89), payload)
    assert public.get_resource(uow, resource_id=number).state == "quarantined"
    reservations.end_quarantine(later(uow, days=1), payload)
    assert public.get_resource(uow, resource_id=number).state == "available"


def test_only_a_used_number_rests_or_is_ported_out(uow: Uow) -> None:
    stock(uow)
    number = public.find_number(uow, msisdn="353890000001")
    assert number is not None
    with pytest.raises(IllegalTransition):
        public.quarantine_number(uow, resource_id=number.id)
    used = public.get_service(uow, service_id=subscription(uow, "o1")).resource_ids[0]
    public.port_out_number(uow, resource_id=used)
    assert public.get_resource(uow, resource_id=used).state == "ported_out"
    public.quarantine_number(uow, resource_id=used, days=5)
    assert public.get_resource(uow, resource_id=used).state == "quarantined"


def test_twenty_orders_at_once_hold_twenty_numbers(database: Database, fresh_tenant: str) -> None:
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        stock(uow, count=25)
    start = threading.Barrier(10)

    def place(order: int) -> tuple[str, str]:
        if order < 10:
            start.wait()
        with database.uow(tenant=fresh_tenant, actor="tester", cause=f"order-{order}") as uow:
            number = public.reserve_number(uow, pool=NUMBERS, for_order=f"o{order}", until=soon(uow))
            sim = public.reserve_sim(uow, pool=SIMS, for_order=f"o{order}", until=soon(uow))
            return number.msisdn, sim.iccid

    with ThreadPoolExecutor(10) as threads:
        held = list(threads.map(place, range(20)))
    assert Counter(number for number, _ in held).most_common(1)[0][1] == 1
    assert Counter(sim for _, sim in held).most_common(1)[0][1] == 1
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        assert {level.pool: dict(level.by_state) for level in public.pool_levels(uow)} == {
            NUMBERS: {"available": 5, "reserved": 20},
            SIMS: {"in_stock": 5, "reserved": 20},
        }


def test_two_orders_at_once_never_get_the_same_wish(database: Database, fresh_tenant: str) -> None:
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        stock(uow)
    start = threading.Barrier(4)

    def wish(order: int) -> str:
        start.wait()
        try:
            with database.uow(tenant=fresh_tenant, actor="tester", cause=f"order-{order}") as uow:
                held = public.reserve_number(
                    uow, pool=NUMBERS, for_order=f"o{order}", until=soon(uow), msisdn="353890000001"
                )
                return held.msisdn
        except AlreadyHeld as refusal:
            return refusal.code

    with ThreadPoolExecutor(4) as threads:
        answers = sorted(threads.map(wish, range(4)))
    assert answers == ["353890000001"] + ["inventory.already_held"] * 3


def test_each_hold_and_each_rest_asks_for_its_own_end(uow: Uow) -> None:
    stock(uow)
    until = soon(uow)
    public.reserve_number(uow, pool=NUMBERS, for_order="o1", until=until)
    uow.flush()
    steps = uow.all("select kind, due_at from kernel_step where tenant = %s", (uow.tenant,))
    assert steps == [{"kind": "inventory.end_reservation", "due_at": until}]
    service_id = subscription(uow, "o2")
    public.terminate_service(uow, service_id=service_id)
    uow.flush()
    rest = uow.one(
        "select due_at from kernel_step where tenant = %s and kind = 'inventory.end_quarantine'", (uow.tenant,)
    )
    assert rest == {"due_at": uow.now + timedelta(days=90)}

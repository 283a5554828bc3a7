"""Pools are filled line by line: what is wrong is told, what is right is taken, and again changes nothing."""

from __future__ import annotations

import pytest

from tandem.kernel.access.sealed import Secret
from tandem.kernel.store import Uow
from tandem.oss.inventory import public
from tandem.oss.inventory.seed import ELEMENT, seed
from tandem.oss.inventory.store.entities import RESOURCES
from tandem.oss.inventory.terms import NotInPool, PoolUnknown
from tandem.oss.service_catalog.terms import NUMBER_POOL, SIM_POOL
from tests.oss.inventory.stock import KI, NUMBERS, OPC, SIMS, card, iccid, stock


def test_numbers_are_taken_in_once(uow: Uow) -> None:
    public.make_pool(uow, name=NUMBERS, kind="number")
    lines = ["353890000000,353890000009", "+353 89 000 0020", "nonsense", "353890000005"]
    report = public.import_numbers(uow, pool=NUMBERS, lines=lines)
    assert (report.added, report.present) == (11, 0)
    assert [(one.line, one.reason) for one in report.rejected] == [
        (3, "'nonsense' is not a number in international form"),
        (4, "353890000005 stands on line 1 already"),
    ]
    again = public.import_numbers(uow, pool=NUMBERS, lines=lines[:2])
    assert (again.added, again.present, again.rejected) == (0, 11, ())


def test_a_number_is_in_one_pool(uow: Uow) -> None:
    stock(uow)
    public.make_pool(uow, name="gold", kind="number")
    report = public.import_numbers(uow, pool="gold", lines=["353890000001"])
    assert (report.added, [one.reason for one in report.rejected]) == (0, ["353890000001 is in the pool numbers"])


def test_a_pool_that_nobody_made_takes_nothing(uow: Uow) -> None:
    with pytest.raises(PoolUnknown):
        public.import_numbers(uow, pool="nowhere", lines=["353890000001"])
    public.make_pool(uow, name=NUMBERS, kind="number")
    with pytest.raises(PoolUnknown):
        public.import_sims(uow, pool=NUMBERS, lines=[card(1)])


def test_sims_are_taken_in_with_reasons_for_the_others(uow: Uow) -> None:
    public.make_pool(uow, name=SIMS, kind="sim")
    lines = [
        "iccid,imsi,ki,opc",
        card(1),
        card(2, ki="short"),
        f"{iccid(3)[:-1]}X,001010000000003,{KI},{OPC}",
        f"{iccid(4)},001010000000001,{KI},{OPC}",
        card(5) + ",0001",
        "8935399",
    ]
    report = public.import_sims(uow, pool=SIMS, lines=lines)
    assert (report.added, report.present) == (2, 0)
    assert [(one.line, one.reason) for one in report.rejected] == [
        (3, "ki is not 32 hexadecimal digits"),
        (4, f"'{iccid(3)[:-1]}X' is not an ICCID: 19 or 20 digits that begin with 89"),
        (5, "its ICCID or IMSI stands on line 2 already"),
        (7, "1 columns where iccid,imsi,ki,opc[,acc] are asked for"),
    ]


def test_a_list_taken_in_again_changes_nothing_and_other_keys_are_refused(uow: Uow) -> None:
    stock(uow)
    report = public.import_sims(
        uow, pool=SIMS, lines=[card(1), card(2, ki=OPC), f"{iccid(9)},001010000000003,{KI},{OPC}"]
    )
    assert (report.added, report.present) == (0, 1)
    assert [one.reason for one in report.rejected] == [
        f"{iccid(2)} was taken in with another IMSI or other keys",
        f"IMSI 001010000000003 is on card {iccid(3)}",
    ]


def test_keys_open_for_activation_and_stand_nowhere_else(uow: Uow) -> None:
    stock(uow)
    sim = public.find_sim(uow, iccid=iccid(1))
    assert sim is not None
    auth = public.sim_auth_of(uow, resource_id=sim.id)
    assert (auth.imsi, auth.ki, auth.opc) == ("001010000000001", Secret(KI), Secret(OPC))
    assert KI not in repr(auth)
    uow.flush()
    for table in ("inventory_resource", "inventory_sim_key", "inventory_pool_item"):
        assert KI not in str(uow.all(f"select * from {table}"))
    for table in ("kernel_history", "kernel_outbox", "kernel_audit", "kernel_step"):
        assert KI not in str(uow.all(f"select * from {table} where tenant = %s", (uow.tenant,)))
    revealed = uow.one("select entity_id from kernel_audit where tenant = %s and verb = 'reveal'", (uow.tenant,))
    assert revealed == {"entity_id": sim.id}


def test_a_resource_that_is_no_sim_has_no_keys(uow: Uow) -> None:
    stock(uow)
    with pytest.raises(NotInPool):
        public.sim_auth_of(uow, resource_id="hlr-1")


def test_the_operator_is_stocked_once(uow: Uow) -> None:
    seed(uow, stock=4)
    seed(uow, stock=4)
    assert {level.pool: dict(level.by_state) for level in public.pool_levels(uow)} == {
        NUMBER_POOL: {"available": 4},
        SIM_POOL: {"in_stock": 4},
    }
    assert RESOURCES.get(uow, ELEMENT).doc["category"] == "element"
    first = public.find_sim(uow, iccid=iccid(1))
    assert first is not None and first.characteristics["imsi"] == "001010000000001"

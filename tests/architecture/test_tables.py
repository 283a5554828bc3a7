"""SQL stays in stores and on the room's own tables, and never asks the database for the time."""

from __future__ import annotations

import pytest

from tests.architecture import tables
from tests.architecture.planted import source

STORE = "tandem/bss/billing/store.py"


def _tells(path: str, text: str) -> list[str]:
    return [fault.tells for fault in tables.hold_tables([source(path, text)])]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (STORE, 'uow.all("select id from billing_customer_bill where state = %s order by id", (state,))'),
        (STORE, 'uow.execute("insert into billing_charge (id) values (%s)", (id,))'),
        (STORE, 'uow.all(f"with due as (select id from billing_charge) select id from due {tail}")'),
        (STORE, 'uow.all("select a from unnest(%s) as a join billing_charge on true")'),
        (STORE, '"""Reads select from ordering_product_order? No: it asks the door."""'),
        ("tandem/bss/billing/store/bills.py", 'uow.all("delete from billing_charge where id = %s")'),
        ("tandem/bss/billing/commands.py", 'reason = "select an offering from the catalog"[:0]'.replace("from", "of")),
        ("tandem/kernel/store/history.py", 'uow.all("select now(), id from kernel_history")'),
    ],
)
def test_sql_in_its_place_passes(path: str, text: str) -> None:
    assert _tells(path, text) == []


@pytest.mark.parametrize(
    ("path", "text", "tells"),
    [
        (STORE, 'uow.all("select id from ordering_product_order")', "ordering_product_order belongs to bss.ordering"),
        (
            STORE,
            'uow.all("select 1 from billing_charge join party_customer on true")',
            "party_customer belongs to bss.party",
        ),
        (STORE, 'uow.execute("update inventory_service set doc = %s")', "inventory_service belongs to oss.inventory"),
        (STORE, 'uow.execute("delete from kernel_step where id = 1")', "kernel_step belongs to kernel"),
        (
            STORE,
            'uow.all(f"select {columns} from catalog_product_offering")',
            "catalog_product_offering belongs to bss.catalog",
        ),
        (STORE, 'X = """\ninsert into\n ledger_posting (id) values (1)"""', "ledger_posting belongs to bss.ledger"),
        (STORE, 'uow.all("select id from billing_charge where due_at < now()")', "pass the unit of work's time in"),
        (
            STORE,
            'uow.all("select id from billing_charge where due_on < current_date")',
            "pass the unit of work's time in",
        ),
        (
            "tandem/bss/billing/commands.py",
            'uow.all("select id from billing_charge")',
            "SQL stands only in a room's store",
        ),
        (
            "tandem/channels/agent/pages.py",
            'uow.all("select id from billing_charge")',
            "SQL stands only in a room's store",
        ),
        ("tandem/oss/journeys/storm.py", 'uow.execute("delete from fault_alarm")', "SQL stands only in a room's store"),
    ],
)
def test_sql_out_of_its_place_is_found(path: str, text: str, tells: str) -> None:
    assert any(each.startswith(tells) for each in _tells(path, text)), _tells(path, text)


def test_the_longer_prefix_owns_a_table() -> None:
    text = 'uow.all("select id from service_catalog_service_specification")'
    assert _tells("tandem/oss/service_catalog/store.py", text) == []
    assert len(_tells("tandem/bss/catalog/store.py", text)) == 1

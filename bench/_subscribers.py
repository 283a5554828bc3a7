"""Many active subscribers at once: one real product and its account, copied by SQL."""

from __future__ import annotations

from typing import Final

import psycopg

from bench._operator import TENANT, Operator
from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.party import seed as party_seed
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import NewProduct, Realization
from tandem.kernel.period import instant
from tandem.kernel.store import Database

CUSTOMER: Final = party_seed.customer_id("1001")
ACCOUNT: Final = party_seed.billing_account_id("1001")
SINCE: Final = "2026-09-01T00:00:00Z"
_BY_COPY: Final = (
    ("subscriptions_product", "id", {"id": "pid", "billing_account_id": "aid", "msisdn": "num"}),
    ("subscriptions_identifier", "product_id", {"identifier": "num", "product_id": "pid"}),
    ("party_billing_account", "id", {"id": "aid"}),
)


def number_of(index: int) -> str:
    """The number of a subscriber, counted from 0."""
    return f"35320{index:07d}"


def plant(running: Operator, count: int, *, offering_id: str = catalog_seed.MAX_100) -> None:
    """So many subscribers, each with a product and a billing account of its own, active since September 2026."""
    product_id = _first(running, offering_id)
    with running.owner() as connection:
        connection.execute(
            "create temp table planted as select '35320' || lpad(i::text, 7, '0') as num, "
            "'bench-product-' || i as pid, 'bench-account-' || i as aid from generate_series(1, %s) as s (i)",
            (count - 1,),
        )
        for table, column, replaced in _BY_COPY:
            _copy(connection, table, (column, ACCOUNT if column == "id" and "party" in table else product_id), replaced)
        connection.commit()
        connection.autocommit = True
        connection.execute("vacuum analyze")


def _first(running: Operator, offering_id: str) -> str:
    new = NewProduct(
        name="Plan",
        customer_id=CUSTOMER,
        billing_account_id=ACCOUNT,
        offering_id=offering_id,
        order_id="bench",
        order_item_id="1",
        characteristics={"msisdn": number_of(0)},
    )
    with Database(running.installation.urls.app, max_size=1) as database:
        with database.uow(tenant=TENANT, actor="bench", cause="bench") as uow:
            product = subscriptions.create_pending_product(uow, new=new)
            subscriptions.activate_product(uow, product_id=product.id, moment=instant(SINCE), given=Realization())
    return product.id


def _copy(connection: psycopg.Connection, table: str, source: tuple[str, str], replaced: dict[str, str]) -> None:
    """One row of a table again for each planted subscriber, with its own ids, in the document too."""
    names = [
        str(row[0])
        for row in connection.execute(
            "select column_name::text from information_schema.columns where table_name = %s "
            "and is_generated = 'NEVER' order by ordinal_position",
            (table,),
        )
    ]
    values = [replaced.get(name) or _document(name, table) or f"t.{name}" for name in names]
    column, value = source
    connection.execute(
        f"insert into {table} ({', '.join(names)}) select {', '.join(values)} from {table} t, planted "
        f"where t.tenant = %s and t.{column} = %s",
        (TENANT, value),
    )


def _document(name: str, table: str) -> str | None:
    if name != "doc":
        return None
    own = "pid" if table.startswith("subscriptions") else "aid"
    changed = f"jsonb_set(t.doc, '{{id}}', to_jsonb({own}))"
    return changed if own == "aid" else f"jsonb_set({changed}, '{{billingAccount,id}}', to_jsonb(aid))"

"""Many active subscribers in seconds: one is ordered as everybody is, its rows are multiplied in the database.

Each has an account and a product of its own; number n is `number_of(n)`. Multiplied is what charging and billing read:
accounts, products, numbers. They are all of the demonstration operator's first customer.
"""

from __future__ import annotations

from typing import Final

import psycopg

from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.party import seed as party_seed
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import NewProduct, Realization
from tandem.kernel.period import Instant, instant
from tandem.kernel.store import Database

FIRST: Final = 353_209_200_000
"""The first one's number."""
ACTIVE_FROM: Final = instant("2026-01-01T00:00:00Z")
_CUSTOMER: Final = "1001"


def number_of(n: int) -> str:
    """The number of a subscriber, counted from 0."""
    return str(FIRST + n)


def product_of(n: int) -> str:
    """Its product."""
    return f"bench-product-{n}"


def account_of(n: int) -> str:
    """Its billing account."""
    return f"bench-account-{n}"


def open_shop(database: Database, tenant: str) -> None:
    """The demonstration operator's catalogue and customers, where they are not there."""
    with database.uow(tenant=tenant, actor="bench", cause="bench") as uow:
        party_seed.seed(uow)
        catalog_seed.seed(uow)


def subscribe(
    database: Database,
    owner_url: str,
    count: int,
    *,
    tenant: str,
    offering_id: str = catalog_seed.MAX_100,
    start: Instant = ACTIVE_FROM,
) -> None:
    """Make `count` subscribers of an offering, active since an instant. The shop is open; nobody has their numbers."""
    model = _model(database, tenant, offering_id, start)
    with psycopg.connect(owner_url) as owner:
        _multiply(
            owner,
            "party_billing_account",
            {"id": "'bench-account-' || g", "doc": "doc || jsonb_build_object('id', 'bench-account-' || g)"},
            (count, tenant, party_seed.billing_account_id(_CUSTOMER)),
        )
        doc = (
            "jsonb_set(jsonb_set(doc || jsonb_build_object('id', 'bench-product-' || g), '{billingAccount,id}', "
            "to_jsonb('bench-account-' || g)), '{productCharacteristic}', jsonb_build_array(jsonb_build_object("
            f"'name', 'msisdn', '@type', 'StringCharacteristic', 'value', ({FIRST} + g)::text)))"
        )
        told = {"id": "'bench-product-' || g", "doc": doc, "billing_account_id": "'bench-account-' || g"}
        told["msisdn"] = f"({FIRST} + g)::text"
        _multiply(owner, "subscriptions_product", told, (count, tenant, model))
        numbers = {"identifier": f"({FIRST} + g)::text", "product_id": "'bench-product-' || g"}
        _multiply(owner, "subscriptions_identifier", numbers, (count, tenant, model), by="product_id")
    with psycopg.connect(owner_url, autocommit=True) as owner:
        for table in ("party_billing_account", "subscriptions_product", "subscriptions_identifier"):
            owner.execute(f"vacuum analyze {table}")


def _model(database: Database, tenant: str, offering_id: str, start: Instant) -> str:
    """One product made as every product is; the others are like it."""
    new = NewProduct(
        name="Bench",
        customer_id=party_seed.customer_id(_CUSTOMER),
        billing_account_id=party_seed.billing_account_id(_CUSTOMER),
        offering_id=offering_id,
        order_id="bench-order",
        order_item_id="1",
        characteristics={"msisdn": str(FIRST - 1)},
    )
    with database.uow(tenant=tenant, actor="bench", cause="bench") as uow:
        product = subscriptions.create_pending_product(uow, new=new)
        subscriptions.activate_product(uow, product_id=product.id, moment=start, given=Realization())
    return product.id


def _multiply(
    owner: psycopg.Connection, table: str, told: dict[str, str], of: tuple[int, str, str], *, by: str = "id"
) -> None:
    """As many rows like one of a table, with some columns that tell the number g. `of`: count, tenant, which one."""
    count, tenant, which = of
    found = owner.execute(
        "select column_name from information_schema.columns where table_name = %s and is_generated = 'NEVER' "
        "order by ordinal_position",
        (table,),
    )
    names = [str(row[0]) for row in found]
    values = ", ".join(told.get(name, name) for name in names)
    owner.execute(
        f"insert into {table} ({', '.join(names)}) select {values} from {table}, generate_series(0, {count - 1}) g "
        f"where tenant = %s and {by} = %s".encode(),
        (tenant, which),
    )

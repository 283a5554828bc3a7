"""The room's tables: products, whose number, IMSI, NAI or line is whose and when, which services make which work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from tandem.bss.subscriptions.rules import product as rules
from tandem.bss.subscriptions.terms import HeldNumbers, IdentifierPeriod, NumberTaken
from tandem.kernel.period import Instant, Period
from tandem.kernel.store import AlreadyTaken, Column, EntityTable, Stored, Uow, bulk, plain_table

_LONGEST_ID: Final = 100

PRODUCTS: Final = EntityTable(
    entity="Product",
    table="subscriptions_product",
    columns=(
        Column("name", "text", "name"),
        Column("status", "text", "status"),
        Column("customer_id", "text", rules.customer_of),
        Column("billing_account_id", "text", "billingAccount.id"),
        Column("offering_id", "text", "productOffering.id"),
        Column("specification_id", "text", "productSpecification.id"),
        Column("order_id", "text", "productOrderItem.orderId"),
        Column("msisdn", "text", rules.msisdn_of),
        Column("serial_number", "text", "productSerialNumber"),
        Column("start_date", "timestamptz", "startDate"),
        Column("termination_date", "timestamptz", "terminationDate"),
    ),
    state_attribute="status",
    indexes=("customer_id, status", "billing_account_id, start_date", "offering_id", "order_id", "msisdn", "status"),
)

IDENTIFIERS: Final = plain_table(
    "subscriptions_identifier",
    """
    tenant text not null,
    identifier text collate "C" not null,
    product_id text collate "C" not null,
    valid tstzrange not null check (not isempty(valid)),
    constraint subscriptions_identifier_once exclude using gist (tenant with =, identifier with =, valid with &&)
    """,
    also=(
        "create index subscriptions_identifier_product on subscriptions_identifier (tenant, product_id)",
        "create index subscriptions_identifier_number on subscriptions_identifier (tenant, identifier)",
    ),
    needs=("btree_gist",),
)

REALIZING_SERVICES: Final = plain_table(
    "subscriptions_realizing_service",
    """
    tenant text not null,
    service_id text collate "C" not null,
    product_id text collate "C" not null,
    primary key (tenant, service_id, product_id)
    """,
    also=("create index subscriptions_realizing_product on subscriptions_realizing_service (tenant, product_id)",),
)


# -- numbers ----------------------------------------------------------------------------------------------------------


def give_identifier(uow: Uow, identifier: str, product_id: str, start: Instant) -> None:
    """The number or other name is the product's from `start` on. Raises: NumberTaken.

    Locks: the number. Why: two inserts that check the exclusion constraint at once wait for each other.
    """
    uow.lock(f"subscriptions/number/{identifier}")
    with _one_owner(identifier):
        uow.execute(
            "insert into subscriptions_identifier (tenant, identifier, product_id, valid) "
            "values (%s, %s, %s, tstzrange(%s, null))",
            (uow.tenant, identifier, product_id, start),
        )


def move_start(uow: Uow, product_id: str, old: Instant, new: Instant) -> None:
    """The product's names that began at `old` began at `new`. Raises: NumberTaken."""
    with _one_owner(None):
        uow.execute(
            "update subscriptions_identifier set valid = tstzrange(%s, upper(valid)) "
            "where tenant = %s and product_id = %s and lower(valid) = %s",
            (new, uow.tenant, product_id, old),
        )


@contextmanager
def _one_owner(identifier: str | None) -> Iterator[None]:
    try:
        yield
    except AlreadyTaken as taken:
        raise NumberTaken(
            f"{identifier or 'the number'} belongs to another product at that time",
            path="productCharacteristic",
            number=identifier,
        ) from taken


def end_identifiers(uow: Uow, product_id: str, identifiers: Iterable[str], end: Instant) -> None:
    """The product does not have these names from `end` on; a period that would be empty is removed."""
    names = list(identifiers)
    uow.execute(
        "delete from subscriptions_identifier where tenant = %s and product_id = %s and identifier = any(%s) "
        "and lower(valid) >= %s",
        (uow.tenant, product_id, names, end),
    )
    uow.execute(
        "update subscriptions_identifier set valid = tstzrange(lower(valid), %s) "
        "where tenant = %s and product_id = %s and identifier = any(%s) and upper_inf(valid)",
        (end, uow.tenant, product_id, names),
    )


def identifier_periods(uow: Uow, identifiers: Iterable[str]) -> list[IdentifierPeriod]:
    """Every period of these numbers, by number and time."""
    rows = uow.all(
        "select identifier, product_id, lower(valid) as start, upper(valid) as ends from subscriptions_identifier "
        "where tenant = %s and identifier = any(%s) order by identifier, lower(valid)",
        (uow.tenant, list(identifiers)),
    )
    return [IdentifierPeriod(row["identifier"], row["product_id"], row["start"], row["ends"]) for row in rows]


def held_numbers(uow: Uow, identifiers: Sequence[str]) -> HeldNumbers:
    """Who had these numbers and when, as arrays: for numbers in thousands."""
    asked = bulk.rows_of(
        uow, "asked", {"n": bulk.Column("i4", range(len(identifiers))), "id": bulk.Column("text", identifiers)}
    )
    found = bulk.read_table(
        uow,
        "select asked.n, coalesce(lower(i.valid), '-infinity'), coalesce(upper(i.valid), 'infinity'), p.version, "
        f"p.id::char({_LONGEST_ID}) from {asked.sql} join subscriptions_identifier i on i.tenant = %s "
        "and i.identifier = asked.id join subscriptions_product p on p.tenant = i.tenant and p.id = i.product_id "
        "order by asked.n, lower(i.valid)",
        (*asked.params, uow.tenant),
        {"n": "i4", "start": "us", "ends": "us", "version": "i4", "product": f"S{_LONGEST_ID}"},
    )
    return HeldNumbers(found["n"], found["start"], found["ends"], found["product"], found["version"])


def product_id_by_identifier(uow: Uow, identifier: str, moment: Instant) -> str | None:
    """Whose a number was at an instant."""
    row = uow.one(
        "select product_id from subscriptions_identifier where tenant = %s and identifier = %s and valid @> %s",
        (uow.tenant, identifier, moment),
    )
    return None if row is None else str(row["product_id"])


def customer_ids_by_number(uow: Uow, beginning: str, *, limit: int) -> list[str]:
    """The customers with a product whose number begins so. A range, not LIKE: the index serves it."""
    rows = uow.all(
        "select distinct customer_id from subscriptions_product "
        "where tenant = %s and msisdn >= %s and msisdn < %s and customer_id is not null order by customer_id limit %s",
        (uow.tenant, beginning, f"{beginning}:", limit),
    )
    return [row["customer_id"] for row in rows]


# -- services ---------------------------------------------------------------------------------------------------------


def put_services(uow: Uow, product_id: str, service_ids: Iterable[str]) -> None:
    """The services that make a product work, all of them."""
    uow.execute(
        "delete from subscriptions_realizing_service where tenant = %s and product_id = %s", (uow.tenant, product_id)
    )
    uow.many(
        "insert into subscriptions_realizing_service (tenant, service_id, product_id) values (%s, %s, %s)",
        [(uow.tenant, service_id, product_id) for service_id in sorted(set(service_ids))],
    )


def products_of_services(uow: Uow, service_ids: Iterable[str]) -> list[Stored]:
    """The products that any of these services makes work."""
    return PRODUCTS.where(
        uow,
        "id in (select product_id from subscriptions_realizing_service where tenant = %s and service_id = any(%s))",
        (uow.tenant, list(service_ids)),
    )


# -- products ---------------------------------------------------------------------------------------------------------


def by_ids(uow: Uow, ids: Iterable[str]) -> list[Stored]:
    """The products of these ids, those that exist."""
    return PRODUCTS.where(uow, "id = any(%s)", (list(ids),))


def of_customer(uow: Uow, customer_id: str) -> list[Stored]:
    """A customer's products, the newest first."""
    return PRODUCTS.where(uow, "customer_id = %s", (customer_id,), order_by="created_at desc, id desc")


def of_order(uow: Uow, order_id: str) -> list[Stored]:
    """The products that an order is about."""
    return PRODUCTS.where(uow, "order_id = %s", (order_id,))


def of_account_within(uow: Uow, billing_account_id: str, period: Period, statuses: Iterable[str]) -> list[Stored]:
    """An account's products in these statuses that were the customer's during some of a period, the oldest first."""
    condition = (
        "billing_account_id = %s and status = any(%s) and start_date < %s "
        "and (termination_date is null or termination_date > %s)"
    )
    params: tuple[Any, ...] = (billing_account_id, list(statuses), period.end, period.start)
    return PRODUCTS.where(uow, condition, params, order_by="start_date, id")

"""Payments and refunds as documents, and the narrow table of what paid which bill."""

from __future__ import annotations

from typing import Final

from psycopg.types.json import Jsonb

from tandem.bss.receivables import lifecycle
from tandem.kernel.access.personal import PersonalData
from tandem.kernel.money import Money
from tandem.kernel.store import Column, EntityTable, Stored, Uow, plain_table

PAYMENTS: Final = EntityTable(
    entity="Payment",
    table="receivables_payment",
    columns=(
        Column("status", "text", "status"),
        Column("billing_account_id", "text", "account.id"),
        Column("customer_id", "text", "payer.id"),
        Column("authorization_code", "text", "authorizationCode"),
        Column("paid_at", "timestamptz", "paymentDate"),
    ),
    state_attribute="status",
    indexes=("billing_account_id, paid_at", "customer_id", "status"),
    unique=("authorization_code",),
)

REFUNDS: Final = EntityTable(
    entity="Refund",
    table="receivables_refund",
    columns=(
        Column("status", "text", "status"),
        Column("billing_account_id", "text", "account.id"),
        Column("customer_id", "text", "requestor.id"),
        Column("payment_id", "text", "payment.id"),
        Column("cause_id", "text", "cause.id"),
    ),
    state_attribute="status",
    indexes=("billing_account_id", "customer_id", "status"),
    unique=("payment_id, cause_id",),
)

ALLOCATION: Final = plain_table(
    "receivables_allocation",
    """
    tenant text not null,
    billing_account_id text collate "C" not null,
    payment_id text collate "C" not null,
    bill_id text collate "C" not null,
    currency text not null,
    micros bigint not null check (micros > 0),
    allocated_at timestamptz not null,
    primary key (tenant, billing_account_id, payment_id, bill_id)
    """,
    append_only=True,
)

PERSONAL_DATA: Final = (
    PersonalData("receivables_payment", "payer", "name", "customer_id"),
    PersonalData("receivables_payment", "account", "name", "customer_id"),
    PersonalData("receivables_payment", "paymentMethod", "credit", "customer_id"),
    PersonalData("receivables_refund", "requestor", "name", "customer_id"),
    PersonalData("receivables_refund", "account", "name", "customer_id"),
    PersonalData("receivables_refund", "paymentMethod", "credit", "customer_id"),
)


def payments_of_account(uow: Uow, billing_account_id: str) -> list[Stored]:
    """An account's payments, the newest first."""
    return PAYMENTS.where(uow, "billing_account_id = %s", (billing_account_id,), order_by="paid_at desc, id desc")


def payments_naming(uow: Uow, entity_id: str) -> list[Stored]:
    """Payments that name something, such as a product order, as an item or as their correlator; the oldest first."""
    item = Jsonb({"paymentItem": [{"item": {"id": entity_id}}]})
    return PAYMENTS.where(
        uow, "doc @> %s or doc @> %s", (item, Jsonb({"correlatorId": entity_id})), order_by="paid_at, id"
    )


def pending_payments_of_bill(uow: Uow, billing_account_id: str, bill_id: str) -> list[Stored]:
    """Payments of a bill that are being taken."""
    return PAYMENTS.where(
        uow,
        "billing_account_id = %s and status = %s and doc @> %s",
        (billing_account_id, lifecycle.PENDING, Jsonb({"paymentItem": [{"item": {"id": bill_id}}]})),
    )


def refunds_of_payment(uow: Uow, payment_id: str) -> list[Stored]:
    """The refunds of a payment that were sent or will be."""
    return REFUNDS.where(uow, "payment_id = %s and status <> all(%s)", (payment_id, sorted(lifecycle.GIVES_NOTHING)))


def refunds_in(uow: Uow, status: str, *, limit: int) -> list[Stored]:
    """Refunds in a status, the oldest first."""
    return REFUNDS.where(uow, "status = %s", (status,), limit=limit)


def allocate(uow: Uow, billing_account_id: str, payment_id: str, bill_id: str, amount: Money) -> None:
    """Keep that a payment paid a bill. Raises: AlreadyTaken when it did before."""
    uow.execute(
        "insert into receivables_allocation "
        "(tenant, billing_account_id, payment_id, bill_id, currency, micros, allocated_at) "
        "values (%s, %s, %s, %s, %s, %s, %s)",
        (uow.tenant, billing_account_id, payment_id, bill_id, amount.currency, amount.micros, uow.now),
    )


def allocations_of(uow: Uow, billing_account_id: str, payment_id: str) -> list[tuple[str, Money]]:
    """The bills that a payment paid, with how much."""
    rows = uow.all(
        "select bill_id, currency, micros from receivables_allocation "
        "where tenant = %s and billing_account_id = %s and payment_id = %s order by allocated_at, bill_id",
        (uow.tenant, billing_account_id, payment_id),
    )
    return [(row["bill_id"], Money(int(row["micros"]), row["currency"])) for row in rows]

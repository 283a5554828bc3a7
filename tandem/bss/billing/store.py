"""Bills and lines as documents; narrow tables for what a line was charged for, the printed bills, and the numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any, Final, NamedTuple

from tandem.bss.billing.rules import documents
from tandem.kernel.access.personal import PersonalData
from tandem.kernel.json import Doc
from tandem.kernel.period import local_date
from tandem.kernel.store import Column, EntityTable, Stored, Uow, plain_table


def _cycle_key(doc: Doc) -> str | None:
    """One bill on cycle for an account and bill date; bills on demand have no turn."""
    return doc.get("billDate") if doc.get("runType") == documents.ON_CYCLE else None


def _place(doc: Doc) -> int:
    return int(documents.fact(doc, "line") or 0)


def _price_id(doc: Doc) -> str | None:
    return documents.fact(doc, "priceId")


BILLS: Final = EntityTable(
    entity="CustomerBill",
    table="billing_customer_bill",
    columns=(
        Column("state", "text", "state"),
        Column("bill_no", "text", "billNo"),
        Column("billing_account_id", "text", "billingAccount.id"),
        Column("customer_id", "text", documents.customer_of),
        Column("bill_date", "timestamptz", "billDate"),
        Column("due_at", "timestamptz", "paymentDueDate"),
        Column("cycle_key", "text", _cycle_key),
    ),
    state_attribute="state",
    indexes=("billing_account_id, bill_date", "customer_id", "state, due_at"),
    unique=("bill_no", "billing_account_id, cycle_key"),
)

RATES: Final = EntityTable(
    entity="AppliedCustomerBillingRate",
    table="billing_applied_rate",
    columns=(
        Column("bill_id", "text", "bill.id"),
        Column("billing_account_id", "text", "billingAccount.id"),
        Column("customer_id", "text", documents.customer_of),
        Column("product_id", "text", "product.id"),
        Column("price_id", "text", _price_id),
        Column("kind", "text", "appliedBillingRateType"),
        Column("covers_to", "timestamptz", "periodCoverage.endDateTime"),
        Column("place", "integer", _place),
    ),
    indexes=("bill_id, place", "billing_account_id, product_id", "customer_id"),
)

ON_DEMAND: Final = EntityTable(
    entity="CustomerBillOnDemand",
    table="billing_bill_on_demand",
    columns=(
        Column("state", "text", "state"),
        Column("billing_account_id", "text", "billingAccount.id"),
        Column("customer_id", "text", "relatedParty.partyOrPartyRole.id"),
    ),
    state_attribute="state",
    indexes=("billing_account_id", "customer_id"),
)

BILL_CYCLES: Final = EntityTable(
    entity="BillCycle",
    table="billing_bill_cycle",
    columns=(Column("billing_date", "timestamptz", "billingDate"),),
    indexes=("billing_date",),
)

CAUSE: Final = plain_table(
    "billing_line_cause",
    """
    tenant text not null,
    billing_account_id text collate "C" not null,
    rate_id text collate "C" not null,
    rated_event_id text collate "C" not null,
    primary key (tenant, billing_account_id, rate_id, rated_event_id),
    unique (tenant, billing_account_id, rated_event_id)
    """,
    append_only=True,
)

DOCUMENT: Final = plain_table(
    "billing_document",
    """
    tenant text not null,
    bill_id text collate "C" not null,
    media_type text not null,
    content bytea not null,
    sha256 text not null,
    made_at timestamptz not null,
    primary key (tenant, bill_id)
    """,
)

NUMBER: Final = plain_table("billing_number", "tenant text not null primary key, last_number bigint not null")

PERSONAL_DATA: Final = (
    PersonalData("billing_customer_bill", "relatedParty", "name", "customer_id"),
    PersonalData("billing_customer_bill", "billingAccount", "name", "customer_id"),
    PersonalData("billing_applied_rate", "relatedParty", "name", "customer_id"),
    PersonalData("billing_applied_rate", "billingAccount", "name", "customer_id"),
    PersonalData("billing_bill_on_demand", "relatedParty", "name", "customer_id"),
    PersonalData("billing_document", "content", "contact", "bill_id"),
)


class Document(NamedTuple):
    """A printed bill."""

    content: bytes
    sha256: str


def lock_account(uow: Uow, billing_account_id: str) -> None:
    """Let nobody else draw up a bill of the account until the end of the transaction."""
    uow.lock(f"billing/{billing_account_id}")


def next_number(uow: Uow) -> int:
    """The next bill number of the tenant, without a gap: the row is locked until the bill is kept or given up."""
    row = uow.one(
        "insert into billing_number (tenant, last_number) values (%s, 1) "
        "on conflict (tenant) do update set last_number = billing_number.last_number + 1 returning last_number",
        (uow.tenant,),
    )
    assert row is not None, "an upsert returns its row"
    return int(row["last_number"])


def bill_on_cycle(uow: Uow, billing_account_id: str, bill_date: str) -> Stored | None:
    """The bill of an account for a bill date, if it was drawn up."""
    found = BILLS.where(uow, "billing_account_id = %s and cycle_key = %s", (billing_account_id, bill_date), limit=1)
    return found[0] if found else None


def bills_of_account(uow: Uow, billing_account_id: str) -> list[Stored]:
    """An account's bills, the newest first."""
    return BILLS.where(uow, "billing_account_id = %s", (billing_account_id,), order_by="bill_date desc, bill_no desc")


def bills_of_customer(uow: Uow, customer_id: str) -> list[Stored]:
    """A customer's bills, the newest first."""
    return BILLS.where(uow, "customer_id = %s", (customer_id,), order_by="bill_date desc, bill_no desc")


def unpaid_bills(uow: Uow, billing_account_id: str | None, *, limit: int, offset: int) -> list[Stored]:
    """Bills that are not settled, those due first first; of one account where one is given."""
    return BILLS.where(
        uow,
        "state <> 'settled' and (%s::text is null or billing_account_id = %s)",
        (billing_account_id, billing_account_id),
        order_by="due_at, bill_no",
        limit=limit,
        offset=offset,
    )


def bill_by_number(uow: Uow, number: str) -> Stored | None:
    """The bill of a number."""
    found = BILLS.where(uow, "bill_no = %s", (number,), limit=1)
    return found[0] if found else None


def lines_of(uow: Uow, bill_id: str) -> list[Stored]:
    """A bill's lines in order."""
    return RATES.where(uow, "bill_id = %s", (bill_id,), order_by="place")


def charged_so_far(uow: Uow, billing_account_id: str, zone_name: str) -> dict[str, dict[str, date]]:
    """Product → price → the day after the last that was charged, over all recurring lines of an account."""
    found: dict[str, dict[str, date]] = {}
    for row in _charged(uow, billing_account_id, "recurringCharge"):
        found.setdefault(row["product_id"], {})[row["price_id"]] = local_date(row["covers_to"], zone_name)
    return found


def charged_once(uow: Uow, billing_account_id: str) -> dict[str, frozenset[str]]:
    """Product → prices that were charged once, over all lines of an account."""
    found: dict[str, frozenset[str]] = {}
    for row in _charged(uow, billing_account_id, "oneTimeCharge"):
        found[row["product_id"]] = found.get(row["product_id"], frozenset()) | {row["price_id"]}
    return found


def _charged(uow: Uow, billing_account_id: str, kind: str) -> list[dict[str, Any]]:
    return uow.all(
        "select product_id, price_id, max(covers_to) as covers_to from billing_applied_rate "
        "where tenant = %s and billing_account_id = %s and kind = %s group by 1, 2",
        (uow.tenant, billing_account_id, kind),
    )


def keep_causes(uow: Uow, billing_account_id: str, rate_id: str, rated_event_ids: Iterable[str]) -> None:
    """Keep which rated events a line charges. Raises: AlreadyTaken when one is on a line already."""
    uow.many(
        "insert into billing_line_cause (tenant, billing_account_id, rate_id, rated_event_id) values (%s, %s, %s, %s)",
        [(uow.tenant, billing_account_id, rate_id, event_id) for event_id in rated_event_ids],
    )


def causes_of(uow: Uow, billing_account_id: str, rate_id: str) -> list[str]:
    """The rated events that a line charges."""
    rows = uow.all(
        "select rated_event_id from billing_line_cause "
        "where tenant = %s and billing_account_id = %s and rate_id = %s order by rated_event_id",
        (uow.tenant, billing_account_id, rate_id),
    )
    return [row["rated_event_id"] for row in rows]


def keep_document(uow: Uow, bill_id: str, content: bytes) -> Document:
    """Keep a printed bill; made again, it replaces the one before."""
    document = Document(content, hashlib.sha256(content).hexdigest())
    uow.execute(
        "insert into billing_document (tenant, bill_id, media_type, content, sha256, made_at) "
        "values (%s, %s, 'application/pdf', %s, %s, %s) on conflict (tenant, bill_id) "
        "do update set content = excluded.content, sha256 = excluded.sha256, made_at = excluded.made_at",
        (uow.tenant, bill_id, content, document.sha256, uow.now),
    )
    return document


def find_document(uow: Uow, bill_id: str) -> Document | None:
    """A printed bill."""
    row = uow.one(
        "select content, sha256 from billing_document where tenant = %s and bill_id = %s", (uow.tenant, bill_id)
    )
    return Document(bytes(row["content"]), row["sha256"]) if row else None

"""Bills as people see them."""

from __future__ import annotations

from tandem.bss.billing import store
from tandem.bss.billing.rules import documents
from tandem.bss.billing.terms import BillLine, BillUnknown, BillView, DocumentNotReady, LineUnknown
from tandem.kernel.store import Stored, Uow


def bills_of_account(uow: Uow, *, billing_account_id: str) -> list[BillView]:
    """An account's bills without their lines, the newest first."""
    return [_summary(bill) for bill in store.bills_of_account(uow, billing_account_id)]


def bills_of_customer(uow: Uow, *, customer_id: str) -> list[BillView]:
    """A customer's bills without their lines, the newest first."""
    return [_summary(bill) for bill in store.bills_of_customer(uow, customer_id)]


def unpaid_bills(
    uow: Uow, *, billing_account_id: str | None = None, limit: int = 100, offset: int = 0
) -> list[BillView]:
    """Bills of which something is left to pay, those due first first."""
    found = store.unpaid_bills(uow, billing_account_id, limit=limit, offset=offset)
    return [_summary(bill) for bill in found]


def get_bill(uow: Uow, *, bill_id: str) -> BillView:
    """A bill with its lines. Raises: BillUnknown."""
    found = _bill(uow, bill_id)
    lines = [line.doc for line in store.lines_of(uow, bill_id)]
    return documents.view_of(found.id, found.doc, found.version, lines)


def find_bill_by_number(uow: Uow, *, number: str) -> BillView | None:
    """The bill of a number, as a customer reads it from the paper."""
    found = store.bill_by_number(uow, number)
    return None if found is None else _summary(found)


def bill_pdf(uow: Uow, *, bill_id: str) -> bytes:
    """The printed bill. Raises: BillUnknown, DocumentNotReady."""
    bill = _bill(uow, bill_id)
    document = store.find_document(uow, bill_id)
    if document is None:
        raise DocumentNotReady(
            f"bill {bill.doc['billNo']} is not printed yet", bill=bill_id, next_action="ask again in a moment"
        )
    return document.content


def get_line(uow: Uow, *, rate_id: str) -> tuple[BillLine, str]:
    """A line and the id of its bill. Raises: LineUnknown."""
    found = store.RATES.find(uow, rate_id)
    if found is None:
        raise LineUnknown(f"there is no bill line {rate_id}", line=rate_id)
    return documents.line_of(found.doc), str(found.doc["bill"]["id"])


def _bill(uow: Uow, bill_id: str) -> Stored:
    found = store.BILLS.find(uow, bill_id)
    if found is None:
        raise BillUnknown(f"there is no bill {bill_id}", bill=bill_id)
    return found


def _summary(bill: Stored) -> BillView:
    return documents.view_of(bill.id, bill.doc, bill.version)

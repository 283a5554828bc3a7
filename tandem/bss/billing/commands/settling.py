"""What a bill is paid with. Whoever takes the money calls this in the same transaction."""

from __future__ import annotations

from tandem.bss.billing import lifecycle, store
from tandem.bss.billing.commands import sending
from tandem.bss.billing.rules import documents
from tandem.bss.billing.terms import AppliedPayment, BillNotPayable, BillUnknown, BillView, PaidTooMuch
from tandem.kernel.errors import NotFound
from tandem.kernel.money import Money
from tandem.kernel.store import Stored, Uow


def lock_bill(uow: Uow, *, bill_id: str) -> BillView:
    """The bill, kept from changing until the end of the transaction. Raises: BillUnknown."""
    bill = _locked(uow, bill_id)
    return documents.view_of(bill.id, bill.doc, bill.version)


def apply_payment(uow: Uow, *, bill_id: str, payment_id: str, amount: Money) -> BillView:
    """Pay a bill with a payment or a part of one. Idempotent: by the payment.

    Raises: BillUnknown, BillNotPayable, PaidTooMuch. Locks: the bill.
    """
    bill = _locked(uow, bill_id)
    view = documents.view_of(bill.id, bill.doc, bill.version)
    if AppliedPayment(payment_id, amount) in view.payments:
        return view
    require_payable(view, amount)
    paid = sending.save(uow, bill, documents.with_payment(bill.doc, payment_id, amount))
    if paid.doc["state"] == lifecycle.SETTLED:
        sending.settle(uow, paid)
    return documents.view_of(paid.id, paid.doc, paid.version)


def require_payable(bill: BillView, amount: Money) -> None:
    """Raises: BillNotPayable, PaidTooMuch."""
    if not bill.is_payable:
        raise BillNotPayable(f"bill {bill.number} is {bill.state}", bill=bill.bill_id, state=bill.state)
    if not Money.zero(amount.currency) < amount <= bill.remaining:
        raise PaidTooMuch(
            f"{bill.remaining} is left of bill {bill.number}, not {amount}",
            path="totalAmount",
            remaining=str(bill.remaining),
        )


def _locked(uow: Uow, bill_id: str) -> Stored:
    try:
        return store.BILLS.get_for_update(uow, bill_id)
    except NotFound as fault:
        raise BillUnknown(f"there is no bill {bill_id}", bill=bill_id) from fault

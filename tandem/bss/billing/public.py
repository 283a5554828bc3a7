"""The room's door: bills as people see them, why they are so, and what they are paid with. Words are in `terms`."""

from __future__ import annotations

from datetime import date

from tandem.bss.billing import store
from tandem.bss.billing.commands import issuing, settling
from tandem.bss.billing.queries import bills, explaining
from tandem.bss.billing.rules import foretelling
from tandem.bss.billing.terms import BillView, FirstBill
from tandem.bss.catalog.terms import PlanTerms
from tandem.bss.party.terms import BillingTerms
from tandem.kernel.access.personal import PersonalData
from tandem.kernel.money import Money
from tandem.kernel.store import Uow
from tandem.kernel.why import Why


def bills_of_account(uow: Uow, *, billing_account_id: str) -> list[BillView]:
    """An account's bills without their lines, the newest first."""
    return bills.bills_of_account(uow, billing_account_id=billing_account_id)


def bills_of_customer(uow: Uow, *, customer_id: str) -> list[BillView]:
    """A customer's bills without their lines, the newest first."""
    return bills.bills_of_customer(uow, customer_id=customer_id)


def unpaid_bills(
    uow: Uow, *, billing_account_id: str | None = None, limit: int = 100, offset: int = 0
) -> list[BillView]:
    """Bills of which something is left to pay, those due first first; of one account where one is given."""
    return bills.unpaid_bills(uow, billing_account_id=billing_account_id, limit=limit, offset=offset)


def get_bill(uow: Uow, *, bill_id: str) -> BillView:
    """A bill with its lines: net, VAT, gross and recorded reasons. Raises: BillUnknown."""
    return bills.get_bill(uow, bill_id=bill_id)


def find_bill_by_number(uow: Uow, *, number: str) -> BillView | None:
    """The bill of a number, as a customer reads it from the paper; without its lines."""
    return bills.find_bill_by_number(uow, number=number)


def bill_pdf(uow: Uow, bill_id: str) -> bytes:
    """The printed bill. Raises: BillUnknown; DocumentNotReady in the moment before it is made."""
    return bills.bill_pdf(uow, bill_id=bill_id)


def why_line(uow: Uow, rate_id: str) -> Why:
    """Why a bill line is what it is: rated events and their usage records, or the price, its version and the days.

    The leaves' amounts sum to the line. Raises: LineUnknown.
    """
    return explaining.why_line(uow, rate_id=rate_id)


def why_bill(uow: Uow, bill_id: str) -> Why:
    """Why a bill is what it is: its lines and what happened to it. Raises: BillUnknown."""
    return explaining.why_bill(uow, bill_id=bill_id)


def first_bill(*, plan: PlanTerms, account: BillingTerms, starts_on: date) -> FirstBill:
    """What the first bill of a plan will ask for, without use, were it active from a day on."""
    return foretelling.first_bill(plan, account, starts_on)


def issue_bill_now(uow: Uow, *, billing_account_id: str) -> BillView:
    """Draw up a bill of what is not billed yet, up to the end of the bill month at hand. Raises: NothingToBill."""
    bill = issuing.issue_bill_now(uow, billing_account_id=billing_account_id)
    return bills.get_bill(uow, bill_id=bill.id)


def require_payable(bill: BillView, amount: Money) -> None:
    """Whether so much of a bill can be paid now. Raises: BillNotPayable, PaidTooMuch."""
    settling.require_payable(bill, amount)


def lock_bill(uow: Uow, *, bill_id: str) -> BillView:
    """The bill without its lines, kept from changing until the end of the transaction. Raises: BillUnknown."""
    return settling.lock_bill(uow, bill_id=bill_id)


def apply_payment(uow: Uow, *, bill_id: str, payment_id: str, amount: Money) -> BillView:
    """Pay a bill with a payment or a part of one, in the transaction that keeps the payment.

    Idempotent: by the payment. Raises: BillUnknown, BillNotPayable, PaidTooMuch. Locks: the bill.
    """
    return settling.apply_payment(uow, bill_id=bill_id, payment_id=payment_id, amount=amount)


def personal_data() -> tuple[PersonalData, ...]:
    """Where this room keeps what is about a person: for access, erasure and retention."""
    return store.PERSONAL_DATA

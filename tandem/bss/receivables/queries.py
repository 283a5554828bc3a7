"""Payments, refunds and balances as people see them."""

from __future__ import annotations

from tandem.bss.ledger import public as ledger
from tandem.bss.party import public as party
from tandem.bss.receivables import lifecycle, store
from tandem.bss.receivables.rules import documents
from tandem.bss.receivables.terms import PaymentUnknown, PaymentView, RefundView
from tandem.kernel.money import Money, total
from tandem.kernel.store import Stored, Uow


def get_payment(uow: Uow, *, payment_id: str) -> PaymentView:
    """A payment. Raises: PaymentUnknown."""
    found = store.PAYMENTS.find(uow, payment_id)
    if found is None:
        raise PaymentUnknown(f"there is no payment {payment_id}", payment=payment_id)
    return view_of(uow, found)


def payments_of_account(uow: Uow, *, billing_account_id: str) -> list[PaymentView]:
    """An account's payments, the newest first."""
    return [view_of(uow, payment) for payment in store.payments_of_account(uow, billing_account_id)]


def view_of(uow: Uow, payment: Stored) -> PaymentView:
    """A payment with what it paid and what goes back of it."""
    amount = documents.amount_of(payment.doc)
    refunds = store.refunds_of_payment(uow, payment.id)
    allocated = store.allocations_of(uow, documents.account_of(payment.doc), payment.id)
    refunded = total([documents.amount_of(refund.doc) for refund in refunds], amount.currency)
    return documents.payment_view(payment.doc, allocated, refunded)


def refunds_waiting(uow: Uow, *, limit: int = 100) -> list[RefundView]:
    """Refunds that wait for a second person, the oldest first."""
    return [refund_view_of(uow, refund) for refund in store.refunds_in(uow, lifecycle.PENDING, limit=limit)]


def refunds_of_payment(uow: Uow, *, payment_id: str) -> list[RefundView]:
    """The refunds of a payment that were sent or will be."""
    return [refund_view_of(uow, refund) for refund in store.refunds_of_payment(uow, payment_id)]


def refund_view_of(uow: Uow, refund: Stored) -> RefundView:
    """A refund with who asked for it."""
    asked = store.REFUNDS.history(uow, refund.id)[0]
    return documents.refund_view(refund.doc, asked.actor, asked.at)


def balance_of(uow: Uow, *, billing_account_id: str) -> Money:
    """What an account owes by the ledger; negative when it has a credit. Raises: AccountUnknown."""
    account = party.billing_terms_of(uow, billing_account_id=billing_account_id)
    return ledger.receivable_of(uow, billing_account_id=billing_account_id, currency=account.currency)

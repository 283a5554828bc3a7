"""Giving back: at once what paid for a cancelled order, anything else when a second person agrees."""

from __future__ import annotations

from typing import Final

from tandem.bss.ledger import public as ledger
from tandem.bss.ordering.terms import ProductOrderCancelled
from tandem.bss.receivables import lifecycle, store
from tandem.bss.receivables.clients.psp import card_processor
from tandem.bss.receivables.rules import allocation, bookkeeping, documents
from tandem.bss.receivables.rules.bookkeeping import Booking
from tandem.bss.receivables.terms import (
    NothingToRefund,
    PaymentInvalid,
    PaymentPending,
    PaymentRefunded,
    PaymentUnknown,
    RefundDeclined,
    RefundUnknown,
    SameHands,
)
from tandem.kernel.errors import NotFound
from tandem.kernel.json import Doc
from tandem.kernel.money import Money
from tandem.kernel.store import Stored, Uow

SEND: Final = "receivables.send_refund"


def refund_cancelled_order(uow: Uow, event: ProductOrderCancelled) -> None:
    """Give back what was paid for an order that was called off. Idempotent: by payment and order.

    Raises: PaymentPending while such a payment is being taken.
    """
    for payment in store.payments_naming(uow, event.product_order_id):
        if payment.doc["status"] == lifecycle.PENDING:
            raise PaymentPending(f"payment {payment.id} is being taken", payment=payment.id)
        free = _free(uow, _locked(uow, payment.id))
        if payment.doc["status"] == lifecycle.DONE and free:
            _refund_order(uow, payment, free, event)


def _refund_order(uow: Uow, payment: Stored, amount: Money, event: ProductOrderCancelled) -> None:
    doc = documents.refund_of(
        payment.doc,
        amount,
        reason=f"Order cancelled: {event.reason}",
        status=lifecycle.AUTHORIZED,
        moment=uow.now,
    )
    cause = {"id": event.product_order_id, "@referredType": "ProductOrder"}
    refund = store.REFUNDS.add(uow, {**doc, "cause": cause}, why=event.reason)
    _owe(uow, refund)


def request_refund(uow: Uow, *, payment_id: str, amount: Money, reason: str) -> Stored:
    """Ask for money to go back; another person must agree. Raises: PaymentUnknown, NothingToRefund."""
    allocation.require_payable_amount(amount, path="totalAmount.value")
    payment = _locked(uow, payment_id)
    _require_free(uow, payment, amount)
    doc = documents.refund_of(payment.doc, amount, reason=reason, status=lifecycle.PENDING, moment=uow.now)
    return store.REFUNDS.add(uow, doc, why=reason)


def create_refund(uow: Uow, doc: Doc) -> Stored:
    """A request over the API for money to go back. Raises: PaymentInvalid, NothingToRefund."""
    payment = _locked(uow, doc["payment"]["id"])
    amount = allocation.positive(doc["totalAmount"], path="totalAmount.value")
    if doc["account"]["id"] != documents.account_of(payment.doc):
        raise PaymentInvalid("the payment is another account's", path="payment.id")
    _require_free(uow, payment, amount)
    made = documents.refund_of(
        payment.doc, amount, reason=doc.get("description", ""), status=lifecycle.PENDING, moment=uow.now
    )
    return store.REFUNDS.add(uow, {**made, **doc, "status": lifecycle.PENDING})


def approve_refund(uow: Uow, *, refund_id: str) -> Stored:
    """Agree to a refund that another person asked for; it is sent in a step.

    Raises: RefundUnknown, SameHands, IllegalTransition.
    """
    refund = _waiting(uow, refund_id)
    approved = documents.moved(lifecycle.REFUND_STATES, refund.doc, lifecycle.AUTHORIZED, moment=uow.now)
    kept = store.REFUNDS.save(uow, refund_id, approved)
    uow.audit("receivables.refund.approve", "Refund", refund_id)
    _owe(uow, kept)
    return kept


def deny_refund(uow: Uow, *, refund_id: str, reason: str) -> Stored:
    """Do not agree. Raises: RefundUnknown, SameHands, IllegalTransition."""
    refund = _waiting(uow, refund_id)
    denied = documents.moved(lifecycle.REFUND_STATES, refund.doc, lifecycle.DENIED, moment=uow.now, reason=reason)
    return store.REFUNDS.save(uow, refund_id, denied, why=reason)


def send_refund(uow: Uow, payload: Doc) -> None:
    """Give the money back the way it came; what came otherwise than by card was paid out by who approved.

    Idempotent: by the refund, here and at the provider. Raises: ProcessorUnavailable, CardsNotAccepted.
    """
    refund = store.REFUNDS.get_for_update(uow, payload["refund"])
    if refund.doc["status"] != lifecycle.AUTHORIZED:
        return
    payment = store.PAYMENTS.get(uow, refund.doc["payment"]["id"])
    amount = documents.amount_of(refund.doc)
    code = payment.doc.get("authorizationCode")
    try:
        if code:
            card_processor().give_back(reference=refund.id, authorization_code=code, amount=amount)
    except RefundDeclined as declined:
        _keep_money(uow, refund, declined.reason)
        return
    store.REFUNDS.save(
        uow, refund.id, documents.moved(lifecycle.REFUND_STATES, refund.doc, lifecycle.DONE, moment=uow.now)
    )
    ledger.post(uow, entry=bookkeeping.refund_sent(_booking(uow, refund)))
    uow.emit(
        PaymentRefunded(
            refund_id=refund.id,
            payment_id=payment.id,
            billing_account_id=documents.account_of(refund.doc),
            amount_micros=amount.micros,
            currency=amount.currency,
        )
    )


def _keep_money(uow: Uow, refund: Stored, reason: str) -> None:
    failed = documents.moved(lifecycle.REFUND_STATES, refund.doc, lifecycle.FAILED, moment=uow.now, reason=reason)
    store.REFUNDS.save(uow, refund.id, failed, why=reason)
    ledger.post(uow, entry=bookkeeping.refund_kept(_booking(uow, refund)))


def _owe(uow: Uow, refund: Stored) -> None:
    """Book an agreed refund as due and ask for it to be sent."""
    ledger.post(uow, entry=bookkeeping.refund_due(_booking(uow, refund)))
    uow.enqueue(SEND, {"refund": refund.id}, key=refund.id)


def _booking(uow: Uow, refund: Stored) -> Booking:
    return Booking(documents.account_of(refund.doc), refund.id, uow.now, documents.amount_of(refund.doc))


def _locked(uow: Uow, payment_id: str) -> Stored:
    try:
        return store.PAYMENTS.get_for_update(uow, payment_id)
    except NotFound as fault:
        raise PaymentUnknown(f"there is no payment {payment_id}", payment=payment_id) from fault


def _free(uow: Uow, payment: Stored) -> Money:
    allocated = store.allocations_of(uow, documents.account_of(payment.doc), payment.id)
    refunds = store.refunds_of_payment(uow, payment.id)
    return allocation.free_to_refund(
        documents.amount_of(payment.doc),
        [amount for _, amount in allocated],
        [documents.amount_of(refund.doc) for refund in refunds],
    )


def _require_free(uow: Uow, payment: Stored, amount: Money) -> None:
    paid = documents.amount_of(payment.doc)
    if amount.currency != paid.currency:
        raise PaymentInvalid(f"the payment was in {paid.currency}", path="totalAmount.unit")
    free = _free(uow, payment) if payment.doc["status"] == lifecycle.DONE else Money.zero(paid.currency)
    if free < amount:
        raise NothingToRefund(
            f"{free} of payment {payment.id} is free to go back, not {amount}",
            path="totalAmount.value",
            next_action="what paid a bill goes back by a credit on that bill",
            free=str(free),
        )


def _waiting(uow: Uow, refund_id: str) -> Stored:
    """A refund that waits, asked for by somebody else."""
    try:
        refund = store.REFUNDS.get_for_update(uow, refund_id)
    except NotFound as fault:
        raise RefundUnknown(f"there is no refund {refund_id}", refund=refund_id) from fault
    asked = store.REFUNDS.history(uow, refund_id)[0]
    if asked.actor == uow.actor:
        raise SameHands(
            "A refund is approved by somebody other than the person who asked for it.",
            refund=refund_id,
            next_action="Ask a colleague to do it.",
        )
    return refund

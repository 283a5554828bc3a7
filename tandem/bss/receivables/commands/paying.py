"""Paying by card. The wish is kept first, then a step asks the provider: no kill loses money or takes it twice."""

from __future__ import annotations

from typing import Final

from tandem.bss.billing import public as billing
from tandem.bss.billing.terms import BillUnknown
from tandem.bss.charging import public as charging
from tandem.bss.charging.terms.balances import TopUp
from tandem.bss.ledger import public as ledger
from tandem.bss.party import public as party
from tandem.bss.receivables import lifecycle, store
from tandem.bss.receivables.clients.psp import card_processor
from tandem.bss.receivables.rules import allocation, bookkeeping, documents
from tandem.bss.receivables.rules.bookkeeping import Booking
from tandem.bss.receivables.terms import CardCharge, CardDeclined, PaymentDeclined, PaymentInvalid, PaymentReceived
from tandem.kernel.errors import TandemError
from tandem.kernel.json import Doc
from tandem.kernel.money import Money
from tandem.kernel.store import Stored, Uow

TAKE: Final = "receivables.take_payment"
VOID: Final = "receivables.void_payment"


def pay_bill(uow: Uow, *, bill_id: str, amount: Money, card_token: str, key: str) -> Stored:
    """Keep that a bill is to be paid by card and ask for it to be taken. Idempotent: by `key` for the bill."""
    scope = f"receivables.pay_bill:{bill_id}"
    asked = {"bill": bill_id, "amount": str(amount), "token": card_token}
    earlier = uow.answered_before(scope, key, asked)
    if earlier is not None:
        return store.PAYMENTS.get(uow, earlier["payment"])
    allocation.require_payable_amount(amount, path="totalAmount.value")
    bill = billing.lock_bill(uow, bill_id=bill_id)
    if amount.currency != bill.remaining.currency:
        raise PaymentInvalid(f"bill {bill.number} is in {bill.remaining.currency}", path="totalAmount.unit")
    pending = store.pending_payments_of_bill(uow, bill.billing_account_id, bill_id)
    coming = amount
    for payment in pending:
        coming = coming + documents.amount_of(payment.doc)
    billing.require_payable(bill, coming)
    doc = documents.card_payment(bill, amount, correlator=key, moment=uow.now)
    payment = store.PAYMENTS.add(uow, doc)
    take_later(uow, payment, card_token)
    uow.keep_answer(scope, key, {"payment": payment.id})
    return payment


def top_up(uow: Uow, *, billing_account_id: str, amount: Money, card_token: str, key: str) -> Stored:
    """Keep that a wallet is to be topped up by card and ask for it. Idempotent: by `key` for the account."""
    scope = f"receivables.top_up:{billing_account_id}"
    earlier = uow.answered_before(scope, key, {"amount": str(amount), "token": card_token})
    if earlier is not None:
        return store.PAYMENTS.get(uow, earlier["payment"])
    allocation.require_payable_amount(amount, path="totalAmount.value")
    account = party.billing_terms_of(uow, billing_account_id=billing_account_id)
    if amount.currency != account.currency:
        raise PaymentInvalid(f"the account pays in {account.currency}", path="totalAmount.unit")
    wallet = charging.wallet_of(owner_id=billing_account_id)
    payment = store.PAYMENTS.add(uow, documents.card_top_up(account, amount, wallet, correlator=key, moment=uow.now))
    take_later(uow, payment, card_token)
    uow.keep_answer(scope, key, {"payment": payment.id})
    return payment


def take_later(uow: Uow, payment: Stored, card_token: str) -> None:
    """Ask for a kept payment to be taken. The token stands in the step only."""
    uow.enqueue(TAKE, {"payment": payment.id, "token": card_token}, key=payment.id)


def take_payment(uow: Uow, payload: Doc) -> None:
    """Take a pending payment from its card; a declined one is denied. Idempotent: by the payment, here and there.

    Raises: ProcessorUnavailable, CardsNotAccepted.
    """
    payment = store.PAYMENTS.get(uow, payload["payment"])
    if payment.doc["status"] != lifecycle.PENDING:
        return
    charge = CardCharge(payment.id, payload["token"], documents.amount_of(payment.doc))
    try:
        taken = card_processor().take(charge)
    except CardDeclined as declined:
        _give_up(uow, payment.id, lifecycle.DENIED, declined.reason)
        return
    pending = store.PAYMENTS.get_for_update(uow, payment.id)
    done = documents.moved(lifecycle.PAYMENT_STATES, pending.doc, lifecycle.DONE, moment=uow.now)
    kept = store.PAYMENTS.save(uow, payment.id, documents.with_card(done, taken))
    receive(uow, kept)


def give_up_payment(uow: Uow, payload: Doc, error: TandemError) -> None:
    """The provider never answered: the payment failed, and the provider is told to take nothing for it."""
    if _give_up(uow, payload["payment"], lifecycle.FAILED, error.reason):
        uow.enqueue(VOID, {"payment": payload["payment"]}, key=payload["payment"])


def void_payment(uow: Uow, payload: Doc) -> None:
    """Tell the provider to take nothing for a payment that failed. Idempotent: there."""
    card_processor().void(payload["payment"])


def _give_up(uow: Uow, payment_id: str, status: str, reason: str) -> bool:
    payment = store.PAYMENTS.get_for_update(uow, payment_id)
    if payment.doc["status"] != lifecycle.PENDING:
        return False
    moved = documents.moved(lifecycle.PAYMENT_STATES, payment.doc, status, moment=uow.now, reason=reason)
    store.PAYMENTS.save(uow, payment_id, moved, why=reason)
    uow.emit(PaymentDeclined(**documents.news_of(moved), reason=reason))
    return True


def receive(uow: Uow, payment: Stored) -> None:
    """Book money that came and set it against the bills that it names; what they cannot take stays a credit."""
    account_id, amount = documents.account_of(payment.doc), documents.amount_of(payment.doc)
    ledger.post(uow, entry=bookkeeping.received(Booking(account_id, payment.id, uow.now, amount)))
    wishes = allocation.wishes(payment.doc, amount)
    for wish in (one for one in wishes if one.is_balance):
        _top_up(uow, payment, wish)
    paid = [wish.item_id for wish in wishes if not wish.is_balance and _allocate(uow, payment, wish)]
    uow.emit(PaymentReceived(**documents.news_of(payment.doc), bill_ids=tuple(paid)))


def _top_up(uow: Uow, payment: Stored, wish: allocation.Wish) -> None:
    """A part of a payment goes into a balance of the account, and is the customer's until she uses it."""
    account_id = documents.account_of(payment.doc)
    topped = TopUp(account_id, wish.amount, by="payment", cause=f"{payment.id}:{wish.item_id}")
    charging.top_up(uow, wanted=topped, bucket_id=wish.item_id)
    booking = Booking(account_id, payment.id, uow.now, wish.amount)
    ledger.post(uow, entry=bookkeeping.topped_up(booking, wish.item_id))
    store.allocate(uow, account_id, payment.id, wish.item_id, wish.amount)


def _allocate(uow: Uow, payment: Stored, wish: allocation.Wish) -> bool:
    account_id = documents.account_of(payment.doc)
    try:
        bill = billing.lock_bill(uow, bill_id=wish.item_id)
    except BillUnknown as fault:
        raise PaymentInvalid(fault.reason, path=f"{wish.path}.id") from fault
    if bill.billing_account_id != account_id:
        raise PaymentInvalid("the bill is another account's", path=f"{wish.path}.id", bill=wish.item_id)
    part = allocation.payable_part(bill, wish.amount)
    if not part:
        return False
    billing.apply_payment(uow, bill_id=wish.item_id, payment_id=payment.id, amount=part)
    store.allocate(uow, account_id, payment.id, wish.item_id, part)
    return True

"""Payments that come over the API: taken elsewhere and recorded here, or to be taken from a card's token."""

from __future__ import annotations

from tandem.bss.party import public as party
from tandem.bss.receivables import lifecycle, store
from tandem.bss.receivables.commands import paying
from tandem.bss.receivables.rules import allocation, documents
from tandem.bss.receivables.terms import PaymentInvalid
from tandem.kernel.json import Doc
from tandem.kernel.store import Stored, Uow


def create_payment(uow: Uow, doc: Doc) -> Stored:
    """Record a payment that was taken; one with a card's token and no authorization is taken in a step.

    Raises: PaymentInvalid, AccountUnknown; AlreadyTaken when its authorization code was recorded before.
    """
    account = party.billing_terms_of(uow, billing_account_id=doc["account"]["id"])
    amount = allocation.positive(doc["totalAmount"], path="totalAmount.value")
    if amount.currency != account.currency:
        raise PaymentInvalid(f"the account is billed in {account.currency}", path="totalAmount.unit")
    allocation.wishes(doc, amount)
    token = doc["paymentMethod"].get("token")
    if token and not doc.get("authorizationCode"):
        pending = documents.recorded_payment(doc, account, status=lifecycle.PENDING, moment=uow.now)
        payment = store.PAYMENTS.add(uow, pending)
        paying.take_later(uow, payment, str(token))
        return payment
    payment = store.PAYMENTS.add(uow, documents.recorded_payment(doc, account, status=lifecycle.DONE, moment=uow.now))
    paying.receive(uow, payment)
    return payment

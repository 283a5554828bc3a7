"""The room's door: pay, ask for money back, see what is owed. Words are in `terms`."""

from __future__ import annotations

from tandem.bss.receivables import queries, store
from tandem.bss.receivables.commands import paying, refunding
from tandem.bss.receivables.terms import PaymentView, RefundView
from tandem.kernel.access.personal import PersonalData
from tandem.kernel.money import Money
from tandem.kernel.store import Uow


def pay_bill(uow: Uow, *, bill_id: str, amount: Money, card_token: str, key: str) -> PaymentView:
    """Pay a bill or a part of it by card. The answer is `pendingAuthorization`; a step takes the money in a moment.

    It becomes `done` (PaymentReceived; the bill follows), `denied` by the card's bank, or `failed` when the provider
    never answered (PaymentDeclined). Idempotent: by `key` for the bill.
    Raises: BillUnknown, BillNotPayable, PaidTooMuch (with what is being taken already), PaymentInvalid, KeyReused.
    """
    return queries.view_of(uow, paying.pay_bill(uow, bill_id=bill_id, amount=amount, card_token=card_token, key=key))


def top_up(uow: Uow, *, billing_account_id: str, amount: Money, card_token: str, key: str) -> PaymentView:
    """Put money into an account's wallet by card; taken like a bill's payment, and in the wallet when it is `done`.

    Idempotent: by `key` for the account. Raises: AccountUnknown, PaymentInvalid, KeyReused.
    """
    kept = paying.top_up(uow, billing_account_id=billing_account_id, amount=amount, card_token=card_token, key=key)
    return queries.view_of(uow, kept)


def get_payment(uow: Uow, *, payment_id: str) -> PaymentView:
    """A payment with the bills that it paid. Raises: PaymentUnknown."""
    return queries.get_payment(uow, payment_id=payment_id)


def payments_of_account(uow: Uow, *, billing_account_id: str) -> list[PaymentView]:
    """An account's payments, the newest first."""
    return queries.payments_of_account(uow, billing_account_id=billing_account_id)


def balance_of(uow: Uow, *, billing_account_id: str) -> Money:
    """What an account owes by the ledger; negative when it has a credit. Raises: AccountUnknown."""
    return queries.balance_of(uow, billing_account_id=billing_account_id)


def request_refund(uow: Uow, *, payment_id: str, amount: Money, reason: str) -> RefundView:
    """Ask for what paid no bill to go back; another person must agree. Raises: PaymentUnknown, NothingToRefund."""
    refund = refunding.request_refund(uow, payment_id=payment_id, amount=amount, reason=reason)
    return queries.refund_view_of(uow, refund)


def approve_refund(uow: Uow, *, refund_id: str) -> RefundView:
    """Agree to a refund; a step sends it. Raises: RefundUnknown, SameHands, IllegalTransition."""
    return queries.refund_view_of(uow, refunding.approve_refund(uow, refund_id=refund_id))


def deny_refund(uow: Uow, *, refund_id: str, reason: str) -> RefundView:
    """Do not agree to a refund. Raises: RefundUnknown, SameHands, IllegalTransition."""
    return queries.refund_view_of(uow, refunding.deny_refund(uow, refund_id=refund_id, reason=reason))


def refunds_waiting(uow: Uow, *, limit: int = 100) -> list[RefundView]:
    """Refunds that wait for a second person, the oldest first."""
    return queries.refunds_waiting(uow, limit=limit)


def refunds_of_payment(uow: Uow, *, payment_id: str) -> list[RefundView]:
    """The refunds of a payment that were sent or will be."""
    return queries.refunds_of_payment(uow, payment_id=payment_id)


def personal_data() -> tuple[PersonalData, ...]:
    """Where this room keeps what is about a person: for access, erasure and retention."""
    return store.PERSONAL_DATA

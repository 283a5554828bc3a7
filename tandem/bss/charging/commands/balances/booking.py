"""Booking what comes into balances of money and leaves them, in the transaction that does it. Units are not booked."""

from __future__ import annotations

from tandem.bss.charging.rules import bookkeeping
from tandem.bss.charging.rules.bookkeeping import Booking
from tandem.bss.charging.terms.balances import TopUpBy
from tandem.bss.ledger import public as ledger
from tandem.bss.ledger.terms import LedgerAccount
from tandem.kernel.money import Money
from tandem.kernel.store import Uow

_FROM: dict[TopUpBy, LedgerAccount] = {"given": "given", "voucher": "vouchers"}
"""What stands against a top-up. What is paid for is booked by who took the payment."""


def topped_up(uow: Uow, bucket_id: str, amount: Money | None, by: TopUpBy, cause_id: str) -> None:
    """Something came into a balance. Idempotent: by the way and the cause."""
    if by in _FROM:
        _post(uow, ("balance_topped_up", "TopUp", f"{by}:{cause_id}"), bucket_id, amount, _FROM[by])


def taken_back(uow: Uow, bucket_id: str, amount: Money | None, by: TopUpBy, cause_id: str) -> None:
    """A top-up was taken back."""
    out = None if amount is None else -amount
    _post(uow, ("balance_taken_back", "TopUp", cause_id), bucket_id, out, _FROM.get(by, "receivable"))


def adjusted(uow: Uow, bucket_id: str, amount: Money | None, adjustment_id: str) -> None:
    """A person put a balance right."""
    _post(uow, ("balance_adjusted", "AdjustBalance", adjustment_id), bucket_id, amount, "given")


def transferred(uow: Uow, source_id: str, target_id: str, amount: Money | None, transfer_id: str) -> None:
    """Money went to another account; it passes through what was given, which both sides leave as it was."""
    if amount is None or _account_of(source_id) == _account_of(target_id):
        return
    _post(uow, ("balance_sent", "TransferBalance", transfer_id), source_id, -amount, "given")
    _post(uow, ("balance_received", "TransferBalance", transfer_id), target_id, amount, "given")


def reservation_taken(uow: Uow, bucket_id: str, amount: Money | None, reservation_id: str) -> None:
    """What was held was taken: it is to the account's credit, against what it was held for."""
    out = None if amount is None else -amount
    _post(uow, ("balance_reservation_taken", "ReserveBalance", reservation_id), bucket_id, out, "receivable")


def _account_of(bucket_id: str) -> str:
    return bucket_id.rpartition(".")[0]


def _post(uow: Uow, cause: tuple[str, str, str], bucket_id: str, amount: Money | None, against: LedgerAccount) -> None:
    if amount is not None and amount:
        booking = Booking(*cause, _account_of(bucket_id), uow.now)
        ledger.post(uow, entry=bookkeeping.moved(booking, amount, against))

"""What payments and refunds book."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from tandem.bss.ledger.terms import Entry, LedgerAccount, Line
from tandem.bss.receivables.terms import PAYMENT, REFUND
from tandem.kernel.money import Money
from tandem.kernel.period import Instant

RULE: Final = "receivables/1"


@dataclass(frozen=True, slots=True)
class Booking:
    """Whose booking it is, because of what, when, and how much."""

    billing_account_id: str
    cause_id: str
    booked_at: Instant
    amount: Money


def received(booking: Booking) -> Entry:
    """Money came: the account owes less."""
    return _entry("payment_received", PAYMENT, booking, "cash", "receivable")


def topped_up(booking: Booking, bucket_id: str) -> Entry:
    """What was paid in belongs to the customer until she uses it."""
    entry = _entry("topped_up", PAYMENT, booking, "receivable", "prepaid")
    return replace(entry, cause_id=f"{booking.cause_id}:{bucket_id}")


def refund_due(booking: Booking) -> Entry:
    """Money is to go back: the account has it no longer to its credit."""
    return _entry("refund_due", REFUND, booking, "receivable", "refund_due")


def refund_sent(booking: Booking) -> Entry:
    """Money went back."""
    return _entry("refund_sent", REFUND, booking, "refund_due", "cash")


def refund_kept(booking: Booking) -> Entry:
    """Money could not go back: the account has it to its credit again."""
    return _entry("refund_kept", REFUND, booking, "refund_due", "receivable")


def _entry(kind: str, cause_type: str, booking: Booking, debit: LedgerAccount, credit: LedgerAccount) -> Entry:
    lines = (Line(debit, booking.amount), Line(credit, -booking.amount))
    return Entry(kind, cause_type, booking.cause_id, booking.billing_account_id, booking.booked_at, RULE, lines)

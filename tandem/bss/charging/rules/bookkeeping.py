"""What prepaid money books: what comes in and goes out, and what use took of it (`docs/how/billing.md`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tandem.bss.ledger.terms import Entry, LedgerAccount, Line
from tandem.kernel.money import Money
from tandem.kernel.period import Instant

RULE: Final = "charging.prepaid/1"
USED: Final = "prepaid_used"
_WHOLE_BP: Final = 10_000
_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Booking:
    """Whose booking it is, because of what, and when. `kind` with `cause_id` books once."""

    kind: str
    cause_type: str
    cause_id: str
    billing_account_id: str
    booked_at: Instant


def moved(booking: Booking, amount: Money, against: LedgerAccount) -> Entry:
    """Money that came into a balance, or below zero left it, and where from."""
    return _entry(booking, (Line(against, amount), Line("prepaid", -amount)))


def used(booking: Booking, amount: Money, rate_bp: int) -> Entry:
    """What use took of balances is earned, with its tax; below zero it was given back.

    Units: `rate_bp`, hundredths of a percent. Rounding: half-up to the micro-unit, the tax is the rest. Why: what a
    balance paid holds the tax in any case, since nothing else is asked of the customer.
    """
    net = amount.scaled(_WHOLE_BP, _WHOLE_BP + rate_bp, digits=_DIGITS)
    return _entry(booking, (Line("prepaid", amount), Line("revenue", -net), Line("vat", net - amount)))


def _entry(booking: Booking, lines: tuple[Line, ...]) -> Entry:
    return Entry(
        kind=booking.kind,
        cause_type=booking.cause_type,
        cause_id=booking.cause_id,
        billing_account_id=booking.billing_account_id,
        booked_at=booking.booked_at,
        rule=RULE,
        lines=tuple(line for line in lines if line.amount),
    )

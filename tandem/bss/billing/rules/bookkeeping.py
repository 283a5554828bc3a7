"""What a bill books, and when deferred revenue is earned.

A bill books its total as owed, its tax as the tax office's, and its net as revenue: earned where it is for use or for
days before the bill's date, deferred where it is for days to come. When those days are over the deferred part is
earned.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from tandem.bss.billing.rules.drawing_up import RULE, DrawnBill, DrawnLine
from tandem.bss.billing.rules.proration import earned_until
from tandem.bss.billing.terms import APPLIED_RATE, CUSTOMER_BILL, BillUnsound, BillView
from tandem.bss.ledger.terms import Entry, Line
from tandem.kernel.money import Money, total
from tandem.kernel.period import Instant

ISSUED: Final = "bill_issued"
RECOGNIZED: Final = "revenue_recognized"


@dataclass(frozen=True, slots=True)
class Booking:
    """Whose booking it is, because of what, and when."""

    billing_account_id: str
    cause_id: str
    booked_at: Instant


def deferred_of(line: DrawnLine, on: date) -> Money:
    """The part of a line's net that is for days from `on`."""
    net = line.amounts.net
    return net - net if line.days is None else net - earned_until(line.days, net, on)


def issue_entry(booking: Booking, drawn: DrawnBill, on: date) -> Entry | None:
    """The entry of a bill issued on a day; `None` for a bill of nothing, which books nothing."""
    deferred = total([deferred_of(line, on) for line in drawn.lines], drawn.frame.currency)
    lines = (
        Line("receivable", drawn.gross),
        Line("revenue", deferred - drawn.net),
        Line("deferred_revenue", -deferred),
        Line("vat", -drawn.vat),
    )
    return _entry(ISSUED, CUSTOMER_BILL, booking, lines)


def recognition_entry(booking: Booking, amount: Money) -> Entry | None:
    """The entry by which deferred revenue of a line is earned."""
    return _entry(RECOGNIZED, APPLIED_RATE, booking, (Line("deferred_revenue", amount), Line("revenue", -amount)))


def _entry(kind: str, cause_type: str, booking: Booking, lines: tuple[Line, ...]) -> Entry | None:
    told = tuple(line for line in lines if line.amount)
    if not told:
        return None
    return Entry(kind, cause_type, booking.cause_id, booking.billing_account_id, booking.booked_at, RULE, told)


def require_sound(bill: BillView, booked: list[Entry]) -> None:
    """Lines, totals and booking agree. Raises: BillUnsound, with the figures."""
    currency = bill.gross.currency
    sums = {
        "net": (total([line.net for line in bill.lines], currency), bill.net),
        "gross": (total([line.gross for line in bill.lines], currency), bill.gross),
        "booked": (_owed(booked, currency), bill.gross),
    }
    wrong = {name: f"{found} instead of {said}" for name, (found, said) in sums.items() if found != said}
    if wrong:
        raise BillUnsound(f"bill {bill.number} does not add up", next_action="put it on hold and call us", **wrong)


def _owed(booked: list[Entry], currency: str) -> Money:
    owed = [
        line.amount
        for entry in booked
        if entry.kind == ISSUED
        for line in entry.lines
        if line.ledger_account == "receivable"
    ]
    return total(owed, currency)

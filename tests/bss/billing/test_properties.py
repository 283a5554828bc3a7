"""Whatever the price, the bill day and the days: every day is charged once, and parts sum to wholes."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.bss.billing.rules import bookkeeping
from tandem.bss.billing.rules.drawing_up import BilledProduct, BillFrame, DrawnBill, draw_up, months_to_price
from tandem.bss.billing.rules.tax import taxed
from tandem.bss.catalog.terms import PlanTerms, RecurringTerm, Source
from tandem.kernel.money import Money, total
from tandem.kernel.period import bill_month, instant, local_date, local_midnight

ZONES = ("Europe/Dublin", "UTC", "America/St_Johns", "Pacific/Auckland")
PRICE = "p-month"

cents = st.integers(0, 1_000_000).map(lambda amount: Money(amount * 10_000, "EUR"))
days = st.dates(date(2024, 1, 1), date(2028, 12, 31))


def plan_of(price: Money, *, in_advance: bool, rate_bp: int) -> PlanTerms:
    term = RecurringTerm(Source(PRICE, "1", 1), "Monthly", price.micros, 1, in_advance)
    return PlanTerms("o", "Plan", "1", 1, "EUR", True, "VAT", rate_bp, (term,), (), (), ())


def bills_of(terms: PlanTerms, first: date, bill_day: int, zone: str, count: int) -> list[DrawnBill]:
    """Consecutive bills of a product that became active at noon of a day."""
    start = local_midnight(first, zone) + timedelta(hours=12)
    bill_month_ = bill_month(first, bill_day, zone)
    billed_to: dict[str, date] = {}
    bills = []
    for _ in range(count):
        following = bill_month(bill_month_.end, bill_day, zone)
        frame = BillFrame(
            bill_day, zone, "EUR", following.period.start, bill_month_.period, following.end, following.first
        )
        bare = BilledProduct("prod", start, None, {}, billed_to)
        plans = {month.first: terms for month in months_to_price(frame, bare)}
        bill = draw_up(frame, [BilledProduct("prod", start, None, plans, billed_to)], ())
        for line in bill.lines:
            assert line.days is not None
            billed_to = {PRICE: max(billed_to.get(PRICE, date.min), line.days.end)}
        bills.append(bill)
        bill_month_ = following
    return bills


@settings(max_examples=60, deadline=None)
@given(
    price=cents,
    first=days,
    bill_day=st.integers(1, 31),
    zone=st.sampled_from(ZONES),
    in_advance=st.booleans(),
    rate_bp=st.sampled_from((0, 900, 1350, 2300)),
)
def test_every_day_is_charged_once_and_whole_months_cost_the_price(
    price: Money, first: date, bill_day: int, zone: str, in_advance: bool, rate_bp: int
) -> None:
    bills = bills_of(plan_of(price, in_advance=in_advance, rate_bp=rate_bp), first, bill_day, zone, 4)
    lines = [line for bill in bills for line in bill.lines]
    at = first
    for line in lines:
        assert line.days is not None and line.days.first == at
        at = line.days.end
        assert local_date(line.covers.start, zone) == line.days.first
        if line.days == bill_month(line.days.first, bill_day, zone):
            assert line.amounts.gross == price
        else:
            assert Money.zero("EUR") <= line.amounts.gross <= price
    months = 5 if in_advance else 4
    assert len(lines) == months


@settings(max_examples=60, deadline=None)
@given(price=cents, first=days, rate_bp=st.sampled_from((0, 900, 1350, 2300)), on=days)
def test_lines_sum_to_the_bill_and_the_bill_to_its_booking(price: Money, first: date, rate_bp: int, on: date) -> None:
    for bill in bills_of(plan_of(price, in_advance=True, rate_bp=rate_bp), first, 1, "Europe/Dublin", 2):
        assert bill.gross == total([line.amounts.gross for line in bill.lines], "EUR") == bill.net + bill.vat
        booking = bookkeeping.Booking("acc", "bill", instant("2026-11-01T00:00:00Z"))
        entry = bookkeeping.issue_entry(booking, bill, on)
        if entry is None:
            assert not bill.gross
            continue
        booked = {line.ledger_account: line.amount for line in entry.lines}
        assert total(list(booked.values()), "EUR") == Money.zero("EUR")
        assert booked["receivable"] == bill.gross
        deferred = total([bookkeeping.deferred_of(line, on) for line in bill.lines], "EUR")
        assert Money.zero("EUR") <= deferred <= bill.net


@given(amount=cents, rate_bp=st.integers(0, 10_000), included=st.booleans())
def test_net_and_tax_sum_to_gross(amount: Money, rate_bp: int, included: bool) -> None:
    found = taxed(amount, rate_bp, included=included)
    assert found.net + found.vat == found.gross
    assert (found.gross if included else found.net) == amount
    assert Money.zero("EUR") <= found.vat

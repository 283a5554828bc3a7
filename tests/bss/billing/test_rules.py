"""Days, tax and lines, by hand."""

from __future__ import annotations

from datetime import date

import pytest

from tandem.bss.billing.rules import bookkeeping, proration
from tandem.bss.billing.rules.drawing_up import BilledProduct, BillFrame, DrawnBill, draw_up, months_to_price
from tandem.bss.billing.rules.tax import taxed
from tandem.bss.billing.rules.wording import quantity_in_words, span_in_words
from tandem.bss.billing.terms import CurrencyDiffers
from tandem.bss.catalog.terms import OneTimeTerm, PlanTerms, RecurringTerm, Source
from tandem.kernel.money import Money
from tandem.kernel.period import Instant, LocalDays, Period, bill_month, instant, local_midnight, next_bill_date

ZONE = "Europe/Dublin"


def euro(amount: str) -> Money:
    return Money.of(amount, "EUR")


def part(first: date, end: date, bill_day: int = 1, zone: str = ZONE) -> proration.Part:
    found = proration.part_of(bill_month(first, bill_day, zone), first, end)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("monthly", "first", "end", "bill_day", "amount"),
    [
        ("30.00", date(2026, 10, 12), date(2026, 11, 1), 1, "19.35"),  # 20 of 31: 19.3548
        ("45.00", date(2026, 10, 12), date(2026, 11, 1), 1, "29.03"),  # 20 of 31: 29.0322
        ("30.00", date(2026, 10, 1), date(2026, 11, 1), 1, "30.00"),
        ("30.00", date(2026, 10, 31), date(2026, 11, 1), 1, "0.97"),  # 1 of 31: 0.9677
        ("30.00", date(2027, 2, 15), date(2027, 3, 1), 1, "15.00"),  # 14 of 28
        ("30.00", date(2028, 2, 15), date(2028, 3, 1), 1, "15.52"),  # 15 of 29: 15.5172
        ("30.00", date(2026, 10, 20), date(2026, 11, 15), 15, "25.16"),  # 26 of 31: 25.1612
        ("0.31", date(2026, 10, 1), date(2026, 10, 2), 1, "0.01"),
        ("0.05", date(2026, 4, 1), date(2026, 4, 4), 1, "0.01"),  # 3 of 30: exactly half a cent goes up
    ],
)
def test_a_part_of_a_month_costs_its_days(monthly: str, first: date, end: date, bill_day: int, amount: str) -> None:
    assert proration.prorated(euro(monthly), part(first, end, bill_day)) == euro(amount)


def test_the_hour_that_a_month_gains_or_loses_is_no_day() -> None:
    # In Dublin October 2026 has 745 hours and March 743.
    assert part(date(2026, 10, 1), date(2026, 11, 1)).month.count == 31
    assert part(date(2026, 3, 1), date(2026, 4, 1)).month.count == 31


def test_a_day_is_the_accounts_own() -> None:
    late = instant("2026-10-11T23:30:00Z")
    assert proration.days_active(late, None, "Europe/Dublin")[0] == date(2026, 10, 12)
    assert proration.days_active(late, None, "UTC")[0] == date(2026, 10, 11)
    assert proration.days_active(late, instant("2026-10-20T00:00:00Z"), "UTC")[1] == date(2026, 10, 21)


@pytest.mark.parametrize(
    ("gross", "net", "vat"),
    [
        ("19.35", "15.73", "3.62"),
        ("30.00", "24.39", "5.61"),
        ("2.00", "1.63", "0.37"),
        ("29.03", "23.60", "5.43"),
        ("45.00", "36.59", "8.41"),
        ("0.01", "0.01", "0.00"),
        ("0.00", "0.00", "0.00"),
    ],
)
def test_tax_is_what_the_net_leaves(gross: str, net: str, vat: str) -> None:
    found = taxed(euro(gross), 2300, included=True)
    assert (found.net, found.vat, found.gross) == (euro(net), euro(vat), euro(gross))


def test_tax_comes_on_top_where_prices_are_without_it() -> None:
    found = taxed(euro("24.39"), 2300, included=False)
    assert (found.net, found.vat, found.gross) == (euro("24.39"), euro("5.61"), euro("30.00"))


def test_a_price_for_several_months_is_shared_without_a_rest() -> None:
    shares = [proration.share_of_month(euro("100.00"), 3, place) for place in range(4)]
    assert shares == [euro("33.34"), euro("33.33"), euro("33.33"), euro("33.34")]


@pytest.mark.parametrize(
    ("quantity", "unit", "words"),
    [
        (12_500_000_000, "octet", "12.5 GB"),
        (3_000_000, "octet", "3 MB"),
        (100_000_000_000, "octet", "100 GB"),
        (190, "second", "3:10 min"),
        (3_725, "second", "1:02:05 h"),
        (1, "message", "1 message"),
        (4, "message", "4 messages"),
    ],
)
def test_quantities_read_like_words(quantity: int, unit: str, words: str) -> None:
    assert quantity_in_words(quantity, unit) == words


def test_spans_read_like_words() -> None:
    assert span_in_words(date(2026, 10, 12), date(2026, 10, 31)) == "12–31 October 2026"
    assert span_in_words(date(2026, 10, 15), date(2026, 11, 14)) == "15 October 2026 – 14 November 2026"
    assert span_in_words(date(2026, 10, 12), date(2026, 10, 12)) == "12 October 2026"


# -- lines ------------------------------------------------------------------------------------------------------------


def plan(
    monthly: str = "30.00", *, in_advance: bool = True, once: str | None = None, currency: str = "EUR"
) -> PlanTerms:
    recurring = RecurringTerm(
        Source("p-month", "1", 1), "Monthly charge", Money.of(monthly, currency).micros, 1, in_advance
    )
    fee = () if once is None else (OneTimeTerm(Source("p-once", "1", 1), "Connection", euro(once).micros),)
    return PlanTerms("o-1", "Plan", "1", 1, currency, True, "VAT", 2300, (recurring,), fee, (), ())


def frame(bill_date: date, bill_day: int = 1) -> BillFrame:
    """The frame of a bill on cycle."""
    cutoff = local_midnight(bill_date, ZONE)
    period = Period(local_midnight(date(bill_date.year, bill_date.month, 1), "UTC"), instant("2099-01-01T00:00:00Z"))
    return BillFrame(bill_day, ZONE, "EUR", cutoff, period, next_bill_date(bill_date, bill_day), bill_date)


def product(
    terms: PlanTerms, at: BillFrame, *, start: Instant, end: Instant | None = None, billed_to: date | None = None
) -> BilledProduct:
    """A product as a bill finds it."""
    charged = {} if billed_to is None else {"p-month": billed_to}
    bare = BilledProduct("prod-1", start, end, {}, charged)
    plans = {month.first: terms for month in months_to_price(at, bare)}
    return BilledProduct("prod-1", start, end, plans, charged)


def drawn(terms: PlanTerms, at: BillFrame, **told: Instant | date | None) -> DrawnBill:
    return draw_up(at, [product(terms, at, **told)], ())  # type: ignore[arg-type]


def days_and_amounts(bill: DrawnBill) -> list[tuple[str, str]]:
    return [(line.description, f"{line.amounts.gross.amount:.2f}") for line in bill.lines]


START = instant("2026-10-12T09:00:00Z")
NOVEMBER = date(2026, 11, 1)


def test_45_a_month_from_the_12th_is_74_03() -> None:
    bill = drawn(plan("45.00"), frame(NOVEMBER), start=START)
    assert [line.amounts.net for line in bill.lines] == [euro("23.60"), euro("36.59")]
    assert (bill.net, bill.vat, bill.gross) == (euro("60.19"), euro("13.84"), euro("74.03"))


def test_what_an_earlier_bill_charged_is_not_charged_again() -> None:
    bill = drawn(plan(), frame(date(2026, 12, 1)), start=START, billed_to=date(2026, 12, 1))
    assert days_and_amounts(bill) == [("1–31 December 2026", "30.00")]


def test_a_month_that_no_bill_was_drawn_up_for_is_made_good() -> None:
    bill = drawn(plan(), frame(date(2027, 1, 1)), start=START, billed_to=date(2026, 12, 1))
    assert days_and_amounts(bill) == [("1–31 December 2026", "30.00"), ("1–31 January 2027", "30.00")]


def test_charges_in_arrears_are_for_the_months_that_ended() -> None:
    bill = drawn(plan(in_advance=False), frame(NOVEMBER), start=START)
    assert days_and_amounts(bill) == [("12–31 October 2026, 20 of 31 days", "19.35")]
    december = drawn(plan(in_advance=False), frame(date(2026, 12, 1)), start=START, billed_to=NOVEMBER)
    assert days_and_amounts(december) == [("1–30 November 2026", "30.00")]


def test_a_product_that_ends_is_charged_to_its_last_day() -> None:
    bill = drawn(plan(), frame(NOVEMBER), start=START, end=instant("2026-10-20T12:00:00Z"))
    assert days_and_amounts(bill) == [("12–20 October 2026, 9 of 31 days", "8.71")]  # 8.7096


def test_a_bill_day_in_the_month_cuts_months_there() -> None:
    bill = drawn(plan(), frame(date(2026, 11, 15), 15), start=instant("2026-10-20T09:00:00Z"))
    assert days_and_amounts(bill) == [
        ("20 October 2026 – 14 November 2026, 26 of 31 days", "25.16"),
        ("15 November 2026 – 14 December 2026", "30.00"),
    ]


def test_a_charge_made_once_is_made_with_the_first_bill_only() -> None:
    first = drawn(plan(once="10.00"), frame(NOVEMBER), start=START)
    assert days_and_amounts(first)[0] == ("12 October 2026", "10.00")
    second = drawn(plan(once="10.00"), frame(date(2026, 12, 1)), start=START, billed_to=date(2026, 12, 1))
    assert days_and_amounts(second) == [("1–31 December 2026", "30.00")]


def test_two_currencies_do_not_stand_on_one_bill() -> None:
    with pytest.raises(CurrencyDiffers):
        drawn(plan(currency="USD"), frame(NOVEMBER), start=START)


def test_revenue_of_days_to_come_is_deferred() -> None:
    bill = drawn(plan(), frame(NOVEMBER), start=START)
    assert [bookkeeping.deferred_of(line, NOVEMBER) for line in bill.lines] == [euro("0.00"), euro("24.39")]
    # On the 11th ten of thirty days are over: 8.13 of 24.39 is earned.
    assert bookkeeping.deferred_of(bill.lines[1], date(2026, 11, 11)) == euro("16.26")


def test_an_amount_for_days_is_earned_by_days() -> None:
    days = LocalDays(date(2026, 11, 1), date(2026, 12, 1), ZONE)
    assert proration.earned_until(days, euro("30.00"), date(2026, 10, 1)) == euro("0.00")
    assert proration.earned_until(days, euro("30.00"), date(2027, 1, 1)) == euro("30.00")

"""The first thread's bill, by hand: 20/31 of 30.00 is 19.35, November 30.00, Germany 2.00; 41.75 + 9.60 = 51.35."""

from __future__ import annotations

from datetime import date

import pytest

from tandem.app.explaining import why_of
from tandem.bss.billing import public as billing
from tandem.bss.billing.commands import issuing
from tandem.bss.billing.terms import BillUnknown, LineUnknown
from tandem.bss.ledger import public as ledger
from tandem.kernel.money import Money
from tandem.kernel.period import instant
from tandem.kernel.store import Uow
from tests.bss.billing import november
from tests.bss.charging import story

STORY = [
    ("Max 100, monthly charge", "15.73", "3.62", "19.35"),
    ("Max 100, monthly charge", "24.39", "5.61", "30.00"),
    ("100 GB of data", "0.00", "0.00", "0.00"),
    ("1000 national minutes", "0.00", "0.00", "0.00"),
    ("Calls to Germany", "1.63", "0.37", "2.00"),
]


@pytest.fixture
def product_id(uow: Uow) -> str:
    return november.october(november.at(uow, november.NOVEMBER_1ST))


def test_novembers_bill_has_the_storys_figures(uow: Uow, product_id: str) -> None:
    bill = november.billed(uow)
    assert november.lines(bill) == STORY
    assert november.totals(bill) == ("41.75", "9.60", "51.35")
    assert [line.description for line in bill.lines] == [
        "12–31 October 2026, 20 of 31 days",
        "1–30 November 2026",
        "12.5 GB, within the allowance",
        "1 call, 3:10 min, within the allowance",
        "1 call, 7:20 min",
    ]
    assert (bill.state, bill.bill_date, bill.due_on) == ("sent", date(2026, 11, 1), date(2026, 11, 15))
    assert (bill.period.start, bill.period.end) == (instant("2026-09-30T23:00:00Z"), november.NOVEMBER_1ST)
    assert {line.product_id for line in bill.lines} == {product_id}


def test_the_bill_is_booked_as_owed_earned_deferred_and_tax(uow: Uow, product_id: str) -> None:
    bill = november.billed(uow)
    entries = ledger.entries_of_cause(uow, cause_id=bill.bill_id)
    booked = {line.ledger_account: f"{line.amount.amount:.2f}" for entry in entries for line in entry.lines}
    # October's 15.73 and the calls' 1.63 are earned, November's 24.39 is not yet.
    assert booked == {"receivable": "51.35", "revenue": "-17.36", "deferred_revenue": "-24.39", "vat": "-9.60"}
    assert ledger.imbalance(uow) == {}


def test_the_next_bill_has_the_next_month_and_nothing_twice(uow: Uow, product_id: str) -> None:
    november.billed(uow)
    december = november.billed(november.at(uow, november.DECEMBER_1ST), date(2026, 12, 1))
    assert november.lines(december) == [("Max 100, monthly charge", "24.39", "5.61", "30.00")]
    assert december.lines[0].description == "1–31 December 2026"


def test_a_bill_of_a_date_is_drawn_up_once(uow: Uow, product_id: str) -> None:
    first = issuing.issue_monthly_bill(uow, billing_account_id=november.ACCOUNT, bill_date=november.BILL_DATE)
    again = issuing.issue_monthly_bill(uow, billing_account_id=november.ACCOUNT, bill_date=november.BILL_DATE)
    assert first is not None and again is not None and first.id == again.id
    assert len(billing.bills_of_account(uow, billing_account_id=november.ACCOUNT)) == 1
    assert first.doc["billNo"] == "B-00000001"


def test_use_that_comes_late_stands_on_the_next_bill(uow: Uow, product_id: str) -> None:
    november.billed(uow)
    story.charged(uow, story.call(story.BERLIN, 61, at="2026-10-31T20:00:00Z"))
    december = november.billed(november.at(uow, november.DECEMBER_1ST), date(2026, 12, 1))
    # 1:01 counts as two minutes at 0.25.
    assert november.lines(december)[1] == ("Calls to Germany", "0.41", "0.09", "0.50")


def test_each_line_says_why_and_its_leaves_sum_to_it(uow: Uow, product_id: str) -> None:
    bill = november.billed(uow)
    for line in bill.lines:
        why = billing.why_line(uow, line.rate_id)
        leaves = [leaf.amount.micros for leaf in why.leaves() if leaf.amount is not None]
        assert why.amount == line.gross and sum(leaves) == line.gross.micros
    part = billing.why_line(uow, bill.lines[0].rate_id)
    assert part.because[0].what == "30.00 EUR × 20/31 days = 19.35 EUR, half-up to cents"
    assert part.because[0].facts["catalogue"] == "Max 100 2026.10 (offer-max-100, write 1)"
    assert (part.because[1].entity, part.because[1].id) == ("Product", product_id)
    germany = billing.why_line(uow, bill.lines[4].rate_id).because[0]
    assert germany.entity == "RatedEvent" and "7:20 to 493012345678, counted as 8:00" in germany.what
    assert [cause.entity for cause in germany.because] == ["ProductOfferingPrice", "Usage"]


def test_a_bill_says_why_by_its_lines(uow: Uow, product_id: str) -> None:
    why = billing.why_bill(uow, november.billed(uow).bill_id)
    assert why.amount == Money.of("51.35", "EUR")
    assert sum(one.amount.micros for one in why.because if one.amount is not None) == 51_350_000


def test_the_program_explains_bills_and_lines(uow: Uow, product_id: str) -> None:
    bill = november.billed(uow)
    assert why_of(uow, "CustomerBill", bill.bill_id).what == f"bill {bill.number}"
    assert why_of(uow, "AppliedCustomerBillingRate", bill.lines[4].rate_id).amount == bill.lines[4].gross
    with pytest.raises(LineUnknown):
        billing.why_line(uow, "none")
    with pytest.raises(BillUnknown):
        billing.get_bill(uow, bill_id="none")


def test_a_bill_is_found_by_its_number_customer_and_account(uow: Uow, product_id: str) -> None:
    bill = november.billed(uow)
    assert (
        billing.find_bill_by_number(uow, number="B-00000001")
        == billing.bills_of_customer(uow, customer_id=story.CUSTOMER)[0]
    )
    assert billing.find_bill_by_number(uow, number="B-00000002") is None
    assert [one.bill_id for one in billing.unpaid_bills(uow, billing_account_id=november.ACCOUNT)] == [bill.bill_id]
    assert billing.unpaid_bills(uow, billing_account_id="another") == []

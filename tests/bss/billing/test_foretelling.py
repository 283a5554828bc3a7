"""The first bill as it is told before an order: the same figures that the bill will have."""

from __future__ import annotations

from datetime import date

import pytest

from tandem.bss.billing import public as billing
from tandem.bss.catalog.terms import OneTimeTerm, PlanTerms, RecurringTerm, Source
from tandem.bss.party.terms import BillingTerms
from tandem.kernel.money import Money

ACCOUNT = BillingTerms("a-1", "c-1", "Ann", "Active", 1, "Europe/Dublin", "EUR", 14)
SOURCE = Source("p-1", "1", 1)


def plan(*, in_advance: bool = True, once: int = 0) -> PlanTerms:
    return PlanTerms(
        offering_id="o-1",
        offering_name="Max 100",
        offering_version="1",
        entity_version=1,
        currency="EUR",
        tax_included=True,
        tax_category="VAT",
        tax_rate_bp=2300,
        recurring=(RecurringTerm(SOURCE, "monthly", 30_000_000, 1, in_advance),),
        one_time=(OneTimeTerm(SOURCE, "set up", once),) if once else (),
        usage=(),
        allowances=(),
    )


@pytest.mark.parametrize(
    ("terms", "starts_on", "bill_on", "amount"),
    [
        (plan(), date(2026, 10, 12), date(2026, 11, 1), "49.35"),
        (plan(), date(2026, 10, 1), date(2026, 11, 1), "60.00"),
        (plan(), date(2026, 10, 31), date(2026, 11, 1), "30.97"),
        (plan(in_advance=False), date(2026, 10, 12), date(2026, 11, 1), "19.35"),
        (plan(once=5_000_000), date(2026, 10, 12), date(2026, 11, 1), "54.35"),
        (plan(), date(2026, 12, 15), date(2027, 1, 1), "46.45"),
    ],
)
def test_the_rest_of_the_month_and_what_is_paid_in_advance(
    terms: PlanTerms, starts_on: date, bill_on: date, amount: str
) -> None:
    told = billing.first_bill(plan=terms, account=ACCOUNT, starts_on=starts_on)
    assert (told.bill_on, told.amount) == (bill_on, Money.of(amount, "EUR"))

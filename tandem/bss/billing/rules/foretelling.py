"""What the first bill of a plan will ask for without use, told before it is ordered, by the rules that bills follow."""

from __future__ import annotations

from datetime import date

from tandem.bss.billing.rules.proration import part_of, prorated, share_of_month
from tandem.bss.billing.terms import FirstBill
from tandem.bss.catalog.terms import PlanTerms, RecurringTerm
from tandem.bss.party.terms import BillingTerms
from tandem.kernel.money import Money, total
from tandem.kernel.period import LocalDays, bill_month


def first_bill(plan: PlanTerms, account: BillingTerms, starts_on: date) -> FirstBill:
    """The bill after a start on a day: the rest of its month, what is paid in advance, and what is charged once."""
    month = bill_month(starts_on, account.bill_day, account.zone_name)
    once = [Money(term.amount_micros, plan.currency) for term in plan.one_time]
    rest = [_rest(term, plan.currency, month, starts_on) for term in plan.recurring]
    ahead = [_month(term, plan.currency, 1) for term in plan.recurring if term.in_advance]
    return FirstBill(bill_on=month.end, amount=total([*once, *rest, *ahead], plan.currency))


def _rest(term: RecurringTerm, currency: str, month: LocalDays, starts_on: date) -> Money:
    part = part_of(month, starts_on, month.end)
    return Money.zero(currency) if part is None else prorated(_month(term, currency, 0), part)


def _month(term: RecurringTerm, currency: str, place: int) -> Money:
    return share_of_month(Money(term.amount_micros, currency), term.months, place)

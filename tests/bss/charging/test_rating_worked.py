"""The tables of docs/how/rating.md, line by line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tandem.bss.catalog import public as catalog
from tandem.bss.catalog.seed import MAX_100
from tandem.bss.catalog.terms import PlanTerms, UsageTerm
from tandem.bss.charging import public as charging
from tandem.bss.charging.rules.rating import Bucket, counted, rate
from tandem.bss.charging.rules.reading import usage_type_of
from tandem.bss.charging.terms import UsageRecord
from tandem.kernel.money import Money
from tandem.kernel.period import instant
from tandem.kernel.store import Uow
from tests.bss.charging import story

PAGE = Path(__file__).resolve().parents[3] / "docs" / "how" / "rating.md"
START = instant("2026-10-20T10:00:00Z")


def table_of(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, as text."""
    section = PAGE.read_text().split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize("row", table_of("Counting, worked by hand"), ids=" ".join)
def test_use_counts_in_increments(row: list[str]) -> None:
    quantity, increments, expected, continued = row
    first, following = map(int, increments.split("/"))
    assert counted(int(quantity), first, following) == int(expected)
    assert counted(int(quantity), first, following, continues=True) == int(continued)


def test_each_charge_is_as_worked_by_hand(uow: Uow) -> None:
    story.open_shop(uow)
    terms = catalog.get_plan_terms(uow, offering_id=MAX_100, moment=START)
    rows = table_of("Charges, worked by hand")
    assert len(rows) == 16
    for kind, to, quantity, used, from_allowance, at_price, amount in rows:
        record = UsageRecord(usage_type_of(kind, ""), story.NUMBER, to, START, int(quantity))
        buckets = {term.source.price_id: Bucket(term.amount, int(used)) for term in terms.allowances}
        charges, suspension = rate(record, terms, buckets)
        assert suspension is None
        taken = sum(one.charged_units for one in charges if one.used_before is not None)
        priced = sum(one.charged_units for one in charges if one.used_before is None)
        paid = sum(one.amount.micros for one in charges)
        found = (taken, priced, Money(paid, "EUR"))
        assert found == (int(from_allowance), int(at_price), Money.of(amount, "EUR")), (kind, to, quantity)
        assert sum(one.quantity for one in charges) == int(quantity)


@pytest.mark.parametrize("row", table_of("Bill months, worked by hand"), ids=" ".join)
def test_the_accounts_calendar_says_which_month_pays(uow: Uow, product_id: str, row: list[str]) -> None:
    start, _, begins = row
    story.charged(uow, story.call(story.GALWAY, 60, at=start))
    summary = charging.usage_summary(uow, product_id=product_id, moment=instant(start))
    assert summary.period.start == instant(begins)
    (minutes,) = [one for one in summary.buckets if one.usage_type == "voice"]
    assert (minutes.period, minutes.used) == (summary.period, 60)


def test_the_longest_prefix_wins_and_a_premium_number_is_no_national_call(uow: Uow) -> None:
    story.open_shop(uow)
    terms = catalog.get_plan_terms(uow, offering_id=MAX_100, moment=START)
    national = next(term for term in terms.usage if term.source.price_id == "price-voice-national")
    premium = _with(national, "price-premium", ("3531550",), 3_000_000)
    everywhere = _with(national, "price-world", (), 1_000_000)
    plan = _plan(terms, (*terms.usage, premium, everywhere))
    buckets = {term.source.price_id: Bucket(term.amount, 0) for term in terms.allowances}
    for to, price_id in (
        ("3531550123", "price-premium"),
        ("35315501", "price-premium"),
        ("353155", "price-max-100-national"),
        ("12125550100", "price-world"),
    ):
        charges, _ = rate(UsageRecord("voice", story.NUMBER, to, START, 60), plan, buckets)
        assert [one.term.source.price_id for one in charges] == [price_id], to


def test_without_a_price_nothing_is_taken_from_an_allowance(uow: Uow) -> None:
    story.open_shop(uow)
    terms = catalog.get_plan_terms(uow, offering_id=MAX_100, moment=START)
    plan = _plan(terms, ())
    buckets = {term.source.price_id: Bucket(term.amount, term.amount or 0) for term in terms.allowances}
    charges, suspension = rate(UsageRecord("data", story.NUMBER, "", START, 1), plan, buckets)
    assert charges == ()
    assert suspension is not None and suspension.code == "no_price"


def test_money_stays_exact_past_63_bits(uow: Uow) -> None:
    story.open_shop(uow)
    terms = catalog.get_plan_terms(uow, offering_id=MAX_100, moment=START)
    most = 2**63 - 1
    record = UsageRecord("data", story.NUMBER, "", START, most)
    buckets = {term.source.price_id: Bucket(term.amount, term.amount or 0) for term in terms.allowances}
    ((charge,), _) = rate(record, terms, buckets)
    # 9,223,372,036,854,775,807 octets are 9,223,372,036,855 whole MB, at half a cent each.
    assert charge.charged_units == 9_223_372_036_855_000_000
    assert charge.amount == Money.of("46116860184.28", "EUR")


def _with(term: UsageTerm, price_id: str, prefixes: tuple[str, ...], amount_micros: int) -> UsageTerm:
    source = replace(term.source, price_id=price_id)
    return replace(term, source=source, prefixes=prefixes, amount_micros=amount_micros)


def _plan(terms: PlanTerms, usage: tuple[UsageTerm, ...]) -> PlanTerms:
    return replace(terms, usage=usage)

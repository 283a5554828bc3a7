"""Whatever is used, in whatever order and batches: granted = used + left, never below zero, nothing lost or doubled."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tandem.bss.catalog import store as catalog_store
from tandem.bss.catalog.terms import AllowanceTerm, PlanTerms, Source, UsageTerm
from tandem.bss.charging import public as charging
from tandem.bss.charging.rules.rating import Bucket, Charge, counted, rate
from tandem.bss.charging.terms import UsageRecord
from tandem.kernel.period import instant
from tandem.kernel.store import Uow
from tests.bss.charging import story

EXAMPLES = itertools.count()
START = instant("2026-10-20T10:00:00Z")

increments = st.tuples(st.integers(1, 90), st.integers(1, 90))
quantities = st.lists(st.integers(0, 5_000), max_size=30)


def plan(granted: tuple[int | None, ...], allowed: tuple[int, int], priced: tuple[int, int], per: int) -> PlanTerms:
    """A plan with allowances of these amounts, all calls, and one price of 0.37 for `per` seconds."""
    allowances = tuple(
        AllowanceTerm(Source(f"a{n}", "1", 1), f"a{n}", "voice", "", (), amount, "second", *allowed, n)
        for n, amount in enumerate(granted)
    )
    price = UsageTerm(Source("p", "1", 1), "p", "voice", "", (), 370_000, per, "second", *priced)
    return PlanTerms("o", "Plan", "1", 1, "EUR", True, "VAT", 2300, (), (), (price,), allowances)


@dataclass
class Account:
    """What a pure account would hold: allowances, and the charges so far."""

    terms: PlanTerms
    buckets: dict[str, Bucket]
    charges: list[Charge]

    def use(self, quantities: Iterable[int]) -> None:
        for quantity in quantities:
            charges, suspension = rate(UsageRecord("voice", "1", "2", START, quantity), self.terms, self.buckets)
            assert suspension is None
            assert sum(one.quantity for one in charges) == quantity
            for one in charges:
                key = one.term.source.price_id
                if one.used_before is not None:
                    assert self.buckets[key].used == one.used_before
                    self.buckets[key] = self.buckets[key].after(one.charged_units)
            self.charges += charges

    @property
    def paid(self) -> tuple[int, int]:
        """Units and micro-units that were charged at the price."""
        paid = [one for one in self.charges if one.used_before is None]
        return sum(one.charged_units for one in paid), sum(one.amount.micros for one in paid)


def opened(terms: PlanTerms) -> Account:
    return Account(terms, {term.source.price_id: Bucket(term.amount, 0) for term in terms.allowances}, [])


@given(st.lists(st.integers(0, 20_000), max_size=3), increments, increments, quantities)
def test_what_was_granted_is_used_or_left(
    granted: list[int], allowed: tuple[int, int], priced: tuple[int, int], used: list[int]
) -> None:
    account = opened(plan(tuple(granted), allowed, priced, 60))
    account.use(used)
    for term in account.terms.allowances:
        bucket = account.buckets[term.source.price_id]
        taken = sum(one.charged_units for one in account.charges if one.term == term)
        assert bucket.granted == term.amount and bucket.used == taken
        assert 0 <= bucket.used <= term.amount if term.amount is not None else False


@given(st.integers(0, 40), st.lists(st.integers(0, 5_000), max_size=30), st.randoms(use_true_random=False))
def test_any_order_gives_the_same_totals(minutes: int, used: list[int], chance: random.Random) -> None:
    terms = plan((minutes * 60,), (60, 60), (60, 60), 60)
    account, other = opened(terms), opened(terms)
    account.use(used)
    shuffled = list(used)
    chance.shuffle(shuffled)
    other.use(shuffled)
    assert other.paid == account.paid
    assert other.buckets == account.buckets
    whole = sum(counted(quantity, 60, 60) for quantity in used)
    assert account.paid[0] == max(0, whole - minutes * 60)
    assert account.paid[1] == account.paid[0] // 60 * 370_000


@given(increments, increments, st.integers(0, 5_000))
def test_an_allowance_without_limit_pays_everything(
    allowed: tuple[int, int], priced: tuple[int, int], quantity: int
) -> None:
    account = opened(plan((None,), allowed, priced, 60))
    account.use([quantity])
    assert account.paid == (0, 0)
    assert account.buckets["a0"].used == counted(quantity, *allowed)


@given(increments, st.integers(0, 10_000))
def test_counting_covers_what_was_used_and_less_than_one_increment_more(each: tuple[int, int], quantity: int) -> None:
    first, following = each
    units = counted(quantity, first, following)
    assert units >= quantity and (quantity == 0) == (units == 0)
    assert units == 0 or units == first or (units - first) % following == 0 and units - quantity < following


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 30_000), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_any_split_into_batches_gives_the_same_totals(uow: Uow, used: list[int], chance: random.Random) -> None:
    example = next(EXAMPLES)
    numbers = [f"353209{example:08}{n}" for n in range(3)]
    if not has_shop(uow):
        story.open_shop(uow)
    products = [story.subscribe(uow, number) for number in numbers]
    lines = [[line(number, n, seconds) for n, seconds in enumerate(used)] for number in numbers]
    load(uow, lines[0])
    for one in lines[1]:
        load(uow, [one])
    chance.shuffle(lines[2])
    cut = chance.randint(0, len(used))
    load(uow, lines[2][:cut])
    load(uow, lines[2][cut:])
    found = [totals(uow, product_id) for product_id in products]
    assert found[1] == found[0]
    assert found[2] == found[0]
    whole = sum(counted(seconds, 60, 60) for seconds in used)
    assert found[0] == (min(whole, 60_000), max(0, whole - 60_000) // 60 * 150_000)


def has_shop(uow: Uow) -> bool:
    """Whether an earlier example has opened the shop in this unit of work."""
    return catalog_store.OFFERINGS.count(uow) > 0


def line(number: str, n: int, seconds: int) -> str:
    return f"voice,{number},35391555010,2026-10-20T{n:02}:00:00Z,{seconds}"


def load(uow: Uow, lines: list[str]) -> None:
    text = "\n".join(["usage_type,served_number,destination,started_at,quantity", *lines])
    report = charging.load_usage_file(uow, content=text.encode(), source="split.csv")
    assert report.rated == len(lines)


def totals(uow: Uow, product_id: str) -> tuple[int, int]:
    """Seconds of the allowance that are used, and micro-units charged."""
    summary = charging.usage_summary(uow, product_id=product_id, moment=START)
    minutes = next(bucket for bucket in summary.buckets if bucket.usage_type == "voice")
    return minutes.used, summary.charged.micros

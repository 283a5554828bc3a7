"""Whatever is used, in whatever order and batches: granted = used + left, never below zero, nothing lost or doubled."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tandem.bss.catalog import store as catalog_store
from tandem.bss.catalog.terms.tariff import Allowance, Price, Tariff
from tandem.bss.charging import public as charging
from tandem.bss.charging.terms import UsageRecord
from tandem.kernel.period import instant
from tandem.kernel.store import Uow
from tests.bss.charging import story
from tests.bss.charging.rating import Alone, Part

EXAMPLES = itertools.count()
START = instant("2026-10-20T10:00:00Z")

increments = st.tuples(st.integers(1, 90), st.integers(1, 90))
quantities = st.lists(st.integers(0, 5_000), max_size=30)


def plan(granted: tuple[int | None, ...], allowed: tuple[int, int], priced: tuple[int, int]) -> Tariff:
    """A plan with allowances of these amounts, all calls, and one price of 0.37 for a minute."""
    allowances = tuple(
        Allowance(
            id=f"a{n}",
            service="voice",
            amount=None if amount is None else f"{amount} second",
            unlimited=amount is None,
            increments="/".join(map(str, allowed)),
            priority=n,
        )
        for n, amount in enumerate(granted)
    )
    price = Price(id="p", service="voice", amount="0.37", per="1 minute", increments="/".join(map(str, priced)))
    return Tariff(id="o", currency="EUR", prices=(price,), allowances=allowances)


@dataclass
class Account:
    """An account and the parts of all its calls."""

    alone: Alone
    parts: list[Part]

    def use(self, quantities: Iterable[int]) -> None:
        for quantity in quantities:
            made = self.alone.use(UsageRecord("voice", "1", "2", START, quantity))
            assert isinstance(made, tuple)
            assert sum(one.quantity for one in made) == quantity
            self.parts += made

    @property
    def paid(self) -> tuple[int, int]:
        """Units and micro-units that were charged at the price."""
        paid = [one for one in self.parts if one.term_id == "p"]
        return sum(one.counted for one in paid), sum(one.micros for one in paid)


def opened(terms: Tariff) -> Account:
    return Account(Alone(terms), [])


@settings(deadline=None)
@given(st.lists(st.integers(0, 20_000), max_size=3), increments, increments, quantities)
def test_what_was_granted_is_used_or_left(
    granted: list[int], allowed: tuple[int, int], priced: tuple[int, int], used: list[int]
) -> None:
    account = opened(plan(tuple(granted), allowed, priced))
    account.use(used)
    for n, amount in enumerate(granted):
        taken = sum(one.counted for one in account.parts if one.term_id == f"a{n}")
        given_then, is_used = account.alone.left(f"a{n}")
        assert is_used == taken and given_then in (amount, 0)
        assert 0 <= is_used <= amount


@settings(deadline=None)
@given(st.integers(0, 40), st.lists(st.integers(0, 5_000), max_size=30), st.randoms(use_true_random=False))
def test_any_order_gives_the_same_totals(minutes: int, used: list[int], chance: random.Random) -> None:
    terms = plan((minutes * 60,), (60, 60), (60, 60))
    account, other = opened(terms), opened(terms)
    account.use(used)
    shuffled = list(used)
    chance.shuffle(shuffled)
    other.use(shuffled)
    assert other.paid == account.paid
    assert other.alone.left("a0") == account.alone.left("a0")
    whole = sum(-(-quantity // 60) * 60 for quantity in used)
    assert account.paid[0] == max(0, whole - minutes * 60)
    assert account.paid[1] == account.paid[0] // 60 * 370_000


@settings(deadline=None)
@given(increments, increments, st.integers(1, 5_000))
def test_an_allowance_without_limit_pays_everything(
    allowed: tuple[int, int], priced: tuple[int, int], quantity: int
) -> None:
    account = opened(plan((None,), allowed, priced))
    account.use([quantity])
    assert account.paid == (0, 0)
    first, following = allowed
    units = account.alone.left("a0")[1]
    assert units >= quantity and (units == first or (units - first) % following == 0 and units - quantity < following)


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
    whole = sum(-(-seconds // 60) * 60 for seconds in used)
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

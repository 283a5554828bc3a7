"""The reference against itself and the page's worked figures: what must hold of any rater, whoever wrote it."""

from __future__ import annotations

import random
from collections import defaultdict

import msgspec
import pytest

from tandem.bss.catalog.terms.tariff import Tariff
from tests.bss.charging.reference.calendar import instant_us
from tests.bss.charging.reference.random_tariffs import random_tariff
from tests.bss.charging.reference.random_uses import Case, random_case
from tests.bss.charging.reference.rater import Rated, Reference
from tests.bss.charging.reference.snapshots import book_of, sums_of
from tests.bss.charging.reference.state import Bucket
from tests.bss.charging.reference.words import Subscriber, Use

SEEDS = range(24)
MAX_100 = {
    "id": "max-100",
    "currency": "EUR",
    "destinations": {"national": ["353"], "germany": ["49"]},
    "prices": [
        {"id": "n", "service": "voice", "to": ["national"], "amount": "0.15", "per": "1 minute", "increments": "60/60"},
        {"id": "g", "service": "voice", "to": ["germany"], "amount": "0.25", "per": "1 minute", "increments": "60/60"},
        {"id": "d", "service": "data", "amount": "5.00", "per": "1 GB", "increments": "1000000/1000000"},
        {"id": "m", "service": "message", "to": ["national"], "amount": "0.10"},
    ],
    "allowances": [
        {"id": "minutes", "service": "voice", "to": ["national"], "amount": "1000 minutes", "increments": "60/60"},
        {"id": "octets", "service": "data", "amount": "100 GB"},
    ],
}
WORKED = """
data       -             12500000000            0  12500000000           0     0
voice      35391555010           190            0          240           0     0
voice      493012345678          440            0            0         480  2000000
voice      493012345678            0            0            0           0     0
voice      493012345678            1            0            0          60   250000
voice      35391555010           310        59820          180         180   450000
voice      35391555010           180        59820          180           0     0
voice      35391555010            61        60000            0         120   300000
data       -               150000000  99900000000    100000000    50000000   250000
data       -                       1 100000000000            0     1000000    10000
data       -                 2000001 100000000000            0     3000000    20000
message    35391555010             3            0            0           3   300000
"""
"""Service, number, quantity, used before, from the allowance, at the price, micros: the table of docs/how/rating.md."""


def opened(case: Case) -> Reference:
    """A reference with a case's subscribers and what they were given, as it stood before the first use."""
    found = Reference(case.tariffs, case.subscribers)
    for one in case.granted:
        fresh = Bucket(one.owner, one.term, one.kind, one.start, one.end, one.granted, one.priority)
        fresh.measure, fresh.services = one.measure, one.services
        found.book.add(fresh)
    return found


def case_of(seed: int, *, accounts: int = 6, uses: int = 30) -> Case:
    """A small case."""
    return random_case(random.Random(seed), random_tariff(seed, f"m{seed}"), accounts=accounts, uses=uses)


@pytest.mark.parametrize("line", WORKED.strip().splitlines())
def test_the_worked_figures_come_out(line: str) -> None:
    service, number, *figures = line.split()
    quantity, before, given, priced, micros = map(int, figures)
    reference = Reference([msgspec.convert(MAX_100, Tariff)], [Subscriber("s", "a", "max-100", "Europe/Dublin", 1, 0)])
    start = instant_us("2026-10-20T10:00:00Z")
    reference.rate(Use("before", "s", service, start, before, "3531"))
    parts = reference.rate(Use("u", "s", service, start, quantity, number)).parts
    assert sum(part.counted for part in parts if part.kind == "allowance") == given
    assert sum(part.counted for part in parts if part.kind == "price") == priced
    assert sum(part.amount for part in parts) == micros


@pytest.mark.parametrize("seed", SEEDS)
def test_any_slices_come_to_what_the_whole_would_have_cost(seed: int) -> None:
    case, chance, rises = case_of(seed), random.Random(seed), _only_rises(seed)
    whole, sliced = opened(case), opened(case)
    for use in case.uses:
        expected = whole.rate(use)
        if expected.reason:
            continue
        found = _in_slices(sliced, use, chance)
        assert not any(one.reason for one in found)
        assert sums_of(part for one in found for part in one.parts) == sums_of(expected.parts)
        told = {what for one in found for what in one.told}
        assert told == set(expected.told) or told > set(expected.told) and not rises  # sums fall
    assert book_of(sliced.book) == book_of(whole.book)


def _in_slices(reference: Reference, use: Use, chance: random.Random) -> list[Rated]:
    """Rate a use in random slices, some of them empty; what is not measured in time all begins when the use does."""
    session = reference.begin(use)
    assert session is not None
    cuts = sorted(chance.randint(0, use.quantity) for _ in range(chance.randint(0, 5)))
    ends = [*cuts, use.quantity]
    return [reference.rate_slice(session, end - begin, use.start) for begin, end in zip([0, *cuts], ends, strict=True)]


@pytest.mark.parametrize("seed", SEEDS)
def test_money_and_units_are_conserved(seed: int) -> None:
    case = case_of(seed)
    reference = opened(case)
    used: defaultdict[int, int] = defaultdict(int)
    for use in case.uses:
        rated = reference.rate(use)
        assert rated.reason or sum(part.units for part in rated.parts) == use.quantity
        for part in rated.parts:
            money = sum(by for bucket, by in part.moves if bucket.kind == "money")
            assert part.amount == part.invoiced + money + part.unpaid and part.waived >= 0
            for bucket, by in part.moves:
                used[id(bucket)] += by
    for bucket in reference.book.buckets():
        assert bucket.used == used[id(bucket)] >= 0
        left = bucket.left
        assert bucket.granted is None or left is not None and left >= 0
        assert bucket.granted is None or bucket.granted - (left or 0) - bucket.moved == bucket.used
    moved = sum(bucket.moved for bucket in reference.book.buckets())
    assert moved == sum(bucket.granted or 0 for shelf in reference.book.carried.values() for bucket in shelf)


@pytest.mark.parametrize("seed", SEEDS)
def test_accounts_do_not_touch_one_another(seed: int) -> None:
    case, chance = case_of(seed), random.Random(seed)
    queues: defaultdict[str, list[Use]] = defaultdict(list)
    for use in case.uses:
        queues[use.subscriber.rpartition(".")[0]].append(use)
    names = [name for name, queue in queues.items() for _ in queue]
    chance.shuffle(names)
    waiting = {name: iter(queue) for name, queue in queues.items()}
    one, other = opened(case), opened(case)
    expected = {use.id: one.rate(use) for use in case.uses}
    for name in names:
        found = other.rate(next(waiting[name]))
        assert sums_of(found.parts) == sums_of(expected[found.use.id].parts)
    assert book_of(other.book) == book_of(one.book)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_reversed_and_rated_again_is_the_same(seed: int) -> None:
    case, chance = case_of(seed), random.Random(seed)
    reference = opened(case)
    first = [rated for rated in map(reference.rate, case.uses) if not rated.reason]
    book = book_of(reference.book)
    for rated in chance.sample(first, len(first)):
        reference.reverse(rated)
    assert all(bucket.used == 0 for bucket in reference.book.buckets())
    assert not any(reference.book.numbers.values())
    again = [reference.rate(rated.use) for rated in first]
    assert [sums_of(one.parts) for one in again] == [sums_of(one.parts) for one in first]
    assert not any(one.reason for one in again)
    assert book_of(reference.book) == book


def _only_rises(seed: int) -> bool:
    """Whether no sum can fall with more use: only then there is a most that can be granted."""
    prices = random_tariff(seed, f"m{seed}")[0].prices
    return not any(price.tiers and price.tiers.kind == "volume" for price in prices)


@pytest.mark.parametrize("seed", [seed for seed in SEEDS if _only_rises(seed)])
def test_what_is_granted_is_paid_and_one_more_would_not_be(seed: int) -> None:
    case = case_of(seed, uses=12)
    reference = opened(case)
    for use in case.uses:
        session = reference.begin(use)
        if session is None:
            assert reference.rate(use).reason == "no_tariff"
            continue
        before = book_of(reference.book)
        granted = reference.reserve(session, use.quantity, use.start)
        assert all(bucket.left is None or bucket.reserved <= bucket.left for bucket in reference.book.buckets())
        if granted.units < use.quantity:
            reference.release(granted)
            more = reference.reserve(session, granted.units + 1, use.start)
            assert more.units == granted.units and more.ends_by
            reference.release(more)
        else:
            assert not granted.ends_by
            reference.release(granted)
        assert book_of(reference.book) == {**before, **book_of(reference.book)}
        rated = reference.rate_slice(session, granted.units, use.start)
        assert not rated.reason and not sum(part.unpaid for part in rated.parts)

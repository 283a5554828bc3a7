"""The tables of docs/how/rating.md, line by line."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tandem.bss.catalog import public as catalog
from tandem.bss.catalog.seed import MAX_100
from tandem.bss.catalog.terms.tariff import Allowance, Price, Tariff
from tandem.bss.charging import public as charging
from tandem.bss.charging.rules.core import layout
from tandem.bss.charging.rules.reading import usage_type_of
from tandem.bss.charging.terms import UsageRecord
from tandem.kernel.money import Money
from tandem.kernel.period import instant
from tandem.kernel.store import Uow
from tests.bss.charging import story
from tests.bss.charging.rating import Alone, Part

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
    price = Price(id="p", service="voice", amount="1", per="1 second", increments=increments)
    tariff = Tariff(id="t", currency="EUR", prices=(price,))
    assert sum(one.counted for one in parts_of(Alone(tariff), call(int(quantity)))) == int(expected)
    with_one = msgspec.structs.replace(tariff, allowances=(Allowance(id="a", service="voice", amount="1 second"),))
    parts = parts_of(Alone(with_one), call(int(quantity) + 1))
    assert sum(one.counted for one in parts if one.term_id == "p") == int(continued)


def call(seconds: int, to: str = story.GALWAY) -> UsageRecord:
    return UsageRecord("voice", story.NUMBER, to, START, seconds)


def parts_of(alone: Alone, record: UsageRecord) -> tuple[Part, ...]:
    found = alone.use(record)
    assert isinstance(found, tuple), found
    return found


def max_100(uow: Uow) -> Tariff:
    story.open_shop(uow)
    return catalog.tariff_at(uow, offering_id=MAX_100, moment=START)


def test_each_charge_is_as_worked_by_hand(uow: Uow) -> None:
    tariff = max_100(uow)
    rows = table_of("Charges, worked by hand")
    assert len(rows) == 16
    for kind, to, quantity, used, from_allowance, at_price, amount in rows:
        record = UsageRecord(usage_type_of(kind, ""), story.NUMBER, to, START, int(quantity))
        used_of = {one.id: int(used) for one in tariff.allowances if one.service == kind}
        parts = parts_of(Alone(tariff, used_of), record)
        taken = sum(one.counted for one in parts if one.used_before is not None)
        priced = sum(one.counted for one in parts if one.used_before is None and one.term_id not in used_of)
        found = (taken, priced, Money(sum(one.micros for one in parts), "EUR"))
        assert found == (int(from_allowance), int(at_price), Money.of(amount, "EUR")), (kind, to, quantity)
        assert sum(one.quantity for one in parts) == int(quantity)


@pytest.mark.parametrize("row", table_of("Bill months, worked by hand"), ids=" ".join)
def test_the_accounts_calendar_says_which_month_pays(uow: Uow, product_id: str, row: list[str]) -> None:
    start, _, begins = row
    story.charged(uow, story.call(story.GALWAY, 60, at=start))
    summary = charging.usage_summary(uow, product_id=product_id, moment=instant(start))
    assert summary.period.start == instant(begins)
    (minutes,) = [one for one in summary.buckets if one.usage_type == "voice"]
    assert (minutes.period, minutes.used) == (summary.period, 60)


def test_the_longest_prefix_wins_and_a_premium_number_is_no_national_call(uow: Uow) -> None:
    tariff = max_100(uow)
    national = next(one for one in tariff.prices if one.id == "price-voice-national")
    premium = msgspec.structs.replace(national, id="price-premium", to=("premium",), amount="3")
    everywhere = msgspec.structs.replace(national, id="price-world", to=(), amount="1")
    dearer = msgspec.structs.replace(
        tariff,
        prices=(*tariff.prices, premium, everywhere),
        destinations={**tariff.destinations, "premium": ("3531550",)},
    )
    for to, price_id in (
        ("3531550123", "price-premium"),
        ("35315501", "price-premium"),
        ("353155", "price-max-100-national"),
        ("12125550100", "price-world"),
    ):
        assert [one.term_id for one in parts_of(Alone(dearer), call(60, to))] == [price_id], to


def test_without_a_price_nothing_is_taken_from_an_allowance(uow: Uow) -> None:
    tariff = msgspec.structs.replace(max_100(uow), prices=())
    data = next(one for one in tariff.allowances if one.service == "data")
    alone = Alone(tariff, {data.id: 100 * 10**9 - 1})
    assert alone.use(UsageRecord("data", story.NUMBER, "", START, 2)) == layout.NO_PRICE
    assert alone.left(data.id) == (100 * 10**9, 100 * 10**9 - 1)


def test_what_passes_63_bits_is_told_and_charges_nothing(uow: Uow) -> None:
    most = 2**62
    price = Price(id="p", service="data", amount="100", per="1 octet")
    alone = Alone(Tariff(id="t", currency="EUR", prices=(price,)))
    assert alone.use(UsageRecord("data", story.NUMBER, "", START, most)) == layout.TOO_LARGE
    petabyte = parts_of(
        Alone(max_100(uow), {"price-max-100-data": 100 * 10**9}), UsageRecord("data", "1", "", START, 10**15)
    )
    assert sum(one.micros for one in petabyte) == 5_000_000 * 10**6

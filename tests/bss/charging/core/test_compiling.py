"""Tariffs as tables: the best price among thousands, versions by two times, terms that come and go."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest

from tandem.bss.catalog.terms.tariff import Tariff
from tandem.bss.charging.rules.core import layout
from tandem.bss.charging.rules.core.book import columns_of, pack_column, pack_digits, unpack_digits
from tandem.bss.charging.rules.core.compiling import compile_tariffs, tariff_key
from tandem.bss.charging.rules.core.days import instant_of, us_of_text
from tandem.kernel.errors import Invalid
from tests.bss.charging.core.stage import Stage, tariff_of


def test_the_longest_prefix_among_thousands_is_found() -> None:
    chance = random.Random(5)
    prefixes = sorted({str(chance.randrange(1, 10 ** chance.randrange(2, 8))) for _ in range(5_000)})
    zones = {f"z{place}": prefixes[place::100] for place in range(100)}
    prices = [{"id": name, "service": "voice", "flat": "0.01", "to": [name]} for name in zones]
    stage = Stage(tariff_of(destinations=zones, prices=prices))
    zone_of = {prefix: name for name, its in zones.items() for prefix in its}
    numbers = [chance.choice(prefixes) + str(chance.randrange(10**4)) for _ in range(500)]
    found = stage.rated(*(stage.use("voice", 1, to=number) for number in numbers))
    for number, part in zip(numbers, found, strict=True):
        longest = max((prefix for prefix in zone_of if number.startswith(prefix)), key=len)
        assert stage.compiled.term_ids[part["term"]] == zone_of[longest], number


def versions() -> list[dict[str, Any]]:
    """The price of 2026, corrected in March with effect from January, and the price of 2027."""
    first = {"validFor": {"endDateTime": "2027-01-01T00:00:00Z"}, "approvedAt": "2025-12-01T00:00:00Z"}
    again = {"validFor": {"endDateTime": "2027-01-01T00:00:00Z"}, "approvedAt": "2026-03-01T00:00:00Z"}
    later = {"validFor": {"startDateTime": "2027-01-01T00:00:00Z"}, "approvedAt": "2026-11-01T00:00:00Z"}
    return [
        {"version": version, **told, "prices": [{"id": "sms", "service": "message", "amount": amount}]}
        for version, told, amount in (("1", first, "0.10"), ("2", again, "0.09"), ("3", later, "0.08"))
    ]


def charged(at: str, believed: str | None = None) -> int:
    tariffs = [tariff_of(**words) for words in versions()]
    stage = Stage(tariffs[0])
    stage.compiled = compile_tariffs(
        tariffs, believed_at=None if believed is None else instant_of(us_of_text(believed))
    )
    return int(stage.rated(stage.use("message", 1, at=at))[0]["amount"])


@pytest.mark.parametrize(
    ("at", "believed", "amount"),
    [
        ("2026-02-01T00:00:00Z", None, 90_000),
        ("2026-02-01T00:00:00Z", "2026-02-15T00:00:00Z", 100_000),
        ("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", 90_000),
        ("2026-12-31T23:59:59Z", None, 90_000),
        ("2027-01-01T00:00:00Z", None, 80_000),
    ],
)
def test_a_use_is_priced_by_what_was_in_force_and_believed(at: str, believed: str | None, amount: int) -> None:
    assert charged(at, believed) == amount


def test_where_no_version_is_in_force_nothing_is_rated() -> None:
    stage = Stage(tariff_of(**versions()[2]))
    found = stage.batch(stage.use("message", 1, at="2026-12-31T23:59:59Z"), stage.use("message", 1, tariff=-1))
    assert found.outcomes.tolist() == [layout.NO_TARIFF, layout.NO_TARIFF]


def test_a_price_counts_only_while_it_is_valid() -> None:
    summer = {"startDateTime": "2026-06-01T00:00:00Z", "endDateTime": "2026-09-01T00:00:00Z"}
    stage = Stage(
        tariff_of(
            prices=[
                {"id": "always", "service": "message", "amount": "0.10", "in": ["home"]},
                {"id": "a-summer", "service": "message", "amount": "0.05", "in": ["home"], "validFor": summer},
            ]
        )
    )
    at = ("2026-05-31T23:59:59Z", "2026-06-01T00:00:00Z", "2026-08-31T23:59:59Z", "2026-09-01T00:00:00Z")
    found = stage.rated(*(stage.use("message", 1, at=one) for one in at))
    assert [part["amount"] for part in found] == [100_000, 50_000, 50_000, 100_000]


def test_equal_tariffs_have_equal_keys_and_others_not() -> None:
    words = versions()[0]
    again = msgspec.convert(msgspec.to_builtins(tariff_of(**words)), Tariff)
    assert tariff_key(again) == tariff_key(tariff_of(**words))
    assert tariff_key(tariff_of(**words)) != tariff_key(tariff_of(**versions()[1]))


@pytest.mark.parametrize("text", ["", "0", "00353", "353915550101234", "3539155501012345678"])
def test_digits_are_packed_and_unpacked(text: str) -> None:
    assert unpack_digits(pack_digits(text)) == text[:15]
    assert pack_column([text, "1"]).tolist() == [pack_digits(text), pack_digits("1")]


def test_what_follows_the_digits_is_left_out() -> None:
    assert pack_digits("12x3") == pack_digits("12")
    assert pack_column(["12x3", "x", "é1"]).tolist() == [pack_digits("12"), 0, 0]


def test_steps_without_a_common_denominator_are_refused() -> None:
    steps = [{"upTo": 10**15, "amount": "1", "per": 999_999_999_989}, {"amount": "1", "per": 999_999_999_961}]
    with pytest.raises(Invalid) as fault:
        compile_tariffs(
            [tariff_of(prices=[{"id": "p", "service": "s", "tiers": {"kind": "graduated", "steps": steps}}])]
        )
    assert fault.value.error_code == "tariff.too_fine"


def test_a_use_that_fails_leaves_no_trace() -> None:
    allowance = {
        "id": "first",
        "service": "voice",
        "amount": "1 minute",
        "validity": {"kind": "firstUse", "length": "1 hour"},
    }
    stage = Stage(tariff_of(destinations={"ie": ["353"]}, allowances=[allowance], prices=[]))
    before = columns_of(stage.buckets.filled)
    found = stage.batch(stage.use("voice", 90, session=0))
    assert found.outcomes.tolist() == [layout.NO_PRICE]
    assert (len(found.parts), len(found.moves), columns_of(stage.buckets.filled)) == (0, 0, before)
    assert stage.slices.sessions["start_us"][0] == layout.NONE
    stage.rated(stage.use("voice", 60, at="2026-10-12T12:00:00Z"))
    assert stage.bucket("first")["start_us"] == us_of_text("2026-10-12T12:00:00Z")

"""The reference against figures worked out by hand: every shape, rounding, cap, cut and validity of the page once."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import msgspec
import pytest

from tandem.bss.catalog.terms.tariff import Tariff
from tests.bss.charging.reference.calendar import instant_us
from tests.bss.charging.reference.rater import Reference
from tests.bss.charging.reference.words import Subscriber, Use, fair_use_octets

NOON = "2026-10-20T11:00:00Z"
STEPS = [{"upTo": 60, "amount": "0.10", "per": 60}, {"amount": "0.05", "per": 60}]
SMS_STEPS = [{"upTo": 10, "amount": "0.10"}, {"amount": "0.05"}]
FEE = {"connectFee": "0.05", "minimum": "0.20"}
BILLED = {"place": "bill"}
STAIRS = [{"upTo": 5, "amount": "1.00"}, {"upTo": 10, "amount": "1.50"}]
SHAPES: dict[str, tuple[dict[str, Any], list[int], list[str]]] = {
    "graduated": ({"service": "voice", "tiers": {"kind": "graduated", "steps": STEPS}}, [60, 90], ["0.10", "0.13"]),
    "graduated over a cycle": (
        {"service": "voice", "tiers": {"kind": "graduated", "scope": "cycle", "steps": STEPS}},
        [30, 60, 60],
        ["0.05", "0.08", "0.05"],  # 0.05; 30 at 0.10 and 30 at 0.05 a minute are 0.075
    ),
    "volume": (
        {"service": "sms", "tiers": {"kind": "volume", "scope": "cycle", "steps": SMS_STEPS}},
        [10, 1, 9],
        ["1.00", "-0.45", "0.45"],
    ),
    "stair step": (
        {"service": "sms", "tiers": {"kind": "stairStep", "scope": "day", "steps": STAIRS}},
        [5, 1, 9],
        ["1.00", "0.50", "0.00"],
    ),
    "package": ({"service": "data", "package": {"size": "100 MB", "amount": "2"}}, [10**8, 10**8 + 1], ["2", "4"]),
    "flat": ({"service": "sms", "flat": "0.25"}, [0, 1, 7], ["0", "0.25", "0.25"]),
    "percent": ({"service": "content", "percent": "15"}, [1, 2], ["1.50", "1.50"]),  # of 9.99: 1.4985
    "first interval": (
        {"service": "voice", "amount": "0.06", "per": 60, "firstInterval": {"length": 60, "amount": "0.10"}},
        [1, 60, 90],
        ["0.10", "0.10", "0.13"],
    ),
    "free units": (
        {"service": "voice", "amount": "0.06", "per": 60, "freeUnits": {"amount": 60, "scope": "day"}},
        [45, 45, 10],
        ["0", "0.03", "0.01"],
    ),
    "connect fee and minimum": (
        {
            "service": "voice",
            "amount": "0.06",
            "per": 60,
            "increments": "60/60",
            "connectFee": "0.05",
            "minimum": "0.20",
        },
        [0, 1, 240],
        ["0", "0.20", "0.29"],
    ),
    "maximum": ({"service": "voice", "amount": "0.06", "per": 1, "maximum": "1.50"}, [20, 26], ["1.20", "1.50"]),
    "cap": (
        {"service": "sms", "flat": "0.20", "caps": [{"amount": "0.50", "scope": "day"}]},
        [1, 1, 1, 1],
        ["0.20", "0.20", "0.10", "0"],
    ),
    "increments rounded": (
        {
            "service": "voice",
            "amount": "0.005",
            "per": 60,
            "increments": "60/60",
            "rounding": {"place": "increment", "digits": 2},
        },
        [60, 180],
        ["0.01", "0.03"],
    ),
    "charges rounded": ({"service": "voice", "amount": "0.005", "per": 60, "increments": "60/60"}, [180], ["0.02"]),
    "half to even": ({"service": "sms", "amount": "0.005", "rounding": {"mode": "halfEven"}}, [1, 3], ["0", "0.02"]),
    "up": ({"service": "sms", "amount": "0.001", "rounding": {"mode": "up", "digits": 1}}, [1, 101], ["0.1", "0.2"]),
    "down": ({"service": "sms", "amount": "0.019", "rounding": {"mode": "down"}}, [1], ["0.01"]),
    "at the bill": (
        {"service": "data", "amount": "1", "per": "3 MB", "rounding": {"place": "bill"}},
        [10**6],
        ["0.333333"],
    ),
}


def opened(**terms: Any) -> Reference:
    """One product in Dublin whose bill cycle begins on the 28th, with a tariff of these terms."""
    tariff = msgspec.convert({"id": "t", "currency": "EUR", **terms}, Tariff)
    return Reference([tariff], [Subscriber("s", "a", "t", "Europe/Dublin", 28, instant_us("2026-10-01T10:00:00Z"))])


def micros(text: str) -> int:
    """Decimal text as micros."""
    whole, _, rest = text.lstrip("-").partition(".")
    return int(whole + rest.ljust(6, "0")) * (-1 if text.startswith("-") else 1)


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_costs_what_was_worked_out(name: str) -> None:
    price, quantities, amounts = SHAPES[name]
    reference = opened(prices=[{"id": "p", **price}])
    for n, (quantity, amount) in enumerate(zip(quantities, amounts, strict=True)):
        use = Use(str(n), "s", price["service"], instant_us(NOON), quantity, value=9_990_000)
        assert sum(part.amount for part in reference.rate(use).parts) == micros(amount)


NIGHT = {"name": "night", "from": "22:00", "to": "06:00"}
PEAK_AND_NIGHT = {
    "dayParts": [NIGHT],
    "prices": [
        {"id": "peak", "service": "voice", "amount": "0.60", "per": 60, "increments": "60/60"},
        {"id": "night", "service": "voice", "during": ["night"], "amount": "0.06", "per": 60, "increments": "60/1"},
    ],
}


@pytest.mark.parametrize(
    ("start", "seconds", "expected"),
    [
        ("2026-10-20T20:59:00Z", 120, {"peak": 60, "night": 60}),  # 21:59 local: cut after a minute
        ("2026-10-20T20:59:30Z", 90, {"peak": 60, "night": 30}),  # the minute that begins at 21:59:30 is peak
        ("2026-10-20T20:59:59.5Z", 60, {"peak": 60}),  # cut after one second, up to its minute
        ("2026-10-20T04:59:50Z", 100, {"night": 60, "peak": 60}),  # 05:59:50: night counts 60 first, then 40 as 60
        (
            "2026-10-25T05:58:00Z",
            240,
            {"night": 120, "peak": 120},
        ),  # 05:58 in winter time
        (
            "2026-10-24T23:30:00Z",
            9 * 3600,
            {"night": 6 * 3600 + 1800, "peak": 2 * 3600 + 1800},
        ),  # a night of 25 hours' day
    ],
)
def test_a_call_is_cut_where_the_day_part_changes(start: str, seconds: int, expected: dict[str, int]) -> None:
    parts = opened(**PEAK_AND_NIGHT).rate(Use("u", "s", "voice", instant_us(start), seconds)).parts
    assert {part.term: part.counted for part in parts} == expected


MINUTES = {"service": "voice", "amount": "10 minutes"}


@pytest.mark.parametrize(
    ("allowance", "starts", "given"),
    [
        (
            {"validity": {"kind": "cycle"}},
            ["10-27T10:00", "10-27T11:00", "10-28T00:00"],
            [400, 200, 400],
        ),
        (
            {"validity": {"kind": "day"}},
            ["10-20T22:30", "10-20T23:00"],
            [400, 400],
        ),  # midnight is 23:00Z
        (
            {"validity": {"kind": "firstUse", "length": "1 hour"}},
            ["10-20T10:00", "10-20T11:00"],
            [400, 0],
        ),
        (
            {"validity": {"kind": "rolling", "length": "1 hour"}},
            ["10-20T10:00", "10-20T11:00"],
            [400, 400],
        ),
        (
            {"validity": {"kind": "rolling", "length": "1 hour"}},
            ["10-20T10:00", "10-20T09:00"],
            [400, 0],
        ),
        (
            {"validity": {"kind": "fixed", "end": "2026-10-20T10:00:00Z"}},
            ["10-20T09:59", "10-20T10:00"],
            [400, 0],
        ),
        # Began on 1 October in the cycle 28 September to 27 October: 27 of 30 days of 600 are 540.
        ({"firstPeriod": "prorated"}, ["10-20T10:00", "10-20T11:00"], [400, 140]),
        # 200 are left of October's; with a cap of 50 the second cycle has 650.
        (
            {"rollOver": {"cap": 50}},
            ["10-20T10:00", "10-28T10:00", "10-28T11:00"],
            [400, 400, 250],
        ),
        # Nobody used anything in October: 600 are carried over, but not into the cycle after the next.
        ({"rollOver": {}}, ["10-28T10:00"] * 4, [400, 400, 400, 0]),
        ({"rollOver": {}}, ["11-28T10:00"] * 4, [400, 400, 400, 0]),
        ({"rollOver": {"cycles": 2}}, ["11-28T10:00"] * 5, [400, 400, 400, 400, 200]),
    ],
)
def test_an_allowance_gives_what_its_validity_says(
    allowance: dict[str, Any], starts: list[str], given: list[int]
) -> None:
    reference = opened(
        prices=[{"id": "p", "service": "voice", "flat": "0"}], allowances=[{"id": "a", **MINUTES, **allowance}]
    )
    found = [
        reference.rate(Use(str(n), "s", "voice", instant_us(f"2026-{start}:00Z"), 400))
        for n, start in enumerate(starts)
    ]
    assert [sum(part.units for part in one.parts if part.kind == "allowance") for one in found] == given


def test_fair_use_abroad_is_twice_the_price_by_the_cap_of_the_day() -> None:
    """A plan of 30.00 with 23 % VAT is 24.39 without: 2 · 24.39 ÷ 1.10 are 44.345 GB in 2026, and 48.78 in 2027."""
    assert fair_use_octets(Fraction("24.39"), date(2026, 10, 1)) == 44_350_000_000
    assert fair_use_octets(Fraction("24.39"), date(2027, 1, 1)) == 48_780_000_000
    assert fair_use_octets(Fraction("24.39"), date(2022, 6, 30)) == 0

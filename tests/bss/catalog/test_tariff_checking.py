"""What a tariff is refused for, by its place, before anybody is charged by it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tandem.bss.catalog.public import check_tariff, quantity_of
from tandem.bss.catalog.terms.tariff import Tariff
from tandem.kernel.errors import Invalid

VOICE = {"id": "v", "service": "voice", "amount": "0.10", "per": "1 minute"}
DATA = {"id": "d", "service": "data", "amount": "1.00", "per": "1 GB"}


def found(**words: Any) -> list[tuple[str, str]]:
    tariff = msgspec.convert({"id": "t", "currency": "EUR", **words}, Tariff)
    return [(finding.path, finding.code) for finding in check_tariff(tariff)]


def tiers(kind: str, *steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": "p", "service": "data", "tiers": {"kind": kind, "steps": list(steps), **more}}


def test_a_sound_tariff_has_no_findings() -> None:
    assert found(prices=[VOICE, DATA], allowances=[{"id": "a", "service": "data", "amount": "10 GB"}]) == []


CASES: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"prices": [VOICE | {"to": ["moon"]}]}, ("prices[0].to", "tariff.unknown_name")),
    ({"prices": [VOICE | {"in": ["moon"]}]}, ("prices[0].in", "tariff.unknown_name")),
    ({"prices": [VOICE | {"during": ["noon"]}]}, ("prices[0].during", "tariff.unknown_name")),
    ({"prices": [VOICE], "limits": [{"id": "l", "service": "fax"}]}, ("limits[0].service", "tariff.unknown_name")),
    ({"prices": [VOICE], "quota": [{"service": "fax", "slice": 1}]}, ("quota[0].service", "tariff.unknown_name")),
    ({"prices": [VOICE, VOICE]}, ("prices", "tariff.doubled")),
    ({"prices": [VOICE, DATA | {"id": "w", "service": "voice"}]}, ("prices[1].per", "tariff.measure")),
    ({"prices": [VOICE | {"per": "1 fortnight"}]}, ("prices[0].per", "tariff.unit")),
    ({"prices": [VOICE | {"per": "0.0001 second"}]}, ("prices[0].per", "tariff.quantity")),
    ({"prices": [VOICE | {"per": 0}]}, ("prices[0].per", "tariff.quantity")),
    ({"prices": [VOICE | {"flat": "1"}]}, ("prices[0]", "tariff.shape")),
    ({"prices": [{"id": "v", "service": "voice"}]}, ("prices[0]", "tariff.shape")),
    ({"prices": [VOICE | {"amount": "-0.10"}]}, ("prices[0].amount", "tariff.negative")),
    ({"prices": [VOICE | {"minimum": "2", "maximum": "1"}]}, ("prices[0].minimum", "tariff.shape")),
    (
        {"prices": [tiers("graduated", {"upTo": 5, "amount": "1"}, {"upTo": 5, "amount": "2"})]},
        ("prices[0].tiers.steps", "tariff.steps"),
    ),
    (
        {"prices": [tiers("graduated", {"amount": "1"}, {"upTo": 5, "amount": "2"})]},
        ("prices[0].tiers.steps[0].upTo", "tariff.steps"),
    ),
    (
        {
            "prices": [tiers("volume", {"upTo": 5, "amount": "2"}, {"amount": "1"}, scope="cycle")],
            "payment": {"order": ["money"]},
        },
        ("prices[0].tiers", "tariff.payment"),
    ),
    (
        {"prices": [VOICE], "payment": {"order": ["money"], "creditLimit": "5"}},
        ("payment.creditLimit", "tariff.payment"),
    ),
    (
        {"prices": [VOICE | {"freeUnits": {"amount": 1}, "rounding": {"place": "increment"}}]},
        ("prices[0].rounding.place", "tariff.rounding"),
    ),
    ({"prices": [VOICE, VOICE | {"id": "w"}]}, ("prices[1]", "tariff.ambiguous")),
    (
        {
            "prices": [VOICE | {"to": ["a"]}, VOICE | {"id": "w", "to": ["b"]}],
            "destinations": {"a": ["353"], "b": ["353"]},
        },
        ("prices[1]", "tariff.ambiguous"),
    ),
    (
        {"prices": [VOICE], "dayParts": [{"name": "n", "from": "10:00", "to": "10:00"}]},
        ("dayParts[0]", "tariff.day_part"),
    ),
    ({"prices": [VOICE], "holidayCountry": "XX"}, ("holidayCountry", "tariff.holiday")),
    ({"prices": [VOICE], "holidays": ["2026-02-30"]}, ("holidays[0]", "tariff.holiday")),
    ({"prices": [VOICE], "approvedAt": "2026-01-01"}, ("approvedAt", "tariff.period")),
    (
        {
            "prices": [
                VOICE | {"validFor": {"startDateTime": "2026-02-01T00:00:00Z", "endDateTime": "2026-01-01T00:00:00Z"}}
            ]
        },
        ("prices[0].validFor", "tariff.period"),
    ),
    ({"allowances": [{"id": "a", "service": "data"}]}, ("allowances[0].amount", "tariff.allowance")),
    (
        {"allowances": [{"id": "a", "service": "data", "amount": 1, "memberLimit": 1}]},
        ("allowances[0].memberLimit", "tariff.allowance"),
    ),
    (
        {"allowances": [{"id": "a", "service": "data", "amount": 1, "validity": {"kind": "rolling"}}]},
        ("allowances[0].validity.length", "tariff.allowance"),
    ),
    ({"prices": [VOICE], "limits": [{"id": "l", "whenReached": "stop"}]}, ("limits[0]", "tariff.limit")),
]


@pytest.mark.parametrize(("words", "finding"), CASES, ids=[f"{code} at {path}" for _, (path, code) in CASES])
def test_what_cannot_be_priced_is_told_by_its_place(words: dict[str, Any], finding: tuple[str, str]) -> None:
    assert finding in found(**words)


def test_prices_of_different_times_are_not_ambiguous() -> None:
    one = VOICE | {"validFor": {"endDateTime": "2026-01-01T00:00:00Z"}}
    other = VOICE | {"id": "w", "validFor": {"startDateTime": "2026-01-01T00:00:00Z"}}
    assert found(prices=[one, other]) == []


@pytest.mark.parametrize(
    ("quantity", "measure", "units"),
    [
        ("1 minute", "second", 60),
        ("2 hours", "second", 7_200),
        ("0.5 GB", "octet", 5 * 10**8),
        ("1KiB", "octet", 1_024),
        (7, "count", 7),
    ],
)
def test_quantities_are_whole_in_their_smallest_unit(quantity: Any, measure: Any, units: int) -> None:
    assert quantity_of(quantity, measure=measure) == units


@pytest.mark.parametrize("quantity", ["1 GB", "0.5 second", "1 MBs", f"{2**62} seconds"])
def test_a_quantity_of_another_measure_or_no_whole_one_is_refused(quantity: str) -> None:
    with pytest.raises(Invalid):
        quantity_of(quantity, measure="second")

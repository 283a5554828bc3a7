"""When an offering can be sold, and what speaks against launching it."""

from __future__ import annotations

from typing import Any

import pytest

from tandem.bss.catalog.rules.launch import Surroundings, findings
from tandem.bss.catalog.rules.plan import Versioned
from tandem.bss.catalog.rules.selling import is_sellable
from tandem.kernel.json import Doc
from tandem.kernel.period import instant
from tests.bss.catalog.prices import monthly, per

NOON = instant("2026-10-12T12:00:00Z")
SPEC: Doc = {"id": "spec", "serviceSpecification": [{"id": "svc"}]}


@pytest.mark.parametrize(
    ("offering", "code"),
    [
        ({"lifecycleStatus": "Launched"}, None),
        ({"lifecycleStatus": "Launched", "isSellable": True}, None),
        ({}, "not_launched"),
        ({"lifecycleStatus": "Active"}, "not_launched"),
        ({"lifecycleStatus": "Retired"}, "retired"),
        ({"lifecycleStatus": "Obsolete"}, "retired"),
        ({"lifecycleStatus": "Launched", "isSellable": False}, "not_sold_alone"),
    ],
)
def test_only_what_is_launched_and_sold_alone_is_sellable(offering: Doc, code: str | None) -> None:
    why_not = is_sellable(offering, NOON)
    assert (why_not.code if why_not else None) == code


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("2026-10-12T12:00:00Z", None, None),
        ("2026-10-12T14:00:00+02:00", None, None),
        ("2026-10-12T12:00:01Z", None, "not_yet_valid"),
        (None, "2026-10-12T12:00:01Z", None),
        (None, "2026-10-12T12:00:00Z", "expired"),
    ],
)
def test_validity_begins_with_its_start_and_ends_before_its_end(
    start: str | None, end: str | None, code: str | None
) -> None:
    period = {name: at for name, at in (("startDateTime", start), ("endDateTime", end)) if at}
    why_not = is_sellable({"lifecycleStatus": "Launched", "validFor": period}, NOON)
    assert (why_not.code if why_not else None) == code


# -- the static check -------------------------------------------------------------------------------------------------


def offering(*price_ids: str, **more: Any) -> Versioned:
    doc: Doc = {
        "id": "offer",
        "productSpecification": {"id": "spec"},
        "productOfferingPrice": [{"id": price_id} for price_id in price_ids],
    }
    return Versioned({**doc, **more}, 1)


def around(*prices: Versioned, spec: Doc | None = SPEC, **offerings: Doc) -> Surroundings:
    return Surroundings(
        prices={price.doc["id"]: price for price in prices},
        specifications={spec["id"]: spec} if spec else {},
        offerings=offerings,
    )


def codes(one: Versioned, surroundings: Surroundings) -> list[str]:
    return [finding.code for finding in findings(one, surroundings)]


def test_a_sound_offering_has_no_findings() -> None:
    data = per("data", "allowance", (100, "GB"), usageType="data")
    past = per("past", "usage", (1, "GB"), 5, usageType="data")
    assert findings(offering("monthly", "data", "past"), around(monthly(), data, past)) == ()


def test_a_price_held_by_value_counts_too() -> None:
    held = {name: value for name, value in monthly().doc.items() if name != "id"}
    one = Versioned({**offering().doc, "productOfferingPrice": [held]}, 1)
    by_value = Versioned({**held, "id": "offer/price/0"}, 1)
    assert findings(one, around(by_value)) == ()


@pytest.mark.parametrize(
    ("one", "surroundings", "expected"),
    [
        (offering(), around(), ["price_missing"]),
        (offering("gone"), around(), ["price_unknown"]),
        (offering("monthly"), around(Versioned({**monthly().doc, "lifecycleStatus": "Retired"}, 1)), ["price_gone"]),
        (offering("p"), around(Versioned({"id": "p", "priceType": "guess"}, 1)), ["price_unreadable"]),
        (offering("monthly", productSpecification=None), around(monthly()), ["specification_missing"]),
        (offering("monthly"), around(monthly(), spec=None), ["specification_unknown"]),
        (offering("monthly"), around(monthly(), spec={**SPEC, "lifecycleStatus": "Retired"}), ["specification_gone"]),
        (offering("monthly"), around(monthly(), spec={"id": "spec"}), ["decomposition_missing"]),
        (
            offering(
                "monthly", validFor={"startDateTime": "2026-02-01T00:00:00Z", "endDateTime": "2026-01-01T00:00:00Z"}
            ),
            around(monthly()),
            ["validity_empty"],
        ),
    ],
)
def test_each_fault_is_found_by_its_name(one: Versioned, surroundings: Surroundings, expected: list[str]) -> None:
    assert codes(one, surroundings) == expected


def test_two_prices_for_one_destination_conflict_and_a_longer_prefix_does_not() -> None:
    calls = {"usageType": "voice", "increments": "60/60"}
    germany = per("de", "usage", (1, "minute"), 1, prefix="49", **calls)
    again = per("de2", "usage", (1, "minute"), 2, prefix=["43", "49"], **calls)
    mobile = per("de-mobile", "usage", (1, "minute"), 2, prefix="4915", **calls)
    assert codes(offering("monthly", "de", "de2"), around(monthly(), germany, again)) == ["price_conflict"]
    assert codes(offering("monthly", "de", "de-mobile"), around(monthly(), germany, mobile)) == []


def test_two_currencies_conflict() -> None:
    pounds = Versioned({**monthly(1, "pounds").doc, "price": {"unit": "GBP", "value": 1}}, 1)
    assert codes(offering("monthly", "pounds"), around(monthly(), pounds)) == ["price_conflict"]


def test_an_allowance_that_ends_needs_a_price_past_it() -> None:
    national = per("national", "allowance", (100, "minute"), usageType="voice", prefix="353")
    elsewhere = per("elsewhere", "usage", (1, "minute"), 1, usageType="voice", prefix="49")
    everywhere = per("everywhere", "usage", (1, "minute"), 1, usageType="voice")
    assert codes(offering("monthly", "national", "elsewhere"), around(monthly(), national, elsewhere)) == [
        "no_price_past_allowance"
    ]
    assert codes(offering("monthly", "national", "everywhere"), around(monthly(), national, everywhere)) == []


def test_a_bundle_names_offerings_that_are_still_there() -> None:
    bundle = Versioned(
        {"id": "b", "isBundle": True, "bundledProductOffering": [{"id": "a"}, {"id": "gone"}, {"id": "none"}]}, 1
    )
    known = around(a={"lifecycleStatus": "Launched"}, gone={"lifecycleStatus": "Obsolete"})
    assert codes(bundle, known) == ["bundled_gone", "bundled_unknown"]
    assert codes(Versioned({"id": "b", "isBundle": True}, 1), around()) == ["bundle_empty"]


def test_a_specification_may_deliver_through_what_it_bundles() -> None:
    outer: Doc = {"id": "spec", "bundledProductSpecification": [{"id": "inner"}, {"id": "spec"}]}
    inner: Doc = {"id": "inner", "resourceSpecification": [{"id": "res"}]}
    known = Surroundings(prices={"monthly": monthly()}, specifications={"spec": outer, "inner": inner})
    assert codes(offering("monthly"), known) == []

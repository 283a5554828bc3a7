"""What speaks against launching a tariff: codes and the places in the offering."""

from __future__ import annotations

from typing import Any

import pytest

from tandem.bss.catalog.rules.launch import Surroundings, findings
from tandem.bss.catalog.rules.plan import Versioned
from tandem.kernel.json import Doc
from tests.bss.catalog.prices import monthly, per, told

SPEC: Doc = {"id": "spec", "serviceSpecification": [{"id": "svc"}]}
DATA: Doc = {"service": "data", "amount": "5", "per": "1 GB"}


def rated(price_id: str, kind: str = "usage", **rating: Any) -> Versioned:
    return Versioned(
        {"id": price_id, "name": price_id, "priceType": kind, "prodSpecCharValueUse": told(rating=rating)}, 1
    )


def table(**more: Any) -> Versioned:
    words = told(tariff={"networks": {"eea": ["262"]}, "destinations": {"de": ["49"]}})
    return Versioned({"id": "words", "priceType": "tariffTable", "prodSpecCharValueUse": words, **more}, 1)


def found(*prices: Versioned, tables: tuple[Versioned, ...] = (), **words: Any) -> list[tuple[str, str]]:
    """The code and place of every finding against an offering with a monthly charge and these prices."""
    known = (monthly(), *prices, *tables)
    offering: Doc = {
        "id": "offer",
        "productSpecification": {"id": "spec"},
        "productOfferingPrice": [{"id": one.doc["id"]} for one in (monthly(), *prices)],
        "prodSpecCharValueUse": told(tariff=words) if words else [],
    }
    around = Surroundings(prices={one.doc["id"]: one for one in known}, specifications={"spec": SPEC})
    return [(one.code, one.path) for one in findings(Versioned(offering, 1), around)]


def test_a_sound_tariff_has_no_findings() -> None:
    abroad = rated("abroad", **{**DATA, "in": ["eea"]})
    stop = rated("stop", "limit", service="data", amount="61.50", whenReached="stop", thresholds=[80, 100])
    included = rated("included", "allowance", service="data", amount="1 GB")
    assert found(rated("data", **DATA), abroad, included, stop, tables=(table(),), include=["words"]) == []


@pytest.mark.parametrize(
    ("rating", "code", "path"),
    [
        ({**DATA, "to": ["de", "fr"]}, "tariff.unknown_name", "productOfferingPrice[1].to"),
        ({**DATA, "in": ["world"]}, "tariff.unknown_name", "productOfferingPrice[1].in"),
        ({**DATA, "during": ["night"]}, "tariff.unknown_name", "productOfferingPrice[1].during"),
        ({**DATA, "per": "1 minute", "freeUnits": {"amount": "1 MB"}}, "tariff.measure", None),
        ({**DATA, "flat": "1"}, "tariff.shape", "productOfferingPrice[1]"),
        ({"service": "data"}, "tariff.shape", "productOfferingPrice[1]"),
        ({**DATA, "per": "1 furlong"}, "tariff.unit", "productOfferingPrice[1].per"),
        ({**DATA, "amount": "-5"}, "tariff.negative", "productOfferingPrice[1].amount"),
        ({**DATA, "colour": "red"}, "price_unreadable", None),
    ],
)
def test_each_fault_of_a_price_is_found_in_its_place(rating: Doc, code: str, path: str | None) -> None:
    codes = found(rated("p", **rating), tables=(table(),), include=["words"])
    assert code in [one for one, _ in codes]
    assert path is None or (code, path) in codes


@pytest.mark.parametrize(
    ("words", "code", "path"),
    [
        ({"payment": {"order": []}}, "tariff.payment", "tariff.payment.order"),
        ({"payment": {"order": ["money"], "creditLimit": "5"}}, "tariff.payment", "tariff.payment.creditLimit"),
        ({"quota": [{"service": "voice", "slice": "1 minute"}]}, "tariff.unknown_name", "tariff.quota[0].service"),
        ({"quota": [{"service": "data", "slice": "1 minute"}]}, "tariff.measure", "tariff.quota[0].slice"),
        ({"dayParts": [{"name": "never", "from": "08:00", "to": "08:00"}]}, "tariff.day_part", "tariff.dayParts[0]"),
        ({"limits": [{"id": "l", "service": "voice"}]}, "tariff.unknown_name", "tariff.limits[0].service"),
        ({"colour": "red"}, "tariff_unreadable", "prodSpecCharValueUse[0].productSpecCharacteristicValue[0].value"),
        ({"include": ["gone"]}, "table_unknown", "tariff.include[0]"),
        ({"include": ["monthly"]}, "table_unknown", "tariff.include[0]"),
    ],
)
def test_each_fault_of_the_offerings_words_is_found_in_its_place(words: Doc, code: str, path: str) -> None:
    assert (code, path) in found(rated("p", **DATA), **words)


def test_a_table_that_is_gone_or_cannot_be_read_is_found() -> None:
    gone = table(lifecycleStatus="Retired")
    assert found(rated("p", **DATA), tables=(gone,), include=["words"]) == [("table_gone", "tariff.include[0]")]
    wrong = table(prodSpecCharValueUse=told(tariff={"networks": {"eea": ["26"]}}))
    codes = found(rated("p", **DATA), tables=(wrong,), include=["words"])
    assert [code for code, _ in codes] == ["tariff_unreadable"]


def test_two_prices_for_the_same_use_conflict_however_they_are_told() -> None:
    named = per("named", "usage", (1, "GB"), 5, usageType="data")
    assert found(rated("p", **DATA), named) == [("price_conflict", "productOfferingPrice[2]")]
    words: Doc = {"dayParts": [{"name": "night", "from": "22:00", "to": "06:00"}]}
    assert found(rated("p", **DATA), rated("n", **{**DATA, "during": ["night"]}), **words) == []


# -- past an allowance ------------------------------------------------------------------------------------------------

NETWORKS: Doc = {"networks": {"eea": ["262", "208"], "german": ["262"], "home": ["27299"]}}
OPEN = [("no_price_past_allowance", "productOfferingPrice[1]")]


def past(allowed: Doc, *priced: Doc, **words: Any) -> list[tuple[str, str]]:
    prices = [rated(f"p{number}", **{**DATA, **one}) for number, one in enumerate(priced)]
    pool = {"service": "data", **({} if "fairUse" in allowed else {"amount": "1 GB"}), **allowed}
    return found(rated("pool", "allowance", **pool), *prices, **words)


@pytest.mark.parametrize(
    ("allowed", "priced", "expected"),
    [
        ({}, [], OPEN),
        ({}, [{}], []),
        ({}, [{"service": "voice", "per": "1 minute"}], OPEN),
        ({}, [{"in": ["home"]}], OPEN),
        ({"in": ["home"]}, [{"in": ["home"]}], []),
        ({"in": ["home", "eea"]}, [{"in": ["home"]}], OPEN),
        ({"in": ["eea"]}, [{"in": ["german"]}], OPEN),
        ({"in": ["german"]}, [{"in": ["eea"]}], []),
        ({"in": ["eea"]}, [{"in": ["german"]}, {}], []),
        ({"ratingGroups": [10]}, [{"ratingGroups": [10, 20]}], []),
        ({"ratingGroups": [10, 30]}, [{"ratingGroups": [10, 20]}], OPEN),
        ({}, [{"ratingGroups": [10]}], OPEN),
        ({"fairUse": {"rule": "eu-roaming", "monthly": "24.39"}, "in": ["eea"]}, [], OPEN),
    ],
)
def test_use_past_an_allowance_has_a_price_wherever_the_allowance_pays(
    allowed: Doc, priced: list[Doc], expected: list[tuple[str, str]]
) -> None:
    assert past(allowed, *priced, **NETWORKS) == expected


def test_day_parts_that_are_priced_one_by_one_must_fill_the_week() -> None:
    day = {"name": "day", "days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "to": "20:00"}
    rest = {"name": "rest"}
    assert past({}, {"during": ["day"]}, {"during": ["rest"]}, dayParts=[day, rest]) == []
    assert past({}, {"during": ["day"]}, dayParts=[day]) == OPEN
    assert past({"during": ["day"]}, {"during": ["day"]}, dayParts=[day]) == []


def test_what_is_unlimited_needs_no_price_past_it() -> None:
    assert found(rated("all", "allowance", service="data", unlimited=True)) == []


def test_thousands_of_prefixes_are_checked_too() -> None:
    codes = [f"{number}" for number in range(10_000, 15_000)]
    names: Doc = {"destinations": {"far": codes, "farther": [f"{code}7" for code in codes]}}
    calls: Doc = {"service": "voice", "amount": "1", "per": "1 minute"}
    far = rated("far", **{**calls, "to": ["far"]})
    farther = rated("pool", "allowance", service="voice", amount="9 minutes", to=["farther"])
    assert found(farther, far, **names) == []
    nearer = rated("pool", "allowance", service="voice", amount="9 minutes", to=["far"])
    assert found(nearer, rated("p", **{**calls, "to": ["farther"]}), **names) == OPEN


# -- prices that nothing reaches --------------------------------------------------------------------------------------


def unreachable(*prices: Doc, **words: Any) -> list[str]:
    codes = found(*(rated(f"p{number}", **{**DATA, **one}) for number, one in enumerate(prices)), **words)
    assert {code for code, _ in codes} <= {"price_unreachable"}
    return [path for _, path in codes]


def test_a_price_for_no_number_or_no_network_is_unreachable() -> None:
    words: Doc = {"destinations": {"none": []}, "networks": {"nowhere": []}}
    assert unreachable({}, {"to": ["none"]}, {"in": ["nowhere"]}, {"in": ["home"]}, **words) == [
        "productOfferingPrice[2]",
        "productOfferingPrice[3]",
    ]


def test_a_day_part_within_another_is_never_in_force() -> None:
    parts = [{"name": "day", "from": "06:00", "to": "22:00"}, {"name": "noon", "from": "12:00", "to": "13:00"}]
    assert unreachable({}, {"during": ["noon"]}, {"during": ["day"]}, dayParts=parts) == ["productOfferingPrice[2]"]
    assert unreachable({}, {"during": ["noon"]}, {"during": ["day"]}, dayParts=parts[::-1]) == []


def test_a_price_for_holidays_needs_holidays() -> None:
    parts = [{"name": "off", "days": ["holiday"]}]
    assert unreachable({}, {"during": ["off"]}, dayParts=parts) == ["productOfferingPrice[2]"]
    assert unreachable({}, {"during": ["off"]}, dayParts=parts, holidayCountry="IE") == []
    assert unreachable({}, {"during": ["off"]}, dayParts=parts, holidays=["2026-12-25"]) == []


def test_a_price_whose_whole_week_has_prices_of_its_own_is_unreachable() -> None:
    parts = [{"name": "night", "from": "22:00", "to": "06:00"}, {"name": "day", "from": "06:00", "to": "22:00"}]
    assert unreachable({}, {"during": ["night"]}, {"during": ["day"]}, dayParts=parts) == ["productOfferingPrice[1]"]
    assert unreachable({}, {"during": ["night"]}, dayParts=parts) == []
    elsewhere = {"during": ["day"], "in": ["home"]}
    assert unreachable({}, {"during": ["night"]}, elsewhere, dayParts=parts) == []

"""Prices become exact terms, or are refused with the place of the fault."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tandem.bss.catalog.rules.plan import Versioned, compile_plan, compile_price
from tandem.bss.catalog.rules.units import in_smallest
from tandem.bss.catalog.terms import AllowanceTerm, OneTimeTerm, PriceTermsInvalid, RecurringTerm, UsageTerm
from tests.bss.catalog.prices import monthly, per, price, told

OFFERING = Versioned({"id": "offer", "name": "Max", "version": "2026.10"}, 7)


def test_a_plan_carries_the_catalogue_version_that_says_so() -> None:
    terms = compile_plan(OFFERING, [Versioned({**monthly().doc, "version": "3"}, 5)])
    assert (terms.offering_id, terms.offering_version, terms.entity_version) == ("offer", "2026.10", 7)
    assert terms.cited_as == "Max 2026.10 (offer, write 7)"
    source = terms.recurring[0].source
    assert (source.price_id, source.price_version, source.entity_version) == ("monthly", "3", 5)


def test_currency_and_tax_are_the_plans() -> None:
    terms = compile_plan(OFFERING, [monthly(Decimal("30.00"))])
    assert (terms.currency, terms.tax_included, terms.tax_category, terms.tax_rate_bp) == ("EUR", True, "VAT", 2300)


def test_a_monthly_charge_in_advance() -> None:
    term = compile_price(monthly(Decimal("30.00"), chargeTiming="inAdvance"))
    assert isinstance(term, RecurringTerm)
    assert (term.amount_micros, term.months, term.in_advance) == (30_000_000, 1, True)


def test_a_charge_every_two_quarters_in_arrears() -> None:
    term = compile_price(
        price(
            "p",
            "recurring",
            Decimal("0.000001"),
            more={"recurringChargePeriodType": "quarter", "recurringChargePeriodLength": 2},
            chargeTiming="inArrears",
        )
    )
    assert isinstance(term, RecurringTerm)
    assert (term.amount_micros, term.months, term.in_advance) == (1, 6, False)


def test_a_charge_made_once() -> None:
    term = compile_price(price("p", "oneTime", 25))
    assert isinstance(term, OneTimeTerm)
    assert term.amount_micros == 25_000_000


def test_calls_to_a_country_by_the_minute() -> None:
    term = compile_price(
        per(
            "germany",
            "usage",
            (1, "minute"),
            Decimal("0.25"),
            usageType="voice",
            zone="Germany",
            prefix=["4915", "49"],
            increments="60/60",
        )
    )
    assert isinstance(term, UsageTerm)
    assert (term.amount_micros, term.per_units, term.unit) == (250_000, 60, "second")
    assert (term.first_increment, term.next_increment, term.zone) == (60, 60, "Germany")
    assert term.prefixes == ("49", "4915")


def test_a_price_per_megabyte_has_no_whole_micro_unit_per_octet_and_stays_exact() -> None:
    term = compile_price(per("data", "usage", (1, "MB"), Decimal("0.0005"), usageType="data"))
    assert isinstance(term, UsageTerm)
    assert (term.amount_micros, term.per_units, term.unit) == (500, 1_000_000, "octet")


def test_an_allowance_of_data_and_one_without_limit() -> None:
    data = compile_price(per("data", "allowance", (100, "GB"), usageType="data", priority=1))
    assert isinstance(data, AllowanceTerm)
    assert (data.amount, data.unit, data.priority, data.prefixes) == (100_000_000_000, "octet", 1, ())
    free = compile_price(price("free", "allowance", usageType="voice", unlimited=True, prefix="353"))
    assert isinstance(free, AllowanceTerm)
    assert (free.amount, free.unit, free.prefixes) == (None, "second", ("353",))


def test_allowances_stand_in_the_order_of_their_priority() -> None:
    prices = [
        monthly(),
        per("a", "allowance", (1, "GB"), usageType="data", priority=20),
        per("b", "allowance", (1, "GB"), usageType="data", priority=10),
    ]
    assert [term.source.price_id for term in compile_plan(OFFERING, prices).allowances] == ["b", "a"]


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (Versioned({"id": "p"}, 1), "priceType"),
        (Versioned({"id": "p", "priceType": "guess"}, 1), "priceType"),
        (price("p", "recurring", 1), "recurringChargePeriodType"),
        (monthly(1, recurringChargePeriodLength=0), "recurringChargePeriodLength"),
        (price("p", "oneTime"), "price"),
        (price("p", "oneTime", Decimal("0.0000001")), "price"),
        (price("p", "oneTime", -1), "price.value"),
        (per("p", "usage", (1, "minute"), 1), "prodSpecCharValueUse"),
        (per("p", "usage", (1, "minute"), 1, usageType="data"), "unitOfMeasure.units"),
        (per("p", "usage", (Decimal("0.01"), "second"), 1, usageType="voice"), "unitOfMeasure.amount"),
        (per("p", "usage", (0, "second"), 1, usageType="voice"), "unitOfMeasure.amount"),
        (per("p", "usage", (1, "minute"), 1, usageType="voice", increments="60"), "prodSpecCharValueUse"),
        (per("p", "usage", (1, "minute"), 1, usageType="voice", increments="0/60"), "prodSpecCharValueUse"),
        (per("p", "usage", (1, "minute"), 1, usageType="voice", prefix="+49"), "prodSpecCharValueUse"),
        (per("p", "allowance", (1, "GB"), usageType="data", priority="high"), "prodSpecCharValueUse"),
    ],
)
def test_a_price_that_cannot_be_charged_is_refused_with_its_path(wrong: Versioned, path: str) -> None:
    with pytest.raises(PriceTermsInvalid) as refused:
        compile_price(wrong)
    assert refused.value.path == path
    assert refused.value.facts["price"] == "p" or wrong.doc["id"] == "monthly"


@pytest.mark.parametrize(
    "other",
    [
        {"price": {"unit": "GBP", "value": 1}},
        {"tax": [{"taxCategory": "VAT", "taxRate": Decimal("13.5")}]},
        {"prodSpecCharValueUse": told(taxIncluded=False)},
    ],
)
def test_prices_that_mix_currencies_or_taxes_are_refused(other: dict[str, Any]) -> None:
    second = Versioned({**monthly(1, "second").doc, **other}, 1)
    with pytest.raises(PriceTermsInvalid, match="one currency, one tax"):
        compile_plan(OFFERING, [monthly(), second])


def test_a_tax_rate_finer_than_a_hundredth_of_a_percent_is_refused() -> None:
    odd = Versioned({**monthly().doc, "tax": [{"taxRate": Decimal("23.005")}]}, 1)
    with pytest.raises(PriceTermsInvalid) as refused:
        compile_plan(OFFERING, [odd])
    assert refused.value.path == "tax.taxRate"


@pytest.mark.parametrize(
    ("amount", "units", "usage_type", "expected"),
    [
        (1, "TB", "data", 10**12),
        (Decimal("12.5"), "GB", "data", 12_500_000_000),
        (1, "GiB", "data", 1_073_741_824),
        (1, "hour", "voice", 3600),
        (Decimal("0.5"), "minute", "voice", 30),
        (3, "message", "message", 3),
    ],
)
def test_units_are_counted_in_their_smallest(amount: Any, units: str, usage_type: Any, expected: int) -> None:
    assert in_smallest(amount, units, usage_type, "unitOfMeasure") == expected

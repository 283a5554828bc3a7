"""The demonstration operator's plans as tariffs: where they pay, and by what."""

from __future__ import annotations

import pytest

from tandem.bss.catalog import public, seed
from tandem.bss.catalog.seed.tables import EEA, HOME, WORLD
from tandem.bss.catalog.terms.tariff import FairUse, Limit, Tariff, WhenSpent
from tandem.kernel.period import instant
from tandem.kernel.store import Uow

OCTOBER = instant("2026-10-20T10:00:00Z")
PLANS = (seed.MAX_100, seed.FLEX_20, seed.CONTROL_25, seed.FAMILY_300, seed.PREPAID, seed.UNLIMITED_EU)


@pytest.fixture
def tariffs(uow: Uow) -> dict[str, Tariff]:
    seed.seed(uow)
    found = public.tariff_histories(uow, offering_ids=PLANS)
    return {offering_id: history.at(OCTOBER).tariff for offering_id, history in found.items()}


def test_every_plan_passes_the_check_and_decomposes_alike(uow: Uow, tariffs: dict[str, Tariff]) -> None:
    for offering_id in PLANS:
        assert public.check_offering(uow, offering_id=offering_id) == ()
        found = public.service_specification_ids(uow, offering_id=offering_id, moment=OCTOBER)
        assert found == (seed.MOBILE_SUBSCRIPTION,)


def test_every_network_of_the_world_is_in_one_place(tariffs: dict[str, Tariff]) -> None:
    countries = [*EEA, *WORLD]
    assert len(set(countries)) == len(countries)
    assert {len(code) for code in countries} == {3} and "272" not in countries
    assert len(EEA) == 29 + 3
    networks = tariffs[seed.MAX_100].networks
    assert {name: sorted(codes) for name, codes in networks.items()} == {
        "home": sorted(HOME),
        "eea": sorted(EEA),
        "world": sorted(WORLD),
    }


def test_the_roaming_limit_is_the_regulated_one_in_every_plan(tariffs: dict[str, Tariff]) -> None:
    """50.00 without VAT is 61.50; 10 MB at 5.00 (6.15) come to it, 8 MB to 80 %."""
    for tariff in tariffs.values():
        assert tariff.limits == (
            Limit(
                id="limit-roaming-data",
                name="Data roaming limit",
                service="data",
                within=("eea", "world"),
                amount="61.50",
                thresholds=(80, 100),
                when_reached="stop",
                consent=True,
            ),
        )
        price = next(one for one in tariff.prices if one.id == "price-roaming-data")
        assert (price.amount, price.per, price.within) == ("6.15", "1 MB", ("world",))


def test_control_25_pays_past_its_allowance_from_money_alone(tariffs: dict[str, Tariff]) -> None:
    tariff = tariffs[seed.CONTROL_25]
    assert [(one.amount, one.within) for one in tariff.allowances] == [("25 GB", ("home", "eea"))]
    assert tariff.payment.order == ("money",)
    assert tariff.payment.when_spent == WhenSpent(action="redirect", redirect_to="https://topup.corrib.example/")
    assert ("2.00", "1 GB") in [(one.amount, one.per) for one in tariff.prices]


def test_a_family_shares_one_pool_in_slices_of_a_gigabyte(tariffs: dict[str, Tariff]) -> None:
    tariff = tariffs[seed.FAMILY_300]
    assert [(one.amount, one.shared) for one in tariff.allowances] == [("300 GB", True)]
    assert {one.service: one.slice for one in tariff.quota} == {"data": "1 GB", "voice": "5 minutes"}


def test_prepaid_costs_less_in_the_evening_and_on_holidays(tariffs: dict[str, Tariff]) -> None:
    tariff = tariffs[seed.PREPAID]
    calls = {one.during: one.amount for one in tariff.prices if (one.service, one.to) == ("voice", ("National",))}
    assert calls == {("peak",): "0.20", (): "0.10"}
    assert (tariff.payment.order, tariff.holiday_country) == (("money",), "IE")


def test_unlimited_is_unlimited_at_home_and_fair_in_the_eea(tariffs: dict[str, Tariff]) -> None:
    home, eea = tariffs[seed.UNLIMITED_EU].allowances
    assert (home.unlimited, home.within) == (True, ("home",))
    assert (eea.fair_use, eea.within) == (FairUse(rule="eu-roaming", monthly="24.39"), ("eea",))
    assert eea.thresholds == (80, 100)

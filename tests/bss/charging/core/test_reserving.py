"""Quota: as much as allowances, money, credit and limits allow, to the unit, and nothing of it twice."""

from __future__ import annotations

from typing import Any

import pytest

from tandem.bss.charging.rules.core import layout, mode
from tandem.bss.charging.rules.core.days import us_of_text
from tests.bss.charging.core.stage import Stage, tariff_of

GB = 10**9
MB = 10**6
OVERAGE = {"id": "overage", "service": "data", "amount": "2.00", "per": "1 GB"}
BUNDLE = {"id": "bundle", "service": "data", "amount": "25 GB"}


@pytest.fixture(params=[False, True], ids=["interpreted", "compiled"], autouse=True)
def _either_way(request: pytest.FixtureRequest) -> Any:
    mode.use_compiled(request.param)
    yield
    mode.use_compiled(None)


def control_25(order: list[str], **payment: Any) -> Any:
    return tariff_of(prices=[OVERAGE], allowances=[BUNDLE], payment={"order": order, **payment})


def test_a_hybrid_session_is_stopped_at_27_and_a_half_gigabytes() -> None:
    stage = Stage(control_25(["money"]), wallets=[5_000_000])
    used, charged = 0, 0
    while True:
        (grant,) = stage.granted(stage.use("data", GB, session=0))
        stage.release()
        if grant["units"] == 0:
            break
        parts = stage.rated(stage.use("data", grant["units"], session=0))
        used += grant["units"]
        charged += sum(part["amount"] for part in parts)
        assert sum(part["invoiced"] + part["unpaid"] for part in parts) == 0
    assert (used, charged, grant["ended"]) == (27_500_000_000, 5_000_000, layout.ENDED_MONEY)
    assert stage.bucket("bundle")["used"] == 25 * GB


@pytest.mark.parametrize("order", [["money"], ["invoice"]])
def test_the_same_overage_costs_the_same_prepaid_and_postpaid(order: list[str]) -> None:
    stage = Stage(control_25(order), wallets=[50_000_000])
    parts = stage.rated(stage.use("data", 30 * GB))
    assert [part["amount"] for part in parts] == [0, 10_000_000]
    assert parts[1]["invoiced"] == (10_000_000 if order == ["invoice"] else 0)


def test_what_a_session_has_reserved_no_other_is_granted() -> None:
    stage = Stage(control_25(["money"]), wallets=[1_000_000])
    first, second, third = stage.granted(*(stage.use("data", 24 * GB, session=one) for one in range(3)))
    # 24 GB, then 1 GB and 0.5 GB for the wallet's 1.00, then nothing.
    assert [one["units"] for one in (first, second, third)] == [24 * GB, 1_500_000_000, 0]
    assert [one["cost"] for one in (first, second, third)] == [0, 1_000_000, 0]
    assert third["ended"] == layout.ENDED_MONEY
    assert stage.bucket("bundle")["reserved"] == 25 * GB
    assert stage.bucket("bundle")["used"] == 0


def test_an_ask_for_nothing_hindered_is_granted_whole_and_moves_no_session() -> None:
    stage = Stage(control_25(["invoice"]))
    (grant,) = stage.granted(stage.use("data", 40 * GB, session=0))
    assert (grant["units"], grant["cost"], grant["ended"]) == (40 * GB, 30_000_000, layout.ENDED_ASKED)
    assert stage.slices.sessions["position"][0] == 0


def test_a_credit_limit_counts_what_the_invoice_took_and_what_is_reserved_of_it() -> None:
    stage = Stage(control_25(["invoice"], creditLimit="10.00"))
    stage.rated(stage.use("data", 27 * GB))  # 4.00
    first, second = stage.granted(stage.use("data", 2 * GB, session=0), stage.use("data", 2 * GB, session=1))
    assert (first["units"], second["units"], second["ended"]) == (2 * GB, 1 * GB, layout.ENDED_CREDIT)


def roaming(**limit: Any) -> Stage:
    told = {"id": "roaming", "amount": "50.00", "in": ["abroad"], "thresholds": [80, 100], "whenReached": "stop"}
    return Stage(
        tariff_of(
            networks={"abroad": ["310"]},
            prices=[{"id": "roam", "service": "data", "amount": "5.00", "per": "1 MB", "in": ["abroad"]}],
            limits=[{**told, "consent": True, **limit}],
        )
    )


def test_roaming_data_stops_at_50_euro_without_overshoot_until_consent() -> None:
    stage = roaming()
    abroad = {"network": "310260", "session": 0}
    used, told = 0, []
    while (grant := stage.granted(stage.use("data", 3 * MB, **abroad))[0])["units"] > 0:
        stage.release()
        found = stage.batch(stage.use("data", grant["units"], **abroad))
        used += grant["units"]
        told += [(int(one), used) for one in found.tells["percent"]]
    assert (used, grant["ended"]) == (10 * MB, layout.ENDED_LIMIT)
    assert told == [(80, 9 * MB), (100, 10 * MB)]
    assert stage.bucket("roaming")["used"] == 50_000_000
    stage.buckets.filled["consent"] = 1
    (after,) = stage.granted(stage.use("data", 3 * MB, **abroad))
    assert after["units"] == 3 * MB


def test_an_alert_comes_at_8_megabytes() -> None:
    stage = roaming()
    assert len(stage.batch(stage.use("data", 8 * MB - 10_000, network="310260")).tells) == 0  # 39.95
    found = stage.batch(stage.use("data", 10_000, network="310260"))
    assert found.tells["percent"].tolist() == [80]


def test_a_limit_that_only_informs_stops_nothing() -> None:
    stage = roaming(whenReached="inform", consent=False)
    (grant,) = stage.granted(stage.use("data", 100 * MB, network="310260"))
    assert (grant["units"], grant["ended"]) == (100 * MB, layout.ENDED_ASKED)


def test_the_fair_use_volume_follows_the_cap_of_the_year() -> None:
    volumes = {}
    for year in (2022, 2023, 2024, 2025, 2026, 2027):
        fair = {"rule": "eu-roaming", "monthly": "24.39"}
        stage = Stage(
            tariff_of(
                prices=[{"id": "d", "service": "data", "flat": "0.00"}],
                allowances=[{"id": "fair", "service": "data", "fairUse": fair}],
            )
        )
        stage.rated(stage.use("data", 1, at=f"{year}-11-12T09:00:00Z"))
        volumes[year] = stage.bucket("fair")["granted"] / 10**9
    # 2 x 24.39 divided by 2.00, 1.80, 1.55, 1.30, 1.10 and 1.00, up to hundredths of a GB.
    assert volumes == {2022: 24.39, 2023: 27.1, 2024: 31.48, 2025: 37.53, 2026: 44.35, 2027: 48.78}


def test_where_nothing_has_a_price_nothing_is_granted() -> None:
    stage = Stage(tariff_of(prices=[OVERAGE | {"in": ["home"]}], allowances=[BUNDLE]))
    (inside,) = stage.granted(stage.use("data", 30 * GB, network="26201", session=0))
    assert (inside["units"], inside["ended"]) == (25 * GB, layout.ENDED_UNITS)
    nothing = Stage(tariff_of(prices=[OVERAGE | {"in": ["home"]}]))
    (outside,) = nothing.granted(nothing.use("data", GB, network="26201"))
    assert (outside["units"], outside["ended"]) == (0, layout.ENDED_NO_PRICE)


def test_the_network_is_told_when_another_price_may_begin() -> None:
    night = [{"name": "night", "from": "22:00", "to": "06:00"}]
    stage = Stage(tariff_of(dayParts=night, prices=[OVERAGE]))
    (grant,) = stage.granted(stage.use("data", GB, at="2026-10-12T09:00:00Z"))
    assert grant["switch_us"] == us_of_text("2026-10-12T21:00:00Z")
    plain = Stage(tariff_of(prices=[OVERAGE]))
    (cycle,) = plain.granted(plain.use("data", GB, at="2026-10-12T09:00:00Z"))
    assert cycle["switch_us"] == us_of_text("2026-11-01T00:00:00Z")


def test_a_call_is_granted_to_the_second_over_a_change_of_price() -> None:
    stage = Stage(
        tariff_of(
            dayParts=[{"name": "night", "from": "22:00", "to": "06:00"}],
            prices=[
                {"id": "day", "service": "voice", "amount": "0.60", "per": "1 minute"},
                {"id": "night", "service": "voice", "amount": "0.06", "per": "1 minute", "during": ["night"]},
            ],
            payment={"order": ["money"]},
        ),
        wallets=[1_000_000],
    )
    (grant,) = stage.granted(stage.use("voice", 3_600, at="2026-10-12T20:59:00Z"))
    # 60 seconds are 0.60, and 400 of the night's 0.40.
    assert (grant["units"], grant["cost"]) == (460, 1_000_000)

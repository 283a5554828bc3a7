"""How much is given at a time."""

from __future__ import annotations

import pytest

from tandem.bss.charging.rules.online import quota
from tandem.bss.charging.rules.online.quota import QuotaTerms
from tandem.bss.charging.terms.online import Units

TERMS = QuotaTerms(slice=1_000, last_slice=100, validity_s=600, holding_s=300, threshold=80)


@pytest.mark.parametrize(
    ("units", "measure", "amount"),
    [
        (Units(total_octets=7), "octet", 7),
        (Units(total_octets=0, uplink_octets=5), "octet", 0),
        (Units(uplink_octets=2, downlink_octets=3), "octet", 5),
        (Units(downlink_octets=3), "octet", 3),
        (Units(time_s=9), "octet", None),
        (Units(time_s=9), "second", 9),
        (Units(specific=2), "count", 2),
        (Units(), "count", None),
        (None, "second", None),
    ],
)
def test_the_amount_is_that_of_the_measure(units: Units | None, measure: str, amount: int | None) -> None:
    assert quota.amount_of(units, measure) == amount


def test_a_network_gets_what_it_wants_and_no_more_than_a_slice() -> None:
    assert quota.asked(Units(), "octet", TERMS) == 1_000
    assert quota.asked(Units(total_octets=400), "octet", TERMS) == 400
    assert quota.asked(Units(total_octets=5_000), "octet", TERMS) == 1_000


@pytest.mark.parametrize(
    ("there", "given"),
    [(1_000, 1_000), (999, 499), (400, 200), (200, 100), (150, 100), (100, 100), (60, 60), (0, 0)],
)
def test_sessions_side_by_side_share_the_last_units(there: int, given: int) -> None:
    assert quota.shared_out(there, 1_000, TERMS) == given


def test_the_network_asks_again_when_a_fifth_is_left() -> None:
    assert quota.threshold_of(1_000, TERMS) == 200
    assert quota.threshold_of(7, TERMS) == 2


def test_an_amount_is_told_in_its_measure() -> None:
    assert quota.units_of(5, "octet") == Units(total_octets=5)
    assert quota.units_of(5, "second") == Units(time_s=5)
    assert quota.units_of(5, "count") == Units(specific=5)

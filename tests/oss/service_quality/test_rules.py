"""Which alarms are felt, and how many services one event names."""

from __future__ import annotations

import pytest

from tandem.oss.service_quality.rules.felt import felt_as
from tandem.oss.service_quality.rules.portions import portions


@pytest.mark.parametrize(
    ("severity", "felt"),
    [
        ("critical", "outage"),
        ("major", "degraded"),
        ("minor", None),
        ("warning", None),
        ("indeterminate", None),
        ("cleared", None),
    ],
)
def test_only_grave_alarms_are_felt(severity: str, felt: str | None) -> None:
    assert felt_as(severity) == felt


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (100, [100]), (101, [100, 1]), (250, [100, 100, 50])])
def test_portions_hold_every_service_once_in_order(count: int, sizes: list[int]) -> None:
    services = [f"s{number:05}" for number in range(count)]
    told = list(portions(services))
    assert [len(some) for some in told] == sizes
    assert [one for some in told for one in some] == services

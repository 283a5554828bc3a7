"""Reduction decides by the key and keeps the first occurrence."""

from __future__ import annotations

import pytest

from tandem.kernel.state import IllegalTransition
from tandem.oss.fault.rules import reduction
from tests.oss.fault.alarms import FIRST, SECOND, report, seen


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({}, "ems-1/olt-7/lossOfSignal/Port 3 is down"),
        ({"externalAlarmId": "x-1"}, "x-1"),
        ({"alarmedObject": {}, "specificProblem": ""}, "ems-1//lossOfSignal/"),
    ],
)
def test_reports_are_one_fault_by_their_key(changes: dict[str, object], key: str) -> None:
    assert reduction.key_of(report(**changes)) == key


def test_a_cleared_alarm_is_never_seen_again() -> None:
    alarm = reduction.cleared(reduction.raised(seen(), "1"), SECOND, by="orla", system="noc")
    assert (alarm["alarmRaisedTime"], alarm["alarmClearedTime"]) == ("2026-11-02T10:00:00Z", "2026-11-02T10:01:00Z")
    with pytest.raises(IllegalTransition):
        reduction.seen_again(alarm, seen())
    with pytest.raises(IllegalTransition):
        reduction.cleared(alarm, SECOND, by="orla", system="noc")


def test_what_a_source_knows_stands_on_the_alarm() -> None:
    alarm = reduction.raised(seen(repair="Change the fuse", external_id="x-1"), "1")
    assert (alarm["proposedRepairedActions"], alarm["externalAlarmId"]) == ("Change the fuse", "x-1")
    assert "proposedRepairedActions" not in reduction.raised(seen(seen_at=FIRST), "1")

"""One fault is one alarm: raised once, counted, made worse or better, taken care of, ended."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tandem.kernel.errors import Invalid
from tandem.kernel.json import Doc
from tandem.kernel.state import IllegalTransition
from tandem.kernel.store import Uow
from tandem.oss.fault import commands, public, store
from tandem.oss.fault.terms import AlarmCleared, AlarmFilter, AlarmNotFound, AlarmView, NothingToClear
from tests.oss.fault.alarms import FIRST, SECOND, THIRD, names_of, news, report, seen


def observed(uow: Uow, **changes: object) -> AlarmView:
    alarm = public.observe(uow, seen=seen(**changes))
    assert alarm is not None
    return alarm


# -- seen -------------------------------------------------------------------------------------------------------------


def test_a_first_observation_raises_an_alarm(uow: Uow) -> None:
    alarm = observed(uow)
    assert (alarm.id, alarm.state, alarm.severity, alarm.count) == ("1", "raised", "major", 1)
    assert (alarm.first_at, alarm.last_at, alarm.cleared_at) == (FIRST, FIRST, None)
    assert (alarm.ack_state, alarm.object_id, alarm.reduction_key) == ("unacknowledged", "olt-7", "olt-7/port-3/down")
    assert news(uow) == [
        {
            "name": "AlarmRaised",
            "alarm_id": "1",
            "reduction_key": "olt-7/port-3/down",
            "severity": "major",
            "object_id": "olt-7",
            "object_type": "Olt",
            "problem": "Port 3 is down",
            "raised_at": "2026-11-02T10:00:00Z",
        }
    ]


def test_the_same_fault_again_is_counted_not_raised(uow: Uow) -> None:
    first = observed(uow)
    observed(uow, seen_at=SECOND)
    third = observed(uow, seen_at=THIRD)
    assert (third.id, third.state, third.count) == (first.id, "updated", 3)
    assert (third.first_at, third.last_at) == (FIRST, THIRD)
    assert names_of(uow) == ["AlarmRaised"]


def test_another_reduction_key_is_another_alarm(uow: Uow) -> None:
    observed(uow)
    assert observed(uow, reduction_key="olt-7/port-4/down").id == "2"
    assert names_of(uow) == ["AlarmRaised", "AlarmRaised"]


def test_a_fault_that_becomes_worse_says_so_once(uow: Uow) -> None:
    observed(uow)
    worse = observed(uow, severity="critical", seen_at=SECOND)
    observed(uow, severity="critical", seen_at=THIRD)
    assert worse.severity == "critical"
    assert news(uow)[1:] == [{"name": "AlarmSeverityChanged", "alarm_id": "1", "before": "major", "after": "critical"}]


def test_an_observation_that_says_cleared_ends_the_alarm(uow: Uow) -> None:
    observed(uow)
    ended = observed(uow, severity="cleared", seen_at=SECOND)
    assert (ended.state, ended.severity, ended.cleared_at, ended.count) == ("cleared", "cleared", SECOND, 1)
    assert names_of(uow) == ["AlarmRaised", "AlarmEnded"]


def test_what_was_never_seen_cannot_end(uow: Uow) -> None:
    assert public.observe(uow, seen=seen(severity="cleared")) is None
    assert public.end(uow, reduction_key="olt-7/port-3/down", at=SECOND) is None
    assert names_of(uow) == []
    assert public.list_alarms(uow, wanted=AlarmFilter(include_cleared=True)).total == 0


def test_a_fault_that_returns_is_a_new_alarm(uow: Uow) -> None:
    observed(uow)
    public.end(uow, reduction_key="olt-7/port-3/down", at=SECOND)
    again = observed(uow, seen_at=THIRD)
    assert (again.id, again.count, again.first_at) == ("2", 1, THIRD)
    assert names_of(uow) == ["AlarmRaised", "AlarmEnded", "AlarmRaised"]


def test_an_alarm_ends_once(uow: Uow) -> None:
    observed(uow)
    assert public.end(uow, reduction_key="olt-7/port-3/down", at=SECOND) is not None
    assert public.end(uow, reduction_key="olt-7/port-3/down", at=THIRD) is None
    assert public.get_alarm(uow, alarm_id="1").cleared_at == SECOND


# -- worked on --------------------------------------------------------------------------------------------------------


def test_somebody_takes_care_of_it_with_a_note(uow: Uow) -> None:
    observed(uow)
    alarm = public.acknowledge(uow, alarm_id="1", by="orla", note="On my way")
    assert (alarm.ack_state, alarm.acked_by, alarm.state) == ("acknowledged", "orla", "raised")
    assert [(note.text, note.by, note.at) for note in alarm.comments] == [("On my way", "orla", uow.now)]
    assert observed(uow, seen_at=SECOND).ack_state == "acknowledged"
    given_up = public.unacknowledge(uow, alarm_id="1", by="orla")
    assert (given_up.ack_state, given_up.acked_by) == ("unacknowledged", None)


def test_a_person_may_clear_it(uow: Uow) -> None:
    observed(uow)
    alarm = public.clear(uow, alarm_id="1", by="orla")
    assert (alarm.state, alarm.cleared_at) == ("cleared", uow.now)
    assert store.ALARMS.get(uow, "1").doc["clearUserId"] == "orla"
    assert names_of(uow) == ["AlarmRaised", "AlarmEnded"]


@pytest.mark.parametrize(
    "act",
    [
        lambda uow: public.acknowledge(uow, alarm_id="1", by="orla"),
        lambda uow: public.unacknowledge(uow, alarm_id="1", by="orla"),
        lambda uow: public.clear(uow, alarm_id="1", by="orla"),
    ],
)
def test_a_cleared_alarm_can_only_be_commented(uow: Uow, act: Callable[[Uow], object]) -> None:
    observed(uow)
    public.clear(uow, alarm_id="1", by="orla")
    before = store.ALARMS.get(uow, "1")
    with pytest.raises(AlarmCleared):
        act(uow)
    assert store.ALARMS.get(uow, "1") == before
    assert public.comment(uow, alarm_id="1", by="orla", text="It was the fuse").comments[-1].text == "It was the fuse"


def test_a_comment_has_text_and_an_alarm_must_exist(uow: Uow) -> None:
    observed(uow)
    with pytest.raises(Invalid):
        public.comment(uow, alarm_id="1", by="orla", text="  ")
    with pytest.raises(AlarmNotFound):
        public.get_alarm(uow, alarm_id="99")
    with pytest.raises(AlarmNotFound):
        public.acknowledge(uow, alarm_id="99", by="orla")


def test_affected_services_stand_on_the_alarm(uow: Uow) -> None:
    observed(uow)
    public.set_affected(uow, alarm_id="1", service_ids=["s1", "s2"])
    assert public.get_alarm(uow, alarm_id="1").affected_service_ids == ("s1", "s2")
    assert store.ALARMS.get(uow, "1").doc["serviceAffecting"] is True
    public.set_affected(uow, alarm_id="1", service_ids=[])
    assert store.ALARMS.get(uow, "1").doc["serviceAffecting"] is False


# -- listed -----------------------------------------------------------------------------------------------------------


def test_the_worst_alarms_come_first_then_the_newest(uow: Uow) -> None:
    for key, severity, at in (
        ("a", "warning", THIRD),
        ("b", "critical", FIRST),
        ("c", "major", FIRST),
        ("d", "major", SECOND),
        ("e", "minor", FIRST),
    ):
        observed(uow, reduction_key=key, severity=severity, seen_at=at)
    public.end(uow, reduction_key="e", at=THIRD)
    page = public.list_alarms(uow)
    assert [alarm.reduction_key for alarm in page.alarms] == ["b", "d", "c", "a"]
    assert (page.total, page.open_by_severity) == (4, {"critical": 1, "major": 2, "warning": 1})
    assert [alarm.reduction_key for alarm in public.list_alarms(uow, limit=2, offset=1).alarms] == ["d", "c"]
    assert public.list_alarms(uow, wanted=AlarmFilter(include_cleared=True)).total == 5
    assert [
        one.reduction_key for one in public.list_alarms(uow, wanted=AlarmFilter(severities=("warning",))).alarms
    ] == ["a"]
    public.acknowledge(uow, alarm_id="2", by="orla")
    assert public.list_alarms(uow, wanted=AlarmFilter(hide_acknowledged=True)).total == 3
    assert [one.reduction_key for one in public.open_alarms_of(uow, object_id="olt-7")] == ["b", "c", "d", "a"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (AlarmFilter(text="FAN"), ["fan"]),
        (AlarmFilter(text="site-9"), ["door"]),
        (AlarmFilter(text="100%"), []),
        (AlarmFilter(by="raised_at"), ["door", "fan"]),
        (AlarmFilter(by="raised_at", descending=True), ["fan", "door"]),
        (AlarmFilter(by="object_id"), ["fan", "door"]),
    ],
)
def test_alarms_are_found_by_words_and_sorted_as_asked(uow: Uow, wanted: AlarmFilter, found: list[str]) -> None:
    observed(uow, reduction_key="fan", problem="Fan 2 has stopped", object_id="site-1", seen_at=SECOND)
    observed(uow, reduction_key="door", problem="Door open", object_id="site-9", severity="critical", seen_at=FIRST)
    assert [alarm.reduction_key for alarm in public.list_alarms(uow, wanted=wanted).alarms] == found


def test_alarms_raised_lately_are_counted_and_their_history_told(uow: Uow) -> None:
    alarm = observed(uow, reduction_key="a", seen_at=FIRST)
    observed(uow, reduction_key="b", seen_at=THIRD)
    assert (public.count_raised(uow, since=SECOND), public.count_raised(uow, since=FIRST)) == (1, 2)
    acknowledged = public.acknowledge(uow, alarm_id=alarm.id, by="orla")
    assert (acknowledged.first_at, acknowledged.last_at) == (FIRST, FIRST)
    changes = public.history_of(uow, alarm_id=alarm.id)
    assert [change.after["ackState"] for change in changes] == ["unacknowledged", "acknowledged"]


# -- other systems ----------------------------------------------------------------------------------------------------


def test_a_report_of_another_system_is_counted_by_object_and_problem(uow: Uow) -> None:
    first = commands.create_alarm(uow, report())
    public.acknowledge(uow, alarm_id=first.id, by="orla")
    again = commands.create_alarm(uow, report(perceivedSeverity="critical", ackState="unacknowledged"))
    assert (again.id, again.doc["x-count"], again.doc["state"]) == (first.id, 2, "updated")
    assert (again.doc["alarmRaisedTime"], again.doc["ackState"]) == ("2026-11-02T10:00:00Z", "acknowledged")
    assert names_of(uow) == ["AlarmRaised", "AlarmSeverityChanged"]
    assert commands.create_alarm(uow, report(specificProblem="Port 4 is down")).id != first.id


def test_the_other_systems_own_id_comes_before_object_and_problem(uow: Uow) -> None:
    first = commands.create_alarm(uow, report(externalAlarmId="x-1"))
    assert commands.create_alarm(uow, report(externalAlarmId="x-1", specificProblem="Still")).id == first.id
    assert commands.create_alarm(uow, report(externalAlarmId="x-2")).id != first.id


@pytest.mark.parametrize("over", [{"state": "cleared"}, {"perceivedSeverity": "cleared"}])
def test_a_report_that_says_cleared_ends_the_open_alarm(uow: Uow, over: Doc) -> None:
    first = commands.create_alarm(uow, report())
    ended = commands.create_alarm(uow, report(alarmClearedTime="2026-11-02T10:01:00Z", **over))
    assert (ended.id, ended.doc["state"], ended.doc["perceivedSeverity"]) == (first.id, "cleared", "cleared")
    assert public.get_alarm(uow, alarm_id=first.id).cleared_at == SECOND
    with pytest.raises(NothingToClear):
        commands.create_alarm(uow, report(**over))


def test_a_new_report_begins_as_raised(uow: Uow) -> None:
    with pytest.raises(IllegalTransition):
        commands.create_alarm(uow, report(state="updated"))
    assert public.list_alarms(uow).total == 0


@pytest.mark.parametrize("over", [{"state": "cleared"}, {"perceivedSeverity": "cleared"}])
def test_its_source_may_patch_it_to_cleared(uow: Uow, over: Doc) -> None:
    alarm = commands.create_alarm(uow, report())
    ended = commands.patch_alarm(uow, alarm, {**alarm.doc, **over, "clearUserId": "ems"})
    assert (ended.doc["state"], ended.doc["perceivedSeverity"], ended.doc["clearUserId"]) == (
        "cleared",
        "cleared",
        "ems",
    )
    assert names_of(uow) == ["AlarmRaised", "AlarmEnded"]
    with pytest.raises(AlarmCleared):
        commands.patch_alarm(uow, ended, {**ended.doc, "state": "raised", "perceivedSeverity": "major"})


def test_a_patched_severity_is_told(uow: Uow) -> None:
    alarm = commands.create_alarm(uow, report())
    changed = commands.patch_alarm(uow, alarm, {**alarm.doc, "perceivedSeverity": "critical"})
    assert changed.doc["alarmChangedTime"] > alarm.doc["alarmChangedTime"]
    assert names_of(uow) == ["AlarmRaised", "AlarmSeverityChanged"]


# -- tasks ------------------------------------------------------------------------------------------------------------


def test_a_task_changes_all_its_alarms_or_none(uow: Uow) -> None:
    for key in ("a", "b"):
        observed(uow, reduction_key=key)
    done = commands.create_ack(uow, {"ackUserId": "orla", "ackSystemId": "noc", "alarmPattern": [{"id": "1"}]})
    assert done.doc["state"] == "done"
    assert done.doc["ackedAlarm"] == [{"id": "1", "state": "raised", "ackState": "acknowledged"}]
    public.clear(uow, alarm_id="2", by="orla")
    with pytest.raises(AlarmCleared):
        commands.create_clear(uow, {"clearUserId": "orla", "alarmPattern": [{"id": "1"}, {"id": "2"}]})
    with pytest.raises(Invalid):
        commands.create_ack(uow, {"ackUserId": "orla", "alarmPattern": []})


def test_alarms_are_put_under_their_cause_and_taken_out_again(uow: Uow) -> None:
    for key in ("cause", "effect"):
        observed(uow, reduction_key=key)
    pair = {"parentAlarm": {"id": "1"}, "correlatedAlarm": [{"id": "2"}]}
    assert commands.create_group(uow, pair).doc["groupedAlarm"] == [{"id": "2"}]
    assert store.ALARMS.get(uow, "2").doc["parentAlarm"] == [{"id": "1"}]
    commands.create_un_group(uow, pair)
    assert store.ALARMS.get(uow, "2").doc["parentAlarm"] == []
    with pytest.raises(Invalid):
        commands.create_group(uow, {**pair, "parentAlarm": {}})

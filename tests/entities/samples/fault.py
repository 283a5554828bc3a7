"""Samples of TMF642: alarms, and the tasks on them. An alarm's id is a whole number."""

from __future__ import annotations

from collections.abc import Callable

from tests.entities.sample import Doc, Made, Sample, created
from tests.support.tmf_client import TmfClient

ALARMS = "/tmf-api/alarm/v4/alarm"
RAISED = "2026-11-02T10:00:00Z"
ENDED = "2026-11-02T10:05:00Z"


def alarm(made: Made) -> Doc:
    """An alarm of an object that no other body names: the same one again would only be counted."""
    return {
        "alarmType": "equipmentAlarm",
        "perceivedSeverity": "minor",
        "probableCause": "powerProblem",
        "alarmedObject": {"id": f"shelf-{made['n']}"},
        "sourceSystemId": "ems-1",
        "state": "raised",
        "alarmRaisedTime": RAISED,
    }


def whole_alarm(made: Made) -> Doc:
    return {
        **alarm(made),
        "externalAlarmId": f"ems-1/{made['n']}",
        "ackState": "unacknowledged",
        "alarmDetails": "Input A is dead",
        "alarmEscalation": False,
        "alarmReportingTime": RAISED,
        "alarmedObjectType": "Shelf",
        "isRootCause": True,
        "plannedOutageIndicator": "out of service",
        "proposedRepairedActions": "Change the supply",
        "reportingSystemId": "ems-1",
        "serviceAffecting": False,
        "specificProblem": "Input A below 40 V",
        "affectedService": [{"id": "service-1"}],
        "comment": [{"comment": "Spare is on its way", "userId": "orla", "systemId": "noc", "time": RAISED}],
        "correlatedAlarm": [{"id": "7"}],
        "parentAlarm": [{"id": "8"}],
        "crossedThresholdInformation": {
            "direction": "down",
            "granularity": "1 min",
            "indicatorName": "voltage",
            "indicatorUnit": "V",
            "observedValue": "38",
            "threshold": {"id": "t1"},
        },
        "place": [{"id": "pl1", "name": "Galway exchange", "role": "site", "@referredType": "GeographicSite"}],
    }


def remember(client: TmfClient) -> Made:
    """Tasks need an alarm of their own each time, so that one that is cleared is not cleared again."""
    return {"client": client}


def fresh(made: Made, *names: str) -> list[Doc]:
    """References to alarms that were made just now."""
    bodies = (alarm({"n": f"{made['n']}-{name}"}) for name in names or ("one",))
    return [{"id": created(made["client"], ALARMS, body)["id"]} for body in bodies]


def task(**common: object) -> Callable[[Made], Doc]:
    """A task on two alarms."""
    return lambda made: {**common, "alarmPattern": fresh(made, "one", "two")}


def grouping(made: Made) -> Doc:
    return {
        "sourceSystemId": "noc",
        "alarmChangedTime": RAISED,
        "parentAlarm": fresh(made, "cause")[0],
        "correlatedAlarm": fresh(made, "one", "two"),
    }


def _task(body: Callable[[Made], Doc]) -> Sample:
    return Sample(minimal=body, needs=remember)


_ACK = task(ackSystemId="noc", ackUserId="orla")

SAMPLES = {
    ("TMF642", "v4", "alarm"): Sample(alarm, whole_alarm, {"alarmDetails": "changed"}),
    ("TMF642", "v4", "ackAlarms"): _task(_ACK),
    ("TMF642", "v4", "unAckAlarms"): _task(_ACK),
    ("TMF642", "v4", "clearAlarms"): _task(task(clearSystemId="noc", clearUserId="orla", alarmClearedTime=ENDED)),
    ("TMF642", "v4", "commentAlarms"): _task(task(comment={"comment": "Seen", "userId": "orla", "systemId": "noc"})),
    ("TMF642", "v4", "groupAlarms"): _task(grouping),
    ("TMF642", "v4", "unGroupAlarms"): _task(grouping),
}

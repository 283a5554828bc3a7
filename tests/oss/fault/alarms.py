"""Alarms for tests."""

from __future__ import annotations

from typing import Any

from tandem.kernel.json import Doc
from tandem.kernel.period import instant
from tandem.kernel.store import Uow
from tandem.oss.fault.terms import Observation

FIRST, SECOND, THIRD = (instant(f"2026-11-02T10:0{minute}:00Z") for minute in (0, 1, 2))


def seen(**changes: Any) -> Observation:
    """One observation of a port that is down."""
    given: dict[str, Any] = {
        "reduction_key": "olt-7/port-3/down",
        "severity": "major",
        "alarm_type": "communicationsAlarm",
        "probable_cause": "lossOfSignal",
        "problem": "Port 3 is down",
        "object_id": "olt-7",
        "object_type": "Olt",
        "source": "ems-1",
        "seen_at": FIRST,
    }
    return Observation(**(given | changes))


def report(**changes: Any) -> Doc:
    """The same as another system reports it."""
    given: Doc = {
        "alarmType": "communicationsAlarm",
        "perceivedSeverity": "major",
        "probableCause": "lossOfSignal",
        "specificProblem": "Port 3 is down",
        "alarmedObject": {"id": "olt-7"},
        "sourceSystemId": "ems-1",
        "state": "raised",
        "alarmRaisedTime": "2026-11-02T10:00:00Z",
    }
    return given | changes


def news(uow: Uow) -> list[Doc]:
    """What the room has told in this unit of work, oldest first."""
    uow.flush()
    rows = uow.all(
        "select name, doc from kernel_outbox where tenant = %s and name like 'fault.%%' order by seq", (uow.tenant,)
    )
    return [{"name": row["name"].removeprefix("fault."), **row["doc"]} for row in rows]


def names_of(uow: Uow) -> list[str]:
    """The names of what the room has told."""
    return [one["name"] for one in news(uow)]

"""Reduction: what one more observation makes of an alarm, and how an alarm ends.

The first observation of a reduction key raises an alarm; each further one moves its last occurrence and its count and
may change its severity; one of severity `cleared` ends it. The count stands in an attribute of ours, `x-count`, since
the standard has none, with the reduction key and the last occurrence beside it: `alarmChangedTime` moves also when
somebody acknowledges or comments.
"""

from __future__ import annotations

from tandem.kernel import json
from tandem.kernel.json import Doc
from tandem.kernel.period import Instant, instant, text_of
from tandem.oss.fault import lifecycle
from tandem.oss.fault.terms import Observation

COUNT = "x-count"
REDUCTION_KEY = "x-reductionKey"
LAST = "x-lastOccurrence"


def raised(seen: Observation, alarm_id: str) -> Doc:
    """The new alarm of a first observation."""
    at = text_of(seen.seen_at)
    doc: Doc = {
        "id": alarm_id,
        "@type": "Alarm",
        REDUCTION_KEY: seen.reduction_key,
        COUNT: 1,
        LAST: at,
        "state": "raised",
        "ackState": "unacknowledged",
        "perceivedSeverity": seen.severity,
        "alarmType": seen.alarm_type,
        "probableCause": seen.probable_cause,
        "specificProblem": seen.problem,
        "alarmedObject": {"id": seen.object_id},
        "alarmedObjectType": seen.object_type,
        "sourceSystemId": seen.source,
        "alarmRaisedTime": at,
        "alarmReportingTime": at,
        "alarmChangedTime": at,
    }
    if seen.repair:
        doc["proposedRepairedActions"] = seen.repair
    if seen.external_id:
        doc["externalAlarmId"] = seen.external_id
    return doc


def key_of(reported: Doc) -> str:
    """What makes two reports of another system one fault: its own id, else system, object, cause and problem."""
    parts = (
        reported["sourceSystemId"],
        json.at(reported, "alarmedObject.id", ""),
        reported["probableCause"],
        reported.get("specificProblem", ""),
    )
    return str(reported.get("externalAlarmId") or "/".join(parts))


def says_cleared(reported: Doc) -> bool:
    """Whether a report says that the fault is over. Standard: ITU-T X.733, 8.1.2.3 (severity `cleared`)."""
    return "cleared" in (reported.get("state"), reported.get("perceivedSeverity"))


def cleared_at(reported: Doc) -> Instant | None:
    """When the fault was over, as the report says."""
    at = reported.get("alarmClearedTime")
    return instant(at, path="alarmClearedTime") if at else None


def reported(report: Doc, alarm_id: str, key: str) -> Doc:
    """The new alarm of another system's first report. Raises: IllegalTransition when it does not begin as raised."""
    lifecycle.ALARM.check(None, report, attribute="state")
    fresh = {"ackState": "unacknowledged", "alarmChangedTime": report["alarmRaisedTime"]}
    return {**fresh, **report, "id": alarm_id, REDUCTION_KEY: key, COUNT: 1, LAST: report["alarmRaisedTime"]}


def reported_again(alarm: Doc, report: Doc, at: Instant) -> Doc:
    """The alarm after one more report of its system: the first occurrence and who takes care of it stay."""
    lifecycle.ALARM.require(alarm["state"], "updated")
    kept = ("id", "alarmRaisedTime", "ackState", "ackUserId", "ackSystemId", "comment", REDUCTION_KEY)
    return {
        **alarm,
        **report,
        **{name: alarm[name] for name in kept if name in alarm},
        "state": "updated",
        COUNT: alarm.get(COUNT, 1) + 1,
        LAST: text_of(at),
        "alarmChangedTime": text_of(at),
    }


def seen_again(alarm: Doc, seen: Observation) -> Doc:
    """The alarm after one more observation."""
    lifecycle.ALARM.require(alarm["state"], "updated")
    return {
        **alarm,
        "state": "updated",
        COUNT: alarm.get(COUNT, 1) + 1,
        LAST: text_of(seen.seen_at),
        "perceivedSeverity": seen.severity,
        "specificProblem": seen.problem,
        "alarmChangedTime": text_of(seen.seen_at),
    }


def cleared(alarm: Doc, at: Instant, *, by: str, system: str) -> Doc:
    """The alarm ended."""
    lifecycle.ALARM.require(alarm["state"], "cleared")
    return {
        **alarm,
        "state": "cleared",
        "perceivedSeverity": "cleared",
        "alarmClearedTime": text_of(at),
        "alarmChangedTime": text_of(at),
        "clearUserId": by,
        "clearSystemId": system,
    }


def acknowledged(alarm: Doc, at: Instant, *, by: str, system: str, note: str = "") -> Doc:
    """The alarm with somebody who takes care of it, and their note."""
    changed = {
        **alarm,
        "ackState": "acknowledged",
        "ackUserId": by,
        "ackSystemId": system,
        "alarmChangedTime": text_of(at),
    }
    return commented(changed, at, by=by, system=system, text=note) if note else changed


def unacknowledged(alarm: Doc, at: Instant, *, by: str, system: str) -> Doc:
    """The alarm that nobody takes care of any more."""
    return {
        **alarm,
        "ackState": "unacknowledged",
        "ackUserId": by,
        "ackSystemId": system,
        "alarmChangedTime": text_of(at),
    }


def commented(alarm: Doc, at: Instant, *, by: str, system: str, text: str) -> Doc:
    """The alarm with one more note."""
    note = {"comment": text, "userId": by, "systemId": system, "time": text_of(at)}
    return {**alarm, "comment": [*alarm.get("comment", ()), note]}

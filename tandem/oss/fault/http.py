"""What this room puts on the wire: TMF642 Alarm v4, where an alarm's id is a whole number."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from tandem.kernel.json import Doc
from tandem.kernel.tmf.exposure import CHANGES_AND_STATES, Exposure, TaskExposure
from tandem.oss.fault import commands, model, store

BASE: Final = "/tmf-api/alarm/v4"
_HOLDERS: Final = (
    "alarmPattern",
    "ackedAlarm",
    "unAckedAlarm",
    "clearedAlarm",
    "commentedAlarm",
    "groupedAlarm",
    "unGroupedAlarm",
    "correlatedAlarm",
)


def _alarm_to_wire(doc: Doc) -> Doc:
    """A whole number as the id, and a role for each place, which the published schema demands."""
    wire = {**doc, "id": int(doc["id"])} if str(doc.get("id", "")).isdigit() else dict(doc)
    if isinstance(doc.get("place"), list):
        wire["place"] = [{"role": "location", **place} for place in doc["place"]]
    return wire


def _alarm_from_wire(doc: Doc) -> Doc:
    return {**doc, "id": str(doc["id"])} if isinstance(doc.get("id"), int) else doc


def _task(doc: Doc, convert: Any) -> Doc:
    changed = {name: [convert(alarm) for alarm in doc[name]] for name in _HOLDERS if isinstance(doc.get(name), list)}
    if isinstance(doc.get("parentAlarm"), dict):
        changed["parentAlarm"] = convert(doc["parentAlarm"])
    return {**doc, **changed}


def _task_to_wire(doc: Doc) -> Doc:
    return _task(doc, _alarm_to_wire)


def _task_from_wire(doc: Doc) -> Doc:
    return _task(doc, _alarm_from_wire)


_task_exposure = partial(
    TaskExposure, api="TMF642", version="v4", base=BASE, to_wire=_task_to_wire, from_wire=_task_from_wire,
    server_set=("id", "href", "state"), events=("Create",),
)  # fmt: skip

EXPOSURES: Final = (
    Exposure(
        api="TMF642",
        version="v4",
        base=BASE,
        path="alarm",
        type_name="Alarm",
        table=store.ALARMS,
        model=model.Alarm,
        mandatory=(
            "alarmType",
            "perceivedSeverity",
            "probableCause",
            "alarmedObject",
            "sourceSystemId",
            "state",
            "alarmRaisedTime",
        ),
        create=commands.create_alarm,
        patch=commands.patch_alarm,
        to_wire=_alarm_to_wire,
        from_wire=_alarm_from_wire,
        events=CHANGES_AND_STATES,
    ),
    _task_exposure(
        path="ackAlarms",
        type_name="AckAlarms",
        model=model.AckAlarms,
        table=store.ACK_ALARMS,
        create=commands.create_ack,
        mandatory=("ackSystemId", "ackUserId", "alarmPattern"),
    ),
    _task_exposure(
        path="unAckAlarms",
        type_name="UnAckAlarms",
        model=model.UnAckAlarms,
        table=store.UN_ACK_ALARMS,
        create=commands.create_un_ack,
        mandatory=("ackSystemId", "ackUserId", "alarmPattern"),
    ),
    _task_exposure(
        path="clearAlarms",
        type_name="ClearAlarms",
        model=model.ClearAlarms,
        table=store.CLEAR_ALARMS,
        create=commands.create_clear,
        mandatory=("clearSystemId", "clearUserId", "alarmClearedTime", "alarmPattern"),
    ),
    _task_exposure(
        path="commentAlarms",
        type_name="CommentAlarms",
        model=model.CommentAlarms,
        table=store.COMMENT_ALARMS,
        create=commands.create_comment,
        mandatory=("comment", "alarmPattern"),
    ),
    _task_exposure(
        path="groupAlarms",
        type_name="GroupAlarms",
        model=model.GroupAlarms,
        table=store.GROUP_ALARMS,
        create=commands.create_group,
        mandatory=("sourceSystemId", "alarmChangedTime", "parentAlarm", "correlatedAlarm"),
    ),
    _task_exposure(
        path="unGroupAlarms",
        type_name="UnGroupAlarms",
        model=model.UnGroupAlarms,
        table=store.UN_GROUP_ALARMS,
        create=commands.create_un_group,
        mandatory=("sourceSystemId", "alarmChangedTime", "parentAlarm", "correlatedAlarm"),
    ),
)

"""Alarms as documents with the columns that the list filters by; tasks on alarms."""

from __future__ import annotations

from typing import Any

from tandem.kernel import json
from tandem.kernel.json import Doc
from tandem.kernel.period import Instant, instant
from tandem.kernel.store import Column, EntityTable, Stored, Uow, plain_table
from tandem.oss.fault.rules.reduction import COUNT, LAST, REDUCTION_KEY
from tandem.oss.fault.terms import AlarmComment, AlarmFilter, AlarmView


def _open_key(doc: Doc) -> str | None:
    """The reduction key while the alarm is open: one open alarm for each."""
    key: str | None = doc.get(REDUCTION_KEY)
    return key if doc.get("state") != "cleared" else None


ALARMS = EntityTable(
    entity="Alarm",
    table="fault_alarm",
    columns=(
        Column("state", "text", "state"),
        Column("severity", "text", "perceivedSeverity"),
        Column("ack_state", "text", "ackState"),
        Column("object_id", "text", "alarmedObject.id"),
        Column("raised_at", "timestamptz", "alarmRaisedTime"),
        Column("changed_at", "timestamptz", "alarmChangedTime"),
        Column("open_key", "text", _open_key),
    ),
    state_attribute="state",
    indexes=("state, changed_at", "object_id"),
    unique=("open_key",),
)

_WORST_FIRST = (
    "array_position(array['critical','major','minor','warning','indeterminate','cleared'], severity), "
    "changed_at desc, id"
)

_WORDS = (
    "lower(concat_ws(' ', id, object_id, doc ->> 'specificProblem', doc ->> 'probableCause', doc ->> 'sourceSystemId'))"
)

NUMBER = plain_table(
    "fault_number",
    "tenant text not null primary key, last_number bigint not null",
)


def _tasks(entity: str, name: str) -> EntityTable:
    return EntityTable(entity=entity, table=f"fault_{name}", columns=(Column("state", "text", "state"),))


ACK_ALARMS = _tasks("AckAlarms", "ack_alarms")
UN_ACK_ALARMS = _tasks("UnAckAlarms", "un_ack_alarms")
CLEAR_ALARMS = _tasks("ClearAlarms", "clear_alarms")
COMMENT_ALARMS = _tasks("CommentAlarms", "comment_alarms")
GROUP_ALARMS = _tasks("GroupAlarms", "group_alarms")
UN_GROUP_ALARMS = _tasks("UnGroupAlarms", "un_group_alarms")


def next_number(uow: Uow) -> str:
    """The id of a next alarm: a whole number, as the standard's wire wants it."""
    row = uow.one(
        "insert into fault_number (tenant, last_number) values (%s, 1) "
        "on conflict (tenant) do update set last_number = fault_number.last_number + 1 returning last_number",
        (uow.tenant,),
    )
    assert row is not None, "an upsert returns its row"
    return str(row["last_number"])


def open_alarm(uow: Uow, reduction_key: str) -> Stored | None:
    """The open alarm of a reduction key."""
    found = ALARMS.where(uow, "open_key = %s", (reduction_key,), limit=1)
    return found[0] if found else None


def open_alarms_of_object(uow: Uow, object_id: str) -> list[Stored]:
    """The open alarms of an object, the oldest first."""
    return ALARMS.where(uow, "object_id = %s and state <> 'cleared'", (object_id,), order_by="raised_at, id")


def find_alarms(uow: Uow, wanted: AlarmFilter, *, limit: int, offset: int) -> tuple[list[Stored], int]:
    """The alarms that meet a filter, with how many there are."""
    condition, params = _condition(wanted)
    way = "desc" if wanted.descending else "asc"
    order_by = _WORST_FIRST if wanted.by == "worst" else f"{wanted.by} {way}, id {way}"
    found = ALARMS.where(uow, condition, params, order_by=order_by, limit=limit, offset=offset)
    return found, ALARMS.count(uow, condition, params)


def _condition(wanted: AlarmFilter) -> tuple[str, tuple[Any, ...]]:
    """The filter over the table's columns, with its parameters."""
    parts: list[str] = ["true"]
    params: list[Any] = []
    if wanted.severities:
        parts.append("severity = any(%s)")
        params.append(list(wanted.severities))
    if not wanted.include_cleared:
        parts.append("state <> 'cleared'")
    if wanted.hide_acknowledged:
        parts.append("ack_state <> 'acknowledged'")
    if wanted.text:
        parts.append(f"strpos({_WORDS}, lower(%s)) > 0")
        params.append(wanted.text)
    return " and ".join(parts), tuple(params)


def count_raised(uow: Uow, since: Instant) -> int:
    """How many alarms were raised since an instant."""
    return ALARMS.count(uow, "raised_at >= %s", (since,))


def view_of(alarm: Stored) -> AlarmView:
    """An alarm as a person sees it."""
    doc = alarm.doc
    cleared = doc.get("alarmClearedTime")
    return AlarmView(
        id=alarm.id,
        severity=doc.get("perceivedSeverity", "indeterminate"),
        state=doc.get("state", "raised"),
        ack_state=doc.get("ackState", "unacknowledged"),
        acked_by=doc.get("ackUserId") if doc.get("ackState") == "acknowledged" else None,
        object_id=json.at(doc, "alarmedObject.id", ""),
        object_type=doc.get("alarmedObjectType", ""),
        problem=doc.get("specificProblem", ""),
        probable_cause=doc.get("probableCause", ""),
        repair=doc.get("proposedRepairedActions", ""),
        first_at=instant(doc["alarmRaisedTime"]),
        last_at=instant(doc.get(LAST) or doc.get("alarmChangedTime") or doc["alarmRaisedTime"]),
        cleared_at=instant(cleared) if cleared else None,
        count=doc.get(COUNT, 1),
        reduction_key=doc.get(REDUCTION_KEY, ""),
        affected_service_ids=tuple(service["id"] for service in doc.get("affectedService", ()) if service.get("id")),
        comments=tuple(
            AlarmComment(
                text=note.get("comment", ""),
                by=note.get("userId", ""),
                at=instant(note.get("time") or doc["alarmRaisedTime"]),
            )
            for note in doc.get("comment", ())
        ),
    )


def open_by_severity(uow: Uow) -> dict[str, int]:
    """How many alarms are open, by severity."""
    rows = uow.all(
        "select severity, count(*) as n from fault_alarm where tenant = %s and state <> 'cleared' group by severity",
        (uow.tenant,),
    )
    return {row["severity"]: row["n"] for row in rows}

"""What happens to alarms: seen, seen again, cleared, acknowledged, commented, grouped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from tandem.kernel import json
from tandem.kernel.errors import Invalid
from tandem.kernel.json import Doc
from tandem.kernel.period import Instant, instant, text_of
from tandem.kernel.store import EntityTable, Stored, Uow
from tandem.oss.fault import lifecycle, store
from tandem.oss.fault.rules import reduction
from tandem.oss.fault.terms import (
    AlarmCleared,
    AlarmEnded,
    AlarmNotFound,
    AlarmRaised,
    AlarmSeverityChanged,
    NothingToClear,
    Observation,
)

SYSTEM = "tandem"


def observe(uow: Uow, seen: Observation) -> Stored | None:
    """Raise an alarm, count one more occurrence of it, or end it; none when there was nothing to end."""
    if seen.severity == "cleared":
        return clear_by_key(uow, seen.reduction_key, seen.seen_at)
    uow.lock(f"alarm/{seen.reduction_key}")
    present = store.open_alarm(uow, seen.reduction_key)
    if present is not None:
        return _change(uow, present, reduction.seen_again(present.doc, seen))
    return _raise(uow, reduction.raised(seen, store.next_number(uow)))


def _change(uow: Uow, alarm: Stored, doc: Doc) -> Stored:
    """Keep an open alarm's new content, and tell when it became worse or better."""
    changed = store.ALARMS.save(uow, alarm.id, doc)
    before, after = (str(one.get("perceivedSeverity")) for one in (alarm.doc, changed.doc))
    if before != after:
        uow.emit(AlarmSeverityChanged(alarm_id=alarm.id, before=before, after=after))
    return changed


def _raise(uow: Uow, doc: Doc) -> Stored:
    alarm = store.ALARMS.add(uow, doc)
    uow.emit(
        AlarmRaised(
            alarm_id=alarm.id,
            reduction_key=doc.get(reduction.REDUCTION_KEY, ""),
            severity=doc.get("perceivedSeverity", "indeterminate"),
            object_id=json.at(doc, "alarmedObject.id", ""),
            object_type=doc.get("alarmedObjectType", ""),
            problem=doc.get("specificProblem", ""),
            raised_at=instant(doc["alarmRaisedTime"]),
        )
    )
    return alarm


def clear_by_key(uow: Uow, reduction_key: str, at: Instant) -> Stored | None:
    """End the open alarm of a reduction key, if there is one."""
    uow.lock(f"alarm/{reduction_key}")
    present = store.open_alarm(uow, reduction_key)
    return _end(uow, present, at, by=SYSTEM) if present is not None else None


def _end(uow: Uow, alarm: Stored, at: Instant, *, by: str) -> Stored:
    ended = store.ALARMS.save(uow, alarm.id, reduction.cleared(alarm.doc, at, by=by, system=SYSTEM))
    uow.emit(
        AlarmEnded(
            alarm_id=alarm.id,
            reduction_key=alarm.doc.get(reduction.REDUCTION_KEY, ""),
            object_id=json.at(alarm.doc, "alarmedObject.id", ""),
            object_type=alarm.doc.get("alarmedObjectType", ""),
            raised_at=instant(alarm.doc["alarmRaisedTime"]),
            cleared_at=at,
        )
    )
    return ended


def set_affected(uow: Uow, alarm_id: str, service_ids: Sequence[str]) -> None:
    """Write on an alarm which services stand on what failed."""
    alarm = store.ALARMS.get_for_update(uow, alarm_id)
    affected = [{"id": service_id} for service_id in service_ids]
    store.ALARMS.save(uow, alarm_id, {**alarm.doc, "affectedService": affected, "serviceAffecting": bool(affected)})


def acknowledge(uow: Uow, alarm_id: str, *, by: str, note: str = "") -> Stored:
    """Somebody takes care of it. Raises: AlarmNotFound, AlarmCleared."""
    alarm = _open(uow, alarm_id)
    return store.ALARMS.save(uow, alarm.id, reduction.acknowledged(alarm.doc, uow.now, by=by, system=SYSTEM, note=note))


def unacknowledge(uow: Uow, alarm_id: str, *, by: str) -> Stored:
    """Nobody takes care of it any more. Raises: AlarmNotFound, AlarmCleared."""
    alarm = _open(uow, alarm_id)
    return store.ALARMS.save(uow, alarm.id, reduction.unacknowledged(alarm.doc, uow.now, by=by, system=SYSTEM))


def clear(uow: Uow, alarm_id: str, *, by: str) -> Stored:
    """A person says that it is over. Raises: AlarmNotFound, AlarmCleared."""
    return _end(uow, _open(uow, alarm_id), uow.now, by=by)


def comment(uow: Uow, alarm_id: str, *, by: str, text: str) -> Stored:
    """A note, also on a cleared alarm. Raises: AlarmNotFound, Invalid when there is no text."""
    if not text.strip():
        raise Invalid("a comment has text", path="comment.comment")
    alarm = _any(uow, alarm_id)
    return store.ALARMS.save(uow, alarm.id, reduction.commented(alarm.doc, uow.now, by=by, system=SYSTEM, text=text))


def _any(uow: Uow, alarm_id: str) -> Stored:
    if not store.ALARMS.exists(uow, alarm_id):
        raise AlarmNotFound(f"there is no alarm {alarm_id}", id=alarm_id)
    return store.ALARMS.get_for_update(uow, alarm_id)


def _open(uow: Uow, alarm_id: str) -> Stored:
    alarm = _any(uow, alarm_id)
    if alarm.doc["state"] == "cleared":
        raise AlarmCleared(f"alarm {alarm_id} is cleared", id=alarm_id, next_action="comment it instead")
    return alarm


# -- the standard's resources -----------------------------------------------------------------------------------------


def create_alarm(uow: Uow, doc: Doc) -> Stored:
    """An alarm of another system: one more occurrence where its id, or its object and problem, is open already.

    One that says `cleared` ends the open one, as systems of X.733 report it. Raises: NothingToClear.
    """
    key = reduction.key_of(doc)
    uow.lock(f"alarm/{key}")
    present = store.open_alarm(uow, key)
    if reduction.says_cleared(doc):
        if present is None:
            raise NothingToClear(
                "no open alarm of this object and problem", path="state", next_action="report it as raised first"
            )
        return _end(uow, present, reduction.cleared_at(doc) or uow.now, by=doc.get("clearUserId") or uow.actor)
    if present is not None:
        return _change(uow, present, reduction.reported_again(present.doc, doc, uow.now))
    return _raise(uow, reduction.reported(doc, store.next_number(uow), key))


def patch_alarm(uow: Uow, alarm: Stored, new_doc: Doc) -> Stored:
    """An alarm changed by its source; `cleared`, as state or as severity, ends it. Raises: AlarmCleared."""
    if alarm.doc["state"] == "cleared":
        if not reduction.says_cleared(new_doc):
            raise AlarmCleared(
                f"alarm {alarm.id} is cleared", path="state", next_action="report the fault again: a new alarm"
            )
        return store.ALARMS.save(uow, alarm.id, {**new_doc, "alarmChangedTime": text_of(uow.now)})
    if reduction.says_cleared(new_doc):
        still = {name: alarm.doc[name] for name in ("state", "perceivedSeverity")}
        saved = store.ALARMS.save(uow, alarm.id, {**new_doc, **still})
        at = reduction.cleared_at(new_doc) or uow.now
        return _end(uow, saved, at, by=new_doc.get("clearUserId") or uow.actor)
    if new_doc["state"] != alarm.doc["state"]:
        lifecycle.ALARM.require(alarm.doc["state"], new_doc["state"])
    return _change(uow, alarm, {**new_doc, "alarmChangedTime": text_of(uow.now)})


Act = Callable[[Uow, str, Doc], Stored]


def _for_each(table: EntityTable, done_attribute: str, act: Act, uow: Uow, doc: Doc) -> Stored:
    """Do something to every alarm of the task's pattern, all or none; the task is kept with what it changed."""
    ids = [alarm["id"] for alarm in doc.get("alarmPattern", ()) if alarm.get("id")]
    if not ids:
        raise Invalid("the pattern names alarms by their id", path="alarmPattern", next_action="give alarmPattern[].id")
    changed = [act(uow, alarm_id, doc) for alarm_id in ids]
    done = [{"id": alarm.id, "state": alarm.doc["state"], "ackState": alarm.doc.get("ackState")} for alarm in changed]
    return table.add(uow, {**doc, "state": "done", done_attribute: done})


create_ack = partial(
    _for_each, store.ACK_ALARMS, "ackedAlarm", lambda uow, one, doc: acknowledge(uow, one, by=doc["ackUserId"])
)
create_un_ack = partial(
    _for_each, store.UN_ACK_ALARMS, "unAckedAlarm", lambda uow, one, doc: unacknowledge(uow, one, by=doc["ackUserId"])
)
create_clear = partial(
    _for_each, store.CLEAR_ALARMS, "clearedAlarm", lambda uow, one, doc: clear(uow, one, by=doc["clearUserId"])
)
create_comment = partial(
    _for_each,
    store.COMMENT_ALARMS,
    "commentedAlarm",
    lambda uow, one, doc: comment(
        uow, one, by=json.at(doc, "comment.userId", uow.actor), text=json.at(doc, "comment.comment", "")
    ),
)


def create_group(uow: Uow, doc: Doc) -> Stored:
    """Put alarms under their cause."""
    return _regroup(uow, doc, store.GROUP_ALARMS, "groupedAlarm", parent=[{"id": _parent_id(doc)}])


def create_un_group(uow: Uow, doc: Doc) -> Stored:
    """Take alarms out from under their cause."""
    return _regroup(uow, doc, store.UN_GROUP_ALARMS, "unGroupedAlarm", parent=[])


def _regroup(uow: Uow, doc: Doc, table: EntityTable, done_attribute: str, *, parent: list[Doc]) -> Stored:
    _any(uow, _parent_id(doc))
    done = []
    for one in doc["correlatedAlarm"]:
        alarm = _any(uow, str(one.get("id")))
        store.ALARMS.save(uow, alarm.id, {**alarm.doc, "parentAlarm": parent, "alarmChangedTime": text_of(uow.now)})
        done.append({"id": alarm.id})
    return table.add(uow, {**doc, "state": "done", done_attribute: done})


def _parent_id(doc: Doc) -> str:
    parent = json.at(doc, "parentAlarm.id")
    if not isinstance(parent, str):
        raise Invalid("the parent alarm is named by its id", path="parentAlarm.id")
    return parent

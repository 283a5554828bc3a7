"""What other rooms may say of alarms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from tandem.kernel.errors import Conflict, NotFound
from tandem.kernel.events import Event
from tandem.kernel.period import Instant

ALARM = "Alarm"

Severity = Literal["critical", "major", "minor", "warning", "indeterminate", "cleared"]
"""Standard: ITU-T X.733, 8.1.2.3."""


class AlarmNotFound(NotFound):
    """No alarm has that id."""

    code = "fault.alarm_not_found"


class AlarmCleared(Conflict):
    """The alarm is cleared: it can only be read and commented."""

    code = "fault.alarm_cleared"


class NothingToClear(Conflict):
    """A source says that a fault is over which nobody has reported."""

    code = "fault.nothing_to_clear"


class AlarmRaised(Event, frozen=True, kw_only=True):
    """A fault is there that was not there before."""

    entity: ClassVar[str] = ALARM
    key: ClassVar[str] = "alarm_id"
    alarm_id: str
    reduction_key: str
    severity: str
    object_id: str
    object_type: str
    problem: str
    raised_at: Instant


class AlarmSeverityChanged(Event, frozen=True, kw_only=True):
    """A fault became worse or better; it is not over."""

    entity: ClassVar[str] = ALARM
    key: ClassVar[str] = "alarm_id"
    alarm_id: str
    before: str
    after: str


class AlarmEnded(Event, frozen=True, kw_only=True):
    """The fault is gone."""

    entity: ClassVar[str] = ALARM
    key: ClassVar[str] = "alarm_id"
    alarm_id: str
    reduction_key: str
    object_id: str
    object_type: str
    raised_at: Instant
    cleared_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What a source saw of an object. Two with one `reduction_key` are the same fault.

    `object_id` is the id of the object in the inventory. Standard: ITU-T X.733 for the words.
    """

    reduction_key: str
    severity: Severity
    alarm_type: str
    probable_cause: str
    problem: str
    object_id: str
    object_type: str
    source: str
    seen_at: Instant
    repair: str = ""
    external_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmFilter:
    """Which alarms are wanted; no severities means all of them.

    `text` is part of an alarm's id, problem, object or cause. `by` sorts: the worst first, or by one column.
    """

    severities: tuple[str, ...] = ()
    include_cleared: bool = False
    hide_acknowledged: bool = False
    text: str = ""
    by: Literal["worst", "raised_at", "changed_at", "object_id"] = "worst"
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmView:
    """An alarm as a person sees it. `count` is how often it was seen between its first and last occurrence."""

    id: str
    severity: Severity
    state: str
    ack_state: str
    acked_by: str | None
    object_id: str
    object_type: str
    problem: str
    probable_cause: str
    repair: str
    first_at: Instant
    last_at: Instant
    cleared_at: Instant | None
    count: int
    reduction_key: str
    affected_service_ids: tuple[str, ...]
    comments: tuple[AlarmComment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmComment:
    """A note on an alarm."""

    text: str
    by: str
    at: Instant

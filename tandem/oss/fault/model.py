"""Typed views of alarms and of what is done to them. Standard: TMF642 v4. On the wire an alarm's id is a number."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from tandem.kernel.tmf.types import Entity, EntityRef, Extensible, Instant

PerceivedSeverity = Literal["critical", "major", "minor", "warning", "indeterminate", "cleared"]
AckState = Literal["acknowledged", "unacknowledged"]
AlarmState = Literal["raised", "updated", "cleared"]
AlarmType = Literal[
    "communicationsAlarm",
    "processingErrorAlarm",
    "environmentalAlarm",
    "qualityOfServiceAlarm",
    "equipmentAlarm",
    "integrityViolation",
    "operationalViolation",
    "physicalViolation",
    "securityService",
    "mechanismViolation",
    "timeDomainViolation",
]
Digits = Annotated[str, msgspec.Meta(pattern=r"^\d+$")]


class AlarmedObject(Extensible):
    """What the alarm is about."""

    id: str | None = None
    href: str | None = None


class AffectedService(Extensible):
    """A service that stands on it."""

    id: str | None = None
    href: str | None = None


class Comment(Extensible):
    """A note of somebody."""

    comment: str | None = None
    system_id: str | None = None
    user_id: str | None = None
    time: Instant | None = None


class AlarmRef(EntityRef):
    """Another alarm."""


class PlaceRef(EntityRef):
    """Where it is."""


class ThresholdRef(EntityRef):
    """The threshold that was crossed."""


class CrossedThresholdInformation(Extensible):
    """Which threshold was crossed, and how."""

    direction: str | None = None
    granularity: str | None = None
    indicator_name: str | None = None
    indicator_unit: str | None = None
    observed_value: str | None = None
    threshold_crossing_description: str | None = None
    threshold: ThresholdRef | None = None


class Alarm(Entity):
    """A fault, with its first and last occurrence. Standard: TMF642 v4, Alarm; ITU-T X.733."""

    id: Digits | None = None
    external_alarm_id: str | None = None
    ack_state: AckState | None = None
    ack_system_id: str | None = None
    ack_user_id: str | None = None
    alarm_changed_time: Instant | None = None
    alarm_cleared_time: Instant | None = None
    alarm_details: str | None = None
    alarm_escalation: bool | None = None
    alarm_raised_time: Instant | None = None
    alarm_reporting_time: Instant | None = None
    alarm_type: AlarmType | None = None
    alarmed_object: AlarmedObject | None = None
    alarmed_object_type: str | None = None
    clear_system_id: str | None = None
    clear_user_id: str | None = None
    is_root_cause: bool | None = None
    perceived_severity: PerceivedSeverity | None = None
    planned_outage_indicator: str | None = None
    probable_cause: str | None = None
    proposed_repaired_actions: str | None = None
    reporting_system_id: str | None = None
    service_affecting: bool | None = None
    source_system_id: str | None = None
    specific_problem: str | None = None
    state: AlarmState | None = None
    affected_service: list[AffectedService] | None = None
    comment: list[Comment] | None = None
    correlated_alarm: list[AlarmRef] | None = None
    parent_alarm: list[AlarmRef] | None = None
    crossed_threshold_information: CrossedThresholdInformation | None = None
    place: list[PlaceRef] | None = None


class AlarmRefOrValue(Alarm):
    """An alarm, by reference or by value."""


class AlarmTask(Entity):
    """What all tasks on alarms share: which alarms (`alarm_pattern`), and how the task went."""

    state: str | None = None
    alarm_pattern: list[Alarm] | None = None


class AckAlarms(AlarmTask):
    """Somebody takes care of these alarms."""

    ack_system_id: str | None = None
    ack_user_id: str | None = None
    ack_time: Instant | None = None
    acked_alarm: list[AlarmRefOrValue] | None = None


class UnAckAlarms(AlarmTask):
    """Nobody takes care of these alarms any more."""

    ack_system_id: str | None = None
    ack_user_id: str | None = None
    ack_time: Instant | None = None
    un_acked_alarm: list[AlarmRefOrValue] | None = None


class ClearAlarms(AlarmTask):
    """These faults are gone, as a person says."""

    clear_system_id: str | None = None
    clear_user_id: str | None = None
    alarm_cleared_time: Instant | None = None
    cleared_alarm: list[AlarmRefOrValue] | None = None


class CommentAlarms(AlarmTask):
    """A note on these alarms."""

    comment: Comment | None = None
    commented_alarm: list[AlarmRefOrValue] | None = None


class GroupAlarms(Entity):
    """These alarms come of that one."""

    state: str | None = None
    source_system_id: str | None = None
    alarm_changed_time: Instant | None = None
    parent_alarm: AlarmRefOrValue | None = None
    correlated_alarm: list[AlarmRefOrValue] | None = None
    grouped_alarm: list[AlarmRefOrValue] | None = None


class UnGroupAlarms(Entity):
    """These alarms do not come of that one."""

    state: str | None = None
    source_system_id: str | None = None
    alarm_changed_time: Instant | None = None
    parent_alarm: AlarmRefOrValue | None = None
    correlated_alarm: list[AlarmRefOrValue] | None = None
    un_grouped_alarm: list[AlarmRefOrValue] | None = None

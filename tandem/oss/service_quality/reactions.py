"""Alarms are weighed for what services feel of them; services that come into use or go out of it join or leave."""

from __future__ import annotations

from tandem.kernel.steps import on
from tandem.kernel.store import Uow
from tandem.oss.fault.terms import AlarmEnded, AlarmRaised, AlarmSeverityChanged
from tandem.oss.inventory.terms import ServiceActivated, ServiceSuspended, ServiceTerminated
from tandem.oss.service_quality import commands


def weigh_alarm(uow: Uow, event: AlarmRaised | AlarmSeverityChanged | AlarmEnded) -> None:
    """An alarm is there, changed, or gone."""
    commands.weigh(uow, event.alarm_id)


def join_impacts(uow: Uow, event: ServiceActivated) -> None:
    """A service came into use, perhaps on something that fails."""
    commands.join_soon(uow, event.service)


def leave_impacts(uow: Uow, event: ServiceSuspended | ServiceTerminated) -> None:
    """A service went out of use."""
    commands.leave(uow, event.service)


REACTIONS = (
    on(AlarmRaised, "service_quality.weigh_raised", weigh_alarm),
    on(AlarmSeverityChanged, "service_quality.weigh_changed", weigh_alarm),
    on(AlarmEnded, "service_quality.weigh_ended", weigh_alarm),
    on(ServiceActivated, "service_quality.join_soon", join_impacts),
    on(ServiceSuspended, "service_quality.leave_suspended", leave_impacts),
    on(ServiceTerminated, "service_quality.leave_terminated", leave_impacts),
)

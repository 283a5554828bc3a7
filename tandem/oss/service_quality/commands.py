"""Bringing impacts into line with the alarms and the services as they stand now, and telling the other half.

Whatever the news was, what it is about is read again under one lock: news that comes twice, late, or in another order
changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from tandem.kernel.ids import new_id
from tandem.kernel.json import Doc
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow
from tandem.oss.fault import public as fault
from tandem.oss.fault.terms import AlarmView
from tandem.oss.inventory import public as inventory
from tandem.oss.service_quality import store
from tandem.oss.service_quality.rules.felt import felt_as
from tandem.oss.service_quality.rules.portions import portions
from tandem.oss.service_quality.terms import ImpactView
from tandem.seam.terms import ServiceImpacted, ServiceImpactEnded, Severity

JOIN = "service_quality.join"
JOINS_AFTER = timedelta(seconds=5)
"""Business time. An order that waited for a dead element completes as soon as it answers, which is before the alarm is
cleared: its customer must not be told of an outage that her new service has never known."""
IN_USE = "active"
"""Only a service that is there for its user is felt to be missing: not one that is ordered, barred or ended."""


def weigh(uow: Uow, alarm_id: str) -> None:
    """Begin, change or end the impact of an alarm, as the alarm stands now. Locks: all impacts."""
    store.lock_impacts(uow)
    alarm = fault.get_alarm(uow, alarm_id=alarm_id)
    severity = None if alarm.cleared_at else felt_as(alarm.severity)
    lasting = store.lasting_of_alarm(uow, alarm_id)
    if severity is None:
        if lasting is not None:
            _end(uow, lasting, alarm.cleared_at or uow.now)
    elif lasting is None:
        _begin(uow, alarm, severity)
    elif lasting.severity != severity:
        store.set_severity(uow, lasting.id, severity)
        _tell(uow, store.get(uow, lasting.id), lasting.service_ids)


def _begin(uow: Uow, alarm: AlarmView, severity: Severity) -> None:
    impact = ImpactView(
        id=new_id(),
        alarm_id=alarm.id,
        object_id=alarm.object_id,
        severity=severity,
        summary=alarm.problem,
        since=alarm.first_at,
        ended_at=None,
        service_ids=tuple(_services_in_use_on(uow, alarm.object_id)),
    )
    store.add(uow, impact)
    fault.set_affected(uow, alarm_id=alarm.id, service_ids=impact.service_ids)
    _tell(uow, impact, impact.service_ids)


def _end(uow: Uow, impact: ImpactView, at: Instant) -> None:
    store.end(uow, impact.id, at)
    for some in portions(store.ever_felt(uow, impact.id)):
        uow.emit(
            ServiceImpactEnded(
                impact_id=impact.id, alarm_id=impact.alarm_id, since=impact.since, ended_at=at, service_ids=some
            )
        )


def join_soon(uow: Uow, service_id: str) -> None:
    """A service came into use: see a little later whether a fault of what it stands on lasts."""
    if store.lasting_alarms(uow):
        uow.enqueue(JOIN, {"service": service_id}, due_at=uow.now + JOINS_AFTER)


def join(uow: Uow, payload: Doc) -> None:
    """A service that came into use feels the faults of what it stands on. Idempotent. Locks: all impacts."""
    store.lock_impacts(uow)
    service_id = payload["service"]
    if not _is_in_use(uow, service_id):
        return
    for alarm_id, object_id in store.lasting_alarms(uow):
        if object_id == service_id or inventory.stands_on(uow, service_id=service_id, resource_id=object_id):
            _join(uow, service_id, alarm_id)


def _join(uow: Uow, service_id: str, alarm_id: str) -> None:
    lasting = store.lasting_of_alarm(uow, alarm_id)
    if lasting is None or not store.join(uow, lasting.id, [service_id]):
        return
    fault.set_affected(uow, alarm_id=alarm_id, service_ids=[*lasting.service_ids, service_id])
    _tell(uow, lasting, [service_id])


def leave(uow: Uow, service_id: str) -> None:
    """A service that nobody uses any more feels nothing; the other half hears of it when the fault is over.

    Idempotent. Locks: all impacts.
    """
    store.lock_impacts(uow)
    if _is_in_use(uow, service_id):
        return
    for impact_id in store.leave(uow, service_id, uow.now):
        impact = store.get(uow, impact_id)
        fault.set_affected(uow, alarm_id=impact.alarm_id, service_ids=impact.service_ids)


def _tell(uow: Uow, impact: ImpactView, service_ids: Sequence[str]) -> None:
    for some in portions(service_ids):
        uow.emit(
            ServiceImpacted(
                impact_id=impact.id,
                alarm_id=impact.alarm_id,
                severity=impact.severity,
                since=impact.since,
                summary=impact.summary,
                service_ids=some,
            )
        )


def _services_in_use_on(uow: Uow, object_id: str) -> list[str]:
    """The services in use that stand on a failed object, and the object itself where it is such a service."""
    standing = inventory.services_depending_on(uow, resource_id=object_id)
    found = {service.id for service in standing if service.state == IN_USE}
    return sorted(found | ({object_id} if _is_in_use(uow, object_id) else set()))


def _is_in_use(uow: Uow, service_id: str) -> bool:
    service = inventory.find_service(uow, service_id=service_id)
    return service is not None and service.state == IN_USE

"""Reads: impacts, and which services are in use on something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tandem.kernel.store import Uow
from tandem.oss.inventory import public as inventory
from tandem.oss.service_quality import store
from tandem.oss.service_quality.terms import ImpactNotFound, ImpactView

IN_USE: Final = "active"
"""Only a service that is there for its user is felt to be missing: not one that is ordered, barred or ended."""


def services_in_use_on(uow: Uow, object_id: str) -> list[str]:
    """The services in use that stand on a failed object, and the object itself where it is such a service."""
    standing = inventory.services_depending_on(uow, resource_id=object_id)
    found = {service.id for service in standing if service.state == IN_USE}
    return sorted(found | ({object_id} if is_in_use(uow, object_id) else set()))


def is_in_use(uow: Uow, service_id: str) -> bool:
    """Whether a service is there for its user now."""
    service = inventory.find_service(uow, service_id=service_id)
    return service is not None and service.state == IN_USE


def get_impact(uow: Uow, impact_id: str) -> ImpactView:
    """One impact. Raises: ImpactNotFound."""
    found = store.views(uow, "id = %s", (impact_id,))
    if not found:
        raise ImpactNotFound(f"there is no impact {impact_id}", impact=impact_id)
    return found[0]


def impact_of_alarm(uow: Uow, alarm_id: str) -> ImpactView:
    """The newest impact of an alarm. Raises: ImpactNotFound."""
    found = store.views(uow, "alarm_id = %s", (alarm_id,))
    if not found:
        raise ImpactNotFound(f"alarm {alarm_id} is not felt by any service", alarm=alarm_id)
    return found[0]


def lasting_impacts(uow: Uow, service_ids: Sequence[str] | None) -> list[ImpactView]:
    """The impacts that last now: all, or those that any of these services feels."""
    return store.views(uow, "ended_at is null", ()) if service_ids is None else store.lasting_on(uow, service_ids)

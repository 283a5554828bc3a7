"""Reads of impacts for pages and other rooms."""

from __future__ import annotations

from collections.abc import Sequence

from tandem.kernel.store import Uow
from tandem.oss.service_quality import store
from tandem.oss.service_quality.terms import ImpactNotFound, ImpactView


def impact_of_alarm(uow: Uow, alarm_id: str) -> ImpactView:
    """The newest impact of an alarm. Raises: ImpactNotFound."""
    found = store.views(uow, "alarm_id = %s", (alarm_id,))
    if not found:
        raise ImpactNotFound(f"alarm {alarm_id} is not felt by any service", alarm=alarm_id)
    return found[0]


def lasting_impacts(uow: Uow, service_ids: Sequence[str] | None) -> list[ImpactView]:
    """The impacts that last now: all, or those that any of these services feels."""
    return store.views(uow, "ended_at is null", ()) if service_ids is None else store.lasting_on(uow, service_ids)

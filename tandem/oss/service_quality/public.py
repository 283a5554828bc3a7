"""What a fault does to services, for pages and for other rooms."""

from __future__ import annotations

from collections.abc import Sequence

from tandem.kernel.store import Uow
from tandem.oss.service_quality import queries
from tandem.oss.service_quality.terms import ImpactView


def lasting_impacts(uow: Uow, *, service_ids: Sequence[str] | None = None) -> list[ImpactView]:
    """The impacts that last now: all, or those that any of these services feels."""
    return queries.lasting_impacts(uow, service_ids)


def impact_of_alarm(uow: Uow, *, alarm_id: str) -> ImpactView:
    """The impact of an alarm, the newest when it had several, also when it is over. Raises: ImpactNotFound."""
    return queries.impact_of_alarm(uow, alarm_id)

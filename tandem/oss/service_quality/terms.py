"""What other rooms may say of impacts on services."""

from __future__ import annotations

from dataclasses import dataclass

from tandem.kernel.errors import NotFound
from tandem.kernel.period import Instant
from tandem.seam.terms import Severity


class ImpactNotFound(NotFound):
    """No impact has that id."""

    code = "service_quality.impact_not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactView:
    """A fault as services feel it; `ended_at` is none while it lasts.

    `object_id` is what failed; `service_ids` are those that feel it, or felt it to its end.
    """

    id: str
    alarm_id: str
    object_id: str
    severity: Severity
    summary: str
    since: Instant
    ended_at: Instant | None
    service_ids: tuple[str, ...]

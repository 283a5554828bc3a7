"""What other rooms may say of impacts on services."""

from __future__ import annotations

from dataclasses import dataclass

from tandem.kernel.errors import NotFound
from tandem.kernel.period import Instant


class ImpactNotFound(NotFound):
    """No impact has that id."""

    code = "service_quality.impact_not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactView:
    """A fault as services feel it; `ended_at` is none while it lasts."""

    id: str
    alarm_id: str
    severity: str
    summary: str
    since: Instant
    ended_at: Instant | None
    service_ids: tuple[str, ...]

"""How a fault is felt: which severities of alarm put services out, and which only make them worse."""

from __future__ import annotations

from tandem.seam.terms import Severity

_FELT_AS: dict[str, Severity] = {"critical": "outage", "major": "degraded"}
"""A minor alarm or a warning is not felt by anybody. Standard: ITU-T X.733, 8.1.2.3 (meaning of the severities)."""


def felt_as(perceived_severity: str) -> Severity | None:
    """What customers feel of an alarm of this severity, or none."""
    return _FELT_AS.get(perceived_severity)

"""The states of an alarm: cleared is the end; a fault that returns is a new alarm. Standard: TMF642 v4; X.733 8.1.2."""

from __future__ import annotations

from tandem.kernel.state import StateTable

ALARM = StateTable(
    name="Alarm",
    initial=("raised",),
    edges={"raised": ("updated", "cleared"), "updated": ("updated", "cleared")},
    final=("cleared",),
)

"""The life of an activation, as its monitor shows it."""

from __future__ import annotations

from typing import Final

from tandem.kernel.state import StateTable

MONITOR_LIFE: Final = StateTable(
    "an activation",
    initial=("InProgress", "Completed"),
    edges={"InProgress": ("Completed", "Failed")},
    final=("Completed", "Failed"),
)

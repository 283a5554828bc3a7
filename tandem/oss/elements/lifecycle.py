"""The states of an element and of a change on one."""

from __future__ import annotations

from typing import Final

from tandem.kernel.state import StateTable

# Standard: ITU-T X.731, 8.1.1.3; without "shutting down", since a change takes no time that would need it.
ADMINISTRATIVE_STATES: Final = StateTable(
    name="Element",
    initial=("unlocked",),
    edges={"unlocked": ("locked",), "locked": ("unlocked",)},
)

CHANGE_STATES: Final = StateTable(
    name="ElementChange",
    initial=("staged",),
    edges={
        "staged": ("committed", "rolledBack"),
        "committed": ("confirmed", "rolledBack"),
        "confirmed": ("rolledBack",),
    },
    final=("rolledBack",),
)

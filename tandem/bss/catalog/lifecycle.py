"""Which lifecycle status leads to which. Standard: TMF620 (catalogue entities), JobStateType."""

from __future__ import annotations

from typing import Final

from tandem.kernel.state import StateTable

_EDGES: Final = {
    "In Study": ("In Design", "Rejected"),
    "In Design": ("In Test", "Rejected"),
    "In Test": ("In Design", "Active", "Rejected"),
    "Active": ("Launched", "Retired"),
    "Launched": ("Retired",),
    "Retired": ("Obsolete",),
}


def _entries(name: str) -> StateTable:
    return StateTable(
        name,
        initial=("In Study", "In Design", "In Test", "Active", "Launched"),
        edges=_EDGES,
        final=("Rejected", "Obsolete"),
    )


OFFERING: Final = _entries("ProductOffering")
ENTRY: Final = _entries("catalogue entry")

LAUNCHED: Final = "Launched"
RETIRED: Final = "Retired"
GONE: Final = frozenset({"Rejected", "Retired", "Obsolete"})
"""What nothing new may stand on."""

JOB: Final = StateTable(
    "job",
    initial=("Not Started",),
    edges={"Not Started": ("Succeeded", "Failed")},
    final=("Succeeded", "Failed"),
)
"""JobStateType without Running: a job is run in one transaction, so nobody can see it running."""

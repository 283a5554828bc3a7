"""The lives of catalogue entries and of the jobs that carry them in and out."""

from __future__ import annotations

from typing import Final

from tandem.kernel.state import StateTable

ENTRY_LIFE: Final = StateTable(
    "a catalogue entry",
    initial=("In study", "In design", "In test", "Active", "Launched"),
    edges={
        "In study": ("In design", "Rejected"),
        "In design": ("In test", "Active", "Rejected"),
        "In test": ("In design", "Active", "Rejected"),
        "Active": ("Launched", "Retired"),
        "Launched": ("Retired",),
        "Retired": ("Launched", "Obsolete"),
        "Rejected": ("In design",),
    },
    final=("Obsolete",),
)

USABLE: Final = frozenset({"Active", "Launched"})
"""In these states a specification may be ordered."""

JOB_LIFE: Final = StateTable(
    "a catalogue job",
    initial=("Not Started",),
    edges={"Not Started": ("Running",), "Running": ("Succeeded", "Failed")},
    final=("Succeeded", "Failed"),
)

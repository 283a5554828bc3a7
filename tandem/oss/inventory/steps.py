"""What the inventory does when the business clock comes to it: reservations end, and rested numbers are free."""

from __future__ import annotations

from typing import Final

from tandem.kernel.steps import Step
from tandem.oss.inventory.commands import reservations

STEPS: Final = (
    Step(reservations.END_RESERVATION, reservations.end_reservation),
    Step(reservations.END_QUARANTINE, reservations.end_quarantine),
)

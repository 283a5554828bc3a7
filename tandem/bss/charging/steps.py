"""The durable steps of charging."""

from __future__ import annotations

from typing import Final

from tandem.bss.charging import commands
from tandem.bss.charging.commands import balances
from tandem.kernel.steps import Step

STEPS: Final = (
    Step(commands.BILLED, commands.show_billed),
    Step(balances.RELEASE, balances.release_when_over),
)

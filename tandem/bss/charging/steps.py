"""The durable steps of charging."""

from __future__ import annotations

from typing import Final

from tandem.bss.charging import commands
from tandem.bss.charging.commands import balances, recognizing, reworking
from tandem.bss.charging.commands.rerating import asking, drafting
from tandem.kernel.steps import Step

STEPS: Final = (
    Step(commands.BILLED, commands.show_billed),
    Step(balances.RELEASE, balances.release_when_over),
    Step(recognizing.PLAN, recognizing.plan_accounts),
    Step(recognizing.RECOGNIZE, recognizing.recognize_account),
    Step(reworking.STEP, reworking.rework),
    Step(drafting.LOOK, drafting.look),
    Step(drafting.POST, drafting.post_range),
    Step(asking.ASK, asking.answer_range),
)

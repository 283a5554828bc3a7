"""What billing does behind a commit."""

from __future__ import annotations

from typing import Final

from tandem.bss.billing.commands import issuing, running, sending
from tandem.kernel.steps import Step

STEPS: Final = (
    Step(running.PLAN, running.plan_accounts),
    Step(running.BILL, running.bill_account),
    Step(issuing.PRINT, sending.make_document, on_dead=sending.hold_unsound),
    Step(issuing.RECOGNIZE, issuing.recognize_revenue),
)

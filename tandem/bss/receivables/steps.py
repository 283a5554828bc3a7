"""What receivables do behind a commit. The provider is given minutes to answer before a payment is given up."""

from __future__ import annotations

from typing import Final

from tandem.bss.receivables.commands import paying, refunding
from tandem.kernel.steps import Step

STEPS: Final = (
    Step(paying.TAKE, paying.take_payment, attempts=12, on_dead=paying.give_up_payment),
    Step(paying.VOID, paying.void_payment, attempts=50),
    Step(refunding.SEND, refunding.send_refund, attempts=50),
)

"""The durable steps of messages. A mail server that does not answer is tried for about an hour."""

from __future__ import annotations

from tandem.bss.crm.commands import sending
from tandem.kernel.steps import Step

STEPS = (
    Step(
        sending.SEND,
        sending.send,
        attempts=22,
        backoff_cap_s=300.0,
        on_retry=sending.send_waits,
        on_dead=sending.send_failed,
    ),
)

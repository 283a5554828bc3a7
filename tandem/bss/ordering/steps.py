"""The durable steps of ordering."""

from __future__ import annotations

from tandem.bss.ordering import commands
from tandem.kernel.steps import Step

_PATIENCE = 20_000

STEPS = (
    Step(commands.START, commands.start),
    Step(
        commands.REQUEST,
        commands.request_services,
        attempts=_PATIENCE,
        backoff_cap_s=5.0,
        on_dead=commands.request_failed,
        on_retry=commands.request_waits,
    ),
    Step(
        commands.RETRY,
        commands.retry_services,
        attempts=_PATIENCE,
        backoff_cap_s=5.0,
        on_dead=commands.request_failed,
        on_retry=commands.request_waits,
    ),
    Step(commands.CANCEL, commands.decide_cancellation, attempts=_PATIENCE, backoff_cap_s=5.0),
)

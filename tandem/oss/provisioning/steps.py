"""The durable steps of provisioning. A network that does not answer is asked again for a day; then a person decides."""

from __future__ import annotations

from tandem.kernel.steps import Step
from tandem.oss.provisioning.commands import orders as commands

_PATIENCE = 20_000
"""Tries of a task, five seconds apart at most: more than a day."""

STEPS = (
    Step(commands.START, commands.start),
    Step(
        commands.TASK,
        commands.do_task,
        attempts=_PATIENCE,
        backoff_cap_s=5.0,
        on_dead=commands.task_failed,
        on_retry=commands.task_waits,
    ),
    Step(commands.UNDO, commands.undo_task, attempts=_PATIENCE, backoff_cap_s=5.0, on_dead=commands.undo_failed),
)

"""Durable steps: what is done behind a commit, at least once tried and exactly once kept.

Reactions to events, hub deliveries, order tasks, timers and jobs are all steps. It knows no room.
"""

from tandem.kernel.steps.queue import (
    StepView,
    cancel_step,
    cancel_steps,
    count_steps,
    get_step,
    hurry_steps,
    list_steps,
    retry_step,
)
from tandem.kernel.steps.registry import Job, Reaction, Registry, Step, every, on, schedule
from tandem.kernel.steps.relay import Fanout, Relay, StepRequest, ToldEvent
from tandem.kernel.steps.worker import Worker

__all__ = [
    "Fanout",
    "Job",
    "Reaction",
    "Registry",
    "Relay",
    "Step",
    "StepRequest",
    "StepView",
    "ToldEvent",
    "Worker",
    "cancel_step",
    "cancel_steps",
    "count_steps",
    "every",
    "get_step",
    "hurry_steps",
    "list_steps",
    "on",
    "retry_step",
    "schedule",
]

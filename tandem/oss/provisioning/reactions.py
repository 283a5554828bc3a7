"""An element that answers again: what waits for it need not wait out its pause."""

from __future__ import annotations

from tandem.kernel.steps import hurry_steps, on
from tandem.kernel.store import Uow
from tandem.oss.elements.terms import ElementAnswered
from tandem.oss.provisioning.commands import orders


def try_again_at_once(uow: Uow, event: ElementAnswered) -> None:
    """Let every task that waits to be tried again be tried now."""
    for kind in (orders.TASK, orders.UNDO):
        hurry_steps(uow, kind=kind)


REACTIONS = (on(ElementAnswered, "provisioning.try_again_at_once", try_again_at_once),)

"""The beats of an activation as durable steps: tried again while the element is silent, undone when it says no."""

from __future__ import annotations

from typing import Final

from tandem.kernel.steps import Step
from tandem.oss.activation.commands import activations

STEPS: Final = (
    Step(activations.STAGE, activations.stage, on_dead=activations.give_up),
    Step(activations.COMMIT, activations.commit, on_dead=activations.give_up),
    Step(activations.CONFIRM, activations.confirm, on_dead=activations.give_up),
    Step(activations.ROLL_BACK, activations.roll_back, attempts=20),
)

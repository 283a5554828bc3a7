"""When an element counts as silent, and when as back."""

from __future__ import annotations

import enum
from typing import Final

# One lost probe is a blip; with a probe a second, two make an alarm well within five seconds.
MISSES_TO_SILENCE: Final = 2


class Turn(enum.Enum):
    """What a probe means for what we believed."""

    NONE = "none"
    STOPPED = "stopped"
    BACK = "back"


def turn_of(*, believed_answering: bool | None, answers: bool, misses: int) -> Turn:
    """The turn that a probe makes. `misses` counts this probe; nothing believed yet (None) is as good as answering."""
    if answers:
        return Turn.BACK if believed_answering is False else Turn.NONE
    if believed_answering is False or misses < MISSES_TO_SILENCE:
        return Turn.NONE
    return Turn.STOPPED

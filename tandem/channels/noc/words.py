"""The words of network operations, and the people behind actors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tandem.channels.kit.i18n import _
from tandem.channels.kit.parts import Chip, Chips
from tandem.kernel.access.users import display_names
from tandem.kernel.store import Uow

OPEN_SEVERITIES: Final = ("critical", "major", "minor", "warning", "indeterminate")

NOT_YET: Final = Chip(_("Not yet"), "neutral", "dot")
IMPACTS: Final = Chips(
    {
        "outage": Chip(_("Outage"), "bad", "alert"),
        "degraded": Chip(_("Degraded"), "warning", "down"),
    }
)
REACHABLE: Final = Chips(
    {
        "yes": Chip(_("Answers"), "good", "check"),
        "no": Chip(_("Does not answer"), "bad", "offline"),
        "unknown": Chip(_("Not asked yet"), "neutral", "dot"),
    }
)
ADMINISTRATIVE: Final = Chips(
    {
        "unlocked": Chip(_("In use"), "good", "check"),
        "locked": Chip(_("Locked"), "warning", "pause"),
    }
)
MADE_OF: Final = Chips(
    {
        "real": Chip(_("Real"), "info", "network"),
        "simulated": Chip(_("Simulated"), "neutral", "play"),
    }
)
CHANGE_STATES: Final = Chips(
    {
        "staged": Chip(_("Staged"), "neutral", "clock"),
        "committed": Chip(_("Done, not read back"), "info", "clock"),
        "confirmed": Chip(_("Read back"), "good", "check"),
        "rolledBack": Chip(_("Rolled back"), "warning", "retry"),
    }
)
SERVICE_STATES: Final = Chips(
    {
        "active": Chip(_("Active"), "good", "check"),
        "suspended": Chip(_("Barred"), "warning", "pause"),
        "inactive": Chip(_("Not active"), "neutral", "dot"),
        "reserved": Chip(_("Being built"), "info", "clock"),
        "terminated": Chip(_("Ended"), "muted", "close"),
    }
)
ORDER_STATES: Final = Chips(
    {
        "acknowledged": Chip(_("Taken in")),
        "pending": Chip(_("Pending")),
        "inProgress": Chip(_("In progress")),
        "held": Chip(_("Held")),
        "assessingCancellation": Chip(_("Being called off")),
        "completed": Chip(_("Completed")),
        "partial": Chip(_("Partly completed")),
        "cancelled": Chip(_("Called off")),
        "rejected": Chip(_("Rejected")),
        "failed": Chip(_("Failed")),
    }
)


def people(uow: Uow, actors: Iterable[str | None]) -> dict[str, str]:
    """The name to show for each actor: a user's own, else the actor as it was recorded."""
    known = {actor for actor in actors if actor}
    return {**{actor: actor for actor in known}, **display_names(uow, sorted(known))}

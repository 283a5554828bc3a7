"""Which state of a message leads to which. Standard: TMF681 v4, CommunicationMessageStateType."""

from __future__ import annotations

from typing import Final

from tandem.kernel.state import StateTable

INITIAL: Final = "initial"
IN_PROGRESS: Final = "inProgress"
COMPLETED: Final = "completed"
FAILED: Final = "failed"
CANCELLED: Final = "cancelled"

MESSAGE: Final = StateTable(
    "CommunicationMessage",
    initial=(INITIAL,),
    edges={INITIAL: (IN_PROGRESS, CANCELLED, FAILED), IN_PROGRESS: (COMPLETED, FAILED)},
    final=(COMPLETED, FAILED, CANCELLED),
)

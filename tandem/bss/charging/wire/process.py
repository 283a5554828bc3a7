"""What the process that charges on line asks of the room beside the verbs of its door: nobody else needs it."""

from __future__ import annotations

from tandem.bss.charging.commands.online.closing import close_sessions_of
from tandem.bss.charging.commands.online.filing import file_records
from tandem.bss.charging.commands.online.notices import settle_notices, take_notices
from tandem.bss.charging.commands.online.policies import use_session_policy
from tandem.bss.charging.commands.online.spending import (
    SpendingChanged,
    change_spending_watch,
    end_spending_watch,
    settle_spending_changes,
    spending_status,
    take_spending_changes,
    watch_spending,
)
from tandem.bss.charging.commands.online.warming import compile_core

__all__ = [
    "SpendingChanged",
    "change_spending_watch",
    "close_sessions_of",
    "compile_core",
    "end_spending_watch",
    "file_records",
    "settle_notices",
    "settle_spending_changes",
    "spending_status",
    "take_notices",
    "take_spending_changes",
    "use_session_policy",
    "watch_spending",
]

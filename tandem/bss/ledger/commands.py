"""Booking."""

from __future__ import annotations

from tandem.bss.ledger import store
from tandem.bss.ledger.rules.balanced import require_balanced
from tandem.bss.ledger.terms import Entry, EntryDiffers
from tandem.kernel.store import Uow


def post(uow: Uow, entry: Entry) -> bool:
    """Book an entry once."""
    require_balanced(entry)
    if store.add(uow, entry):
        return True
    if store.lines_of(uow, entry) != list(entry.lines):
        raise EntryDiffers(
            f"{entry.kind} of {entry.cause_type} {entry.cause_id} was booked before with other amounts",
            next_action="book a correction with a cause of its own",
        )
    return False

"""Is an entry one that may be booked?"""

from __future__ import annotations

from tandem.bss.ledger.terms import Entry, EntryUnbalanced


def require_balanced(entry: Entry) -> None:
    """Debits equal credits in each currency, and no line is empty. Raises: EntryUnbalanced. Standard: invariant I1."""
    sums: dict[str, int] = {}
    for line in entry.lines:
        sums[line.amount.currency] = sums.get(line.amount.currency, 0) + line.amount.micros
    off = {currency: micros for currency, micros in sums.items() if micros}
    if off or not entry.lines:
        raise EntryUnbalanced(f"entry {entry.kind} of {entry.cause_type} {entry.cause_id} does not balance", off=off)

"""What charging explains by itself: a charge, and what became of a usage record."""

from __future__ import annotations

from typing import Final

from tandem.bss.charging import queries
from tandem.bss.charging.terms import RATED_EVENT, USAGE
from tandem.kernel.store import Uow
from tandem.kernel.why import Why


def explain_rated_event(uow: Uow, rated_event_id: str) -> Why:
    """A charge: its term, its allowance, its usage record. Raises: RatedEventUnknown."""
    return queries.why_rated(uow, rated_event_id=rated_event_id)


def explain_usage(uow: Uow, usage_id: str) -> Why:
    """A usage record: its charges, or why it waits, and each of its changes. Raises: NotFound."""
    return queries.why_usage(uow, usage_id=usage_id)


EXPLANATIONS: Final = {RATED_EVENT: explain_rated_event, USAGE: explain_usage}

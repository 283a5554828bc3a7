"""What desks look for: records that wait, one record with what became of it, its charges."""

from __future__ import annotations

from tandem.bss.charging import store
from tandem.bss.charging.store import looking
from tandem.bss.charging.terms import RatedEvent, SuspendedPage
from tandem.bss.charging.terms.desks import CauseCount, RecordView, UsageUnknown, WaitingFilter
from tandem.kernel.store import Uow


def find_waiting(
    uow: Uow, wanted: WaitingFilter, *, sort: str = "since", descending: bool = False, limit: int, offset: int
) -> SuspendedPage:
    """A page of the records that wait and agree with a filter."""
    usage, count = looking.find_waiting(uow, wanted, sort=(sort, descending), limit=limit, offset=offset)
    return SuspendedPage(tuple(usage), count)


def count_waiting(uow: Uow, wanted: WaitingFilter) -> list[CauseCount]:
    """How many records wait for each reason, the most first."""
    return looking.count_waiting(uow, wanted)


def get_record(uow: Uow, *, usage_id: str) -> RecordView:
    """One record as it stands. Raises: UsageUnknown."""
    found = looking.find_record(uow, usage_id)
    if found is None:
        raise UsageUnknown(f"there is no usage record {usage_id}", usage=usage_id)
    return found


def rated_events_of_usage(uow: Uow, *, usage_id: str) -> list[RatedEvent]:
    """The charges of one record, those that were taken back too, in their order."""
    return store.events_of_usage(uow, [usage_id])

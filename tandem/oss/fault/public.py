"""The fault room's door: report what was seen, and read and work on alarms."""

from __future__ import annotations

from collections.abc import Sequence

from tandem.kernel.period import Instant
from tandem.kernel.store import Change, Uow
from tandem.oss.fault import commands, queries, store
from tandem.oss.fault.terms import AlarmFilter, AlarmView, Observation


def observe(uow: Uow, *, seen: Observation) -> AlarmView | None:
    """Raise an alarm, count one more occurrence, or end it when the severity is `cleared`; none: nothing to end.

    Locks: the reduction key.
    """
    alarm = commands.observe(uow, seen)
    return store.view_of(alarm) if alarm else None


def end(uow: Uow, *, reduction_key: str, at: Instant) -> AlarmView | None:
    """End the open alarm of a reduction key; none when there is none."""
    alarm = commands.clear_by_key(uow, reduction_key, at)
    return store.view_of(alarm) if alarm else None


def set_affected(uow: Uow, *, alarm_id: str, service_ids: Sequence[str]) -> None:
    """Write on an alarm which services stand on what failed."""
    commands.set_affected(uow, alarm_id, service_ids)


def acknowledge(uow: Uow, *, alarm_id: str, by: str, note: str = "") -> AlarmView:
    """Somebody takes care of it. Raises: AlarmNotFound, AlarmCleared."""
    return store.view_of(commands.acknowledge(uow, alarm_id, by=by, note=note))


def unacknowledge(uow: Uow, *, alarm_id: str, by: str) -> AlarmView:
    """Nobody takes care of it any more. Raises: AlarmNotFound, AlarmCleared."""
    return store.view_of(commands.unacknowledge(uow, alarm_id, by=by))


def clear(uow: Uow, *, alarm_id: str, by: str) -> AlarmView:
    """A person says that it is over. Raises: AlarmNotFound, AlarmCleared."""
    return store.view_of(commands.clear(uow, alarm_id, by=by))


def comment(uow: Uow, *, alarm_id: str, by: str, text: str) -> AlarmView:
    """A note. Raises: AlarmNotFound, Invalid."""
    return store.view_of(commands.comment(uow, alarm_id, by=by, text=text))


def get_alarm(uow: Uow, *, alarm_id: str) -> AlarmView:
    """One alarm. Raises: AlarmNotFound."""
    return queries.get_alarm(uow, alarm_id)


def list_alarms(uow: Uow, *, wanted: AlarmFilter | None = None, limit: int = 100, offset: int = 0) -> queries.AlarmPage:
    """Alarms that meet a filter (else the open ones), the worst first, with how many are open by severity."""
    return queries.list_alarms(uow, wanted or AlarmFilter(), limit=limit, offset=offset)


def count_raised(uow: Uow, *, since: Instant) -> int:
    """How many alarms were raised since an instant."""
    return store.count_raised(uow, since)


def history_of(uow: Uow, *, alarm_id: str) -> list[Change]:
    """Every change of an alarm, the oldest first: who, when, why, and what it became."""
    return store.ALARMS.history(uow, alarm_id)


def open_alarms_of(uow: Uow, *, object_id: str) -> list[AlarmView]:
    """The open alarms of one object of the inventory."""
    return [store.view_of(alarm) for alarm in store.open_alarms_of_object(uow, object_id)]

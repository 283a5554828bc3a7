"""Reading alarms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tandem.kernel.store import Uow
from tandem.oss.fault import store
from tandem.oss.fault.terms import AlarmFilter, AlarmNotFound, AlarmView


@dataclass(frozen=True, slots=True)
class AlarmPage:
    """Some alarms of all that match; `open_by_severity` counts every open one."""

    alarms: tuple[AlarmView, ...]
    total: int
    open_by_severity: Mapping[str, int]


def get_alarm(uow: Uow, alarm_id: str) -> AlarmView:
    """One alarm. Raises: AlarmNotFound."""
    alarm = store.ALARMS.find(uow, alarm_id)
    if alarm is None:
        raise AlarmNotFound(f"there is no alarm {alarm_id}", id=alarm_id)
    return store.view_of(alarm)


def list_alarms(uow: Uow, wanted: AlarmFilter, *, limit: int, offset: int) -> AlarmPage:
    """A page of alarms: the worst first, then the newest change, or as the filter sorts them."""
    alarms, total = store.find_alarms(uow, wanted, limit=limit, offset=offset)
    return AlarmPage(
        alarms=tuple(store.view_of(alarm) for alarm in alarms),
        total=total,
        open_by_severity=store.open_by_severity(uow),
    )

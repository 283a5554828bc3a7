"""Reading alarms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tandem.kernel.store import Uow
from tandem.oss.fault import store
from tandem.oss.fault.terms import AlarmNotFound, AlarmView


@dataclass(frozen=True, slots=True)
class AlarmFilter:
    """Which alarms are wanted; no severities means all of them."""

    severities: tuple[str, ...] = ()
    include_cleared: bool = False
    hide_acknowledged: bool = False

    def condition(self) -> tuple[str, tuple[Any, ...]]:
        """The filter over the table's columns, with its parameters."""
        parts, params = ["true"], []
        if self.severities:
            parts.append("severity = any(%s)")
            params.append(list(self.severities))
        if not self.include_cleared:
            parts.append("state <> 'cleared'")
        if self.hide_acknowledged:
            parts.append("ack_state <> 'acknowledged'")
        return " and ".join(parts), tuple(params)


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
    """A page of alarms, the worst first, then the newest change."""
    condition, params = wanted.condition()
    alarms = store.list_alarms(uow, condition, params, limit=limit, offset=offset)
    return AlarmPage(
        alarms=tuple(store.view_of(alarm) for alarm in alarms),
        total=store.ALARMS.count(uow, condition, params),
        open_by_severity=store.open_by_severity(uow),
    )

"""Impacts and the services that they touch, as narrow rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tandem.kernel.period import Instant
from tandem.kernel.store import Uow, plain_table
from tandem.oss.service_quality.terms import ImpactView

IMPACT = plain_table(
    "service_quality_impact",
    """
    tenant text not null,
    id text collate "C" not null,
    alarm_id text collate "C" not null,
    severity text not null,
    summary text not null,
    since timestamptz not null,
    ended_at timestamptz,
    primary key (tenant, id),
    unique (tenant, alarm_id)
    """,
)
SERVICE = plain_table(
    "service_quality_impacted_service",
    """
    tenant text not null,
    service_id text collate "C" not null,
    impact_id text collate "C" not null,
    primary key (tenant, service_id, impact_id)
    """,
    also=("create index service_quality_impacted_by on service_quality_impacted_service (tenant, impact_id)",),
)

_VIEW = """
select id, alarm_id, severity, summary, since, ended_at,
  array(select service_id from service_quality_impacted_service s
        where s.tenant = i.tenant and s.impact_id = i.id order by service_id) as service_ids
from service_quality_impact i where tenant = %s
"""


def add(uow: Uow, impact: ImpactView) -> bool:
    """Keep an impact with its services; False when its alarm has one already."""
    added = uow.one(
        "insert into service_quality_impact (tenant, id, alarm_id, severity, summary, since) "
        "values (%s, %s, %s, %s, %s, %s) on conflict do nothing returning id",
        (uow.tenant, impact.id, impact.alarm_id, impact.severity, impact.summary, impact.since),
    )
    if added is not None:
        uow.many(
            "insert into service_quality_impacted_service (tenant, service_id, impact_id) values (%s, %s, %s)",
            [(uow.tenant, service_id, impact.id) for service_id in impact.service_ids],
        )
    return added is not None


def end(uow: Uow, alarm_id: str, at: Instant) -> ImpactView | None:
    """End the impact of an alarm; none when it has none that lasts."""
    ended = uow.one(
        "update service_quality_impact set ended_at = %s where tenant = %s and alarm_id = %s and ended_at is null "
        "returning id",
        (at, uow.tenant, alarm_id),
    )
    return views(uow, "id = %s", (ended["id"],))[0] if ended else None


def views(uow: Uow, condition: str, params: Sequence[Any]) -> list[ImpactView]:
    """Impacts that meet a condition, the newest first."""
    rows = uow.all(f"{_VIEW} and {condition} order by since desc, id", (uow.tenant, *params))
    return [ImpactView(**{**row, "service_ids": tuple(row["service_ids"])}) for row in rows]


def lasting_on(uow: Uow, service_ids: Sequence[str]) -> list[ImpactView]:
    """The impacts that last now and touch any of these services."""
    return views(
        uow,
        "ended_at is null and id in (select impact_id from service_quality_impacted_service "
        "where tenant = i.tenant and service_id = any(%s))",
        (list(service_ids),),
    )

"""Impacts and the services that feel them, as narrow rows. One that stopped feeling it keeps its row, with when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tandem.kernel.period import Instant
from tandem.kernel.store import Uow, plain_table
from tandem.oss.service_quality.terms import ImpactNotFound, ImpactView

IMPACT = plain_table(
    "service_quality_impact",
    """
    tenant text not null,
    id text collate "C" not null,
    alarm_id text collate "C" not null,
    object_id text collate "C" not null,
    severity text not null,
    summary text not null,
    since timestamptz not null,
    ended_at timestamptz,
    primary key (tenant, id)
    """,
    also=(
        "create unique index service_quality_impact_lasting on service_quality_impact (tenant, alarm_id) "
        "where ended_at is null",
        "create index service_quality_impact_alarm on service_quality_impact (tenant, alarm_id, since)",
    ),
)
SERVICE = plain_table(
    "service_quality_impacted_service",
    """
    tenant text not null,
    service_id text collate "C" not null,
    impact_id text collate "C" not null,
    left_at timestamptz,
    primary key (tenant, service_id, impact_id)
    """,
    also=("create index service_quality_impacted_by on service_quality_impacted_service (tenant, impact_id)",),
)

_VIEW = """
select id, alarm_id, object_id, severity, summary, since, ended_at,
  array(select service_id from service_quality_impacted_service s
        where s.tenant = i.tenant and s.impact_id = i.id and s.left_at is null order by service_id) as service_ids
from service_quality_impact i where tenant = %s
"""


def lock_impacts(uow: Uow) -> None:
    """One at a time changes who feels what.

    Why one lock for all: a service that comes into use while an impact begins must be seen by one of the two.
    """
    uow.lock("service_quality/impacts")


def add(uow: Uow, impact: ImpactView) -> None:
    """Keep an impact with its services."""
    uow.execute(
        "insert into service_quality_impact (tenant, id, alarm_id, object_id, severity, summary, since) "
        "values (%s, %s, %s, %s, %s, %s, %s)",
        (uow.tenant, impact.id, impact.alarm_id, impact.object_id, impact.severity, impact.summary, impact.since),
    )
    join(uow, impact.id, impact.service_ids)


def join(uow: Uow, impact_id: str, service_ids: Sequence[str]) -> list[str]:
    """Services that feel an impact from now on; those that did not before."""
    rows = uow.all(
        "insert into service_quality_impacted_service (tenant, service_id, impact_id) "
        "select %s, service_id, %s from unnest(%s::text[]) as service_id "
        "on conflict (tenant, service_id, impact_id) do update set left_at = null "
        "where service_quality_impacted_service.left_at is not null returning service_id",
        (uow.tenant, impact_id, list(service_ids)),
    )
    return [row["service_id"] for row in rows]


def leave(uow: Uow, service_id: str, at: Instant) -> list[str]:
    """A service that feels nothing any more; the lasting impacts that it felt."""
    rows = uow.all(
        "update service_quality_impacted_service s set left_at = %s from service_quality_impact i "
        "where s.tenant = %s and s.service_id = %s and s.left_at is null "
        "and i.tenant = s.tenant and i.id = s.impact_id and i.ended_at is null returning s.impact_id",
        (at, uow.tenant, service_id),
    )
    return [row["impact_id"] for row in rows]


def ever_felt(uow: Uow, impact_id: str) -> list[str]:
    """Every service that an impact was told of, also those that left it."""
    rows = uow.all(
        "select service_id from service_quality_impacted_service where tenant = %s and impact_id = %s "
        "order by service_id",
        (uow.tenant, impact_id),
    )
    return [row["service_id"] for row in rows]


def set_severity(uow: Uow, impact_id: str, severity: str) -> None:
    """A fault is felt as worse, or as less bad."""
    uow.execute(
        "update service_quality_impact set severity = %s where tenant = %s and id = %s",
        (severity, uow.tenant, impact_id),
    )


def end(uow: Uow, impact_id: str, at: Instant) -> None:
    """An impact is over."""
    uow.execute(
        "update service_quality_impact set ended_at = %s where tenant = %s and id = %s", (at, uow.tenant, impact_id)
    )


def views(uow: Uow, condition: str, params: Sequence[Any]) -> list[ImpactView]:
    """Impacts that meet a condition, the newest first."""
    rows = uow.all(f"{_VIEW} and {condition} order by since desc, id desc", (uow.tenant, *params))
    return [ImpactView(**{**row, "service_ids": tuple(row["service_ids"])}) for row in rows]


def get(uow: Uow, impact_id: str) -> ImpactView:
    """One impact. Raises: ImpactNotFound."""
    found = views(uow, "id = %s", (impact_id,))
    if not found:
        raise ImpactNotFound(f"there is no impact {impact_id}", impact=impact_id)
    return found[0]


def lasting_of_alarm(uow: Uow, alarm_id: str) -> ImpactView | None:
    """The impact of an alarm that lasts now."""
    return next(iter(views(uow, "alarm_id = %s and ended_at is null", (alarm_id,))), None)


def lasting_on(uow: Uow, service_ids: Sequence[str]) -> list[ImpactView]:
    """The impacts that last now and that any of these services feels."""
    return views(
        uow,
        "ended_at is null and id in (select impact_id from service_quality_impacted_service "
        "where tenant = i.tenant and left_at is null and service_id = any(%s))",
        (list(service_ids),),
    )


def lasting_alarms(uow: Uow) -> list[tuple[str, str]]:
    """(alarm, object) of each impact that lasts now."""
    rows = uow.all(
        "select alarm_id, object_id from service_quality_impact where tenant = %s and ended_at is null order by id",
        (uow.tenant,),
    )
    return [(row["alarm_id"], row["object_id"]) for row in rows]

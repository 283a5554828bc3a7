"""Questions about consumption with their answers, kept as documents; and what they are answered from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tandem.bss.charging.rules import consumption as rules
from tandem.bss.charging.rules.core.layout import USED
from tandem.bss.charging.store.events import EventOwner
from tandem.kernel.period import Instant, Period
from tandem.kernel.store import Column, EntityTable, Uow

_ASKED: Final = (
    Column("customer_id", "text", rules.customer_of),
    Column("creation_date", "timestamptz", "creationDate"),
)

QUERIES: Final = EntityTable(
    entity="QueryUsageConsumption",
    table="charging_consumption_query",
    columns=(Column("state", "text", "state"), *_ASKED),
    state_attribute="state",
    indexes=("customer_id, creation_date",),
)
REPORTS: Final = EntityTable(
    entity="UsageConsumptionReport",
    table="charging_consumption_report",
    columns=(Column("name", "text", "name"), *_ASKED),
    indexes=("customer_id, creation_date",),
)


def charged_by_service(uow: Uow, owner: EventOwner, period: Period) -> list[dict[str, Any]]:
    """What was used and charged within a period, by service; what was reversed is neither. `tariff_key`: of one."""
    condition, params = owner.condition
    return uow.all(
        "select service, sum(quantity) as units, sum(amount_micros) as micros, "
        "(array_agg(tariff_key))[1] as tariff_key "
        f"from charging_rated_event where tenant = %s and {condition} and started_at >= %s and started_at < %s "
        "and reversed_by is null and reversal_of is null group by service order by service",
        (uow.tenant, *params, period.start, period.end),
    )


def taken_by(uow: Uow, owner: EventOwner, numbers: Sequence[int], since: Instant) -> dict[int, int]:
    """What one product took from shared buckets of its account, by number; `since` the earliest of them began."""
    condition, params = owner.condition
    rows = uow.all(
        "select split_part(move, ':', 1)::int as n, sum(split_part(move, ':', 3)::bigint) as taken "
        "from charging_rated_event cross join lateral string_to_table(moves, ';') as told (move) "
        f"where tenant = %s and {condition} and started_at >= %s and moves is not null "
        "and split_part(move, ':', 1)::int = any(%s) and split_part(move, ':', 2) = %s group by 1",
        (uow.tenant, *params, since, list(numbers), str(USED)),
    )
    return {row["n"]: int(row["taken"]) for row in rows}

"""Policy counters: a subscriber's limits and allowances, and the operator's word for how each of them stands.

A counter is named after its limit or allowance. Its status is `normal`, or `reached_80` after the highest threshold
that it has passed, `reached_100` at its end; with the next day or cycle it will be `normal` again. Standard: TS 29.594.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from tandem.bss.catalog.terms.tariff import Tariff
from tandem.bss.charging.terms.spending import CounterStatus, PendingStatus
from tandem.kernel.period import Instant

NORMAL: Final = "normal"


class Counter(NamedTuple):
    """A limit or an allowance that has an end, and the percents that are told of it, the last one 100."""

    id: str
    percents: Sequence[int]


def counters_of(tariff: Tariff) -> list[Counter]:
    """What can be watched of a tariff."""
    limits = [(one.id, one.thresholds) for one in tariff.limits if one.amount is not None or one.units is not None]
    allowances = [(one.id, one.thresholds) for one in tariff.allowances if not one.unlimited]
    return [Counter(name, sorted({*percents, 100})) for name, percents in (*limits, *allowances)]


def statuses(counters: Iterable[Counter], buckets: Sequence[Mapping[str, Any]], *, now: Instant) -> list[CounterStatus]:
    """How counters stand. Shape: `buckets` are those of the product and its account that hold the instant."""
    return [_status(counter, buckets, now) for counter in counters]


def _status(counter: Counter, buckets: Sequence[Mapping[str, Any]], now: Instant) -> CounterStatus:
    mine = [row for row in buckets if row["term_id"] == counter.id and row["granted"]]
    if not mine:
        return CounterStatus(counter=counter.id, status=NORMAL)
    granted, used = sum(row["granted"] for row in mine), sum(row["used"] for row in mine)
    reached = [percent for percent in counter.percents if used * 100 >= granted * percent]
    if not reached:
        return CounterStatus(counter=counter.id, status=NORMAL)
    ends: list[datetime] = [row["end_at"] for row in mine if row["end_at"] is not None]
    pending = (PendingStatus(status=NORMAL, active_at=min(ends)),) if ends and min(ends) > now else ()
    return CounterStatus(counter=counter.id, status=f"reached_{reached[-1]}", pending=pending)

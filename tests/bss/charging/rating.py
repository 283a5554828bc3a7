"""One account of one product in the core, without a database: what its uses cost, and what is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tandem.bss.catalog.public import measure_of, quantity_of
from tandem.bss.catalog.terms.tariff import Tariff
from tandem.bss.charging.rules.core import layout
from tandem.bss.charging.rules.core.book import buckets_of, pack_digits
from tandem.bss.charging.rules.core.compiling import compile_tariffs
from tandem.bss.charging.rules.core.days import calendar_of, us_of
from tandem.bss.charging.rules.core.layout import BucketRow, SubjectRow, Subjects, UseRow, Uses
from tandem.bss.charging.rules.core.rows import table_of
from tandem.bss.charging.rules.core.running import rate
from tandem.bss.charging.terms import UsageRecord
from tests.bss.charging import story

_COLUMNS = {"second": "seconds", "octet": "octets", "count": "count"}


class Part(NamedTuple):
    """What one term made of a use. `used_before` is none at a price."""

    term_id: str
    quantity: int
    counted: int
    micros: int
    used_before: int | None


@dataclass
class Alone:
    """The account. `used` of each allowance when it begins; the bill month is October's, in Dublin."""

    tariff: Tariff
    used: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.compiled = compile_tariffs([self.tariff])
        rows = table_of(BucketRow, len(self.used))
        for row, (term_id, used) in zip(rows, self.used.items(), strict=True):
            allowance = next(one for one in self.tariff.allowances if one.id == term_id)
            measure = measure_of(self.tariff, service=allowance.service)
            row["subject"], row["term"], row["used"] = 0, self.compiled.term_index(term_id), used
            row["start_us"], row["end_us"] = us_of(story.OCTOBER.start), us_of(story.OCTOBER.end)
            if allowance.amount is not None:
                row["granted"] = quantity_of(allowance.amount, measure=measure)
            row["measure"], row["priority"] = list(_COLUMNS).index(measure), allowance.priority
        self.buckets = buckets_of(rows, subjects=1, accounts=1)

    def use(self, record: UsageRecord) -> tuple[Part, ...] | int:
        """Rate a record; the core's outcome where it is not rated."""
        rows = table_of(UseRow, 1)
        rows["start_us"], rows["destination"] = us_of(record.started_at), pack_digits(record.destination)
        rows["service"] = self.compiled.service_index(record.usage_type)
        rows[_COLUMNS[measure_of(self.tariff, service=record.usage_type)]] = record.quantity
        subjects = Subjects(table_of(SubjectRow, 1), 1)
        rated = rate(self.compiled, calendar_of(["Europe/Dublin"]), subjects, Uses(rows), self.buckets)
        if rated.outcomes[0] != layout.RATED:
            return int(rated.outcomes[0])
        moved = {int(move["part"]): int(move["before"]) for move in rated.moves}
        return tuple(
            Part(
                self.compiled.term_ids[part["term"]],
                int(part["raw"]),
                int(part["counted"]),
                int(part["amount"]),
                moved.get(place),
            )
            for place, part in enumerate(rated.parts)
        )

    def left(self, term_id: str) -> tuple[int, int]:
        """What an allowance was granted (-1: no limit) and what of it is used; nothing before it was looked at."""
        term = self.compiled.term_index(term_id)
        found = [row for row in self.buckets.filled if row["term"] == term and row["kind"] == layout.ALLOWANCE]
        return (int(found[0]["granted"]), int(found[0]["used"])) if found else (0, 0)

"""Rating a record again, from what is kept: its facts, what it was rated by, and the buckets as they stood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tandem.bss.charging import store
from tandem.bss.charging.rules import moves as packed
from tandem.bss.charging.rules.core import layout
from tandem.bss.charging.rules.core.book import buckets_of, pack_digits
from tandem.bss.charging.rules.core.compiling import compile_tariffs
from tandem.bss.charging.rules.core.days import calendar_of, us_of
from tandem.bss.charging.rules.core.law import Compiled
from tandem.bss.charging.rules.core.layout import BucketRow, SubjectRow, Subjects, UseRow, Uses
from tandem.bss.charging.rules.core.rows import table_of
from tandem.bss.charging.rules.core.running import rate
from tandem.bss.charging.rules.moves import Moved
from tandem.bss.charging.rules.termed import Termed
from tandem.bss.charging.terms import RatedEvent, UsageRecord
from tandem.bss.subscriptions import public as subscriptions
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow

Row = dict[str, Any]
_MEASURED = {"voice": "seconds", "data": "octets", "message": "count"}
_COMPARED = (
    *("quantity", "charged_units", "amount_micros", "waived_micros", "invoiced_micros", "unpaid_micros"),
    *("source", "term_id", "moves"),
)


def is_the_same_again(uow: Uow, record: UsageRecord, events: Sequence[RatedEvent], termed: Termed) -> bool:
    """Whether a record, rated again by what is kept, comes to the rows that it has, in every column.

    Shape: `events` are the charges of the record that stand, in their order, all by `termed`.
    """
    rows = store.event_rows(uow, "id = any(%s)", ([event.id for event in events],), tail="order by length(id), id")
    first = events[0]
    begun = subscriptions.get_subscription(uow, product_id=first.product_id).active_from
    compiled = compile_tariffs([termed.tariff])
    kept = [_before(bucket, rows) for bucket in _buckets(uow, first, rows)]
    table = table_of(BucketRow, len(kept))
    for place, bucket in enumerate(kept):
        _fill(table[place], bucket, compiled, first.product_id)
    buckets = buckets_of(table, subjects=1, accounts=1)
    subject = _subject(termed, begun)
    rated = rate(
        compiled,
        calendar_of([termed.calendar.zone_name]),
        Subjects(subject, 1),
        Uses(_use(record, compiled)),
        buckets,
    )
    numbers = [bucket["n"] for bucket in kept] + _numbers_of_new(buckets, kept, compiled)
    return [_kept_columns(row) for row in rows] == list(_made_columns(rated, numbers, compiled))


def _subject(termed: Termed, begun: Instant | None) -> np.ndarray[Any, np.dtype[np.void]]:
    rows = table_of(SubjectRow, 1)
    rows["cycle_day"] = termed.calendar.bill_day
    if begun is not None:
        rows["active_from_us"] = us_of(begun)
    return rows


def _use(record: UsageRecord, compiled: Compiled) -> np.ndarray[Any, np.dtype[np.void]]:
    rows = table_of(UseRow, 1)
    rows["start_us"] = us_of(record.started_at)
    rows[_MEASURED[record.usage_type]] = record.quantity
    rows["destination"], rows["network"] = pack_digits(record.destination), pack_digits(record.network)
    rows["service"] = compiled.service_index(record.usage_type)
    rows["rating_group"] = layout.NONE if record.rating_group is None else record.rating_group
    rows["value"] = layout.NONE if record.value_micros is None else record.value_micros
    return rows


# -- the buckets as they stood ----------------------------------------------------------------------------------------


def _buckets(uow: Uow, event: RatedEvent, rows: Sequence[Row]) -> list[Row]:
    """The buckets that were there: without those that were given later, and what this use carried over."""
    moved = {move.n for row in rows for move in packed.unpacked(row["moves"])}
    found = [
        bucket
        for bucket in store.buckets_of_account(uow, event.billing_account_id)
        if bucket["subject_id"] in (event.product_id, event.billing_account_id)
        and (bucket["n"] in moved or bucket["granted_at"] <= event.rated_at)
    ]
    carried = {
        (bucket["term_id"], bucket["end_at"])
        for bucket in found
        for row in rows
        for move in packed.unpacked(row["moves"])
        if move.n == bucket["n"] and move.what == layout.MOVED
    }
    return [bucket for bucket in found if (bucket["term_id"], bucket["start_at"]) not in carried]


def _before(bucket: Row, rows: Sequence[Row]) -> Row:
    """A bucket as it stood before the record; one that fits and gave nothing had nothing left."""
    stood: dict[int, int] = {}
    for row in rows:
        for move in packed.unpacked(row["moves"]):
            if move.n == bucket["n"]:
                stood.setdefault(move.what, move.before)
    limit = bucket["granted"]
    used = stood.get(layout.USED, 0 if limit is None else limit - bucket["moved"])
    if layout.MOVED in stood:
        used = stood.get(layout.USED, bucket["used"])
    return {**bucket, "used": used, "moved": stood.get(layout.MOVED, bucket["moved"]), "told": 100, "reserved": 0}


def _fill(row: Any, bucket: Row, compiled: Compiled, product_id: str) -> None:
    is_own = bucket["subject_id"] == product_id
    row["subject"], row["account"] = (0, layout.NONE) if is_own else (layout.NONE, 0)
    row["term"] = compiled.term_index(bucket["term_id"])
    row["start_us"] = layout.EVER if bucket["start_at"] is None else us_of(bucket["start_at"])
    row["end_us"] = layout.FOREVER if bucket["end_at"] is None else us_of(bucket["end_at"])
    row["granted"] = layout.NONE if bucket["granted"] is None else bucket["granted"]
    for name in ("used", "moved", "reserved", "priority", "kind", "measure", "told"):
        row[name] = bucket[name]
    row["order"] = bucket["n"]
    if bucket["services"] is not None:
        row["services"] = sum(1 << at for at, name in enumerate(compiled.service_names) if name in bucket["services"])


def _numbers_of_new(buckets: layout.Buckets, kept: Sequence[Row], compiled: Compiled) -> list[int]:
    """The numbers that buckets granted again have in the account: those that were carried over are known by what they
    are; of a number that none has, nothing is the same.
    """
    return [layout.NONE] * (buckets.count - len(kept))


# -- compared ---------------------------------------------------------------------------------------------------------


def _kept_columns(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in _COMPARED)


def _made_columns(rated: layout.Rated, numbers: Sequence[int], compiled: Compiled) -> Iterator[tuple[Any, ...]]:
    for place, part in enumerate(rated.parts):
        moved = [
            Moved(numbers[int(move["bucket"])], int(move["what"]), int(move["taken"]), int(move["before"]))
            for move in rated.moves
            if move["part"] == place and move["what"] != layout.RESERVED
        ]
        term = int(part["term"])
        amounts = (int(part[name]) for name in ("raw", "counted", "amount", "waived", "invoiced", "unpaid"))
        yield (*amounts, int(part["source"]), "" if term < 0 else compiled.term_ids[term], packed.packed(moved))

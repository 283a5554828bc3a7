"""Charging a batch of records: find products and tariffs, lock the accounts, rate in order of time, keep the charges.

One record is a small batch. What comes in volume goes through `columns`; books, core and keeping are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tandem.bss.charging import store
from tandem.bss.charging.commands.situations import Situated, situate
from tandem.bss.charging.commands.state import Books, Charged, Situation, keep_books, open_books
from tandem.bss.charging.commands.tariffs import book_of
from tandem.bss.charging.rules import documents, matching, tagging
from tandem.bss.charging.rules.core import layout
from tandem.bss.charging.rules.core.book import pack_digits
from tandem.bss.charging.rules.core.days import us_of
from tandem.bss.charging.rules.core.layout import UseRow, Uses
from tandem.bss.charging.rules.core.rows import table_of
from tandem.bss.charging.rules.core.running import rate
from tandem.bss.charging.store import Column
from tandem.bss.charging.terms import RatedEvent, Suspension, UsageRated, UsageRecord, UsageSuspended
from tandem.bss.subscriptions.terms import Subscription
from tandem.kernel.json import Doc
from tandem.kernel.money import total
from tandem.kernel.store import Uow


@dataclass(frozen=True, slots=True)
class Rated:
    """What a record was charged; nothing for no use. Shape: one tag for each event."""

    product: Subscription
    events: tuple[RatedEvent, ...]
    tags: tuple[str, ...]
    currency: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """Records with all by which they are rated; the accounts of those that can be are locked. By usage id."""

    records: Mapping[str, UsageRecord]
    situated: Mapping[str, Situated | Suspension]
    books: Books | None


def prepare(uow: Uow, records: Mapping[str, UsageRecord]) -> Prepared:
    """Find by what records are rated. Locks: the accounts that are charged, in order of their ids."""
    book = book_of(uow)
    situated = situate(uow, records, book)
    ready = {usage_id: one for usage_id, one in situated.items() if isinstance(one, Situated)}
    if not ready:
        return Prepared(records, situated, None)
    by_product = {one.situation.product.product_id: one.situation for one in ready.values()}
    since = min(records[usage_id].started_at for usage_id in ready)
    books = open_books(uow, list(by_product.values()), book.compiled(), since=since)
    return Prepared(records, situated, books)


def charge(uow: Uow, prepared: Prepared, usage_ids: Iterable[str]) -> dict[str, Rated | Suspension]:
    """Charge some of the prepared records, in order of time, and keep the charges; the caller keeps the documents."""
    wanted = list(usage_ids)
    found: dict[str, Rated | Suspension] = {
        usage_id: one for usage_id in wanted if isinstance(one := prepared.situated[usage_id], Suspension)
    }
    ready = sorted(set(wanted) - found.keys(), key=lambda one: (prepared.records[one].started_at, one))
    if ready and prepared.books is not None:
        found |= _rated(uow, prepared, prepared.books, ready)
    return {usage_id: found[usage_id] for usage_id in wanted}


def _rated(uow: Uow, prepared: Prepared, books: Books, usage_ids: list[str]) -> dict[str, Rated | Suspension]:
    situated = {usage_id: one for usage_id in usage_ids if isinstance(one := prepared.situated[usage_id], Situated)}
    records = [prepared.records[usage_id] for usage_id in usage_ids]
    uses = uses_of(books, records, [situated[usage_id].situation for usage_id in usage_ids])
    rated = rate(books.compiled, books.calendar, books.subjects, uses, books.buckets)
    destinations = [record.destination for record in records]
    keep_books(uow, books, rated, Charged(uses, usage_ids, destinations, store.next_places(uow, usage_ids)))
    charged = [usage_id for usage_id, ended in zip(usage_ids, rated.outcomes, strict=True) if ended == layout.RATED]
    events = events_of(uow, charged)
    found: dict[str, Rated | Suspension] = {}
    for usage_id, record, outcome in zip(usage_ids, records, rated.outcomes.tolist(), strict=True):
        one = situated[usage_id]
        if outcome != layout.RATED:
            found[usage_id] = matching.refusal(outcome, record, one.version.cited_as)
            continue
        made = tuple(events[usage_id])
        tags = tuple(tagging.rating_tag(event, record, one.version.tariff) for event in made)
        found[usage_id] = Rated(one.situation.product, made, tags, one.version.tariff.currency)
    return found


def events_of(uow: Uow, usage_ids: Sequence[str]) -> dict[str, list[RatedEvent]]:
    """The charges of some usage records that stand: neither reversed nor reversals."""
    found: dict[str, list[RatedEvent]] = {usage_id: [] for usage_id in usage_ids}
    for event in store.events_of_usage(uow, usage_ids):
        if event.reversed_by is None and event.reversal_of is None:
            found[event.usage_id].append(event)
    return found


def uses_of(books: Books, records: Sequence[UsageRecord], situations: Sequence[Situation]) -> Uses:
    """Records as the core takes them. Shape: a situation for each record, of those of the books."""
    products = {one.product.product_id: place for place, one in enumerate(books.situations)}
    rows = table_of(UseRow, len(records))
    measured = {"voice": "seconds", "data": "octets", "message": "count"}
    for place, (record, situation) in enumerate(zip(records, situations, strict=True)):
        row = rows[place]
        row["start_us"] = us_of(record.started_at)
        row[measured[record.usage_type]] = record.quantity
        row["value"] = layout.NONE if record.value_micros is None else record.value_micros
        row["destination"] = pack_digits(record.destination)
        row["network"] = pack_digits(record.network)
        row["subject"] = products[situation.product.product_id]
        row["tariff"] = books.compiled.tariff_index(situation.product.offering_id)
        row["service"] = books.compiled.service_index(record.usage_type)
        row["rating_group"] = layout.NONE if record.rating_group is None else record.rating_group
    return Uses(rows)


def settled(uow: Uow, usage_id: str, doc: Doc, outcome: Rated | Suspension) -> Doc:
    """A record's document with what became of it; tells it."""
    if isinstance(outcome, Suspension):
        uow.emit(UsageSuspended(usage_id=usage_id, suspension=outcome.code, reason=outcome.reason))
        return documents.as_suspended(doc, outcome, uow.now)
    amount = total([event.amount for event in outcome.events], outcome.currency)
    uow.emit(
        UsageRated(
            usage_id=usage_id,
            billing_account_id=outcome.product.billing_account_id,
            product_id=outcome.product.product_id,
            amount_micros=amount.micros,
            currency=amount.currency,
        )
    )
    return documents.as_rated(doc, outcome.events, outcome.tags, outcome.product)


def settle_records(uow: Uow, outcomes: Mapping[str, Rated | Suspension]) -> None:
    """How records ended, in their rows."""
    if not outcomes:
        return
    refused = [one if isinstance(one, Suspension) else None for one in outcomes.values()]
    products = [None if isinstance(one, Suspension) else one.product for one in outcomes.values()]
    store.settle_records(
        uow,
        {
            "usage_id": Column("text", list(outcomes)),
            "status": Column("i2", np.array([store.RATED if one is None else store.SUSPENDED for one in refused])),
            "code": Column("text", [None if one is None else one.code for one in refused]),
            "reason": Column("text", [None if one is None else one.reason for one in refused]),
            "product_id": Column("text", [None if one is None else one.product_id for one in products]),
            "billing_account_id": Column("text", [None if one is None else one.billing_account_id for one in products]),
            "customer_id": Column("text", [None if one is None else one.customer_id for one in products]),
        },
    )

"""Taking charges back: a row of its own for each, that gives back exactly what it moved; nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from tandem.bss.charging import lifecycle, store
from tandem.bss.charging.rules import documents
from tandem.bss.charging.rules import moves as packed
from tandem.bss.charging.rules.core import layout
from tandem.bss.charging.rules.moves import Moved
from tandem.bss.charging.store import Column, rerating
from tandem.bss.charging.terms import USAGE, AlreadyReversed, RatedEvent, RatedEventUnknown, UsageReversed
from tandem.kernel.money import Money, total
from tandem.kernel.store import Uow


class Taken(NamedTuple):
    """A charge that is taken back: by which row, and what that moves."""

    event: RatedEvent
    by: str
    moves: tuple[Moved, ...]


def reverse_usage(uow: Uow, *, usage_ids: Iterable[str], because: str) -> dict[str, Money]:
    """Take back all charges of usage records; answers what each had cost.

    Units of allowances and money are there again, counters and limits count it no more. What stands on a bill is a
    credit on the next one; what stands on none comes on none. What was granted with a use, and what was told, stays.

    Locks: the accounts. Raises: RatedEventUnknown, AlreadyReversed; then nothing is taken back.
    """
    wanted = sorted(set(usage_ids))
    events = _standing(uow, wanted)
    store.lock_accounts(uow, sorted({event.billing_account_id for event in events}))
    events = _standing(uow, wanted)
    taken = list(_taken(uow, events, wanted))
    _keep(uow, taken)
    given_back = {}
    for usage_id, group in groupby(events, key=lambda event: event.usage_id):
        charges = list(group)
        given_back[usage_id] = total([event.amount for event in charges], charges[0].amount.currency)
        _tell(uow, charges[0], given_back[usage_id], because)
    uow.audit("charging.usage.reverse", USAGE, wanted[0], facts={"usage": wanted, "because": because})
    return given_back


def _standing(uow: Uow, usage_ids: Sequence[str]) -> list[RatedEvent]:
    """The charges that stand, by record and place; each record has some."""
    events = store.events_of_usage(uow, usage_ids)
    known = {event.usage_id for event in events}
    standing = [event for event in events if event.reversed_by is None and event.reversal_of is None]
    charged = {event.usage_id for event in standing}
    for usage_id in usage_ids:
        if usage_id not in known:
            raise RatedEventUnknown(f"usage {usage_id} was not charged", usage=usage_id)
        if usage_id not in charged:
            raise AlreadyReversed(f"the charges of usage {usage_id} were taken back before", usage=usage_id)
    return standing


def _taken(uow: Uow, events: Sequence[RatedEvent], usage_ids: Sequence[str]) -> Iterator[Taken]:
    keys = {(event.billing_account_id, move.n) for event in events for move in event.moves}
    used = {key: row["used"] for key, row in store.buckets_by_number(uow, sorted(keys)).items()} if keys else {}
    places = dict(zip(usage_ids, store.next_places(uow, usage_ids).tolist(), strict=True))
    for event in events:
        moves = []
        for move in event.moves:
            if move.what == layout.USED:
                key = (event.billing_account_id, move.n)
                moves.append(Moved(move.n, layout.USED, -move.taken, used[key]))
                used[key] -= move.taken
        yield Taken(event, f"{event.usage_id}-{places[event.usage_id]}", tuple(moves))
        places[event.usage_id] += 1


def _keep(uow: Uow, taken: Sequence[Taken]) -> None:
    named = {
        "account": Column("text", [one.event.billing_account_id for one in taken]),
        "id": Column("text", [one.event.id for one in taken]),
        "by": Column("text", [one.by for one in taken]),
    }
    rerating.add_reversals(uow, {**named, "moves": Column("text", [packed.packed(one.moves) for one in taken])})
    if store.mark_reversed(uow, named) != len(taken):
        raise AlreadyReversed("one of the charges was taken back meanwhile")
    given: dict[tuple[str, int], int] = {}
    for one in taken:
        for move in one.moves:
            key = (one.event.billing_account_id, move.n)
            given[key] = given.get(key, 0) + move.taken
    if given:
        rerating.change_buckets(uow, _changes(given))


def _changes(given: dict[tuple[str, int], int]) -> dict[str, Column]:
    return {
        "account": Column("text", [account for account, _ in given]),
        "n": Column("i4", np.array([n for _, n in given])),
        "used": Column("i8", np.array(list(given.values()))),
        "moved": Column("i8", np.zeros(len(given), np.int64)),
    }


def _tell(uow: Uow, event: RatedEvent, amount: Money, because: str) -> None:
    """The record, and its document where it has one, cost nothing until they are rated again."""
    nothing: list[Any] = [None]
    store.settle_records(
        uow,
        {
            "usage_id": Column("text", [event.usage_id]),
            "status": Column("i2", np.array([store.RERATED])),
            **{name: Column("text", nothing) for name in ("code", "reason", "product_id", "billing_account_id")},
            "customer_id": Column("text", nothing),
        },
    )
    stored = store.USAGE.find(uow, event.usage_id)
    if stored is not None and stored.doc["status"] in lifecycle.CHARGED and _has_document(uow, event.usage_id):
        store.USAGE.save(uow, event.usage_id, documents.as_reversed(stored.doc), why=because)
    uow.emit(
        UsageReversed(
            usage_id=event.usage_id,
            billing_account_id=event.billing_account_id,
            amount_micros=amount.micros,
            currency=amount.currency,
            because=because,
        )
    )


def _has_document(uow: Uow, usage_id: str) -> bool:
    return any(row["has_document"] for row in store.records_of(uow, [usage_id]))

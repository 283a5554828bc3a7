"""Uses as they arrive: whole, or in slices of a session between which others come; and what each came to."""

from __future__ import annotations

import random
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tandem.bss.catalog.terms.tariff import Tariff
from tests.bss.charging.reference.calendar import SECOND
from tests.bss.charging.reference.random_uses import Case
from tests.bss.charging.reference.rater import Rated, Reference
from tests.bss.charging.reference.run import Part, Session
from tests.bss.charging.reference.state import Book, Bucket
from tests.bss.charging.reference.words import Measure, Subscriber, Use, measure_of, measures_of

Row = tuple[str, str, str, str, int, int]
"""What a bucket or number is: kind, kind of its owner, owner, term, start, end (0 for numbers)."""

Sums = dict[tuple[str, str], list[int]]
"""By kind and term of the source: units, counted, amount, waived, invoiced, unpaid, taken of units, of money."""


@dataclass(slots=True)
class Event:
    """A use that is known whole, or a slice of one: `slice_of` names the session."""

    use: Use
    quantity: int
    at: int
    slice_of: str = ""


@dataclass(slots=True)
class Outcome:
    """What an event came to."""

    reason: str
    sums: Sums
    told: list[tuple[str, str, int, int]]


@dataclass(frozen=True, slots=True)
class Play:
    """Everything that a rater is given: who has which tariffs and buckets, and the events in their order.

    With `believed`, by the versions that were approved at that instant.
    """

    tariffs: tuple[Tariff, ...]
    subscribers: tuple[Subscriber, ...]
    granted: tuple[Bucket, ...]
    events: tuple[Event, ...]
    believed: int | None = None

    def measure(self, subscriber: str, service: str) -> Measure:
        """What a service is measured in for somebody."""
        tariff = next(one.tariff for one in self.subscribers if one.id == subscriber)
        return measure_of(service, measures_of(next(one for one in self.tariffs if one.id == tariff)))

    def of_account(self, account: str, until: int) -> Play:
        """One account's part of it, up to and with an event."""
        members = tuple(one for one in self.subscribers if one.account == account)
        names = {one.id for one in members}
        return Play(
            tuple(one for one in self.tariffs if one.id in {member.tariff for member in members}),
            members,
            tuple(one for one in self.granted if one.owner[1] in names | {account}),
            tuple(one for one in self.events[: until + 1] if one.use.subscriber in names),
            self.believed,
        )


def played(cases: Iterable[Case], chance: random.Random, *, in_slices: float) -> Play:
    """Cases together; so many of the uses are told in slices, some later than others that came after."""
    rows = list(cases)
    events: list[Event] = []
    for case in rows:
        events += _of_case(case, chance, in_slices)
    return Play(
        tuple(tariff for case in rows for tariff in case.tariffs),
        tuple(one for case in rows for one in case.subscribers),
        tuple(one for case in rows for one in case.granted),
        tuple(events),
    )


def _of_case(case: Case, chance: random.Random, in_slices: float) -> list[Event]:
    measures = measures_of(case.tariffs[0])
    events: list[Event] = []
    waiting: deque[Event] = deque()
    for use in case.uses:
        while waiting and chance.random() < 0.6:
            events.append(waiting.popleft())
        if chance.random() >= in_slices or use.quantity < 2:
            events.append(Event(use, use.quantity, use.start))
        else:
            waiting += _slices(use, chance, in_time=measure_of(use.service, measures) == "second")
    return [*events, *waiting]


def _slices(use: Use, chance: random.Random, *, in_time: bool) -> list[Event]:
    """Slices of seconds follow one another; what is not measured in time is told at any later instant."""
    cuts = sorted(int(chance.random() * use.quantity) for _ in range(1 + int(chance.random() * 4)))
    found, begin, at = [], 0, use.start
    for end in (*cuts, use.quantity):
        found.append(Event(use, end - begin, use.start + begin * SECOND if in_time else at, use.id))
        begin, at = end, at + int(chance.random() * 40_000) * SECOND
    return found


def sliced(play: Play, chance: random.Random) -> Play:
    """The same uses in slices that nothing comes between; what is not measured in time all begins when the use does."""
    who = {(event.use.subscriber, event.use.service) for event in play.events}
    in_time = {one: play.measure(*one) == "second" for one in who}
    events: list[Event] = []
    for use in (event.use for event in play.events):
        follows = in_time[use.subscriber, use.service]
        events += [one if follows else replace(one, at=use.start) for one in _slices(use, chance, in_time=follows)]
    return replace(play, events=tuple(events))


def fresh(bucket: Bucket) -> Bucket:
    """A granted bucket as it was before anything was used."""
    found = Bucket(bucket.owner, bucket.term, bucket.kind, bucket.start, bucket.end, bucket.granted, bucket.priority)
    found.measure, found.services = bucket.measure, bucket.services
    return found


def by_reference(play: Play) -> tuple[list[Outcome], dict[Row, tuple[int, ...]]]:
    """What the reference makes of it, and the book at the end."""
    reference = Reference(play.tariffs, play.subscribers, believed=play.believed)
    for one in play.granted:
        reference.book.add(fresh(one))
    sessions: dict[str, Session | None] = {}
    outcomes = [outcome_of(_rate(reference, sessions, one)) for one in play.events]
    return outcomes, without_idle_counters(play, rows_of(reference.book))


def without_idle_counters(play: Play, rows: dict[Row, tuple[int, ...]]) -> dict[Row, tuple[int, ...]]:
    """The book without what invoices took where no credit limit looks at it: nobody need count that."""
    limited = {one.id for one in play.tariffs if one.payment.credit_limit is not None}
    counting = {one.id for one in play.subscribers if one.tariff in limited}
    return {row: state for row, state in rows.items() if row[0] != "invoice" or row[2] in counting}


def _rate(reference: Reference, sessions: dict[str, Session | None], event: Event) -> Rated:
    if not event.slice_of:
        return reference.rate(event.use)
    session = sessions.get(event.slice_of)
    if session is None:  # it begins with the first slice for which there is a tariff
        session = sessions[event.slice_of] = reference.begin(replace(event.use, start=event.at))
    if session is None:
        return Rated(event.use, [], "no_tariff")
    return reference.rate_slice(session, event.quantity, event.at)


def outcome_of(rated: Rated) -> Outcome:
    """What can be compared of it."""
    sums: Sums = {}
    for part in rated.parts:
        _add(sums, part)
    told = [(key[0], key[2], key[3], percent) for key, percent in rated.told]
    return Outcome(rated.reason, sums, sorted(told) if len(told) > 1 else told)


def _add(sums: Sums, part: Part) -> None:
    units = money = 0
    for bucket, by in part.moves:
        if bucket.kind == "money":
            money += by
        else:
            units += by
    row = [part.units, part.counted, part.amount, part.waived, part.invoiced, part.unpaid, units, money]
    known = sums.get((part.kind, part.term))
    sums[part.kind, part.term] = row if known is None else [one + other for one, other in zip(known, row, strict=True)]


def rows_of(book: Book) -> dict[Row, tuple[int, ...]]:
    """Every bucket that was moved, and every number that is not 0. Instances that nobody used make no difference."""
    found: dict[Row, tuple[int, ...]] = {}
    for one in book.buckets():
        if one.used or one.moved or one.reserved:
            granted = -1 if one.granted is None else one.granted
            found[one.kind, *one.owner, one.term, one.start, one.end] = (granted, one.used, one.moved, one.reserved)
    for key in book.numbers.keys() | book.held.keys():
        state = (book.numbers.get(key, 0), book.held.get(key, 0))
        if any(state):
            found[key[0], *key[1], key[2], key[3], 0] = state
    return found


def sums_of(outcomes: Sequence[tuple[Event, Outcome]]) -> dict[str, Sums]:
    """By use: what all its slices came to together."""
    found: defaultdict[str, Sums] = defaultdict(dict)
    for event, outcome in outcomes:
        sums = found[event.use.id]
        for source, row in outcome.sums.items():
            known = sums.get(source, [0] * len(row))
            sums[source] = [one + other for one, other in zip(known, row, strict=True)]
    return {use: {source: row for source, row in sums.items() if any(row)} for use, sums in found.items()}

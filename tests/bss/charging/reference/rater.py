"""The reference: rate a use, or its slices, say how much can be granted, take back. Sections 10 and 11 of the page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tandem.bss.catalog.terms.tariff import Tariff
from tests.bss.charging.reference.charging import NoPriceError, rate_slice
from tests.bss.charging.reference.choosing import Versions
from tests.bss.charging.reference.run import Part, Run, Session
from tests.bss.charging.reference.state import Book, Bucket, Key
from tests.bss.charging.reference.words import Subscriber, Use


@dataclass(slots=True)
class Rated:
    """How a use ended: its parts, or why it is suspended, and what was told of thresholds."""

    use: Use
    parts: list[Part]
    reason: str = ""
    told: list[tuple[Key, int]] = field(default_factory=list)


@dataclass(slots=True)
class Granted:
    """What was granted and is reserved for it, and why it is not more."""

    units: int
    buckets: list[tuple[Bucket, int]]
    numbers: list[tuple[Key, int]]
    cost: int = 0
    ends_by: str = ""


RESERVED_NUMBERS = ("price", "member", "invoice", "limit")


class Reference:
    """A rater with its subscribers and their book."""

    def __init__(
        self, tariffs: Iterable[Tariff], subscribers: Iterable[Subscriber], *, believed: int | None = None
    ) -> None:
        self.versions = Versions(tariffs)
        self.believed = believed
        self.subscribers = {one.id: one for one in subscribers}
        self.book = Book()

    def rate(self, use: Use) -> Rated:
        """One use that is known whole."""
        session = self.begin(use)
        if session is None:
            return Rated(use, [], "no_tariff")
        return self._rate(session, use.quantity, use.start)

    def begin(self, use: Use) -> Session | None:
        """A session of which nothing is known yet but how it began; none if no version was in force."""
        subscriber = self.subscribers[use.subscriber]
        terms = self.versions.in_force(subscriber.tariff, use.start, self.believed)
        return None if terms is None else Session(use, subscriber, terms)

    def rate_slice(self, session: Session, units: int, at: int) -> Rated:
        """What was used next; a slice that has no price leaves the session where it stands."""
        trial = self._standing(session, at)
        if trial is None:
            return Rated(session.use, [], "no_tariff")
        rated = self._rate(trial, units, at)
        if units and not rated.reason:
            for name in ("use", "terms", "position", "has_fee", "piece", "sources"):
                setattr(session, name, getattr(trial, name))
        return rated

    def _standing(self, session: Session, at: int) -> Session | None:
        """The session as it stands; it begins with the slice of which the first units are rated."""
        return session.copy() if session.position else self.begin(replace(session.use, start=at))

    def _rate(self, session: Session, units: int, at: int) -> Rated:
        run = Run(self.book, session)
        try:
            rate_slice(run, units, at)
        except NoPriceError:
            run.journal.undo()
            return Rated(session.use, [], "no_price")
        return Rated(session.use, run.parts, "", run.told)

    def reverse(self, rated: Rated) -> None:
        """Take back exactly what was moved."""
        for part in rated.parts:
            for bucket, units in part.moves:
                bucket.used -= units
            for key, by in part.counts:
                self.book.numbers[key] -= by

    def reserve(self, session: Session, wanted: int, at: int) -> Granted:
        """Grant as many units as can be, and reserve what they cost."""
        units, ends_by = self._search(session, wanted, at)
        run, _ = self._try(session, units, at)
        buckets: dict[int, tuple[Bucket, int]] = {}
        numbers: dict[Key, int] = {}
        for part in run.parts:
            for bucket, by in part.moves:
                buckets[id(bucket)] = (bucket, buckets.get(id(bucket), (bucket, 0))[1] + by)
            for key, by in part.counts:
                numbers[key] = numbers.get(key, 0) + by
        run.journal.undo(keep_grants=True)
        held = [(key, by) for key, by in numbers.items() if by and key[0] in RESERVED_NUMBERS]
        for bucket, by in buckets.values():
            bucket.reserved += by
        for key, by in held:
            self.book.held[key] += by
        return Granted(units, list(buckets.values()), held, sum(part.amount for part in run.parts), ends_by)

    def release(self, granted: Granted) -> None:
        """End a reservation."""
        for bucket, by in granted.buckets:
            bucket.reserved -= by
        for key, by in granted.numbers:
            self.book.held[key] -= by

    def _search(self, session: Session, wanted: int, at: int) -> tuple[int, str]:
        """Halve between what can be granted and what cannot: charges only grow, so a beginning never costs more."""
        ends_by = self._why_not(session, wanted, at)
        if not ends_by:
            return wanted, ""
        low, high = 0, wanted
        while high - low > 1:
            middle = (low + high) // 2
            fault = self._why_not(session, middle, at)
            low, high = (low, middle) if fault else (middle, high)
            ends_by = fault or ends_by
        return low, ends_by

    def _why_not(self, session: Session, units: int, at: int) -> str:
        run, ends_by = self._try(session, units, at)
        run.journal.undo()
        return ends_by

    def _try(self, session: Session, units: int, at: int) -> tuple[Run, str]:
        standing = self._standing(session, at)
        assert standing is not None, "no version in force: nothing can be asked"
        run = Run(self.book, standing, is_trial=True)
        try:
            rate_slice(run, units, at)
        except NoPriceError:
            return run, "no_price"
        return run, run.exceeds

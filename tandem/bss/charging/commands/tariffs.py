"""The tariffs that this process knows, compiled, for as long as the catalogue stays the same.

A tariff is asked for by the offering and the instant at which a use began. Between two changes of an offering its
tariff is one version, in force from the one to the other; all versions that were asked for are compiled together.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from tandem.bss.catalog import public as catalog
from tandem.bss.catalog.terms import OfferingUnknown, PriceTermsInvalid, TariffSource
from tandem.bss.catalog.terms.tariff import Allowance, Limit, Price, Tariff, TimePeriod
from tandem.bss.charging import store
from tandem.bss.charging.rules.core.compiling import MEASURES, compile_tariffs
from tandem.bss.charging.rules.core.days import instant_of, us_of
from tandem.bss.charging.rules.core.law import Compiled
from tandem.bss.charging.rules.termed import AccountCalendar, termed
from tandem.bss.charging.terms import Suspension
from tandem.kernel.errors import Invalid
from tandem.kernel.json import Doc
from tandem.kernel.period import FOREVER, Instant, text_of
from tandem.kernel.store import Uow

_ONCE: Final = ("fixed", "firstUse")
"""Validities of what is never granted again."""
_MOST_BOOKS: Final = 64
_LONG_AGO: Final = datetime(1, 1, 2, tzinfo=UTC)


@dataclass
class Version:
    """An offering's tariff between two changes, and what is kept of it for each calendar that an account may have."""

    tariff: Tariff
    in_force: TimePeriod
    sources: Mapping[str, TariffSource]
    kept: dict[AccountCalendar, tuple[bytes, Doc]] = field(default_factory=dict)

    @property
    def cited_as(self) -> str:
        """The version of the catalogue, as *Why?* cites it."""
        write = self.sources[self.tariff.id].write
        return f"{self.tariff.name} {self.tariff.version} ({self.tariff.id}, write {write})"

    @property
    def compilable(self) -> Tariff:
        """The tariff as the core takes it: one of several, by when it is in force."""
        return msgspec.structs.replace(self.tariff, valid_for=self.in_force, approved_at=None)

    def termed(self, calendar: AccountCalendar) -> tuple[bytes, Doc]:
        """What is kept with what it rated, with its key."""
        if calendar not in self.kept:
            services = {one.service for one in (*self.tariff.prices, *self.tariff.allowances)}
            measures = {name: MEASURES[catalog.measure_of(self.tariff, service=name)] for name in services}
            self.kept[calendar] = termed(self.tariff, self.sources, calendar, measures)
        return self.kept[calendar]


class TermFacts(NamedTuple):
    """What a bucket's row says of the term that it stands by."""

    term_id: str
    name: str = ""
    version: str = ""
    write: int = 0
    currency: str = ""
    is_once: bool = False
    is_amount: bool = False


def _facts_of(version: Version) -> Iterator[TermFacts]:
    tariff = version.tariff
    forms: tuple[Price | Allowance | Limit, ...] = (*tariff.prices, *tariff.allowances, *tariff.limits)
    for form in forms:
        source = version.sources.get(form.id) or version.sources[tariff.id]
        yield TermFacts(
            form.id,
            form.name or form.id,
            source.version,
            source.write,
            tariff.currency,
            isinstance(form, Allowance) and form.validity.kind in _ONCE,
            isinstance(form, Limit) and form.counts == "amount",
        )


@dataclass(frozen=True)
class Versions:
    """Versions that were compiled together. Shape: `of` as `compiled.tariffs`."""

    compiled: Compiled
    of: tuple[Version, ...]

    @cached_property
    def terms(self) -> list[TermFacts]:
        """By the core's terms; the last one is of what stands by none. Of several versions the latest names it."""
        found = {one.term_id: one for version in self.of for one in _facts_of(version)}
        currency = self.of[-1].tariff.currency if self.of else ""
        by_none = TermFacts("", "Credit limit", currency=currency)
        return [*(found.get(term_id, TermFacts(term_id)) for term_id in self.compiled.term_ids), by_none]

    def priced(self, tariffs: NDArray[Any], started_us: NDArray[np.int64]) -> NDArray[np.int64]:
        """Which version prices each use. Shape: `tariffs`, the core's, by use; each use has a version in force."""
        law = self.compiled.law
        found = np.zeros(len(tariffs), np.int64)
        for tariff in np.unique(tariffs):
            of_tariff = np.flatnonzero(tariffs == tariff)
            editions = law.editions[law.first_edition[tariff] : law.first_edition[tariff + 1]]
            places = np.searchsorted(editions["from_us"], started_us[of_tariff], side="right") - 1
            found[of_tariff] = editions["version"][np.maximum(places, 0)]
        return found


Piece = Version | Suspension
"""The tariff of an offering between two changes, or why there is none."""


class TariffBook:
    """What a process knows of a tenant's tariffs at one revision of the catalogue. Safe to share between threads."""

    def __init__(self, revision: int) -> None:
        self.revision = revision
        self._lock = threading.Lock()
        self._histories: dict[str, Any] = {}
        self._changes: dict[str, list[Instant]] = {}
        self._versions: dict[tuple[str, int], Version | Suspension] = {}
        self._compiled: Versions | None = None

    def learn(self, uow: Uow, uses: Iterable[tuple[str, Instant]]) -> None:
        """Read the tariffs of these offerings at these instants, those that are not known."""
        with self._lock:
            asked = list(uses)
            missing = {offering_id for offering_id, _ in asked} - self._histories.keys()
            if missing:
                found = catalog.tariff_histories(uow, offering_ids=sorted(missing))
                self._histories.update({offering_id: found.get(offering_id) for offering_id in missing})
                for offering_id, history in found.items():
                    self._changes[offering_id] = history.changes(_LONG_AGO, FOREVER)
            for offering_id, moment in asked:
                self._learn_one(offering_id, moment)

    def pieces(
        self, uow: Uow, offering_id: str, started_us: NDArray[np.int64]
    ) -> list[tuple[NDArray[np.int64], Piece]]:
        """Uses by an offering, parted by the version that prices them: places among `started_us`, and the version.

        What is not known is learned.
        """
        self.learn(uow, [(offering_id, instant_of(int(started_us[0])))])
        bounds = np.array([us_of(moment) for moment in self._changes.get(offering_id, ())], np.int64)
        places = np.searchsorted(bounds, started_us, side="right")
        found = []
        for place in np.unique(places):
            chosen = np.flatnonzero(places == place)
            moment = instant_of(int(started_us[chosen[0]]))
            self.learn(uow, [(offering_id, moment)])
            found.append((chosen, self.version_of(offering_id, moment)))
        return found

    def _learn_one(self, offering_id: str, moment: Instant) -> None:
        place = self._place(offering_id, moment)
        if place in self._versions:
            return
        self._versions[place] = self._version(offering_id, moment)
        self._compiled = None

    def _place(self, offering_id: str, moment: Instant) -> tuple[str, int]:
        return offering_id, bisect_right(self._changes.get(offering_id, ()), moment)

    def _version(self, offering_id: str, moment: Instant) -> Version | Suspension:
        history = self._histories[offering_id]
        if history is None:
            return Suspension("plan_terms_invalid", f"there is no offering {offering_id}")
        try:
            found = history.at(moment)
        except (OfferingUnknown, PriceTermsInvalid) as fault:
            return Suspension("plan_terms_invalid", fault.reason)
        version = Version(
            found.tariff, self._in_force(offering_id, moment), {one.document_id: one for one in found.sources}
        )
        return _checked(version)

    def _in_force(self, offering_id: str, moment: Instant) -> TimePeriod:
        changes = self._changes[offering_id]
        at = bisect_right(changes, moment)
        return TimePeriod(
            start_date_time=text_of(changes[at - 1]) if at > 0 else None,
            end_date_time=text_of(changes[at]) if at < len(changes) else None,
        )

    def version_of(self, offering_id: str, moment: Instant) -> Version | Suspension:
        """The version that prices a use; it was learned before."""
        return self._versions[self._place(offering_id, moment)]

    def compiled(self) -> Versions:
        """Everything that was learned, as tables."""
        with self._lock:
            if self._compiled is None:
                known = [one for one in self._versions.values() if isinstance(one, Version)]
                self._compiled = Versions(compile_tariffs([one.compilable for one in known]), tuple(known))
            return self._compiled


def _checked(version: Version) -> Version | Suspension:
    """A tariff that the core refuses suspends its own use, and nobody else's."""
    try:
        compile_tariffs([version.compilable])
    except Invalid as fault:
        return Suspension("plan_terms_invalid", fault.reason)
    return version


_books: dict[str, TariffBook] = {}


def book_of(uow: Uow) -> TariffBook:
    """The tenant's tariffs as this process knows them; a new book when the catalogue was written since."""
    revision = catalog.tariff_revision(uow)
    whose = uow.whose
    known = _books.get(whose)
    if known is None or known.revision != revision:
        known = _books[whose] = TariffBook(revision)
        while len(_books) > _MOST_BOOKS:
            _books.pop(next(iter(_books)))
    return known


_kept: dict[str, set[bytes]] = {}
"""The keys that are surely in the database, by tenant and database: they were committed."""


def keep_new_tariffs(uow: Uow, docs: Mapping[bytes, Doc]) -> None:
    """Keep what use is rated by, unless it is known to be kept. Idempotent: by the key."""
    known = _kept.setdefault(uow.whose, set())
    new = {key: doc for key, doc in docs.items() if key not in known}
    if new:
        store.keep_tariffs(uow, new)
        uow.after_commit(lambda: known.update(new))

"""The tariffs of an offering through both times, from everything that was ever written of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tandem.bss.catalog.rules.in_force import END, START, Window, Writing, in_force_at, windows
from tandem.bss.catalog.rules.plan import Versioned, compile_plan, is_rated
from tandem.bss.catalog.rules.tariff.reading import included_in, tariff_of
from tandem.bss.catalog.rules.tariff.telling import plain_allowances, plain_prices
from tandem.bss.catalog.terms import OfferingUnknown, PlanTerms, SourcedTariff, TariffSource
from tandem.kernel.json import Doc, at
from tandem.kernel.period import FOREVER, Instant, instant


@dataclass(frozen=True, slots=True)
class TariffHistory:
    """Every writing of an offering, and of each document that any of them names. Immutable: may be kept and shared."""

    offering: Sequence[Writing]
    documents: Mapping[str, Sequence[Writing]]

    def at(self, moment: Instant, *, believed_at: Instant | None = None) -> SourcedTariff:
        """The tariff in force at a moment as it was believed at an instant (by all that is written, if none).

        Raises: OfferingUnknown when there was none, PriceTermsInvalid.
        """
        chosen = list(self._chosen(self._windows(believed_at), moment))
        if not chosen:
            raise OfferingUnknown(f"there was no offering {self._id} then", offering=self._id, at=moment.isoformat())
        offering, *others = (Versioned({**one.doc, "id": entry_id}, one.number) for entry_id, one in chosen)
        latest = max(one.at for _, one in chosen)
        tariff = tariff_of(offering, _in_order(offering, others), approved_at=latest)
        return SourcedTariff(tariff, tuple(_source(entry_id, one) for entry_id, one in chosen))

    def changes(self, first: Instant, last: Instant, *, believed_at: Instant | None = None) -> list[Instant]:
        """The instants after `first` and up to `last` at which another writing of any document comes into force."""
        found = self._windows(believed_at)
        bounds = {bound for of_one in found.values() for one in of_one for bound in (one.start, one.end)} - {FOREVER}
        changed: list[Instant] = []
        before = self._numbers(found, first)
        for moment in sorted(bound for bound in bounds if first < bound <= last):
            after = self._numbers(found, moment)
            if after != before:
                changed.append(moment)
            before = after
        return changed

    def touched_by(self, now: Instant) -> list[Instant]:
        """The beginnings of the pieces of time that what was written just now can touch: the time at hand, what comes
        later, and what a correction reaches back to.
        """
        found = self._windows(None)
        latest = [of_one[-1] for of_one in found.values() if of_one]
        first = min([now, *(one.start for one in latest if one.writing.at == now)])
        return [first, *self.changes(first, FOREVER)]

    def bounds(self) -> list[Instant]:
        """Every instant at which anything was written, begins or ends, as any writing tells it."""
        written = [one for of_one in (self.offering, *self.documents.values()) for one in of_one]
        told = {at(one.doc, path) for one in written for path in (START, END)} - {None}
        return sorted({one.at for one in written} | {instant(text) for text in told})

    @property
    def _id(self) -> str:
        return str(self.offering[0].doc["id"])

    def _windows(self, believed_at: Instant | None) -> dict[str, list[Window]]:
        found = {entry_id: windows(written, believed_at=believed_at) for entry_id, written in self.documents.items()}
        return {**found, self._id: windows(self.offering, ends=False, believed_at=believed_at)}

    def _chosen(self, found: Mapping[str, list[Window]], moment: Instant) -> Iterator[tuple[str, Writing]]:
        """The writings in force at a moment: the offering's, then those of the documents that it names."""
        offering = in_force_at(found[self._id], moment) or _sold_later(found[self._id], moment)
        if offering is None:
            return
        yield self._id, offering
        for entry_id in named_by(offering.doc):
            writing = in_force_at(found.get(entry_id, ()), moment)
            if writing is not None:
                yield entry_id, writing

    def _numbers(self, found: Mapping[str, list[Window]], moment: Instant) -> list[tuple[str, int]]:
        return [(entry_id, writing.number) for entry_id, writing in self._chosen(found, moment)]


def plan_of(offering: Versioned, known: Mapping[str, Versioned]) -> PlanTerms:
    """The plain terms of an offering with what is known of its prices and tables. Raises: PriceTermsInvalid."""
    documents = _in_order(offering, known.values())
    plan = compile_plan(offering, documents)
    writes = {str(one.doc["id"]): one.entity_version for one in documents if is_rated(one.doc)}
    if not writes:
        return plan
    tariff = tariff_of(offering, documents)
    allowances = (*plan.allowances, *plain_allowances(tariff, writes))
    return replace(
        plan,
        usage=(*plan.usage, *plain_prices(tariff, writes)),
        allowances=tuple(sorted(allowances, key=lambda term: (term.priority, term.source.price_id))),
    )


def _sold_later(found: Sequence[Window], moment: Instant) -> Writing | None:
    """An offering that will be sold later can be read as soon as it is written."""
    first = found[0].writing if found else None
    return first if first is not None and first.at <= moment < found[0].start else None


def documents_named(written: Iterable[Writing]) -> set[str]:
    """The ids of all documents that any writing of an offering names."""
    return {entry_id for one in written for entry_id in named_by(one.doc)}


def named_by(offering: Doc) -> list[str]:
    """The ids of the prices and tables that an offering names, in its order; not what it holds by value."""
    prices = [price_id for price_id, by_value in prices_named(offering) if by_value is None]
    return list(dict.fromkeys((*prices, *included_in(offering))))


def prices_named(offering: Doc) -> list[tuple[str, Doc | None]]:
    """The prices of an offering in its order: the id, and the price itself where the offering holds it by value."""
    named = []
    for index, entry in enumerate(offering.get("productOfferingPrice") or ()):
        price_id = str(entry.get("id") or f"{offering.get('id', 'offering')}/price/{index}")
        named.append((price_id, {**entry, "id": price_id} if "priceType" in entry else None))
    return named


def _in_order(offering: Versioned, others: Iterable[Versioned]) -> list[Versioned]:
    """What the offering holds by value and what it names, in its order; the tables come last."""
    known = {str(one.doc["id"]): one for one in others}
    for price_id, doc in prices_named(offering.doc):
        if doc is not None:
            known[price_id] = Versioned(doc, offering.entity_version)
    order = [price_id for price_id, _ in prices_named(offering.doc)]
    return [known[entry_id] for entry_id in dict.fromkeys((*order, *known)) if entry_id in known]


def _source(document_id: str, writing: Writing) -> TariffSource:
    doc = writing.doc
    return TariffSource(
        document_id=document_id,
        name=str(doc.get("name") or document_id),
        version=str(doc.get("version") or ""),
        write=writing.number,
        approved_by=writing.actor,
        approved_at=writing.at,
        why=writing.why,
    )

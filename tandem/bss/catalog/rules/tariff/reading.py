"""From the documents of an offering to its tariff. `docs/how/prices.md` has the words and where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tandem.bss.catalog.rules.plan import Versioned, characteristics, common_tax
from tandem.bss.catalog.rules.tariff.rated import FORMS, Rated, destination_name, from_names, rated_of
from tandem.bss.catalog.rules.tariff.words import TABLE, SharedWords, shared_words
from tandem.bss.catalog.terms import PriceTermsInvalid
from tandem.bss.catalog.terms.tariff import Allowance, Limit, Payment, Price, Tariff
from tandem.kernel.json import Doc
from tandem.kernel.period import Instant, text_of

NO_TAX: Final = "0"


@dataclass
class _Gathered:
    """What the documents say, while they are read one after the other."""

    words: dict[str, Any] = field(default_factory=lambda: {"destinations": {}, "networks": {}})
    rated: list[Rated] = field(default_factory=list)

    def take_words(self, words: SharedWords, source: str) -> None:
        """Add what an offering or a table says. Raises: PriceTermsInvalid when two say different things."""
        for name in ("destinations", "networks"):
            for key, codes in getattr(words, name).items():
                self._once(self.words[name], key, codes, source)
        for name in ("day_parts", "holidays", "quota", "limits"):
            self.words[name] = (*self.words.get(name, ()), *getattr(words, name))
        for name in ("holiday_country", "payment"):
            if getattr(words, name) is not None:
                self._once(self.words, name, getattr(words, name), source)

    def take_price(self, price: Versioned) -> None:
        """Add a price, an allowance or a limit. Raises: PriceTermsInvalid, which names the document."""
        try:
            rated = rated_of(price.doc)
        except PriceTermsInvalid as fault:
            raise _of_document(fault, price.doc) from fault
        self.rated.append(rated if rated is not None else self._from_names(price))

    def _from_names(self, price: Versioned) -> Rated:
        prefixes = tuple(sorted(str(prefix) for prefix in characteristics(price.doc, "prefix")))
        if not prefixes:
            return from_names(price, None)
        name = destination_name(price.doc, self.words["destinations"], prefixes)
        rated = from_names(price, name)
        self.words["destinations"][name] = prefixes
        return rated

    def _once(self, known: dict[str, Any], name: str, value: Any, source: str) -> None:
        if known.setdefault(name, value) != value:
            raise PriceTermsInvalid(f"{source} says {name} otherwise than what it includes", path="tariff", name=name)

    def of_kind(self, kind: type[Rated]) -> tuple[Any, ...]:
        """The terms of one form, in the offering's order."""
        return tuple(term for term in self.rated if isinstance(term, kind))


def tariff_of(offering: Versioned, prices: Sequence[Versioned], *, approved_at: Instant | None = None) -> Tariff:
    """The tariff of an offering with these prices and the tables that it includes.

    Raises: PriceTermsInvalid, for the first document that cannot be read or contradicts another.
    """
    tables = {str(price.doc["id"]): price.doc for price in prices if price.doc.get("priceType") == TABLE}
    tax = common_tax([price.doc for price in prices if price.doc.get("priceType") != TABLE])
    gathered = _Gathered()
    for doc, told in _words(offering.doc, tables):
        gathered.take_words(told, str(doc["id"]))
    for price in prices:
        if price.doc.get("priceType") in FORMS:
            gathered.take_price(price)
    words = gathered.words
    return Tariff(
        id=str(offering.doc["id"]),
        name=str(offering.doc.get("name") or ""),
        version=str(offering.doc.get("version") or ""),
        approved_at=None if approved_at is None else text_of(approved_at),
        currency=tax.currency,
        tax_included=tax.included,
        tax_category=tax.category,
        tax_rate=_percent(tax.rate_bp),
        destinations=words["destinations"],
        networks=words["networks"],
        day_parts=words["day_parts"],
        holidays=tuple(sorted(set(words["holidays"]))),
        holiday_country=words.get("holiday_country"),
        prices=gathered.of_kind(Price),
        allowances=gathered.of_kind(Allowance),
        limits=(*gathered.of_kind(Limit), *words["limits"]),
        payment=words.get("payment") or Payment(),
        quota=words["quota"],
    )


def _words(offering: Doc, tables: dict[str, Doc]) -> Iterator[tuple[Doc, SharedWords]]:
    """The words of what an offering includes, in its order, then its own. What is not among the tables is not in force
    and says nothing, as a price that is not in force does.
    """
    own = _words_of(offering)
    for table_id in own.include:
        if table_id in tables:
            yield tables[table_id], _words_of(tables[table_id])
    yield offering, own


def _words_of(doc: Doc) -> SharedWords:
    try:
        return shared_words(doc)
    except PriceTermsInvalid as fault:
        raise _of_document(fault, doc) from fault


def included_in(offering: Doc) -> tuple[str, ...]:
    """The ids of the tables that an offering includes; none where its words cannot be read."""
    try:
        return shared_words(offering).include
    except PriceTermsInvalid:
        return ()


def check_words(doc: Doc) -> None:
    """Read what one document says by itself, as it is written. Raises: PriceTermsInvalid with the place.

    A new document has no id yet: its words cannot tell one.
    """
    shared_words(doc)
    rated_of(doc if doc.get("id") else {**doc, "id": "(new)"})


def _of_document(fault: PriceTermsInvalid, doc: Doc) -> PriceTermsInvalid:
    return PriceTermsInvalid(f"{doc['id']}: {fault.reason}", path=fault.path, price=doc["id"], **fault.facts)


def _percent(basis_points: int) -> str:
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") if rest else str(whole)

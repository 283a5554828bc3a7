"""One price, allowance or limit of the vocabulary, from one document.

What the document's own attributes say (id, name, version, validFor, price, unitOfMeasure) need not be said again in
`rating`; what both say must be the same.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final, TypeVar

import msgspec

from tandem.bss.catalog.rules.plan import Versioned, characteristic, characteristics, compile_price
from tandem.bss.catalog.rules.tariff.quantities import measure_named, quantity_of
from tandem.bss.catalog.rules.tariff.words import RATING, read, told
from tandem.bss.catalog.terms import AllowanceTerm, PriceTermsInvalid, UsageTerm
from tandem.bss.catalog.terms.tariff import Allowance, Limit, Price, TimePeriod
from tandem.kernel.errors import Invalid
from tandem.kernel.json import Doc, at
from tandem.kernel.money import Money

Rated = Price | Allowance | Limit
FORMS: Final[dict[str, type[Rated]]] = {"usage": Price, "allowance": Allowance, "limit": Limit}
"""By `priceType`."""

_NAMED: Final = ("usageType", "zone", "prefix", "increments", "unlimited", "priority")
_OWN: Final[tuple[str, ...]] = ("id", "name", "version", "validFor")
_One = TypeVar("_One", Price, Allowance, Limit)
_NO_WORD: Final = re.compile(r"[^A-Za-z0-9_.-]+")


def rated_of(doc: Doc) -> Rated | None:
    """What the document's `rating` says, with what its attributes add; none where it has no `rating`.

    Raises: PriceTermsInvalid, with the place in the document.
    """
    found = told(doc, RATING)
    if found is None:
        return None
    value, path = found
    form = FORMS.get(str(doc.get("priceType")))
    if form is None:
        raise PriceTermsInvalid(f"{RATING} stands in a price of type {', '.join(FORMS)}", path="priceType")
    if not isinstance(value, dict):
        raise PriceTermsInvalid("an object of the tariff vocabulary", path=path)
    doubled = next((name for name in _NAMED if characteristics(doc, name)), None)
    if doubled is not None:
        raise PriceTermsInvalid(f"{doubled} stands in {RATING} where there is one", path="prodSpecCharValueUse")
    return _completed(read(_identified(doc, value, form, path), form, path), doc, path)


def _identified(doc: Doc, value: Doc, form: type[Rated], path: str) -> Doc:
    """The value with the document's identity, as far as the form has words for it."""
    known = form.__struct_encode_fields__
    own = {name: said for name in _OWN if (said := _said(doc, name)) is not None and name in known}
    for name, said in own.items():
        if name in value and _said(value, name) != said:
            raise PriceTermsInvalid(f"the document says {said}", path=f"{path}.{name}", got=str(value[name]))
    return {**value, **own}


def _said(doc: Doc, name: str) -> Any:
    if name == "name":
        return doc.get("name") or doc.get("id")
    if name == "validFor":
        period = doc.get("validFor")
        bounds = ("startDateTime", "endDateTime")
        return {bound: period[bound] for bound in bounds if period.get(bound)} or None if period else None
    return doc.get(name)


def _completed(rated: Rated, doc: Doc, path: str) -> Rated:
    if isinstance(rated, Price):
        return _priced(rated, doc, path)
    if isinstance(rated, Allowance):
        measured = None if rated.unlimited or rated.fair_use else unit_of_measure(doc)
        return _filled(rated, "amount", measured, path)
    if rated.counts == "amount":
        return _filled(rated, "amount", amount_of(doc), path)
    return _filled(rated, "units", unit_of_measure(doc), path)


def _priced(price: Price, doc: Doc, path: str) -> Price:
    """Price and unitOfMeasure mean what the shape of the price has for them."""
    amount, measured = amount_of(doc), unit_of_measure(doc)
    if price.package is not None:
        size, cost = _text(measured, price.package.size, path), _text(amount, price.package.amount, path)
        return msgspec.structs.replace(price, package=msgspec.structs.replace(price.package, size=size, amount=cost))
    if price.flat is not None:
        return _filled(price, "flat", amount, path)
    if price.tiers is not None or price.percent is not None:
        if amount is not None:
            raise PriceTermsInvalid("tiers and percent have amounts of their own", path="price.value", got=amount)
        return price
    return _filled(_filled(price, "amount", amount, path), "per", measured, path)


def _filled(rated: _One, word: str, said: str | None, path: str) -> _One:
    """The form with a word that the document says otherwise."""
    if said is None:
        return rated
    return msgspec.structs.replace(rated, **{word: _text(said, getattr(rated, word), f"{path}.{word}")})


def _text(said: str | None, stated: str | int | None, path: str) -> Any:
    """One text for what both say. Raises: PriceTermsInvalid when they say different things."""
    if said is None or stated is None:
        return said if stated is None else stated
    if _exactly(said) != _exactly(stated):
        raise PriceTermsInvalid(f"the document says {said}", path=path, got=str(stated))
    return stated


def _exactly(text: str | int) -> tuple[str, Decimal]:
    """Decimal text as it counts; a quantity in its smallest unit."""
    try:
        return "", Decimal(text)
    except ArithmeticError:
        measure = measure_named(text)
        return str(measure), Decimal(quantity_of(text, measure=measure)) if measure else Decimal(0)


def amount_of(doc: Doc) -> str | None:
    """The price's value as decimal text; none where the document has none. Raises: PriceTermsInvalid."""
    if at(doc, "price.value") is None:
        return None
    try:
        return money_text(Money.from_doc(doc["price"]).micros)
    except Invalid as fault:
        raise PriceTermsInvalid(fault.reason, path="price") from fault


def money_text(micros: int) -> str:
    """Micro-units as decimal text with at least two decimals."""
    return format(Money(micros, "XXX").amount, "f")


def unit_of_measure(doc: Doc) -> str | None:
    """The unit of measure as a quantity: `1 minute`, `100 GB`; none where the document has none."""
    measure = doc.get("unitOfMeasure")
    if not measure:
        return None
    amount = measure.get("amount", 1)
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal) or not measure.get("units"):
        raise PriceTermsInvalid("a measure has an amount and units", path="unitOfMeasure", got=str(measure))
    return f"{amount:f} {measure['units']}" if isinstance(amount, Decimal) else f"{amount} {measure['units']}"


# -- today's named characteristics ------------------------------------------------------------------------------------


def from_names(price: Versioned, destination: str | None) -> Price | Allowance:
    """A price that is told by named characteristics; `destination` is the name of its prefixes, if it has any.

    Raises: PriceTermsInvalid, which names the price.
    """
    term, doc = compile_price(price), price.doc
    if not isinstance(term, UsageTerm | AllowanceTerm):
        raise PriceTermsInvalid("not a price for use", path="priceType", price=term.source.price_id)
    period = _said(doc, "validFor")
    common: dict[str, Any] = {
        "id": term.source.price_id,
        "name": term.name,
        "version": term.source.price_version,
        "valid_for": None if period is None else read(period, TimePeriod, "validFor"),
        "service": term.usage_type,
        "to": () if destination is None else (destination,),
        "increments": f"{term.first_increment}/{term.next_increment}",
    }
    if isinstance(term, UsageTerm):
        return Price(**common, amount=money_text(term.amount_micros), per=unit_of_measure(doc))
    if term.amount is None:
        return Allowance(**common, unlimited=True, priority=term.priority)
    return Allowance(**common, amount=unit_of_measure(doc), priority=term.priority)


def destination_name(doc: Doc, taken: dict[str, tuple[str, ...]], prefixes: tuple[str, ...]) -> str:
    """The name under which a price's prefixes stand: its zone, unless others stand there already."""
    zone, own = _word(str(characteristic(doc, "zone", ""))), _word(str(doc["id"]))
    names = [zone[:63], own[:63], f"{zone[:31]}.{own[-31:]}"]
    numbered = [f"{own[:55]}.{number}" for number in range(2, len(taken) + 3)]
    return next(name for name in (*names, *numbered) if taken.get(name, prefixes) == prefixes and name)


def _word(text: str) -> str:
    """Text as the vocabulary's words are spelled; empty when nothing of it can be."""
    word = _NO_WORD.sub("-", text).strip("-.")
    return word if not word or word[0].isalpha() and word[0].isascii() else f"n-{word}"

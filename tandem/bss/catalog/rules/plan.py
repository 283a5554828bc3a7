"""What an offering costs, compiled from its prices into exact integers. `docs/how/prices.md` has the vocabulary.

Standard: TMF620 ProductOfferingPrice. `priceType` is recurring, oneTime, usage or allowance; `tax` carries category
and rate in percent; what the standard has no attribute for stands in `prodSpecCharValueUse` by name:
`taxIncluded`, `chargeTiming` (inAdvance), `usageType`, `zone`, `prefix`, `increments` (60/60), `unlimited`, `priority`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from tandem.bss.catalog.rules.units import SMALLEST, in_smallest
from tandem.bss.catalog.terms import (
    AllowanceTerm,
    OneTimeTerm,
    PlanTerms,
    PriceTermsInvalid,
    RecurringTerm,
    Source,
    UsageTerm,
    UsageType,
)
from tandem.kernel.errors import Invalid
from tandem.kernel.json import Doc, at
from tandem.kernel.money import Money

_INCREMENTS: Final = re.compile(r"([1-9]\d*)/([1-9]\d*)")
_PREFIX: Final = re.compile(r"\d{1,15}")
_PERIOD_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
LAST_PRIORITY: Final = 100
_TYPED_ONLY: Final = ("limit", "tariffTable")
_UNTAXED: Final = ("allowance", *_TYPED_ONLY)


@dataclass(frozen=True, slots=True)
class Versioned:
    """A document with the number of its writes."""

    doc: Doc
    entity_version: int


@dataclass(frozen=True, slots=True)
class TaxTerms:
    """What all prices of one plan must say alike."""

    currency: str
    included: bool
    category: str
    rate_bp: int


def compile_plan(offering: Versioned, prices: Sequence[Versioned]) -> PlanTerms:
    """The terms of an offering with these prices.

    Raises: PriceTermsInvalid, for the first price that cannot be charged or contradicts another.
    """
    tax = common_tax([price.doc for price in prices])
    terms = [compile_price(price) for price in prices if not is_rated(price.doc)]
    return PlanTerms(
        offering_id=str(offering.doc["id"]),
        offering_name=str(offering.doc.get("name") or ""),
        offering_version=str(offering.doc.get("version") or ""),
        entity_version=offering.entity_version,
        currency=tax.currency,
        tax_included=tax.included,
        tax_category=tax.category,
        tax_rate_bp=tax.rate_bp,
        recurring=tuple(term for term in terms if isinstance(term, RecurringTerm)),
        one_time=tuple(term for term in terms if isinstance(term, OneTimeTerm)),
        usage=tuple(term for term in terms if isinstance(term, UsageTerm)),
        allowances=_in_priority([term for term in terms if isinstance(term, AllowanceTerm)]),
    )


def _in_priority(allowances: list[AllowanceTerm]) -> tuple[AllowanceTerm, ...]:
    return tuple(sorted(allowances, key=lambda term: (term.priority, term.source.price_id)))


def is_rated(doc: Doc) -> bool:
    """Whether a price is told in the typed words of the tariff vocabulary, which `rules.tariff` reads."""
    return doc.get("priceType") in _TYPED_ONLY or bool(characteristics(doc, "rating"))


Term = RecurringTerm | OneTimeTerm | UsageTerm | AllowanceTerm


def compile_price(price: Versioned) -> Term:
    """One price as a term. Raises: PriceTermsInvalid, which names the price."""
    kind = price.doc.get("priceType")
    compile_one = _KINDS.get(kind) if isinstance(kind, str) else None
    try:
        if compile_one is None:
            raise PriceTermsInvalid(f"a price type is one of {', '.join(_KINDS)}", path="priceType", got=str(kind))
        return compile_one(price)
    except PriceTermsInvalid as fault:
        raise PriceTermsInvalid(
            f"price {price.doc['id']}: {fault.reason}", path=fault.path, price=price.doc["id"], **fault.facts
        ) from fault


def _recurring(price: Versioned) -> RecurringTerm:
    doc = price.doc
    period = doc.get("recurringChargePeriodType")
    if period not in _PERIOD_MONTHS:
        raise PriceTermsInvalid(
            f"a period is one of {', '.join(_PERIOD_MONTHS)}", path="recurringChargePeriodType", got=str(period)
        )
    length = doc.get("recurringChargePeriodLength", 1)
    if not isinstance(length, int) or length < 1:
        raise PriceTermsInvalid("a period has a whole length", path="recurringChargePeriodLength", got=str(length))
    timing = characteristic(doc, "chargeTiming", "inAdvance")
    if timing not in ("inAdvance", "inArrears"):
        raise PriceTermsInvalid("charged inAdvance or inArrears", path="prodSpecCharValueUse", got=str(timing))
    return RecurringTerm(
        source=_source(price),
        name=_name(doc),
        amount_micros=_money(doc).micros,
        months=_PERIOD_MONTHS[period] * length,
        in_advance=timing == "inAdvance",
    )


def _one_time(price: Versioned) -> OneTimeTerm:
    return OneTimeTerm(source=_source(price), name=_name(price.doc), amount_micros=_money(price.doc).micros)


def _usage(price: Versioned) -> UsageTerm:
    doc = price.doc
    usage_type = _usage_type(doc)
    first, following = _increments(doc, usage_type)
    return UsageTerm(
        source=_source(price),
        name=_name(doc),
        usage_type=usage_type,
        zone=str(characteristic(doc, "zone", "")),
        prefixes=_prefixes(doc),
        amount_micros=_money(doc).micros,
        per_units=_quantity(doc, usage_type),
        unit=SMALLEST[usage_type],
        first_increment=first,
        next_increment=following,
    )


def _allowance(price: Versioned) -> AllowanceTerm:
    doc = price.doc
    usage_type = _usage_type(doc)
    first, following = _increments(doc, usage_type)
    unlimited = characteristic(doc, "unlimited", False) is True
    return AllowanceTerm(
        source=_source(price),
        name=_name(doc),
        usage_type=usage_type,
        zone=str(characteristic(doc, "zone", "")),
        prefixes=_prefixes(doc),
        amount=None if unlimited else _quantity(doc, usage_type),
        unit=SMALLEST[usage_type],
        first_increment=first,
        next_increment=following,
        priority=_priority(doc),
    )


_KINDS: Final[dict[str, Callable[[Versioned], Term]]] = {
    "recurring": _recurring,
    "oneTime": _one_time,
    "usage": _usage,
    "allowance": _allowance,
}


# -- the parts of a price ---------------------------------------------------------------------------------------------


def characteristic(doc: Doc, name: str, default: Any = None) -> Any:
    """The first value of a characteristic of a price, by name."""
    values = characteristics(doc, name)
    return values[0] if values else default


def characteristics(doc: Doc, name: str) -> list[Any]:
    """Every value of a characteristic of a price, by name."""
    return [
        value.get("value")
        for use in doc.get("prodSpecCharValueUse") or ()
        if use.get("name") == name
        for value in use.get("productSpecCharacteristicValue") or ()
    ]


def _source(price: Versioned) -> Source:
    return Source(str(price.doc["id"]), str(price.doc.get("version") or ""), price.entity_version)


def _name(doc: Doc) -> str:
    return str(doc.get("name") or doc["id"])


def _money(doc: Doc) -> Money:
    if doc.get("price") is None:
        raise PriceTermsInvalid("a price has an amount", path="price")
    try:
        amount = Money.from_doc(doc["price"])
    except Invalid as fault:
        raise PriceTermsInvalid(fault.reason, path="price") from fault
    if amount.micros < 0:
        raise PriceTermsInvalid("a price is not below zero", path="price.value", got=str(amount))
    return amount


def _usage_type(doc: Doc) -> UsageType:
    told = characteristic(doc, "usageType")
    for usage_type in SMALLEST:
        if told == usage_type:
            return usage_type
    raise PriceTermsInvalid(f"usageType is one of {', '.join(SMALLEST)}", path="prodSpecCharValueUse", got=str(told))


def _quantity(doc: Doc, usage_type: UsageType) -> int:
    measure = doc.get("unitOfMeasure") or {}
    return in_smallest(measure.get("amount", 1), measure.get("units"), usage_type, "unitOfMeasure")


def _increments(doc: Doc, usage_type: UsageType) -> tuple[int, int]:
    told = characteristic(doc, "increments", "1/1")
    match = _INCREMENTS.fullmatch(str(told))
    if match is None:
        raise PriceTermsInvalid(
            f"increments are two whole numbers of {SMALLEST[usage_type]}s, as in 60/60",
            path="prodSpecCharValueUse",
            got=str(told),
        )
    return int(match[1]), int(match[2])


def _prefixes(doc: Doc) -> tuple[str, ...]:
    told = [str(prefix) for prefix in characteristics(doc, "prefix")]
    wrong = [prefix for prefix in told if not _PREFIX.fullmatch(prefix)]
    if wrong:
        raise PriceTermsInvalid("a prefix is international digits", path="prodSpecCharValueUse", got=wrong[0])
    return tuple(sorted(told))


def _priority(doc: Doc) -> int:
    told = characteristic(doc, "priority", LAST_PRIORITY)
    if isinstance(told, bool) or not isinstance(told, int):
        raise PriceTermsInvalid("a priority is a whole number", path="prodSpecCharValueUse", got=str(told))
    return told


# -- tax and currency -------------------------------------------------------------------------------------------------


def common_tax(prices: Sequence[Doc]) -> TaxTerms:
    """The one currency and tax of an offering's prices. Raises: PriceTermsInvalid when they have none, or several."""
    told = [tax for doc in prices if (tax := _tax(doc)) is not None]
    if not told:
        raise PriceTermsInvalid("none of the prices has an amount", path="productOfferingPrice")
    if len(set(told)) > 1:
        raise PriceTermsInvalid(
            "the prices of one offering have one currency, one tax and one way of telling it",
            path="productOfferingPrice",
            found=[str(tax) for tax in sorted(set(told), key=str)],
        )
    return told[0]


def _tax(doc: Doc) -> TaxTerms | None:
    """The tax terms of a price. An allowance and a limit charge nothing and so have none; what is rated by typed words
    may leave its currency and tax to the other prices.
    """
    if doc.get("priceType") in _UNTAXED or (is_rated(doc) and doc.get("price") is None):
        return None
    rate = at(doc, "tax.taxRate", 0)
    hundredths = Decimal(rate if isinstance(rate, int | Decimal) else str(rate)) * 100
    if hundredths != hundredths.to_integral_value() or hundredths < 0:
        raise PriceTermsInvalid("a tax rate is percent with at most two decimals", path="tax.taxRate", got=str(rate))
    return TaxTerms(
        currency=_currency(doc),
        included=characteristic(doc, "taxIncluded", False) is True,
        category=str(at(doc, "tax.taxCategory", "")),
        rate_bp=int(hundredths),
    )


def _currency(doc: Doc) -> str:
    """A price of typed words may tell its currency alone: its amounts stand in `rating`."""
    if is_rated(doc) and at(doc, "price.value") is None:
        doc = {**doc, "price": {**doc["price"], "value": 0}}
    return _money(doc).currency

"""The static check before an offering is launched: what would fail at the first order, or at the first bill."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from tandem.bss.catalog import lifecycle
from tandem.bss.catalog.rules.plan import Term, Versioned, compile_plan, compile_price
from tandem.bss.catalog.rules.tariff.history import prices_named
from tandem.bss.catalog.terms import AllowanceTerm, Finding, PriceTermsInvalid, RecurringTerm, UsageTerm
from tandem.kernel.errors import Invalid
from tandem.kernel.json import Doc, at, values_at
from tandem.kernel.period import Period, instant


@dataclass(frozen=True)
class Surroundings:
    """What an offering stands on, by id; what is missing here does not exist."""

    prices: Mapping[str, Versioned] = field(default_factory=dict)
    specifications: Mapping[str, Doc] = field(default_factory=dict)
    offerings: Mapping[str, Doc] = field(default_factory=dict)


def findings(offering: Versioned, around: Surroundings) -> tuple[Finding, ...]:
    """Everything that speaks against launching the offering; empty when nothing does."""
    doc = offering.doc
    if doc.get("isBundle") is True or doc.get("bundledProductOffering"):
        return (*_validity(doc), *_bundle(doc, around), *_prices(offering, around, required=False))
    return (*_validity(doc), *_specification(doc, around), *_prices(offering, around, required=True))


def _validity(doc: Doc) -> Iterator[Finding]:
    start, end = at(doc, "validFor.startDateTime"), at(doc, "validFor.endDateTime")
    if start is None or end is None:
        return
    try:
        Period(instant(start), instant(end))
    except Invalid as fault:
        yield Finding("validity_empty", f"it can never be sold: {fault.reason}", "validFor")


def _bundle(doc: Doc, around: Surroundings) -> Iterator[Finding]:
    parts = list(values_at(doc, "bundledProductOffering.id"))
    if not parts:
        yield Finding("bundle_empty", "a bundle names the offerings that it holds", "bundledProductOffering")
    for part in parts:
        known = around.offerings.get(str(part))
        if known is None:
            yield Finding("bundled_unknown", f"there is no offering {part}", "bundledProductOffering.id")
        elif known.get("lifecycleStatus") in lifecycle.GONE:
            yield Finding("bundled_gone", f"offering {part} is {known['lifecycleStatus']}", "bundledProductOffering.id")


# -- decomposition ----------------------------------------------------------------------------------------------------


def _specification(doc: Doc, around: Surroundings) -> Iterator[Finding]:
    spec_id = at(doc, "productSpecification.id")
    if spec_id is None:
        yield Finding("specification_missing", "it does not say what product it sells", "productSpecification")
        return
    spec = around.specifications.get(str(spec_id))
    if spec is None:
        yield Finding(
            "specification_unknown", f"there is no product specification {spec_id}", "productSpecification.id"
        )
    elif spec.get("lifecycleStatus") in lifecycle.GONE:
        yield Finding(
            "specification_gone", f"specification {spec_id} is {spec['lifecycleStatus']}", "productSpecification.id"
        )
    elif not _delivers(spec, around, seen=frozenset()):
        yield Finding(
            "decomposition_missing",
            f"specification {spec_id} names no service or resource: an order would deliver nothing",
            "productSpecification.serviceSpecification",
        )


def _delivers(spec: Doc, around: Surroundings, seen: frozenset[str]) -> bool:
    """Whether a specification, or one that it bundles, names something that the network can deliver."""
    if spec.get("serviceSpecification") or spec.get("resourceSpecification"):
        return True
    parts = [str(part) for part in values_at(spec, "bundledProductSpecification.id") if str(part) not in seen]
    known = [around.specifications[part] for part in parts if part in around.specifications]
    return any(_delivers(part, around, seen | {str(part.get("id"))}) for part in known)


# -- prices -----------------------------------------------------------------------------------------------------------


def _prices(offering: Versioned, around: Surroundings, *, required: bool) -> Iterator[Finding]:
    wanted = [price_id for price_id, _ in prices_named(offering.doc)]
    if not wanted and required:
        yield Finding("price_missing", "it has no price", "productOfferingPrice")
    for index, price_id in enumerate(wanted):
        yield from _price(price_id, around, f"productOfferingPrice[{index}]")
    known = [around.prices[price_id] for price_id in wanted if price_id in around.prices]
    terms = list(_readable(known))
    if known and len(terms) == len(known) == len(wanted):
        yield from _together(offering, known)
        yield from _conflicts(terms)
        yield from _unpriced(terms)


def _price(price_id: str, around: Surroundings, path: str) -> Iterator[Finding]:
    price = around.prices.get(price_id)
    if price is None:
        yield Finding("price_unknown", f"there is no price {price_id}", path)
        return
    if price.doc.get("lifecycleStatus") in lifecycle.GONE:
        yield Finding("price_gone", f"price {price_id} is {price.doc['lifecycleStatus']}", path)
    try:
        compile_price(price)
    except PriceTermsInvalid as fault:
        yield Finding("price_unreadable", fault.reason, f"{path}.{fault.path}" if fault.path else path)


def _readable(prices: Iterable[Versioned]) -> Iterator[Term]:
    for price in prices:
        try:
            yield compile_price(price)
        except PriceTermsInvalid:
            continue


def _together(offering: Versioned, prices: Sequence[Versioned]) -> Iterator[Finding]:
    try:
        compile_plan(offering, prices)
    except PriceTermsInvalid as fault:
        yield Finding("price_conflict", fault.reason, fault.path or "productOfferingPrice")


def _conflicts(terms: Sequence[Term]) -> Iterator[Finding]:
    """Two prices that answer the same question."""
    for one, other in combinations(terms, 2):
        if isinstance(one, UsageTerm) and isinstance(other, UsageTerm):
            clash = one.usage_type == other.usage_type and _overlap(one.prefixes, other.prefixes)
        elif isinstance(one, RecurringTerm) and isinstance(other, RecurringTerm):
            clash = one.name == other.name
        else:
            clash = False
        if clash:
            yield Finding(
                "price_conflict",
                f"prices {one.source.price_id} and {other.source.price_id} answer the same question",
                "productOfferingPrice",
            )


def _overlap(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether both price the very same destination; a longer prefix beside a shorter one is no conflict."""
    return set(one or ("",)).intersection(other or ("",)) != set()


def _unpriced(terms: Sequence[Term]) -> Iterator[Finding]:
    """An allowance that ends, with no price for what goes past it."""
    priced: set[tuple[str, str]] = {
        (term.usage_type, prefix) for term in terms if isinstance(term, UsageTerm) for prefix in term.prefixes or ("",)
    }
    for term in terms:
        if not isinstance(term, AllowanceTerm) or term.amount is None:
            continue
        if not any(_covers(priced, term.usage_type, prefix) for prefix in term.prefixes or ("",)):
            yield Finding(
                "no_price_past_allowance",
                f"{term.name} ends, and {term.usage_type} past it has no price",
                "productOfferingPrice",
            )


def _covers(priced: set[tuple[str, str]], usage_type: str, prefix: str) -> bool:
    return any(kind == usage_type and prefix.startswith(known) for kind, known in priced)

"""The static check before an offering is launched: what would fail at the first order, or at the first bill."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from tandem.bss.catalog import lifecycle
from tandem.bss.catalog.rules.plan import Versioned, compile_plan, compile_price, is_rated
from tandem.bss.catalog.rules.tariff.checking import check_tariff
from tandem.bss.catalog.rules.tariff.coverage import left_open
from tandem.bss.catalog.rules.tariff.history import TariffHistory, prices_named
from tandem.bss.catalog.rules.tariff.reading import check_words, included_in, tariff_of
from tandem.bss.catalog.rules.tariff.words import TABLE, shared_words
from tandem.bss.catalog.terms import Finding, OfferingUnknown, PlanTerms, PriceTermsInvalid
from tandem.bss.catalog.terms.tariff import Tariff
from tandem.kernel.errors import Invalid
from tandem.kernel.json import Doc, at, values_at
from tandem.kernel.period import Instant, Period, instant, text_of

_NAMED_HERE: Final = {"tariff.ambiguous": "price_conflict"}
"""Two prices of a tariff that answer the same question have had a name here from the beginning."""


@dataclass(frozen=True)
class Surroundings:
    """What an offering stands on, by id; what is missing here does not exist. Tables stand among the prices."""

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


def findings_through_time(history: TariffHistory, now: Instant) -> tuple[Finding, ...]:
    """What speaks against the tariffs of an offering at the times that a writing of just now touches.

    Its documents may come into force one after the other: a price must not name what its table has only later.
    """
    price_ids = [price_id for price_id, _ in prices_named(history.offering[-1].doc)]
    found: dict[tuple[str, str], Finding] = {}
    for moment in history.touched_by(now):
        try:
            tariff = history.at(moment).tariff
        except (OfferingUnknown, PriceTermsInvalid):
            continue  # nothing is in force then that use could be priced by
        for one in _told_in(tariff, price_ids, check_tariff(tariff)):
            told = Finding(one.code, f"from {text_of(moment)}: {one.reason}", one.path)
            found.setdefault((one.code, one.path), told)
    return tuple(found.values())


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
    faults = [
        finding
        for index, price_id in enumerate(wanted)
        for finding in _price(price_id, around, f"productOfferingPrice[{index}]")
    ]
    faults += _tables(offering.doc, around)
    yield from faults
    if wanted and not faults:
        yield from _together(offering, [around.prices[price_id] for price_id in wanted], around)


def _price(price_id: str, around: Surroundings, path: str) -> Iterator[Finding]:
    price = around.prices.get(price_id)
    if price is None:
        yield Finding("price_unknown", f"there is no price {price_id}", path)
        return
    if price.doc.get("lifecycleStatus") in lifecycle.GONE:
        yield Finding("price_gone", f"price {price_id} is {price.doc['lifecycleStatus']}", path)
    try:
        if is_rated(price.doc):
            check_words(price.doc)
        else:
            compile_price(price)
    except PriceTermsInvalid as fault:
        yield Finding("price_unreadable", fault.reason, f"{path}.{fault.path}" if fault.path else path)


def _tables(offering: Doc, around: Surroundings) -> Iterator[Finding]:
    """What speaks against the offering's own words, and the tables that it includes."""
    try:
        include = shared_words(offering).include
    except PriceTermsInvalid as fault:
        yield Finding("tariff_unreadable", fault.reason, fault.path or "prodSpecCharValueUse")
        return
    for index, table_id in enumerate(include):
        path = f"tariff.include[{index}]"
        table = around.prices.get(table_id)
        if table is None or table.doc.get("priceType") != TABLE:
            yield Finding("table_unknown", f"there is no {TABLE} {table_id}", path)
            continue
        if table.doc.get("lifecycleStatus") in lifecycle.GONE:
            yield Finding("table_gone", f"{table_id} is {table.doc['lifecycleStatus']}", path)
        try:
            shared_words(table.doc)
        except PriceTermsInvalid as fault:
            yield Finding("tariff_unreadable", fault.reason, f"{path}.{fault.path}")


def _together(offering: Versioned, prices: Sequence[Versioned], around: Surroundings) -> Iterator[Finding]:
    """What speaks against the prices as one plan and one tariff."""
    tables = [around.prices[table_id] for table_id in included_in(offering.doc)]
    try:
        plan = compile_plan(offering, prices)
        tariff = tariff_of(offering, [*prices, *tables])
    except PriceTermsInvalid as fault:
        yield Finding("price_conflict", fault.reason, fault.path or "productOfferingPrice")
        return
    yield from _charged_twice(plan)
    found = check_tariff(tariff) or tuple(left_open(tariff))
    yield from _told_in(tariff, [str(price.doc["id"]) for price in prices], found)


def _told_in(tariff: Tariff, price_ids: Sequence[str], found: Iterable[Finding]) -> Iterator[Finding]:
    """Findings of a tariff as those of the offering with these prices."""
    places = _places(tariff, price_ids)
    for one in found:
        yield Finding(_NAMED_HERE.get(one.code, one.code), one.reason, _placed(one.path, places))


def _charged_twice(plan: PlanTerms) -> Iterator[Finding]:
    """Two charges of one name."""
    for one, other in combinations(plan.recurring, 2):
        if one.name == other.name:
            ids = f"{one.source.price_id} and {other.source.price_id}"
            yield Finding("price_conflict", f"prices {ids} charge the same, {one.name}", "productOfferingPrice")


def _places(tariff: Tariff, price_ids: Sequence[str]) -> dict[str, str]:
    """Where the terms of a tariff stand in the offering: `prices[0]` in `productOfferingPrice[2]`."""
    ids = {
        "prices": [price.id for price in tariff.prices],
        "allowances": [allowance.id for allowance in tariff.allowances],
        "limits": [limit.id for limit in tariff.limits],
    }
    return {
        f"{kind}[{index}]": f"productOfferingPrice[{price_ids.index(term_id)}]"
        for kind, of_kind in ids.items()
        for index, term_id in enumerate(of_kind)
        if term_id in price_ids
    }


def _placed(path: str, places: Mapping[str, str]) -> str:
    """A place in the tariff as one in the offering; what stands in no price stands in the characteristic `tariff`."""
    term, dot, rest = path.partition(".")
    return f"{places[term]}{dot}{rest}" if term in places else f"tariff.{path}"

"""Reads for shops, for charging and billing, and for the catalogue's own check."""

from __future__ import annotations

from collections.abc import Iterable

from tandem.bss.catalog import store
from tandem.bss.catalog.rules.in_force import stood_at
from tandem.bss.catalog.rules.launch import findings, findings_through_time
from tandem.bss.catalog.rules.plan import Versioned
from tandem.bss.catalog.rules.selling import is_sellable
from tandem.bss.catalog.rules.tariff.history import TariffHistory, named_by, plan_of
from tandem.bss.catalog.terms import (
    Finding,
    OfferingNotSellable,
    OfferingUnknown,
    OfferingView,
    PlanTerms,
)
from tandem.kernel.json import at, values_at
from tandem.kernel.period import Instant
from tandem.kernel.store import Stored, Uow


def get_offering(uow: Uow, *, offering_id: str) -> Stored:
    """The offering as it stands now. Raises: OfferingUnknown."""
    found = store.OFFERINGS.find(uow, offering_id)
    if found is None:
        raise OfferingUnknown(f"there is no offering {offering_id}", offering=offering_id)
    return found


def list_offerings(uow: Uow) -> list[Stored]:
    """Every offering as it stands now, by name."""
    return store.OFFERINGS.where(uow, order_by="name, id")


def get_offering_as_of(uow: Uow, *, offering_id: str, moment: Instant) -> Stored:
    """The offering as it stood at an instant. Raises: OfferingUnknown."""
    found = store.known_at(uow, store.OFFERINGS, offering_id, moment)
    if found is None:
        raise OfferingUnknown(f"there was no offering {offering_id} then", offering=offering_id, at=moment.isoformat())
    return found


def get_sellable_offering(uow: Uow, *, offering_id: str, moment: Instant) -> Stored:
    """The offering, if it can be sold at an instant. Raises: OfferingUnknown, OfferingNotSellable."""
    offering = get_offering(uow, offering_id=offering_id)
    why_not = is_sellable(offering.doc, moment)
    if why_not is not None:
        raise OfferingNotSellable(
            f"offering {offering.doc.get('name') or offering_id} cannot be sold: {why_not.reason}",
            offering=offering_id,
            why=why_not.code,
        )
    return offering


def get_plan_terms(uow: Uow, *, offering_id: str, moment: Instant) -> PlanTerms:
    """What an offering costs at an instant, from its content and its prices as they stood then.

    Raises: OfferingUnknown, PriceTermsInvalid.
    """
    offering = get_offering_as_of(uow, offering_id=offering_id, moment=moment)
    return _terms(uow, offering, moment)


def _terms(uow: Uow, offering: Stored, moment: Instant) -> PlanTerms:
    written = store.price_writings(uow, named_by(offering.doc))
    stood = ((price_id, stood_at(of_one, moment)) for price_id, of_one in written.items())
    known = {price_id: Versioned(writing.doc, writing.number) for price_id, writing in stood if writing is not None}
    return plan_of(Versioned(offering.doc, offering.version), known)


def plan_changes(uow: Uow, *, offering_id: str, first: Instant, last: Instant) -> list[Instant]:
    """The instants after `first` and up to `last` at which an offering's terms may change; between two they do not."""
    history = store.tariff_histories(uow, [offering_id]).get(offering_id)
    return [] if history is None else [moment for moment in history.bounds() if first < moment <= last]


# -- tariffs, by two times --------------------------------------------------------------------------------------------


def tariff_revision(uow: Uow) -> int:
    """A number that is another one whenever an offering or a price was written."""
    return store.tariff_revision(uow)


def tariff_histories(uow: Uow, *, offering_ids: Iterable[str]) -> dict[str, TariffHistory]:
    """What was ever written of these offerings' tariffs; who does not exist is left out."""
    return store.tariff_histories(uow, offering_ids)


def tariff_history(uow: Uow, *, offering_id: str) -> TariffHistory:
    """What was ever written of an offering's tariff. Raises: OfferingUnknown."""
    return store.tariff_history(uow, offering_id)


# -- for shops --------------------------------------------------------------------------------------------------------


def list_sellable(uow: Uow, *, moment: Instant, category_id: str | None = None) -> list[OfferingView]:
    """What a shop shows at an instant, by name; in one category where one is given."""
    offerings = store.offerings_for_sale(uow, moment)
    return [
        view_of(uow, offering, moment)
        for offering in offerings
        if category_id is None or category_id in values_at(offering.doc, "category.id")
    ]


def get_offering_view(uow: Uow, *, offering_id: str, moment: Instant) -> OfferingView:
    """One offering as shops show it, sellable or not. Raises: OfferingUnknown, PriceTermsInvalid."""
    return view_of(uow, get_offering_as_of(uow, offering_id=offering_id, moment=moment), moment)


def view_of(uow: Uow, offering: Stored, moment: Instant) -> OfferingView:
    """An offering with its terms."""
    terms = _terms(uow, offering, moment)
    return OfferingView(
        offering_id=offering.id,
        name=str(offering.doc.get("name") or ""),
        description=str(offering.doc.get("description") or ""),
        version=str(offering.doc.get("version") or ""),
        category_ids=tuple(str(category) for category in values_at(offering.doc, "category.id")),
        monthly_micros=sum(term.amount_micros for term in terms.recurring if term.months == 1),
        terms=terms,
    )


def service_specification_ids(uow: Uow, *, offering_id: str, moment: Instant) -> tuple[str, ...]:
    """The service specifications that an offering decomposes into, its bundled specifications' included, in order.

    Raises: OfferingUnknown.
    """
    offering = get_offering_as_of(uow, offering_id=offering_id, moment=moment)
    spec_id = at(offering.doc, "productSpecification.id")
    known = store.specifications_with_parts(uow, [str(spec_id)] if spec_id else [])
    named = [str(found) for spec in known.values() for found in values_at(spec, "serviceSpecification.id")]
    return tuple(dict.fromkeys(named))


# -- the static check -------------------------------------------------------------------------------------------------


def check_offering(uow: Uow, *, offering_id: str) -> tuple[Finding, ...]:
    """Everything that speaks against launching an offering as it stands now. Raises: OfferingUnknown."""
    offering = get_offering(uow, offering_id=offering_id)
    found = findings(Versioned(offering.doc, offering.version), store.surroundings(uow, offering))
    return found or findings_through_time(store.tariff_history(uow, offering.id), uow.now)

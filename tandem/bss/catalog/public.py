"""The room's door: what is for sale, what it costs, what it decomposes into. Words are in `terms`."""

from __future__ import annotations

from collections.abc import Iterable

from tandem.bss.catalog import commands, queries
from tandem.bss.catalog.rules import selling
from tandem.bss.catalog.rules.tariff import checking, quantities
from tandem.bss.catalog.rules.tariff.history import TariffHistory
from tandem.bss.catalog.terms import Finding, OfferingView, PlanTerms, TariffSource, Unsellable
from tandem.bss.catalog.terms.tariff import Quantity, Tariff
from tandem.kernel.json import Doc
from tandem.kernel.period import Instant
from tandem.kernel.store import Stored, Uow


def get_offering(uow: Uow, *, offering_id: str) -> Stored:
    """The offering as it stands now. Raises: OfferingUnknown."""
    return queries.get_offering(uow, offering_id=offering_id)


def get_offering_as_of(uow: Uow, *, offering_id: str, moment: Instant) -> Stored:
    """The offering as it stood at an instant. Raises: OfferingUnknown."""
    return queries.get_offering_as_of(uow, offering_id=offering_id, moment=moment)


def list_offerings(uow: Uow) -> list[Stored]:
    """Every offering as it stands now, sold or not, by name."""
    return queries.list_offerings(uow)


def is_sellable(offering: Doc, moment: Instant) -> Unsellable | None:
    """Why an offering cannot be sold at an instant; `None` when it can."""
    return selling.is_sellable(offering, moment)


def get_sellable_offering(uow: Uow, *, offering_id: str, moment: Instant) -> Stored:
    """The offering, if it can be sold at an instant. Raises: OfferingUnknown, OfferingNotSellable."""
    return queries.get_sellable_offering(uow, offering_id=offering_id, moment=moment)


def list_sellable(uow: Uow, *, moment: Instant, category_id: str | None = None) -> list[OfferingView]:
    """What a shop shows at an instant, by name."""
    return queries.list_sellable(uow, moment=moment, category_id=category_id)


def get_offering_view(uow: Uow, *, offering_id: str, moment: Instant) -> OfferingView:
    """One offering with its terms, sellable or not. Raises: OfferingUnknown, PriceTermsInvalid."""
    return queries.get_offering_view(uow, offering_id=offering_id, moment=moment)


def get_plan_terms(uow: Uow, *, offering_id: str, moment: Instant) -> PlanTerms:
    """What an offering costs at an instant, exactly, and which catalogue version says so.

    Raises: OfferingUnknown, PriceTermsInvalid.
    """
    return queries.get_plan_terms(uow, offering_id=offering_id, moment=moment)


def plan_changes(uow: Uow, *, offering_id: str, first: Instant, last: Instant) -> list[Instant]:
    """The instants after `first` and up to `last` at which an offering's terms may change; between two they do not.

    A batch asks for the terms once for each piece of time, not once for each use.
    """
    return queries.plan_changes(uow, offering_id=offering_id, first=first, last=last)


def tariff_at(uow: Uow, *, offering_id: str, moment: Instant, believed_at: Instant | None = None) -> Tariff:
    """What use costs by an offering at a moment, as it was believed at an instant (now, if none is given).

    `approvedAt` is when the latest of its documents was written. `docs/how/prices.md`, *Two times*.
    Raises: OfferingUnknown, PriceTermsInvalid.
    """
    return queries.tariff_history(uow, offering_id=offering_id).at(moment, believed_at=believed_at).tariff


def tariff_sources(
    uow: Uow, *, offering_id: str, moment: Instant, believed_at: Instant | None = None
) -> dict[str, TariffSource]:
    """By document (the offering, its prices and tables): which version `tariff_at` read, who approved it, and when.

    Raises: OfferingUnknown, PriceTermsInvalid.
    """
    found = queries.tariff_history(uow, offering_id=offering_id).at(moment, believed_at=believed_at)
    return {one.document_id: one for one in found.sources}


def tariff_changes(
    uow: Uow, *, offering_id: str, first: Instant, last: Instant, believed_at: Instant | None = None
) -> list[Instant]:
    """The instants after `first` and up to `last` at which another version of an offering's tariff is in force.

    Raises: OfferingUnknown.
    """
    return queries.tariff_history(uow, offering_id=offering_id).changes(first, last, believed_at=believed_at)


def tariff_histories(uow: Uow, *, offering_ids: Iterable[str]) -> dict[str, TariffHistory]:
    """Everything that was ever written of these offerings' tariffs, in two statements; unknown offerings are left out.

    A history answers `at(moment, believed_at=…)`, a tariff with its sources, and `changes(first, last, believed_at=…)`
    without the database. It is immutable: keep it for as long as `tariff_revision` stays the same.
    """
    return queries.tariff_histories(uow, offering_ids=offering_ids)


def tariff_revision(uow: Uow) -> int:
    """A number that is another one whenever an offering or a price of the tenant was written. Ask it first, then read:
    what is kept under it is then never older than the number says.
    """
    return queries.tariff_revision(uow)


def service_specification_ids(uow: Uow, *, offering_id: str, moment: Instant) -> tuple[str, ...]:
    """The service specifications of the other half that an offering decomposes into. Raises: OfferingUnknown."""
    return queries.service_specification_ids(uow, offering_id=offering_id, moment=moment)


def check_offering(uow: Uow, *, offering_id: str) -> tuple[Finding, ...]:
    """The static check: everything that speaks against launching the offering. Raises: OfferingUnknown."""
    return queries.check_offering(uow, offering_id=offering_id)


def change_offering_status(uow: Uow, *, offering_id: str, status: str, reason: str | None = None) -> Stored:
    """Move an offering along its table, to Launched or Retired too. Idempotent: by the status.

    Raises: NotFound, IllegalTransition, OfferingNotLaunchable with its findings.
    """
    return commands.change_offering_status(uow, offering_id=offering_id, status=status, reason=reason)


def check_tariff(tariff: Tariff) -> tuple[Finding, ...]:
    """Everything that speaks against a tariff, by its place in it; empty when it can be priced."""
    return checking.check_tariff(tariff)


def quantity_of(quantity: Quantity, *, measure: quantities.Measure) -> int:
    """A quantity in the smallest unit of a measure (second, octet, count). Raises: Invalid when it is none of it."""
    return quantities.quantity_of(quantity, measure=measure)


def measure_of(tariff: Tariff, *, service: str) -> quantities.Measure:
    """What a service is measured in. Raises: Invalid when its terms name more than one measure."""
    return quantities.measure_of(tariff, service)

"""The room's door: what is for sale, what it costs, what it decomposes into. Words are in `terms`."""

from __future__ import annotations

from tandem.bss.catalog import commands, queries
from tandem.bss.catalog.rules import selling
from tandem.bss.catalog.terms import Finding, OfferingView, PlanTerms, Unsellable
from tandem.kernel.json import Doc
from tandem.kernel.period import Instant
from tandem.kernel.store import Stored, Uow


def get_offering(uow: Uow, *, offering_id: str) -> Stored:
    """The offering as it stands now. Raises: OfferingUnknown."""
    return queries.get_offering(uow, offering_id=offering_id)


def get_offering_as_of(uow: Uow, *, offering_id: str, moment: Instant) -> Stored:
    """The offering as it stood at an instant. Raises: OfferingUnknown."""
    return queries.get_offering_as_of(uow, offering_id=offering_id, moment=moment)


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

"""Whether an offering can be sold at an instant."""

from __future__ import annotations

from tandem.bss.catalog import lifecycle
from tandem.bss.catalog.terms import Unsellable
from tandem.kernel.json import Doc, at
from tandem.kernel.period import Instant, instant


def is_sellable(offering: Doc, moment: Instant) -> Unsellable | None:
    """Why the offering cannot be sold, or `None` when it can: launched, within its validity, not only in bundles.

    Standard: TMF620, lifecycleStatus, validFor (from its start, up to and without its end), isSellable.
    """
    status = offering.get("lifecycleStatus")
    if status in lifecycle.GONE:
        return Unsellable("retired", f"it is {status}")
    if status != lifecycle.LAUNCHED:
        return Unsellable("not_launched", f"it is {status or 'without a status'}, not {lifecycle.LAUNCHED}")
    if offering.get("isSellable") is False:
        return Unsellable("not_sold_alone", "it is sold within bundles only")
    return _outside_validity(offering, moment)


def _outside_validity(offering: Doc, moment: Instant) -> Unsellable | None:
    start, end = at(offering, "validFor.startDateTime"), at(offering, "validFor.endDateTime")
    if start is not None and moment < instant(start, path="validFor.startDateTime"):
        return Unsellable("not_yet_valid", f"it is valid from {start}")
    if end is not None and moment >= instant(end, path="validFor.endDateTime"):
        return Unsellable("expired", f"it was valid until {end}")
    return None

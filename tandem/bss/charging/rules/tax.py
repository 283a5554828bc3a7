"""An amount with and without tax, as a usage record shows it; the bill counts tax by its own rule, on its sums."""

from __future__ import annotations

from tandem.bss.charging.terms import RatedEvent
from tandem.kernel.money import Money

_WHOLE_BP = 10_000


def with_tax(event: RatedEvent) -> Money:
    """The amount with its tax. Rounding: half-up to the cent."""
    if event.tax_included:
        return event.amount
    return event.amount.scaled(_WHOLE_BP + event.tax_rate_bp, _WHOLE_BP)


def without_tax(event: RatedEvent) -> Money:
    """The amount without its tax. Rounding: half-up to the cent."""
    if not event.tax_included:
        return event.amount
    return event.amount.scaled(_WHOLE_BP, _WHOLE_BP + event.tax_rate_bp)

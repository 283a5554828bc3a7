"""What of an amount is tax.

Where prices include tax, the net amount of a line is its gross times 100/(100 + rate), rounded half-up to cents, and
the tax is the rest: so net and tax of a line sum to its gross, and those of a bill to the bill's. Where prices do not
include it, the tax is net times rate/100, rounded half-up to cents.
"""

from __future__ import annotations

from dataclasses import dataclass

from tandem.kernel.money import Money

_WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class Taxed:
    """An amount without tax, the tax, and both together."""

    net: Money
    vat: Money
    gross: Money


def taxed(amount: Money, rate_bp: int, *, included: bool) -> Taxed:
    """An amount taken apart. Units: `rate_bp`, hundredths of a percent. Rounding: half-up to cents, once."""
    if included:
        net = amount.scaled(_WHOLE_BP, _WHOLE_BP + rate_bp)
        return Taxed(net, amount - net, amount)
    vat = amount.scaled(rate_bp, _WHOLE_BP)
    return Taxed(amount, vat, amount + vat)

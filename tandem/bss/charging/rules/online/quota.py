"""How much a network is given at a time, for how long, and what happens at the end of it.

The tariff's `quota` says it for a service and some of its rating groups; what it leaves out, and tariffs without one,
take what stands here. Near a limit that several sessions draw on, slices get smaller, so that none of them takes what
the others could have used.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from tandem.bss.charging.terms.online import Units

Measure = Literal["second", "octet", "count"]


class QuotaTerms(NamedTuple):
    """What is given at a time. Units: of the service's measure, seconds, percent."""

    slice: int
    last_slice: int
    validity_s: int
    holding_s: int
    threshold: int


STANDING: Final[dict[str, QuotaTerms]] = {
    "octet": QuotaTerms(100_000_000, 1_000_000, 3_600, 1_800, 80),
    "second": QuotaTerms(300, 10, 3_600, 1_800, 80),
    "count": QuotaTerms(10, 1, 86_400, 86_400, 80),
}
"""What holds where a tariff says nothing."""

GRACE_S: Final = 60
"""A reservation outlives its validity by this: the network's report at the end of it is on its way."""


def amount_of(units: Units | None, measure: str) -> int | None:
    """What is told in the measure; none when it is not told."""
    if units is None:
        return None
    if measure == "octet":
        if units.total_octets is not None:
            return units.total_octets
        if units.uplink_octets is None and units.downlink_octets is None:
            return None
        return (units.uplink_octets or 0) + (units.downlink_octets or 0)
    return units.time_s if measure == "second" else units.specific


def units_of(amount: int, measure: str) -> Units:
    """An amount as the network is told."""
    if measure == "octet":
        return Units(total_octets=amount)
    return Units(time_s=amount) if measure == "second" else Units(specific=amount)


def asked(wanted: Units, measure: str, terms: QuotaTerms) -> int:
    """How much is looked for: what the network wants, and no more than a slice."""
    told = amount_of(wanted, measure)
    return terms.slice if told is None else min(told, terms.slice)


def shared_out(given: int, wanted: int, terms: QuotaTerms) -> int:
    """How much of the last units one of several sessions gets: half of what is there, no less than a last slice."""
    if given >= wanted:
        return given
    return min(given, max(given // 2, terms.last_slice))


def threshold_of(granted: int, terms: QuotaTerms) -> int:
    """What may remain of a grant when the network asks again."""
    return granted - granted * terms.threshold // 100

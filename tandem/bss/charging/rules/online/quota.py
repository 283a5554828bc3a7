"""How much a network is given at a time, for how long, and what happens at the end of it.

The tariff's `quota` says it for a service and some of its rating groups; what it leaves out, and tariffs without one,
take what stands here. Near a limit that several sessions draw on, slices get smaller, so that none of them takes what
the others could have used.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from tandem.bss.catalog.public import quantity_of
from tandem.bss.catalog.terms.tariff import Quantity, Quota
from tandem.bss.charging.terms.online import Units
from tandem.kernel.errors import Invalid

Measure = Literal["second", "octet", "count"]


class QuotaTerms(NamedTuple):
    """What is given at a time. Units: of the service's measure, seconds, percent."""

    slice: int
    last_slice: int
    validity_s: int
    holding_s: int
    threshold: int


MEASURES: Final[tuple[Measure, ...]] = ("second", "octet", "count")
"""In the order of the core's numbers."""

STANDING: Final = (
    QuotaTerms(300, 10, 3_600, 1_800, 80),
    QuotaTerms(100_000_000, 1_000_000, 3_600, 1_800, 80),
    QuotaTerms(10, 1, 86_400, 86_400, 80),
)
"""What holds where a tariff says nothing, by measure."""

GRACE_S: Final = 60
"""A reservation outlives its validity by this: the network's report at the end of it is on its way."""


def chosen(quotas: Iterable[Quota], service: str, rating_group: int) -> Quota | None:
    """The quota of a rating group: the first that names it, else the first for the whole service."""
    mine = [one for one in quotas if one.service == service]
    named = next((one for one in mine if rating_group in one.rating_groups), None)
    return named or next((one for one in mine if not one.rating_groups), None)


def terms_of(quota: Quota | None, measure: int) -> QuotaTerms:
    """What is given at a time of a measure (the core's number), by the tariff's words where they are of it."""
    standing = STANDING[measure]
    slice_ = None if quota is None else _units_said(quota.slice, MEASURES[measure])
    if quota is None or slice_ is None:
        return standing
    last = None if quota.last_slice is None else _units_said(quota.last_slice, MEASURES[measure])
    return QuotaTerms(
        slice_,
        min(slice_, standing.last_slice if last is None else last),
        standing.validity_s if quota.validity is None else quantity_of(quota.validity, measure="second"),
        standing.holding_s if quota.holding is None else quantity_of(quota.holding, measure="second"),
        standing.threshold if quota.threshold is None else quota.threshold,
    )


def _units_said(quantity: Quantity, measure: Measure) -> int | None:
    try:
        return quantity_of(quantity, measure=measure)
    except Invalid:
        return None


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

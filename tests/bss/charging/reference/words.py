"""The words of a tariff as plain values: quantities in whole units, money in exact micros, conditions as sets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Literal

from tandem.bss.catalog.terms import tariff as form
from tests.bss.charging.reference.calendar import instant_us

Measure = Literal["second", "octet", "count"]
MICROS = 1_000_000
HOME = "home"
NEVER = 1 << 62

_SIZES: dict[str, tuple[Measure, int]] = {
    "second": ("second", 1),
    "minute": ("second", 60),
    "hour": ("second", 3_600),
    "day": ("second", 86_400),
    "octet": ("octet", 1),
    "byte": ("octet", 1),
    "kB": ("octet", 10**3),
    "MB": ("octet", 10**6),
    "GB": ("octet", 10**9),
    "TB": ("octet", 10**12),
    "KiB": ("octet", 2**10),
    "MiB": ("octet", 2**20),
    "GiB": ("octet", 2**30),
    "TiB": ("octet", 2**40),
    "message": ("count", 1),
    "event": ("count", 1),
    "unit": ("count", 1),
}
_BY_NAME: dict[str, Measure] = {"voice": "second", "data": "octet"}


def measure_and_units(quantity: form.Quantity) -> tuple[Measure | None, int]:
    """What a quantity is measured in (a bare number does not say) and how many of the smallest unit it is."""
    if isinstance(quantity, int):
        return None, quantity
    told = re.fullmatch(r"([0-9.]+) ?([A-Za-z]+)", quantity)
    assert told, quantity
    measure, size = _SIZES.get(told[2]) or _SIZES[told[2].removesuffix("s")]
    units = Fraction(told[1]) * size
    assert units.denominator == 1, f"{quantity} is no whole number of units"
    return measure, int(units)


def units_of(quantity: form.Quantity) -> int:
    """How many of the smallest unit a quantity is."""
    return measure_and_units(quantity)[1]


def micros_of(amount: str) -> int:
    """Decimal text as millionths; there are at most six decimals."""
    micros = Fraction(amount) * MICROS
    assert micros.denominator == 1
    return int(micros)


def increments_of(text: str) -> tuple[int, int]:
    """First and following increment."""
    first, _, following = text.partition("/")
    return int(first), int(following)


def counted(units: int, first: int, following: int, *, continues: bool) -> int:
    """Units counted up to whole increments."""
    if units == 0:
        return 0
    if continues:
        return -(-units // following) * following
    if units <= first:
        return first
    return first + -(-(units - first) // following) * following


def period_of(period: form.TimePeriod | None) -> tuple[int, int]:
    """From and until, open ends far away."""
    if period is None:
        return -NEVER, NEVER
    start = -NEVER if period.start_date_time is None else instant_us(period.start_date_time)
    end = NEVER if period.end_date_time is None else instant_us(period.end_date_time)
    return start, end


@dataclass(frozen=True, slots=True)
class Target:
    """What use a term is for, with the tariff's sets spelled out."""

    service: str | None
    groups: frozenset[int]
    prefixes: tuple[str, ...] | None
    codes: tuple[str, ...] | None
    fits_home: bool
    during: frozenset[str]
    start: int
    end: int

    def prefix_length(self, destination: str) -> int | None:
        """How long the best prefix is, 0 without `to`; none if none fits."""
        if self.prefixes is None:
            return 0
        return max((len(one) for one in self.prefixes if destination.startswith(one)), default=None)

    def code_length(self, network: str | None) -> int | None:
        """How long the best network code is, 0 without `in`, 1 for home without a network; none if none fits."""
        if self.codes is None:
            return 0
        if network is None:
            return 1 if self.fits_home else None
        return max((len(one) for one in self.codes if network.startswith(one)), default=None)

    def fits_use(self, service: str, group: int | None, start: int) -> bool:
        """Service, rating group and validity."""
        if self.service is not None and self.service != service:
            return False
        return (not self.groups or group in self.groups) and self.start <= start < self.end


def target_of(term: form.Target | form.Limit, tariff: form.Tariff) -> Target:
    """The conditions of a price, an allowance or a limit."""
    prefixes = tuple(one for name in term.to for one in tariff.destinations[name]) if term.to else None
    codes = tuple(one for name in term.within for one in tariff.networks.get(name, ())) if term.within else None
    start, end = period_of(getattr(term, "valid_for", None))
    during = frozenset(getattr(term, "during", ()))
    return Target(term.service, frozenset(term.rating_groups), prefixes, codes, HOME in term.within, during, start, end)


def measures_of(tariff: form.Tariff) -> dict[str, Measure]:
    """What each service that has terms is measured in."""
    found: dict[str, Measure] = {}
    for service, quantity in _named_quantities(tariff):
        measure = None if quantity is None else measure_and_units(quantity)[0]
        if measure is not None:
            assert found.setdefault(service, measure) == measure, f"{service} has two measures"
    return found


def measure_of(service: str, told: dict[str, Measure]) -> Measure:
    """What a service is measured in: as its terms say, or by its name."""
    return told.get(service) or _BY_NAME.get(service, "count")


def _named_quantities(tariff: form.Tariff) -> list[tuple[str, form.Quantity | None]]:
    found: list[tuple[str, form.Quantity | None]] = []
    for price in tariff.prices:
        found.append((price.service, price.per))
        found += [(price.service, price.package.size)] if price.package else []
        found += [(price.service, price.first_interval.length)] if price.first_interval else []
        found += [(price.service, price.free_units.amount)] if price.free_units else []
        for step in price.tiers.steps if price.tiers else ():
            found += [(price.service, step.up_to), (price.service, step.per)]
    for allowance in tariff.allowances:
        found += [(allowance.service, "1 octet")] if allowance.fair_use else []
        found += [(allowance.service, allowance.amount), (allowance.service, allowance.member_limit)]
        found += [(allowance.service, allowance.roll_over.cap)] if allowance.roll_over else []
    found += [(limit.service, limit.units) for limit in tariff.limits if limit.service]
    found += [(quota.service, one) for quota in tariff.quota for one in (quota.slice, quota.last_slice)]
    return found


@dataclass(frozen=True, slots=True)
class Cap:
    """No more than this at a price, within a day or a cycle."""

    key: str
    scope: str
    micros: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """An allowance in plain numbers: `granted`, or what fair use of a `monthly` price comes to; neither is no limit."""

    id: str
    target: Target
    granted: int | None
    monthly: Fraction | None
    increments: tuple[int, int]
    priority: int
    kind: str
    start: int
    end: int
    length: int
    carried_cycles: int
    carried_cap: int | None
    is_prorated: bool
    is_shared: bool
    member_limit: int | None
    thresholds: tuple[int, ...]


def allowance_of(term: form.Allowance, tariff: form.Tariff) -> Allowance:
    """An allowance in plain numbers."""
    assert (term.amount is not None) + term.unlimited + (term.fair_use is not None) == 1
    lasts, rolls = term.validity, term.roll_over
    return Allowance(
        id=term.id,
        target=target_of(term, tariff),
        granted=None if term.amount is None else units_of(term.amount),
        monthly=None if term.fair_use is None else Fraction(term.fair_use.monthly),
        increments=increments_of(term.increments),
        priority=term.priority,
        kind=lasts.kind,
        start=-NEVER if lasts.start is None else instant_us(lasts.start),
        end=NEVER if lasts.end is None else instant_us(lasts.end),
        length=0 if lasts.length is None else units_of(lasts.length) * MICROS,
        carried_cycles=rolls.cycles if rolls else 0,
        carried_cap=None if rolls is None or rolls.cap is None else units_of(rolls.cap),
        is_prorated=term.first_period == "prorated",
        is_shared=term.shared,
        member_limit=None if term.member_limit is None else units_of(term.member_limit),
        thresholds=tuple(sorted(term.thresholds)),
    )


WHOLESALE_CAPS = (
    (date(2027, 1, 1), Fraction("1.00")),
    (date(2026, 1, 1), Fraction("1.10")),
    (date(2025, 1, 1), Fraction("1.30")),
    (date(2024, 1, 1), Fraction("1.55")),
    (date(2023, 1, 1), Fraction("1.80")),
    (date(2022, 7, 1), Fraction("2.00")),
)
"""Euro for a GB from a day on. Standard: Regulation (EU) 2022/612, article 11."""


def fair_use_octets(monthly: Fraction, day: date) -> int:
    """Twice the price by the cap of the day, up to whole hundredths of a GB."""
    cap = next((cap for since, cap in WHOLESALE_CAPS if day >= since), None)
    return 0 if cap is None else ceil(2 * monthly / cap * 100) * 10**7


@dataclass(frozen=True, slots=True)
class Limit:
    """A counter beside the charges; no `most` only counts."""

    id: str
    target: Target
    counts_units: bool
    scope: str
    most: int | None
    thresholds: tuple[int, ...]
    stops: bool
    may_consent: bool
    is_shared: bool


def limit_of(term: form.Limit, tariff: form.Tariff) -> Limit:
    """A limit in plain numbers."""
    counts_units = term.counts == "units"
    told = (None if term.units is None else units_of(term.units)) if counts_units else None
    most = told if counts_units or term.amount is None else micros_of(term.amount)
    return Limit(
        id=term.id,
        target=target_of(term, tariff),
        counts_units=counts_units,
        scope=term.scope,
        most=most,
        thresholds=tuple(sorted(term.thresholds)),
        stops=term.when_reached == "stop",
        may_consent=term.consent,
        is_shared=term.level == "account",
    )


@dataclass(slots=True)
class Use:
    """One use. `network` and `rating_group` are None where they are not told; `value` is in micros."""

    id: str
    subscriber: str
    service: str
    start: int
    quantity: int
    destination: str = ""
    network: str | None = None
    rating_group: int | None = None
    value: int = 0


@dataclass(slots=True)
class Subscriber:
    """A product of an account, with what decides its local calendar."""

    id: str
    account: str
    tariff: str
    zone: str
    cycle_day: int
    active_from: int
    consents: set[str] = field(default_factory=set)

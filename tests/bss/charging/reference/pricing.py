"""What counted units cost at one price: section 7 of the page, in fractions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tandem.bss.catalog.terms import tariff as form
from tests.bss.charging.reference.words import Cap, Target, increments_of, micros_of, target_of, units_of

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a table: up to and with `up_to` (none: without end), at `amount`, or at `rate` micros a unit."""

    up_to: int | None
    amount: int
    rate: Fraction


@dataclass(slots=True)
class Source:
    """What a source keeps over a use: units assigned and counted; a price also its exact value and what it charged."""

    units: int = 0
    counted: int = 0
    continues: bool = False
    exact: Fraction = ZERO
    fee: int = 0
    charged: int = 0

    def copy(self) -> Source:
        """For a trial that is thrown away."""
        return Source(self.units, self.counted, self.continues, self.exact, self.fee, self.charged)


@dataclass(frozen=True, slots=True)
class Price:
    """A price in plain numbers."""

    id: str
    target: Target
    shape: str
    rate: Fraction
    amount: int
    size: int
    free: int
    steps: tuple[Step, ...]
    scope: str
    increments: tuple[int, int]
    connect_fee: int | None
    minimum: int | None
    maximum: int | None
    unit: int
    mode: str
    rounds_increments: bool
    caps: tuple[Cap, ...]

    def value_of(self, units: int, value: int, *, continues: bool) -> Fraction:
        """F of the page: what so many units of a scope cost, exactly, in micros."""
        if units == 0:
            return ZERO
        if self.shape == "amount":
            return self.rate * max(0, units - self.free)
        if self.shape == "flat":
            return Fraction(self.amount)
        if self.shape == "package":
            return Fraction(-(-units // self.size) * self.amount)
        if self.shape == "percent":
            return value * self.rate
        if self.shape == "firstInterval":
            return self.rate * units if continues else self.amount + self.rate * max(0, units - self.size)
        return self._by_steps(units)

    def _by_steps(self, units: int) -> Fraction:
        if self.shape == "graduated":
            return self._graduated(units)
        reached = next((one for one in self.steps if one.up_to is None or units <= one.up_to), self.steps[-1])
        return Fraction(reached.amount) if self.shape == "stairStep" else reached.rate * units

    def _graduated(self, units: int) -> Fraction:
        total, below = ZERO, 0
        for step in self.steps:
            top = units if step is self.steps[-1] or step.up_to is None else min(units, step.up_to)
            if top > below:
                total += step.rate * (top - below)
                below = top
        return total

    def sum_of(self, source: Source, *, up: bool = False) -> int:
        """What the use costs at this price so far, before caps; rounded up for a reservation."""
        if source.counted == 0:
            return 0
        total = self._rounded_value(source, "up" if up else self.mode) + source.fee
        if self.minimum is not None:
            total = max(total, self.minimum)
        return total if self.maximum is None else min(total, self.maximum)

    def _rounded_value(self, source: Source, mode: str) -> int:
        if not self.rounds_increments:
            return rounded(source.exact, self.unit, mode)
        first, following = self.increments
        each = rounded(self.rate * following, self.unit, self.mode)
        if source.continues:
            return each * (source.counted // following)
        return rounded(self.rate * first, self.unit, self.mode) + each * ((source.counted - first) // following)


def rounded(exact: Fraction, unit: int, mode: str) -> int:
    """To a multiple of `unit` micros."""
    numerator, denominator = abs(exact.numerator), exact.denominator * unit
    whole, rest = divmod(numerator, denominator)
    if mode == "up":
        whole += rest > 0
    elif mode == "halfUp":
        whole += 2 * rest >= denominator
    elif mode == "halfEven":
        whole += 2 * rest > denominator or (2 * rest == denominator and whole % 2 == 1)
    return (whole if exact.numerator > 0 else -whole) * unit


def price_of(term: form.Price, tariff: form.Tariff) -> Price:
    """A price in plain numbers. Raises: AssertionError for one that the page refuses."""
    shape, amount, size, per = _shape_of(term)
    plain = shape == "amount" and term.free_units is None
    assert plain or term.rounding.place != "increment"
    scope = term.tiers.scope if term.tiers else term.free_units.scope if term.free_units else "use"
    digits = 6 if term.rounding.place == "bill" else term.rounding.digits
    return Price(
        id=term.id,
        target=target_of(term, tariff),
        shape=shape,
        rate=Fraction(micros_of(term.percent), 100 * 1_000_000) if term.percent else Fraction(amount, per),
        amount=micros_of(term.first_interval.amount) if term.first_interval else amount,
        size=size,
        free=units_of(term.free_units.amount) if term.free_units else 0,
        steps=tuple(_step_of(one) for one in term.tiers.steps) if term.tiers else (),
        scope=scope,
        increments=increments_of(term.increments),
        connect_fee=None if term.connect_fee is None else micros_of(term.connect_fee),
        minimum=None if term.minimum is None else micros_of(term.minimum),
        maximum=None if term.maximum is None else micros_of(term.maximum),
        unit=10 ** (6 - digits),
        mode=term.rounding.mode,
        rounds_increments=term.rounding.place == "increment",
        caps=tuple(Cap(f"{term.id}#{one.scope}", one.scope, micros_of(one.amount)) for one in term.caps),
    )


def _shape_of(term: form.Price) -> tuple[str, int, int, int]:
    """The written shape, its amount, the size of a package or first interval, and units per amount."""
    written = [term.amount, term.flat, term.package, term.tiers, term.percent]
    assert sum(one is not None for one in written) == 1, "exactly one way of pricing"
    per = 1 if term.per is None else units_of(term.per)
    if term.amount is not None:
        first = term.first_interval
        shape, size = ("firstInterval", units_of(first.length)) if first else ("amount", 0)
        return shape, micros_of(term.amount), size, per
    if term.flat is not None:
        return "flat", micros_of(term.flat), 0, 1
    if term.package is not None:
        return "package", micros_of(term.package.amount), units_of(term.package.size), 1
    return (term.tiers.kind if term.tiers else "percent"), 0, 0, 1


def _step_of(step: form.TierStep) -> Step:
    per = 1 if step.per is None else units_of(step.per)
    up_to = None if step.up_to is None else units_of(step.up_to)
    return Step(up_to, micros_of(step.amount), Fraction(micros_of(step.amount), per))

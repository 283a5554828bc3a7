"""Exact money: integer micro-units of one currency, rounded only by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, Self

from tandem.kernel.errors import Broken, Invalid

MICROS = 1_000_000


class Rounding(Enum):
    """How a value between two steps moves to one of them."""

    HALF_UP = "half_up"  # away from zero on a tie: the commercial rule
    HALF_EVEN = "half_even"
    DOWN = "down"  # towards zero
    UP = "up"  # away from zero
    FLOOR = "floor"
    CEILING = "ceiling"


def divide(numerator: int, denominator: int, mode: Rounding) -> int:
    """The integer quotient under a named rounding mode."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    if mode is Rounding.FLOOR:
        return numerator // denominator
    if mode is Rounding.CEILING:
        return -(-numerator // denominator)
    sign = -1 if numerator < 0 else 1
    quotient, rest = divmod(abs(numerator), denominator)
    tie = 2 * rest - denominator
    up = (
        (mode is Rounding.UP and rest > 0)
        or (mode is Rounding.HALF_UP and tie >= 0)
        or (mode is Rounding.HALF_EVEN and (tie > 0 or (tie == 0 and quotient % 2 == 1)))
    )
    return sign * (quotient + up)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount of one currency in millionths of its unit.

    Units: `micros`, 1 EUR = 1,000,000. Raises: Broken when currencies are mixed.
    """

    micros: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.micros) is not int:
            raise Broken("money is a whole number of micro-units", code="money.not_integer", got=str(self.micros))
        if len(self.currency) != 3 or not self.currency.isascii() or not self.currency.isupper():
            raise Invalid("a currency is three capital letters (ISO 4217)", code="money.currency", got=self.currency)

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> Self:
        """Money from a decimal text, an integer or a `Decimal`, exactly. Raises: Invalid past six decimals."""
        if isinstance(amount, float):
            raise Broken("money is never made from a float", code="money.float")
        micros = Decimal(amount) * MICROS
        if micros != micros.to_integral_value():
            raise Invalid("finer than a micro-unit", code="money.too_fine", got=str(amount))
        return cls(int(micros), currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Nothing, in a currency."""
        return cls(0, currency)

    @classmethod
    def from_doc(cls, doc: Any) -> Self:
        """Money from the standard's form `{"unit": "EUR", "value": 19.35}`."""
        try:
            return cls.of(Decimal(str(doc["value"])), str(doc["unit"]))
        except (KeyError, TypeError, ArithmeticError) as fault:
            raise Invalid("money needs unit and value", code="money.shape") from fault

    def to_doc(self) -> dict[str, Any]:
        """The standard's form `{"unit": "EUR", "value": Decimal}`."""
        return {"unit": self.currency, "value": self.amount}

    @property
    def amount(self) -> Decimal:
        """The exact amount in units of the currency, with at least two decimals."""
        cents, rest = divmod(self.micros, 10_000)
        return Decimal(cents).scaleb(-2) if rest == 0 else Decimal(self.micros).scaleb(-6).normalize()

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.micros + other.micros, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.micros - other.micros, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.micros, self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.micros * times, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.micros < other.micros

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.micros <= other.micros

    def __bool__(self) -> bool:
        return self.micros != 0

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def scaled(self, numerator: int, denominator: int, *, digits: int = 2, mode: Rounding = Rounding.HALF_UP) -> Money:
        """This amount times a ratio, rounded once to `digits` decimals."""
        step = 10 ** (6 - digits)
        return Money(divide(self.micros * numerator, denominator * step, mode) * step, self.currency)

    def rounded(self, *, digits: int = 2, mode: Rounding = Rounding.HALF_UP) -> Money:
        """This amount at `digits` decimals."""
        return self.scaled(1, 1, digits=digits, mode=mode)

    def split(self, weights: Sequence[int], *, digits: int = 2) -> list[Money]:
        """Parts in proportion to the weights that sum to the whole.

        Rounding: each part down to `digits` decimals, then the remainder goes, a step each, to the parts that lost
        most (the first among equals). A whole finer than `digits` keeps the rest in the first of those.
        """
        total = sum(weights)
        if total <= 0 or any(weight < 0 for weight in weights):
            raise Invalid("weights are not negative and not all zero", code="money.weights")
        step = 10 ** (6 - digits)
        steps, dust = divmod(abs(self.micros), step)
        shares = [Fraction(steps * weight, total) for weight in weights]
        parts = [share.numerator // share.denominator for share in shares]
        by_loss = sorted(
            range(len(parts)), key=lambda index: (weights[index] == 0, parts[index] - shares[index], index)
        )
        for index in by_loss[: steps - sum(parts)]:
            parts[index] += 1
        micros = [part * step for part in parts]
        micros[by_loss[0]] += dust
        sign = -1 if self.micros < 0 else 1
        return [Money(sign * part, self.currency) for part in micros]

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise Broken(
                "amounts of two currencies do not mix", code="money.mixed", left=self.currency, right=other.currency
            )


def total(amounts: Sequence[Money], currency: str) -> Money:
    """The sum; nothing sums to zero of `currency`."""
    result = Money.zero(currency)
    for amount in amounts:
        result = result + amount
    return result

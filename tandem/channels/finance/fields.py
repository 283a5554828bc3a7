"""Fields of this desk's forms: an instant as programs write it, and an amount that may have decimals."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from babel.numbers import NumberFormatError, parse_decimal

from tandem.channels.finance.words import typed_instant
from tandem.channels.kit import formats
from tandem.channels.kit.forms import Field, Mistake
from tandem.channels.kit.i18n import _, speaking
from tandem.kernel.errors import Invalid
from tandem.kernel.period import Instant, instant


@dataclass(frozen=True)
class InstantField(Field[Instant]):
    """A day and a time with their zone."""

    def parse(self, typed: str) -> Instant:
        try:
            return instant(typed)
        except Invalid:
            raise Mistake(_("A day and a time such as 2026-10-12T09:00:00Z.")) from None

    def write(self, value: Instant) -> str:
        return typed_instant(value)


@dataclass(frozen=True)
class AmountField(Field[Decimal]):
    """More than nothing, typed as people of the language write it, with at most six decimals."""

    input_mode = "decimal"

    def parse(self, typed: str) -> Decimal:
        try:
            value = parse_decimal(typed, locale=speaking().locale, strict=True)
        except (NumberFormatError, InvalidOperation):
            raise Mistake(_("A number such as %(example)s.", example=formats.number(Decimal("2.5")))) from None
        if not 0 < value < 10**12 or value != value.quantize(Decimal("0.000001")):
            raise Mistake(_("More than nothing, with at most six decimals."))
        return value

    def write(self, value: Decimal) -> str:
        return formats.number(value)

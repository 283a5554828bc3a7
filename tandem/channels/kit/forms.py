"""Typed forms: declared fields, parsed values, errors by field, and what was typed kept for the next try.

AMOUNT = MoneyField("amount", _("Amount"), currency="EUR", at_least=Money.of(5, "EUR"))
TOP_UP = Form(AMOUNT, PhoneField("number", _("Number"), region="IE"))

filled = TOP_UP.read(visit)
if filled.errors:
    return visit.page("selfcare/top_up.html", form=filled, status=422)
receivables.top_up(visit.uow, amount=filled[AMOUNT], ...)      # a Money, and mypy knows it
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

import phonenumbers
from babel.numbers import NumberFormatError, parse_decimal

from tandem.channels.kit import formats
from tandem.channels.kit.i18n import Text, _, speaking
from tandem.channels.kit.visit import Visit
from tandem.kernel.errors import Broken, TandemError
from tandem.kernel.money import Money

T = TypeVar("T")
RESERVED = frozenset({"id", "action", "method", "submit", "reset", "elements", "length", "target", "name"})


class Mistake(ValueError):
    """What somebody typed cannot be taken; `text` tells them why, in their words."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


@dataclass(frozen=True)
class Field(Generic[T]):
    """A field. `path` names the attribute that a command's refusal points at, when it is not the field's own name.

    Raises: Broken for a name that would hide a property of the browser's form (`id`, `action`).
    """

    name: str
    label: Text
    required: bool = field(default=True, kw_only=True)
    hint: Text = field(default="", kw_only=True)
    path: str = field(default="", kw_only=True)
    autocomplete: str = field(default="", kw_only=True)

    kind = "text"
    input_type = "text"
    input_mode = ""

    def __post_init__(self) -> None:
        if self.name in RESERVED:
            raise Broken("a field of this name hides a property of the form", code="kit.field_name", name=self.name)

    def tidy(self, sent: str) -> str:
        """What was typed, without the blanks around it."""
        return sent.strip()

    def parse(self, typed: str) -> T:
        """The value. Raises: Mistake."""
        raise NotImplementedError

    def write(self, value: T) -> str:
        """The value as it stands in the input."""
        return str(value)

    def show(self, value: T) -> object:
        """The value as it is told back."""
        return value


@dataclass(frozen=True)
class TextField(Field[str]):
    """Words. `rows` above 1 makes a larger box."""

    longest: int = field(default=200, kw_only=True)
    rows: int = field(default=1, kw_only=True)

    def parse(self, typed: str) -> str:
        if len(typed) > self.longest:
            raise Mistake(_("At most %(longest)s characters.", longest=self.longest))
        return typed


@dataclass(frozen=True)
class SecretField(TextField):
    """A password: every blank counts, and it is never written back into the page."""

    input_type = "password"

    def tidy(self, sent: str) -> str:
        return sent

    def write(self, value: str) -> str:
        return ""


@dataclass(frozen=True)
class EmailField(TextField):
    """An e-mail address."""

    input_type = "email"

    def parse(self, typed: str) -> str:
        name, at, domain = super().parse(typed).rpartition("@")
        if not (name and at and "." in domain) or " " in typed:
            raise Mistake(_("An address such as name@example.com."))
        return typed


@dataclass(frozen=True)
class WholeField(Field[int]):
    """A whole number within limits."""

    at_least: int = field(default=0, kw_only=True)
    at_most: int = field(default=10**9, kw_only=True)
    input_mode = "numeric"

    def parse(self, typed: str) -> int:
        try:
            value = int(typed)
        except ValueError:
            raise Mistake(_("A whole number, in digits.")) from None
        if not self.at_least <= value <= self.at_most:
            raise Mistake(_("From %(least)s to %(most)s.", least=self.at_least, most=self.at_most))
        return value


@dataclass(frozen=True)
class MoneyField(Field[Money]):
    """An amount, typed as people of the language write it (1.234,50 in German)."""

    currency: str = field(kw_only=True)
    at_least: Money | None = field(default=None, kw_only=True)
    at_most: Money | None = field(default=None, kw_only=True)
    kind = "money"
    input_mode = "decimal"

    def parse(self, typed: str) -> Money:
        value = Money.of(_decimal(typed), self.currency)
        if self.at_least is not None and value < self.at_least:
            raise Mistake(_("At least %(amount)s.", amount=formats.money_text(self.at_least)))
        if self.at_most is not None and self.at_most < value:
            raise Mistake(_("At most %(amount)s.", amount=formats.money_text(self.at_most)))
        return value

    def write(self, value: Money) -> str:
        return formats.number(value.amount, 2)

    def show(self, value: Money) -> object:
        return formats.money(value)


def _decimal(typed: str) -> Decimal:
    try:
        value = parse_decimal(typed.replace("€", "").strip(), locale=speaking().locale, strict=True)
    except (NumberFormatError, InvalidOperation):
        raise Mistake(_("An amount such as %(example)s.", example=formats.number(Decimal("25.50"), 2))) from None
    if value != value.quantize(Decimal("0.01")):
        raise Mistake(_("At most two decimals."))
    return value


@dataclass(frozen=True)
class PhoneField(Field[str]):
    """A phone number, typed nationally or internationally, read as E.164 (+353871234567)."""

    region: str = field(kw_only=True)
    input_type = "tel"
    input_mode = "tel"

    def parse(self, typed: str) -> str:
        try:
            number = phonenumbers.parse(typed, self.region)
        except phonenumbers.NumberParseException:
            raise Mistake(_("A phone number such as 087 123 4567.")) from None
        if not phonenumbers.is_possible_number(number):
            raise Mistake(_("This number has too few or too many digits."))
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


@dataclass(frozen=True)
class DayField(Field[date]):
    """A calendar day."""

    at_least: date | None = field(default=None, kw_only=True)
    at_most: date | None = field(default=None, kw_only=True)
    input_type = "date"

    def parse(self, typed: str) -> date:
        try:
            value = date.fromisoformat(typed)
        except ValueError:
            raise Mistake(_("A day such as 2026-10-12.")) from None
        if self.at_least is not None and value < self.at_least:
            raise Mistake(_("Not before %(day)s.", day=formats.day_text(self.at_least)))
        if self.at_most is not None and value > self.at_most:
            raise Mistake(_("Not after %(day)s.", day=formats.day_text(self.at_most)))
        return value

    def write(self, value: date) -> str:
        return value.isoformat()

    def show(self, value: date) -> object:
        return formats.day(value)


@dataclass(frozen=True)
class ChoiceField(Field[str]):
    """One of a few. `as_radio` shows them all; otherwise they open in a list."""

    options: Sequence[tuple[str, Text]] = field(kw_only=True)
    as_radio: bool = field(default=False, kw_only=True)

    @property
    def kind(self) -> str:  # type: ignore[override]
        """How it is drawn."""
        return "radio" if self.as_radio else "select"

    def parse(self, typed: str) -> str:
        if typed not in {value for value, _label in self.options}:
            raise Mistake(_("One of the choices."))
        return typed


@dataclass(frozen=True)
class CheckField(Field[bool]):
    """Yes or no; a required one must be ticked (terms, consent)."""

    kind = "check"

    def parse(self, typed: str) -> bool:
        return typed == "1"

    def write(self, value: bool) -> str:
        return "1" if value else ""

    def show(self, value: bool) -> object:
        return _("yes") if value else _("no")


@dataclass(frozen=True)
class HiddenField(Field[str]):
    """A value that the page carries along. Never trusted more than a typed one."""

    kind = "hidden"

    def parse(self, typed: str) -> str:
        return typed


@dataclass(frozen=True)
class Filled:
    """A form as somebody sent it, or as it is first shown: what was typed, what it means, what is wrong."""

    form: Form
    typed: Mapping[str, str]
    values: Mapping[str, Any]
    errors: Mapping[str, Text]
    general: tuple[Text, ...] = ()

    def __getitem__(self, known: Field[T]) -> T:
        value: T = self.values[known.name]
        return value

    def get(self, known: Field[T]) -> T | None:
        """The value of a field that may be left empty."""
        return self.values.get(known.name)

    def refused(self, refusal: TandemError) -> Filled:
        """This form with a command's refusal at the field that it points at, or above the form."""
        place = next((known for known in self.form.fields if refusal.path in (known.name, known.path)), None)
        if place is None or not refusal.path:
            return self.told(*filter(None, (refusal.reason, refusal.next_action)))
        return replace(self, errors={**self.errors, place.name: refusal.reason})

    def told(self, *texts: Text) -> Filled:
        """This form with words above it."""
        return replace(self, general=(*self.general, *texts))

    @property
    def wrong(self) -> bool:
        """Whether anything has to be put right."""
        return bool(self.errors or self.general)


class Form:
    """The declaration: fields in their order."""

    def __init__(self, *fields: Field[Any]) -> None:
        self.fields = fields

    def blank(self, **values: Any) -> Filled:
        """The form as it is first shown, with these values in it."""
        known = {field.name: field for field in self.fields}
        typed = {name: known[name].write(value) for name, value in values.items() if value is not None}
        return Filled(self, typed, values, {})

    def read(self, visit: Visit) -> Filled:
        """The form as it was sent."""
        return self.parse({field.name: visit.sent(field.name) for field in self.fields})

    def parse(self, sent: Mapping[str, str]) -> Filled:
        """What was typed as values and mistakes."""
        typed = {field.name: field.tidy(sent.get(field.name, "")) for field in self.fields}
        values: dict[str, Any] = {}
        errors: dict[str, Text] = {}
        for known in self.fields:
            try:
                value = _parsed(known, typed[known.name])
                if value is not None:
                    values[known.name] = value
            except Mistake as mistake:
                errors[known.name] = mistake.text
        shown = {field.name: "" if isinstance(field, SecretField) else typed[field.name] for field in self.fields}
        return Filled(self, shown, values, errors)


def _parsed(known: Field[Any], typed: str) -> Any:
    if isinstance(known, CheckField):
        if known.required and typed != "1":
            raise Mistake(_("Please tick this."))
        return typed == "1"
    if not typed and known.required:
        raise Mistake(_("Please fill this in."))
    return known.parse(typed) if typed else None

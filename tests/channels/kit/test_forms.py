"""Forms: typed text becomes values, mistakes stand at their fields, what was typed stays."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tandem.channels.kit.forms import (
    CheckField,
    ChoiceField,
    DayField,
    EmailField,
    Field,
    Form,
    Mistake,
    MoneyField,
    PhoneField,
    SecretField,
    TextField,
    WholeField,
)
from tandem.channels.kit.i18n import Catalogues, speak
from tandem.kernel.errors import Broken, Conflict, Invalid
from tandem.kernel.money import Money

AMOUNT = MoneyField("amount", "Amount", currency="EUR", at_least=Money.of(5, "EUR"), at_most=Money.of(100, "EUR"))
PHONE = PhoneField("number", "Number", region="IE", path="characteristic.msisdn")
COUNT = WholeField("count", "Count", at_most=9, required=False)
TERMS = CheckField("agreed", "Terms")
FORM = Form(AMOUNT, PHONE, COUNT, TERMS)
GOOD = {"amount": " 25.50 ", "number": "087 555 0142", "count": "0", "agreed": "1"}


def test_a_good_form_gives_typed_values() -> None:
    filled = FORM.parse(GOOD)
    assert not filled.wrong
    assert filled[AMOUNT] == Money.of("25.50", "EUR")
    assert filled[PHONE] == "+353875550142"
    assert filled[COUNT] == 0
    assert filled[TERMS] is True


def test_each_mistake_stands_at_its_field_and_what_was_typed_stays() -> None:
    filled = FORM.parse({"amount": "2", "number": "abc", "count": "", "agreed": ""})
    assert {name: str(text) for name, text in filled.errors.items()} == {
        "amount": "At least €5.00.",
        "number": "A phone number such as 087 123 4567.",
        "agreed": "Please tick this.",
    }
    assert filled.typed["amount"] == "2"
    assert filled.get(COUNT) is None


@pytest.mark.parametrize(
    ("tag", "typed", "amount"), [("en", "1,234.50", "1234.50"), ("de", "1.234,50", "1234.50"), ("fr", "7,5", "7.50")]
)
def test_money_is_typed_as_in_the_language(tag: str, typed: str, amount: str) -> None:
    with speak(Catalogues({}).speaking(tag, "UTC")):
        assert MoneyField("amount", "Amount", currency="EUR").parse(typed) == Money.of(amount, "EUR")


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        (AMOUNT, "12,5,0"),
        (AMOUNT, "1.234.567,8"),
        (AMOUNT, "5.001"),
        (AMOUNT, "NaN"),
        (AMOUNT, "1e3"),
        (AMOUNT, "100.01"),
        (PHONE, "12"),
        (COUNT, "10"),
        (COUNT, "1.5"),
        (EmailField("email", "E-mail"), "nobody"),
        (DayField("day", "Day"), "12/10/2026"),
        (DayField("day", "Day", at_least=date(2026, 10, 12)), "2026-10-11"),
        (ChoiceField("plan", "Plan", options=(("a", "A"),)), "b"),
        (TextField("note", "Note", longest=3), "four"),
    ],
)
def test_what_cannot_be_meant_is_a_mistake(field: Field[Any], typed: str) -> None:
    with pytest.raises(Mistake):
        field.parse(typed)


def test_a_secret_is_never_written_back_and_keeps_its_blanks() -> None:
    secret = SecretField("password", "Password")
    filled = Form(secret).parse({"password": " a b "})
    assert filled[secret] == " a b "
    assert filled.typed["password"] == ""


def test_a_refusal_stands_at_the_field_that_it_names() -> None:
    filled = FORM.parse(GOOD)
    named = filled.refused(Invalid("taken", path="characteristic.msisdn"))
    assert (named.errors, named.general) == ({"number": "taken"}, ())
    unnamed = filled.refused(Conflict("closed", next_action="choose another"))
    assert (unnamed.errors, unnamed.general) == ({}, ("closed", "choose another"))


@pytest.mark.parametrize("name", ["id", "action", "submit"])
def test_a_name_that_hides_a_property_of_the_form_is_refused(name: str) -> None:
    with pytest.raises(Broken):
        TextField(name, "Label")


def test_a_first_shown_form_has_its_values_as_they_are_typed() -> None:
    assert FORM.blank(amount=Money.of("7.5", "EUR"), count=3).typed == {"amount": "7.50", "count": "3"}

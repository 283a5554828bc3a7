"""Uses as somebody types them, tried by the sandbox of the rating core: figures by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tandem.channels.kit.i18n import Catalogues, speak
from tandem.channels.product import drafts, trial, trying
from tandem.channels.product.trying import Trial, UseRow
from tests.channels.product.test_drafts import TEXT

WITH_MONEY = json.dumps({**json.loads(TEXT), "payment": {"order": ["money", "invoice"], "creditLimit": "0.10"}})


@pytest.fixture(autouse=True)
def spoken() -> Iterator[None]:
    with speak(Catalogues({}).speaking("en", "Europe/Dublin")):
        yield


def typed(query: str) -> Trial:
    """What an address holds."""
    pairs = [pair.partition("=")[::2] for pair in query.split("&")]
    return trying.typed_in(lambda name: [value for key, value in pairs if key == name])


CALL = "service=voice&to=+353 91 555010&when=2026-10-12T20:58&amount=90&network="


def outcome(query: str, text: str = TEXT) -> tuple[Trial, trial.Result | None]:
    tariff, _faults = drafts.read(text)
    assert tariff is not None
    return trial.tried(typed(query), tariff)


def test_a_use_costs_what_the_tariff_says() -> None:
    # 90 / 60 × 0.20
    read, result = outcome(CALL)
    assert result is not None and not read.is_wrong
    assert result.total == "€0.30"
    (one,) = result.outcomes
    assert (one.micros, [charge.counted for charge in one.charges]) == (300_000, ["1 min 30 secs"])
    assert tuple(value for label, value in one.charges[0].path if str(label) in ROUTE) == ("National", "353")


ROUTE = ("Destination", "Beginning of the number")


def test_money_pays_first_then_the_invoice_then_nobody() -> None:
    _read, result = outcome(f"{CALL}&money=0.15", WITH_MONEY)
    assert result is not None
    assert [(str(label), amount) for label, amount in result.payers] == [
        ("Paid-in money", "€0.15"),
        ("Invoice", "€0.10"),
        ("Nobody", "€0.05"),
    ]


def test_bought_units_pay_before_the_price() -> None:
    # 60 of 90 seconds are bought; 30 / 60 × 0.20
    _read, result = outcome(f"{CALL}&bought=1 minute&bought_for=voice")
    assert result is not None
    assert result.total == "€0.10"
    assert [str(charge.source.word) for charge in result.outcomes[0].charges] == ["Bought units", "Price"]


def test_rows_without_anything_typed_are_left_out() -> None:
    found = typed(f"{CALL}&service=data&to=&when=2026-10-12T20:58&amount=&network=")
    assert [row.to for row in found.uses] == ["+353 91 555010"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (CALL.replace("=90", "=2 GB"), "2 GB is not measured in seconds"),
        (CALL.replace("2026-10-12T20:58", "soon"), "A day and a time such as 2026-10-12T20:58."),
        (CALL.replace("+353", "abc"), "destination"),
        (CALL.replace("network=", "network=7"), "network"),
    ],
)
def test_a_use_that_is_none_is_told_at_its_row(changed: str, told: str) -> None:
    read, result = outcome(f"{CALL}&{changed}")
    assert result is None
    assert read.uses[0].error == ""
    assert told in str(read.uses[1].error)


@pytest.mark.parametrize("money", ["much", "-1", "1.2345678", "1.000,5"])
def test_money_that_is_none_is_refused(money: str) -> None:
    read, result = outcome(f"{CALL}&money={money}")
    assert (result, str(read.money_error)) == (None, "An amount such as 12.50.")


def test_an_address_holds_what_was_typed() -> None:
    found = typed(f"{CALL}&money=5&bought=10 GB&bought_for=data")
    address = trying.address("/try", found, offering="o", draft="")
    assert address == (
        "/try?offering=o&service=voice&to=%2B353+91+555010&when=2026-10-12T20%3A58&amount=90&network="
        "&bought=10+GB&bought_for=data&money=5"
    )


def test_there_are_always_two_more_rows() -> None:
    now = datetime(2026, 10, 12, 9, 0, tzinfo=UTC)
    shown = trying.with_room(typed(CALL), services=["voice"], now=now)
    assert shown.uses[1:] == (UseRow(service="voice", when="2026-10-12T10:00"),) * 2

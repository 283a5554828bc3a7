"""Finance's words: every cause has one and a next step, balances are told as bars, files as progress."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from tandem.bss.charging.terms import SuspensionCode
from tandem.bss.charging.terms.balances import BalanceView
from tandem.bss.charging.terms.rerating import AccountChange
from tandem.channels.finance import words
from tandem.channels.finance.fields import AmountField, InstantField
from tandem.channels.finance.reratings import histogram
from tandem.channels.finance.suspended import wanted_by
from tandem.channels.kit.forms import Mistake
from tandem.channels.kit.lists import Query
from tandem.kernel.period import FOREVER

GB = 10**9


def view(**changes: Any) -> BalanceView:
    """An allowance of 100 GB, of which 40 are gone and 10 held."""
    known: dict[str, Any] = {
        "bucket_id": "a-1.1",
        "kind": "allowance",
        "name": "Data",
        "billing_account_id": "a-1",
        "product_id": "p-1",
        "measure": "octet",
        "currency": None,
        "granted": 100 * GB,
        "used": 40 * GB,
        "reserved": 10 * GB,
        "left": 50 * GB,
        "starts_at": None,
        "ends_at": datetime(2026, 11, 1, tzinfo=UTC),
        "priority": 100,
        "is_shared": False,
    }
    return BalanceView(**{**known, **changes})


def test_every_cause_has_a_word_and_a_next_step() -> None:
    for code in get_args(SuspensionCode):
        assert str(words.CAUSES(code).word) != code
        assert code in words.NEXT_STEPS


def test_a_bar_counts_what_sessions_hold_as_gone() -> None:
    bar = words.bar_of(view())
    assert (bar.used, bar.granted, str(bar.note)) == (50 * GB, 100 * GB, "50 GB left, 10 GB held by sessions")
    money = view(currency="EUR", granted=10_000_000, used=2_500_000, reserved=0, left=7_500_000)
    assert str(words.bar_of(money).note) == "€7.50 left"
    assert str(words.bar_of(view(granted=None, left=None)).granted_text) == "no limit"


def test_a_balance_without_an_end_says_so() -> None:
    assert str(words.validity(view(ends_at=FOREVER))) == str(words.validity(view(ends_at=None))) == "no end"
    assert words.validity(view()) == "1 Nov 2026, 00:00 UTC"


def query(**values: tuple[str, ...]) -> Query:
    return Query(values=values, sort="since", descending=False, page=1, size=50, columns=())


@pytest.mark.parametrize(
    ("typed", "number", "source"),
    [
        ("+353 20 911 9999", "353209119999", None),
        ("00353209119999", "353209119999", None),
        ("october.csv", None, "october.csv"),
    ],
)
def test_what_is_typed_is_a_number_or_a_file(typed: str, number: str | None, source: str | None) -> None:
    wanted = wanted_by(query(q=(typed,)))
    assert (wanted.number, wanted.source) == (number, source)


def test_the_last_day_is_included() -> None:
    wanted = wanted_by(query(started_from=("2026-10-16",), started_to=("2026-10-16",)))
    assert wanted.first_at is not None and wanted.end_at is not None
    assert (wanted.end_at - wanted.first_at).total_seconds() == 86_400


@pytest.mark.parametrize("typed", ["0", "-1", "x", "1.1234567", "1e400"])
def test_an_amount_is_more_than_nothing(typed: str) -> None:
    with pytest.raises(Mistake):
        AmountField("amount", "Amount").parse(typed)


def test_an_instant_has_a_zone() -> None:
    field = InstantField("at", "At")
    assert field.write(field.parse("2026-10-12T10:00:00+01:00")) == "2026-10-12T09:00:00Z"
    with pytest.raises(Mistake):
        field.parse("yesterday")


def change(micros: int) -> AccountChange:
    return AccountChange("a", "c", "shown", "EUR", 1, 1, 0, 0, micros, micros, 0)


def test_a_histogram_counts_every_account_once() -> None:
    chart = histogram([change(micros) for micros in (-9_000_000, -8_900_000, 0, 4_000_000)])
    assert chart is not None
    assert sum(value or 0 for value in chart.series[0].values) == 4
    assert len(chart.labels) == len(chart.series[0].values) <= 12
    assert histogram([change(5)]) is None

"""Dates, numbers and money as CLDR has them, in the visit's zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from tandem.channels.kit import formats
from tandem.channels.kit.i18n import Catalogues, speak
from tandem.kernel.money import Money

SPOKEN = Catalogues({}, pseudo=True)
SUMMER = datetime(2026, 10, 12, 13, 3, 5, tzinfo=UTC)
WINTER = datetime(2026, 12, 1, 13, 3, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tag", "zone", "show", "value", "text"),
    [
        ("en", "Europe/Dublin", formats.instant_text, SUMMER, "12 Oct 2026, 14:03 IST"),
        ("en", "Europe/Dublin", formats.instant_text, WINTER, "1 Dec 2026, 13:03 GMT"),
        ("fr", "Europe/Paris", formats.instant_text, SUMMER, "12 oct. 2026, 15:03 CEST"),
        ("de", "Europe/Berlin", formats.day_text, date(2026, 10, 12), "12.10.2026"),
        ("en", "UTC", formats.money_text, Money.of("1251.35", "EUR"), "€1,251.35"),
        ("de", "UTC", formats.money_text, Money.of("1251.35", "EUR"), "1.251,35 €"),
        ("en", "UTC", formats.money_text, Money.of("0.0005", "EUR"), "€0.0005"),
        ("en", "UTC", formats.octets, 12_500_000_000, "12.5 GB"),
        ("fr", "UTC", formats.octets, 12_500_000_000, "12,5 Go"),
        ("en", "UTC", formats.octets, 0, "0 byte"),
        ("en", "UTC", formats.duration, 7_800, "2 hrs, 10 mins"),
        ("en", "UTC", formats.duration, 1.44, "1.4 secs"),
        ("en", "UTC", formats.duration, 0, "0 secs"),
        ("en", "UTC", formats.milliseconds, 0.1404, "140 ms"),
        ("fr", "UTC", formats.milliseconds, 2.5, "2 500 ms"),
        ("en", "UTC", formats.percent, 0.256, "26%"),
        ("fr", "UTC", formats.percent, 0.256, "26 %"),
        ("de", "UTC", formats.number, 1_234_567, "1.234.567"),
        ("en", "UTC", formats.instant_text, None, "–"),
        ("en", "UTC", formats.money_text, None, "–"),
    ],
)
def test_a_value_reads_as_in_the_language(
    tag: str, zone: str, show: Callable[[object], str], value: object, text: str
) -> None:
    with speak(SPOKEN.speaking(tag, zone)):
        assert show(value).replace("\u202f", " ").replace("\xa0", " ") == text


def test_an_instant_carries_its_exact_time_for_machines() -> None:
    with speak(SPOKEN.speaking("en", "Europe/Dublin")):
        assert formats.instant(SUMMER) == '<time datetime="2026-10-12T13:03:05Z">12 Oct 2026, 14:03 IST</time>'


def test_money_carries_its_exact_amount_for_machines() -> None:
    assert 'value="19.35 EUR"' in formats.money(Money.of("19.35", "EUR"))


def test_a_brief_instant_leaves_out_year_and_zone_and_tells_them_on_hover() -> None:
    with speak(SPOKEN.speaking("en", "Europe/Dublin")):
        assert ">12 Oct, 14:03</time>" in formats.brief(SUMMER)
        assert 'title="12 Oct 2026, 14:03 IST"' in formats.brief(SUMMER)
        assert formats.brief(None) == "–"

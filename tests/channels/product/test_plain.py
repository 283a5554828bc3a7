"""A tariff in plain words, months by the local calendar, and who may open what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
import pytest

from tandem.bss.catalog.terms.tariff import Tariff
from tandem.bss.charging.terms.rerating import WhatIf
from tandem.channels.kit.i18n import Catalogues, speak
from tandem.channels.product import plain, what_if
from tandem.channels.product.desk import make_desk
from tandem.channels.product.rights import ACT, READ
from tandem.kernel.errors import Invalid
from tandem.kernel.period import Period

TARIFF = msgspec.convert(
    {
        "id": "t",
        "currency": "EUR",
        "destinations": {"National": ["353"]},
        "dayParts": [{"name": "peak", "days": ["mon", "holiday"], "from": "08:00", "to": "20:00"}],
        "prices": [
            {
                **{"id": "p", "name": "Calls", "service": "voice", "to": ["National"], "during": ["peak"]},
                **{"amount": "0.20", "per": "1 minute", "increments": "60/1", "connectFee": "0.05"},
                "caps": [{"amount": "2.00", "scope": "day"}],
            },
            {"id": "d", "service": "data", "package": {"size": "100 MB", "amount": "1.00"}},
            {
                **{"id": "m", "service": "message"},
                "tiers": {
                    **{"kind": "graduated", "scope": "cycle"},
                    "steps": [{"upTo": 100, "amount": "0.10", "per": 1}, {"amount": "0.05", "per": 1}],
                },
            },
        ],
        "allowances": [
            {"id": "b", "service": "data", "amount": "5 GB", "priority": 2, "shared": True, "thresholds": [80]},
            {"id": "a", "service": "voice", "unlimited": True, "priority": 1},
        ],
        "limits": [
            {"id": "l", "service": "data", "amount": "61.50", "whenReached": "stop", "consent": True},
        ],
        "payment": {"order": ["money", "invoice"], "creditLimit": "20.00"},
    },
    Tariff,
)


@pytest.fixture(autouse=True)
def spoken() -> Iterator[None]:
    with speak(Catalogues({}).speaking("en", "Europe/Dublin")):
        yield


def said(line: plain.Line) -> list[str]:
    return [str(one) for one in line.says]


def test_each_shape_of_a_price_has_words() -> None:
    calls, data, messages = plain.prices(TARIFF)
    assert said(calls) == [
        "€0.20 for each 1 min",
        "€0.05 to connect",
        "at most €2.00 a day",
        "counted as at least 1 min, then by 1 sec",
    ]
    assert (calls.to, calls.during) == ("National", "peak")
    assert said(data) == ["€1.00 for each begun 100 MB"]
    assert said(messages) == [
        "Each unit at the price of its step, counted a bill month:",
        "up to 100: €0.10 each",
        "beyond: €0.05 each",
    ]


def test_what_is_used_first_is_told_first() -> None:
    calls, data = plain.allowances(TARIFF)
    assert said(calls) == ["Without limit", "each bill month"]
    assert said(data) == ["5 GB", "each bill month", "shared by the lines of an account", "told at 80%"]


def test_limits_payment_and_day_parts_have_words() -> None:
    (limit,) = plain.limits(TARIFF)
    assert said(limit) == ["€61.50 a bill month", "stops until the customer agrees to go on"]
    assert [str(one) for one in plain.payment(TARIFF)] == [
        "First paid-in money",
        "then the invoice",
        "the invoice takes at most €20.00 a bill month",
        "when nothing is left, the session ends",
    ]
    assert plain.day_parts(TARIFF) == [("peak", "Mon, holidays 08:00–20:00")]


def test_months_are_those_of_the_local_calendar() -> None:
    known = what_if.months(datetime(2026, 1, 31, 23, 30, tzinfo=UTC))
    assert [f"{one:%Y-%m}" for one in known[:3]] == ["2026-01", "2025-12", "2025-11"]
    december = what_if.period_of("2025-12", known)
    assert (december.start.isoformat(), december.end.isoformat()) == (
        "2025-12-01T00:00:00+00:00",
        "2026-01-01T00:00:00+00:00",
    )
    october = what_if.period_of("2025-10", known)
    assert (october.end - october.start.astimezone(UTC).astimezone(october.end.tzinfo)).days == 31
    assert october.start.astimezone(UTC) == datetime(2025, 9, 30, 23, tzinfo=UTC)
    with pytest.raises(Invalid) as refused:
        what_if.period_of("soon", known)
    assert refused.value.path == "month"


def test_a_question_at_work_tells_how_far_it_is() -> None:
    start, end = datetime(2026, 9, 30, 23, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
    found = WhatIf(
        id="w",
        state="running",
        offering_id="t",
        draft=TARIFF,
        asked_by="user:1",
        asked_at=end,
        period=Period(start, end),
        currency="EUR",
        accounts=1200,
        waiting=700,
        uses=4000,
        before_micros=5_000_000,
        after_micros=4_000_000,
        winners=3,
        losers=1,
        unchanged=496,
        uncovered=0,
        checked=4000,
        reproduced=3999,
    )
    (phase,) = what_if.job_of(found).phases
    assert (phase.state, phase.done, phase.total) == ("running", 500, 1200)
    assert not found.is_sound


def test_an_executive_reads_and_only_product_managers_ask() -> None:
    pages = {(route.path, method): route.roles for route in make_desk().pages for method in route.methods}
    assert pages["/desk/product/what-if/{what_if_id}", "GET"] == READ
    assert pages["/desk/product/what-if/new", "POST"] == ACT
    assert "executive" in READ and "executive" not in ACT

"""Mixed usage of a network in memory, seeded: thousands of prefixes, day and night, calls by 60/1, allowances."""

from __future__ import annotations

from typing import Final

import numpy as np

from tandem.bss.catalog.terms.tariff import Allowance, DayPart, Price, Tariff
from tandem.bss.charging.rules.core.book import buckets_of, pack_column
from tandem.bss.charging.rules.core.compiling import compile_tariffs
from tandem.bss.charging.rules.core.days import calendar_of
from tandem.bss.charging.rules.core.law import Compiled
from tandem.bss.charging.rules.core.layout import Buckets, Calendar, SubjectRow, Subjects, UseRow, Uses
from tandem.bss.charging.rules.core.rows import table_of

PREFIXES: Final = 5_000
ZONES: Final = 40
_OCTOBER_US: Final = 1_790_809_200_000_000
"""2026-10-01 00:00 in Dublin."""
_MONTH_S: Final = 31 * 86_400


def world_tariff() -> Tariff:
    """Calls to 40 zones by 5,000 prefixes, by day and night, by 60/1; data by kB; 300 minutes and 2 GB a month."""
    generator = np.random.default_rng(7)
    prefixes = sorted({str(one) for one in generator.integers(10, 9_999_999, PREFIXES * 2)})[:PREFIXES]
    destinations = {f"zone{zone}": tuple(prefixes[zone::ZONES]) for zone in range(ZONES)}
    calls = [
        Price(
            id=f"call-{zone}-{part or 'any'}",
            service="voice",
            to=(f"zone{zone}",),
            during=(part,) if part else (),
            amount=f"0.{1 + zone:02}",
            per="1 minute",
            increments="60/1",
        )
        for zone in range(ZONES)
        for part in ("", "night")
    ]
    return Tariff(
        id="world",
        currency="EUR",
        destinations=destinations,
        day_parts=(DayPart(name="night", start="20:00", end="08:00"),),
        prices=(
            *calls,
            Price(id="call-any", service="voice", amount="0.50", per="1 minute", increments="60/1"),
            Price(id="data", service="data", amount="0.01", per="1 MB", increments="1000/1000"),
            Price(id="text", service="message", amount="0.07"),
        ),
        allowances=(
            Allowance(id="minutes", service="voice", amount="300 minute", increments="60/1"),
            Allowance(id="octets", service="data", amount="2 GB", increments="1000/1000"),
        ),
    )


class Workload:
    """A batch with everything that it is rated by. `count` uses in order of time, of `subscribers`."""

    def __init__(self, *, count: int, subscribers: int, seed: int = 42) -> None:
        self.compiled: Compiled = compile_tariffs([world_tariff()])
        self.calendar: Calendar = calendar_of(["Europe/Dublin"])
        self.subjects = Subjects(table_of(SubjectRow, subscribers), subscribers)
        self.subjects.rows["account"] = np.arange(subscribers)
        self.subscribers = subscribers
        self.uses = Uses(_uses(self.compiled, count, subscribers, seed))

    def buckets(self) -> Buckets:
        """Nothing granted yet, with room for what will be."""
        return buckets_of([], subjects=self.subscribers, accounts=self.subscribers, room=3 * self.subscribers)


def _uses(compiled: Compiled, count: int, subscribers: int, seed: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    uses = table_of(UseRow, count)
    uses["start_us"] = _OCTOBER_US + np.sort(generator.integers(0, _MONTH_S, count)) * 1_000_000
    uses["subject"] = generator.integers(0, subscribers, count)
    kind = generator.choice(3, count, p=[0.5, 0.35, 0.15])
    calls, data, texts = (np.flatnonzero(kind == one) for one in range(3))
    for rows, service in ((calls, "voice"), (data, "data"), (texts, "message")):
        uses["service"][rows] = compiled.service_index(service)
    uses["seconds"][calls] = generator.exponential(150, len(calls)).astype(np.int64)
    uses["octets"][data] = generator.exponential(30_000_000, len(data)).astype(np.int64)
    called = generator.integers(1_000_000_000, 99_999_999_999, min(count, 200_000))
    uses["destination"][calls] = pack_column(str(one) for one in called)[generator.integers(0, len(called), len(calls))]
    return uses

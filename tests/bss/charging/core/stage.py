"""A small stage for the core: one tariff, some products of one account, their buckets and sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tandem.bss.catalog.terms.tariff import Tariff
from tandem.bss.charging.rules.core.book import buckets_of, columns_of, pack_digits
from tandem.bss.charging.rules.core.compiling import compile_tariffs
from tandem.bss.charging.rules.core.days import calendar_of, us_of_text
from tandem.bss.charging.rules.core.layout import (
    MONEY,
    BucketRow,
    SessionRow,
    Slices,
    SubjectRow,
    Subjects,
    UseRow,
    Uses,
)
from tandem.bss.charging.rules.core.rows import joined, table_of
from tandem.bss.charging.rules.core.running import rate, reserve

START = "2026-10-12T09:00:00Z"


def tariff_of(**words: Any) -> Tariff:
    """A tariff in euro."""
    return msgspec.convert({"id": "t", "currency": "EUR", **words}, Tariff)


@dataclass(slots=True)
class Stage:
    """Products 0, 1, … of one account, in Dublin, with cycle day 1. Wallets are in micros, one for each product."""

    tariff: Tariff
    wallets: Sequence[int] = ()
    products: int = 1
    sessions: int = 4
    compiled: Any = None
    subjects: Any = None
    buckets: Any = None
    slices: Any = field(default=None)

    def __post_init__(self) -> None:
        self.compiled = compile_tariffs([self.tariff])
        self.subjects = Subjects(joined(SubjectRow, [SubjectRow()] * self.products), 1)
        money = [BucketRow(kind=MONEY, granted=one, subject=place) for place, one in enumerate(self.wallets)]
        self.buckets = buckets_of(money, subjects=self.products, accounts=1)
        self.slices = Slices(table_of(SessionRow, self.sessions))

    def use(self, service: str, quantity: int, **told: Any) -> UseRow:
        """A use, or an ask; `at` and `to` and `network` as text."""
        return UseRow(
            start_us=us_of_text(told.pop("at", START)),
            service=self.compiled.service_index(service),
            seconds=quantity,
            octets=quantity,
            count=quantity,
            destination=pack_digits(told.pop("to", "")),
            network=pack_digits(told.pop("network", "")),
            **told,
        )

    def rated(self, *uses: UseRow) -> list[dict[str, Any]]:
        """The parts of uses; all of them are rated."""
        found = self.batch(*uses)
        assert not found.outcomes.any()
        return columns_of(found.parts)

    def batch(self, *uses: UseRow) -> Any:
        """Uses, as one batch."""
        return rate(
            self.compiled, self.calendar, self.subjects, Uses(joined(UseRow, list(uses))), self.buckets, self.slices
        )

    def granted(self, *asks: UseRow) -> list[dict[str, Any]]:
        """What asks are granted."""
        rows = Uses(joined(UseRow, list(asks)))
        return columns_of(reserve(self.compiled, self.calendar, self.subjects, rows, self.buckets, self.slices).grants)

    def release(self) -> None:
        """Give back everything that is reserved."""
        self.buckets.filled["reserved"] = 0

    @property
    def calendar(self) -> Any:
        """Dublin's."""
        return calendar_of(["Europe/Dublin"])

    def bucket(self, term: str) -> dict[str, Any]:
        """The one bucket of a term."""
        (found,) = [row for row in columns_of(self.buckets.filled) if row["term"] == self.compiled.term_index(term)]
        return found

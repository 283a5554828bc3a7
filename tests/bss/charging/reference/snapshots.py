"""What can be compared: the sums of a use by source, and a book without what makes no difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from tests.bss.charging.reference.run import Part
from tests.bss.charging.reference.state import Book

Sums = dict[tuple[str, str], tuple[int, ...]]
"""By kind and term: units, counted, amount, waived, invoiced, unpaid, taken from buckets of units, and of money."""


def sums_of(parts: Iterable[Part]) -> Sums:
    """What each source gave or charged over a use, however it was sliced."""
    found: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * 8)
    for part in parts:
        money = sum(by for bucket, by in part.moves if bucket.kind == "money")
        units = sum(by for bucket, by in part.moves if bucket.kind != "money")
        facts = (part.units, part.counted, part.amount, part.waived, part.invoiced, part.unpaid, units, money)
        row = found[part.kind, part.term]
        found[part.kind, part.term] = [one + other for one, other in zip(row, facts, strict=True)]
    return {key: tuple(row) for key, row in found.items() if any(row)}


def book_of(book: Book) -> dict[str, tuple[int, ...]]:
    """Every bucket that was moved, and every number that is not 0. Instances that nobody used make no difference."""
    found: dict[str, tuple[int, ...]] = {}
    for one in book.buckets():
        if one.used or one.moved or one.reserved:
            key = f"{one.kind} {one.owner} {one.term} {one.start} {one.end}"
            found[key] = (-1 if one.granted is None else one.granted, one.used, one.moved, one.reserved)
    found.update({str(key): (value,) for key, value in book.numbers.items() if value})
    return found

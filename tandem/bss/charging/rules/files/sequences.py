"""Which files of a source are missing, by the numbers of those that came."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from tandem.bss.charging.rules.files.form import FileForm
from tandem.bss.charging.terms import UsageInvalid


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is known of a source's files.

    `missing`: first and last number of each gap; `twice`: numbers that several files have; `last` is the highest
    number, after a turn of the counter the highest since.
    """

    source: str
    missing: tuple[tuple[int, int], ...]
    twice: tuple[int, ...]
    last: int | None


def gaps_of(source: str, seen: Iterable[int], *, modulo: int | None = None) -> Gaps:
    """The gaps among numbers in the order of their coming. `modulo`: what the counter turns at, to 0 or 1.

    A number far below the one before is a turn; one a little below came late.
    """
    numbers: list[int] = []
    high = None
    for number in seen:
        turned = number
        while modulo and high is not None and turned < high - modulo // 2:
            turned += modulo
        numbers.append(turned)
        high = turned if high is None else max(high, turned)
    ordered = sorted(set(numbers))
    missing = [(before + 1, after - 1) for before, after in pairwise(ordered) if after > before + 1]
    if modulo:
        missing = [(first % modulo, last % modulo) for first, last in missing if not _is_turn(first, last, modulo)]
    twice = sorted(number for number in ordered if numbers.count(number) > 1) if len(ordered) < len(numbers) else []
    turned_back = tuple(number % modulo if modulo else number for number in twice)
    last = None if not ordered else ordered[-1] % modulo if modulo else ordered[-1]
    return Gaps(source, tuple(missing), turned_back, last)


def _is_turn(first: int, last: int, modulo: int) -> bool:
    """A counter that turns to 1 leaves 0 out, which is no gap."""
    return first == last and first % modulo == 0


def sequence_in_name(form: FileForm, name: str) -> int | None:
    """The number of a file by its name, as the form has it. Raises: UsageInvalid for a pattern without a number."""
    place = form.sequence
    if place is None or place.place != "name":
        return None
    try:
        found = re.search(place.pattern, name)
        number = found["number"] if found else None
    except (re.error, IndexError) as fault:
        raise UsageInvalid("a pattern of file names has a group (?P<number>…)", path="sequence.pattern") from fault
    return int(number) if number and number.isdigit() else None

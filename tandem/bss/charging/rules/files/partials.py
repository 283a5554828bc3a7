"""Long uses come in pieces: which partial records make a whole one, which wait for others, which came twice.

A session is whole when its last partial record is there and none before it is missing. Pieces of one record (several
rating groups) have one number and count as one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Partial:
    """A partial record: of a session, with its number among the session's, and what names the row that it is."""

    session: str
    number: int
    is_last: bool
    key: str


@dataclass(frozen=True, slots=True)
class Correlated:
    """What is known of some sessions, by their names.

    `whole`: the keys in the order of their numbers. `waiting`: likewise, and in `missing` the numbers that are not
    there; an open session without a gap misses none. `twice`: keys of numbers that had come before with other keys of
    the same record: a record that was sent again under another name.
    """

    whole: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    waiting: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    missing: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    twice: tuple[str, ...] = ()


def correlate(partials: Sequence[Partial], *, first: int = 1) -> Correlated:
    """Sort partial records into sessions. `first` is the number that a session begins with."""
    by_session: dict[str, dict[int, dict[str, Partial]]] = {}
    twice: list[str] = []
    for one in partials:
        keys = by_session.setdefault(one.session, {}).setdefault(one.number, {})
        if one.key in keys:
            twice.append(one.key)
        else:
            keys[one.key] = one
    whole: dict[str, tuple[str, ...]] = {}
    waiting: dict[str, tuple[str, ...]] = {}
    missing: dict[str, tuple[int, ...]] = {}
    for session, numbers in by_session.items():
        keys_in_order = tuple(key for number in sorted(numbers) for key in numbers[number])
        lacking = tuple(number for number in range(first, max(numbers)) if number not in numbers)
        is_closed = any(one.is_last for keys in numbers.values() for one in keys.values())
        if is_closed and not lacking:
            whole[session] = keys_in_order
        else:
            waiting[session] = keys_in_order
            missing[session] = lacking
    return Correlated(whole, waiting, missing, tuple(twice))

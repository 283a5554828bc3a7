"""What rating moves: buckets, and numbers by key; every move can be undone, which is how a use moves nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.bss.charging.reference.words import Measure

Owner = tuple[str, str]
"""`("product", id)` or `("account", id)`."""

Key = tuple[str, Owner, str, int]
"""A number's kind (price, cap, limit, invoice, member), owner, term and the start of its period."""


@dataclass(slots=True, eq=False)
class Bucket:
    """Units or money that somebody can use; no `granted` is without limit."""

    owner: Owner
    term: str
    kind: str
    start: int
    end: int
    granted: int | None
    priority: int = 100
    measure: Measure | None = None
    services: frozenset[str] = frozenset()
    used: int = 0
    moved: int = 0
    reserved: int = 0
    told: frozenset[int] = frozenset()

    @property
    def left(self) -> int | None:
        """What can still be used, reserved or not; none is without limit."""
        return None if self.granted is None else self.granted - self.used - self.moved

    @property
    def free(self) -> int | None:
        """What is left and not reserved."""
        return None if self.granted is None else max(0, self.granted - self.used - self.moved - self.reserved)

    def holds(self, at: int) -> bool:
        """Whether it is valid at an instant."""
        return self.start <= at < self.end

    @property
    def order(self) -> tuple[int, int, int, str]:
        """Among granted buckets, and (second) before allowances of equal priority."""
        return self.priority, 0, self.end, self.term


@dataclass(slots=True)
class Book:
    """All buckets and numbers of all subscribers."""

    own: dict[tuple[Owner, str], list[Bucket]] = field(default_factory=dict)
    carried: dict[tuple[Owner, str], list[Bucket]] = field(default_factory=dict)
    units: dict[Owner, list[Bucket]] = field(default_factory=dict)
    money: dict[Owner, list[Bucket]] = field(default_factory=dict)
    numbers: defaultdict[Key, int] = field(default_factory=lambda: defaultdict(int))
    held: defaultdict[Key, int] = field(default_factory=lambda: defaultdict(int))
    told: set[tuple[Key, int]] = field(default_factory=set)

    def add(self, bucket: Bucket) -> None:
        """Put a granted bucket of units, or one of money."""
        shelf = self.money if bucket.kind == "money" else self.units
        shelf.setdefault(bucket.owner, []).append(bucket)
        shelf[bucket.owner].sort(key=lambda one: one.order)

    def buckets(self) -> Iterator[Bucket]:
        """Every bucket there is."""
        for shelf in (self.own, self.carried, self.units, self.money):
            for row in shelf.values():
                yield from row


Told = set[tuple[Key, int]]


class Journal:
    """What was changed, so that it can be put back: values of objects, numbers, grants, what was told."""

    def __init__(self) -> None:
        self._undo: list[tuple[Any, ...]] = []

    def set(self, thing: Any, name: str, value: Any) -> None:
        """Set an attribute."""
        self._undo.append(("set", thing, name, getattr(thing, name)))
        setattr(thing, name, value)

    def grant(self, bucket: Bucket, shelf: list[Bucket]) -> None:
        """Put a new instance on its shelf."""
        self._undo.append(("grant", shelf, bucket))
        shelf.append(bucket)

    def carry(self, bucket: Bucket, units: int) -> None:
        """Move units out of a bucket into another."""
        self._undo.append(("carry", bucket, units))
        bucket.moved += units

    def count(self, numbers: dict[Key, int], key: Key, by: int) -> None:
        """Add to a number."""
        self._undo.append(("count", numbers, key, by))
        numbers[key] += by

    def tell(self, told: Told, what: tuple[Key, int]) -> None:
        """Remember that something was told."""
        self._undo.append(("tell", told, what))
        told.add(what)

    def undo(self, *, keep_grants: bool = False) -> None:
        """Put everything back, the last first; what was granted can stay (a reservation looks at what it grants)."""
        for kind, *facts in reversed(self._undo):
            if kind == "set":
                setattr(facts[0], facts[1], facts[2])
            elif kind == "count":
                facts[0][facts[1]] -= facts[2]
            elif kind == "tell":
                facts[0].discard(facts[1])
            elif keep_grants:
                continue
            elif kind == "grant":
                facts[0].remove(facts[1])
            else:
                facts[0].moved -= facts[1]
        self._undo.clear()


def product(subscriber: str) -> Owner:
    """The owner of what is a product's."""
    return ("product", subscriber)


def account(name: str) -> Owner:
    """The owner of what is an account's."""
    return ("account", name)

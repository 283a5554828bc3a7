"""Which price, allowances and limits fit what use: every case of a service worked out once, best first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

from tandem.bss.catalog.terms.tariff import Allowance, Limit, Price
from tandem.bss.charging.rules.core.law import PlanRow
from tandem.bss.charging.rules.core.layout import NONE
from tandem.bss.charging.rules.core.places import Matched

NO_PART = ""


@dataclass(slots=True)
class Plans:
    """The plans of a compilation, each once. Shape: `listed` holds the rows of allowances and limits of all plans."""

    rows: list[PlanRow] = field(default_factory=list)
    listed: list[int] = field(default_factory=list)
    most_allowances: int = 0
    _known: dict[tuple[int, int, int, tuple[int, ...], tuple[int, ...]], int] = field(default_factory=dict)

    def number_of(self, found: Fitting) -> int:
        """The number of a plan, given out at its first use."""
        key = (found.price, found.prefix, found.network, found.allowances, found.limits)
        if key not in self._known:
            self._known[key] = len(self.rows)
            self.most_allowances = max(self.most_allowances, len(found.allowances))
            self.rows.append(
                PlanRow(
                    price=found.price,
                    prefix=found.prefix,
                    network=found.network,
                    first_allowance=self._list(found.allowances),
                    allowances=len(found.allowances),
                    first_limit=self._list(found.limits),
                    limits=len(found.limits),
                )
            )
        return self._known[key]

    def _list(self, rows: Sequence[int]) -> int:
        first = len(self.listed)
        self.listed.extend(rows)
        return first


@dataclass(frozen=True, slots=True)
class Fitting:
    """What fits one case. Units: `prefix` and `network` digits of the price's match; rows of the compiled tables."""

    price: int
    prefix: int
    network: int
    allowances: tuple[int, ...]
    limits: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of use of a service."""

    to: dict[str, int]
    network: dict[str, int]
    rating_group: int | None
    part: str


@dataclass(slots=True)
class Terms:
    """The terms of one service that are valid together, each with its row."""

    prices: list[tuple[int, Price]]
    allowances: list[tuple[int, Allowance]]
    limits: list[tuple[int, Limit]]
    _by_destination: dict[str, list[tuple[int, Price]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.allowances.sort(key=lambda one: (one[1].priority, one[1].id))
        for one in self.prices:
            for name in one[1].to or ("",):
                self._by_destination.setdefault(name, []).append(one)

    @property
    def all(self) -> Iterator[Price | Allowance | Limit]:
        """Prices, allowances and limits."""
        for terms in (self.prices, self.allowances, self.limits):
            yield from (term for _, term in terms)

    def names_called(self) -> set[str]:
        """The destinations that any of them asks for."""
        return {name for term in self.all for name in term.to}

    def names_visited(self) -> set[str]:
        """The networks that any of them asks for."""
        return {name for term in self.all for name in term.within}

    def rating_groups(self) -> list[int]:
        """The rating groups that any of them names, in order."""
        return sorted({group for term in self.all for group in term.rating_groups})

    def fitting(self, case: Case) -> Fitting:
        """The best price, the allowances that may pay beside it, and the limits that count."""
        price, prefix, network = self._best_price(case)
        allowances = tuple(
            row
            for row, term in self.allowances
            if _fits(term, case)
            and (not term.to or _longest(term.to, case.to) >= prefix)
            and (not term.within or _longest(term.within, case.network) >= network)
        )
        limits = tuple(row for row, term in self.limits if _fits(term, case))
        return Fitting(price, prefix, network, allowances, limits)

    def _best_price(self, case: Case) -> tuple[int, int, int]:
        candidates = {row: term for name in ("", *case.to) for row, term in self._by_destination.get(name, ())}
        ranked = [
            (-_longest(term.to, case.to), -_longest(term.within, case.network), *_special(term), term.id, row)
            for row, term in candidates.items()
            if _fits(term, case)
        ]
        if not ranked:
            return NONE, 0, 0
        prefix, network, *_, row = min(ranked)
        return row, -prefix, -network


def _special(term: Price) -> tuple[bool, bool]:
    return not term.rating_groups, not term.during


def _fits(term: Price | Allowance | Limit, case: Case) -> bool:
    return (
        (not term.rating_groups or case.rating_group in term.rating_groups)
        and (not term.to or any(name in case.to for name in term.to))
        and (not term.within or any(name in case.network for name in term.within))
        and (isinstance(term, Limit) or not term.during or case.part in term.during)
    )


def _longest(names: Iterable[str], matched: dict[str, int]) -> int:
    return max((matched[name] for name in names if name in matched), default=0)


def restricted(classes: Sequence[Matched], names: set[str]) -> tuple[list[int], list[dict[str, int]]]:
    """Classes of numbers that differ in what a service asks for: the kind of each class, and what each kind matches."""
    numbers: dict[Matched, int] = {}
    kinds = []
    for matched in classes:
        kept = tuple(one for one in matched if one[0] in names)
        kinds.append(numbers.setdefault(kept, len(numbers)))
    return kinds, [dict(kept) for kept in numbers]


def cases(
    called: Sequence[dict[str, int]], visited: Sequence[dict[str, int]], groups: Sequence[int], parts: Sequence[str]
) -> Iterator[Case]:
    """Every case in the order of the cells: called number, network, rating group (first none of them), day part."""
    for to, network, group, part in product(called, visited, (None, *groups), (*parts, NO_PART)):
        yield Case(to, network, group, part)

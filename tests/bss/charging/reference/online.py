"""Sessions on line: the same asks, reports, expiries, top-ups and reversals done by the core and by the reference."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tandem.bss.charging.rules.core import layout
from tandem.bss.charging.rules.core.book import buckets_of
from tandem.bss.charging.rules.core.running import rate, reserve
from tests.bss.charging.reference.events import Event, Play, fresh, outcome_of, rows_of, without_idle_counters
from tests.bss.charging.reference.on_core import OnCore
from tests.bss.charging.reference.rater import Granted, Rated, Reference
from tests.bss.charging.reference.run import Session
from tests.bss.charging.reference.state import Bucket
from tests.bss.charging.reference.words import Use

ENDS = {
    "": (layout.ENDED_ASKED,),
    "money": (layout.ENDED_MONEY, layout.ENDED_CREDIT, layout.ENDED_LIMIT),  # a limit may end at the same unit
    "limit": (layout.ENDED_LIMIT,),
    "no_price": (layout.ENDED_UNITS, layout.ENDED_NO_PRICE),
}

Move = tuple[int, int, int]
"""A bucket's row, what of it was changed (`layout.USED`, `MOVED`, `RESERVED`), and by how much."""


@dataclass(frozen=True, slots=True)
class Done:
    """What one step came to: by the reference, and by the core in moves."""

    by_reference: Granted | Rated
    moves: list[Move]


@dataclass(slots=True)
class OnLine:
    """Both raters with the same people and buckets. Raises: AssertionError where they do not come to the same.

    `later` are ids of granted buckets that come in by a top-up. `history` is every move that the core ever told.
    """

    play: Play
    sessions: dict[str, int]
    later: frozenset[str] = frozenset()
    core: OnCore = field(init=False)
    reference: Reference = field(init=False)
    begun: dict[str, Session] = field(default_factory=dict)
    history: Counter[tuple[int, int]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.core = OnCore(self.play)
        self.core.open(len(self.sessions))
        self.reference = Reference(self.play.tariffs, self.play.subscribers)
        first = [one for one in self.play.granted if one.term not in self.later]
        self.core.hold([self.core.granted_row(one) for one in first])
        for one in first:
            self.reference.book.add(fresh(one))

    def ask(self, use: Use, wanted: int, at: int) -> Done:
        """Ask for quota for a session; what was granted is reserved."""
        granted = self.reference.reserve(self._session(use), wanted, at)
        found = self._run(reserve, Event(use, wanted, at, use.id))
        grant = found.grants[0]
        assert (grant["units"], grant["cost"]) == (granted.units, granted.cost), (use, wanted, granted)
        assert int(grant["ended"]) in ENDS[granted.ends_by], (use, wanted, granted)
        return Done(granted, self._noted(found.moves))

    def end(self, reserved: Done) -> None:
        """End a reservation: a report came, or its time is over."""
        assert isinstance(reserved.by_reference, Granted)
        self.reference.release(reserved.by_reference)
        self._take_back(reserved, layout.RESERVED, "reserved")

    def report(self, use: Use, units: int, at: int) -> Done:
        """What a session used next."""
        return self._rated(Event(use, units, at, use.id), self.reference.rate_slice(self._session(use), units, at))

    def use(self, use: Use) -> Done:
        """A use that comes whole, from a file."""
        return self._rated(Event(use, use.quantity, use.start), self.reference.rate(use))

    def reverse(self, charged: Done) -> None:
        """Take back what a charge moved."""
        assert isinstance(charged.by_reference, Rated)
        self.reference.reverse(charged.by_reference)
        self._take_back(charged, layout.USED, "used")

    def top_up(self, bucket: Bucket) -> None:
        """Money or units come in."""
        self.reference.book.add(fresh(bucket))
        row = buckets_of([self.core.granted_row(bucket)], subjects=len(self.play.subscribers), accounts=1_000).filled
        self.core.hold(np.concatenate([self.core.buckets.filled, row]))

    def check(self) -> None:
        """What must hold between any two steps, and that both books are the same."""
        rows = self.core.buckets.filled
        assert (rows["used"] >= 0).all() and (rows["moved"] >= 0).all() and (rows["reserved"] >= 0).all()
        stocks = rows[(rows["granted"] >= 0) & (rows["kind"] <= layout.MONEY)]
        assert (stocks["used"] + stocks["moved"] <= stocks["granted"]).all()
        for what, name in ((layout.USED, "used"), (layout.MOVED, "moved"), (layout.RESERVED, "reserved")):
            told = np.zeros(len(rows), np.int64)
            for (bucket, changed), by in self.history.items():
                told[bucket] += by if changed == what else 0
            assert (told == rows[name]).all(), f"{name}: what was told is not what stands there"
        expected = without_idle_counters(self.play, rows_of(self.reference.book))
        assert self.core.book() == expected

    def _session(self, use: Use) -> Session:
        if use.id not in self.begun:
            session = self.reference.begin(use)
            assert session is not None
            self.begun[use.id] = session
        return self.begun[use.id]

    def _rated(self, event: Event, rated: Rated) -> Done:
        found = self._run(rate, event)
        assert self.core.outcomes_of(found)[0] == outcome_of(rated), event
        return Done(rated, self._noted(found.moves))

    def _run(self, entry: Any, event: Event) -> Any:
        core = self.core
        row = core.rows_of([event], self.sessions)
        return entry(core.compiled, core.calendar, core.subjects, layout.Uses(row), core.buckets, core.slices)

    def _noted(self, table: Any) -> list[Move]:
        chosen = table[table["what"] != layout.TOLD]
        moves = list(zip(*(chosen[name].tolist() for name in ("bucket", "what", "taken")), strict=True))
        for bucket, what, taken in moves:
            self.history[bucket, what] += taken
        return moves

    def _take_back(self, done: Done, what: int, name: str) -> None:
        for bucket, changed, taken in done.moves:
            if changed == what:
                self.core.buckets.rows[name][bucket] -= taken
                self.history[bucket, what] -= taken

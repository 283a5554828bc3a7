"""The doors of the core: a batch of uses or asks through the kernel, with tables that grow where they must."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from tandem.bss.charging.rules.core import mode
from tandem.bss.charging.rules.core.kernel.world import ROWS, ClockRow, DeskRow, SpanRow, World
from tandem.bss.charging.rules.core.law import LAW_ROWS, Compiled, Law
from tandem.bss.charging.rules.core.layout import (
    Buckets,
    Calendar,
    Granted,
    GrantRow,
    MoveRow,
    PartRow,
    Rated,
    Slices,
    SourceRow,
    Subjects,
    TellRow,
    Uses,
)
from tandem.bss.charging.rules.core.rows import Table, dtype_of, joined, rows_of, table_of

GROWING: Final = {"buckets": "buckets", "sources": "kept_sources", "parts": "parts", "moves": "moves", "tells": "tells"}
"""Tables that grow, and where the desk counts their rows."""
STATE: Final = ("of_subject", "of_account", "buckets", "sessions", "sources")


def rate(
    compiled: Compiled,
    calendar: Calendar,
    subjects: Subjects,
    uses: Uses,
    buckets: Buckets,
    slices: Slices | None = None,
) -> Rated:
    """What each use costs, in the order given. Moves `buckets` and `slices`, and adds what is granted on the way.

    A use that cannot be rated moves nothing; its outcome says why.
    """
    batch = _Batch(compiled, calendar, subjects, uses.rows, buckets, slices or Slices(), False)
    world = batch.run("rate_uses")
    return Rated(
        np.asarray(world.outcomes, np.int8),
        batch.table("parts", world),
        batch.table("moves", world),
        batch.table("tells", world),
    )


def reserve(
    compiled: Compiled,
    calendar: Calendar,
    subjects: Subjects,
    asks: Uses,
    buckets: Buckets,
    slices: Slices | None = None,
) -> Granted:
    """What each ask may use, in the order given, reserved in `buckets`; the quantities of `asks` are what is asked.

    Sessions stay where they stand. Charges are rounded up, so that nothing is granted that does not pay its price.
    """
    batch = _Batch(compiled, calendar, subjects, asks.rows, buckets, slices or Slices(), True)
    world = batch.run("reserve_asks")
    return Granted(batch.table("grants", world), batch.table("moves", world))


def prepare(compiled: Compiled, calendar: Calendar) -> None:
    """Have the kernel compiled, or read from what was kept, whatever the mode is: slow, and beside what others run.

    Shape: any tariffs will do, none as well.
    """
    empty = {name: table_of(ROWS[name], 0) for name in ("subjects", "uses", "buckets", "of_subject", "of_account")}
    for entry, is_asking in (("rate_uses", False), ("reserve_asks", True)):
        buckets = Buckets(empty["buckets"], 0, empty["of_subject"], empty["of_account"])
        batch = _Batch(compiled, calendar, Subjects(empty["subjects"], 0), empty["uses"], buckets, Slices(), is_asking)
        batch.is_compiled = True
        mode.compiled_entries()[entry](batch._world(), 0)


@dataclass(slots=True)
class _Batch:
    """One batch on its way through the kernel."""

    compiled: Compiled
    calendar: Calendar
    subjects: Subjects
    uses: Table
    buckets: Buckets
    slices: Slices
    is_asking: bool
    is_compiled: bool = False

    def run(self, entry: str) -> World:
        """Through the kernel to the end, then the state back into its tables."""
        self.is_compiled = mode.is_compiled(len(self.uses))
        world = self._world()
        step = mode.compiled_entries()[entry] if self.is_compiled else mode.interpreted_entry(entry)
        done = step(world, 0)
        while done < len(self.uses):
            world = self._grown(world)
            done = step(world, done)
        self._keep(world)
        return world

    def table(self, name: str, world: World) -> Table:
        """A table of the kernel as far as it is filled."""
        filled = len(self.uses) if name == "grants" else int(self._count(world, name))
        rows = getattr(world, name)[:filled]
        return rows if self.is_compiled else joined(ROWS[name], rows)

    def _count(self, world: World, name: str) -> int:
        desk: Any = world.desk
        return int(desk[GROWING[name]][0]) if self.is_compiled else int(getattr(desk[0], GROWING[name]))

    def _world(self) -> World:
        tables = self._tables()
        plain: dict[str, Any] = {
            "zone_first": self.calendar.first,
            "changes": self.calendar.changes_us,
            "offsets": self.calendar.offsets_s,
            "outcomes": np.zeros(len(self.uses), np.int8),
        }
        if self.is_compiled:
            return World(law=self.compiled.law, **plain, **tables)
        lists = {name: values.tolist() for name, values in plain.items()}
        return World(
            law=interpreted_law(self.compiled),
            **lists,
            **{name: rows_of(ROWS[name], table) for name, table in tables.items()},
        )

    def _tables(self) -> dict[str, Any]:
        uses, zones = len(self.uses), len(self.calendar.names)
        desk = table_of(DeskRow, 1)
        desk["buckets"], desk["kept_sources"] = self.buckets.count, self.slices.count
        desk["services"], desk["asking"] = len(self.compiled.service_names), int(self.is_asking)
        desk["most_sources"] = self.compiled.most_sources
        grants = uses if self.is_asking else 0
        return {
            "clocks": table_of(ClockRow, zones),
            "cycles": table_of(SpanRow, zones * 32),
            "subjects": self.subjects.rows,
            "of_subject": self.buckets.of_subject,
            "of_account": self.buckets.of_account,
            "buckets": self.buckets.rows,
            "uses": self.uses if self.uses.flags.writeable else self.uses.copy(),
            "sessions": self.slices.sessions,
            "sources": self.slices.sources,
            "work": table_of(SourceRow, self.compiled.most_sources + 1),
            "parts": np.empty(uses + uses // 4 + 16, dtype_of(PartRow)),
            "moves": np.empty(2 * uses + 16, dtype_of(MoveRow)),
            "tells": np.empty(uses // 8 + 16, dtype_of(TellRow)),
            "grants": np.empty(grants, dtype_of(GrantRow)),
            "desk": desk,
        }

    def _grown(self, world: World) -> World:
        """The world with twice the room where half or more of it is taken, or everywhere."""
        taken = {name: 2 * self._count(world, name) >= len(getattr(world, name)) for name in GROWING}
        grown: dict[str, Any] = {}
        for name in GROWING:
            if taken[name] or not any(taken.values()):
                old = getattr(world, name)
                more = len(old) + 64 + self.compiled.most_sources
                grown[name] = self._longer(old, ROWS[name], more)
        return world._replace(**grown)

    def _longer(self, old: Any, row: type[Any], more: int) -> Any:
        if not self.is_compiled:
            return [*old, *(row() for _ in range(more))]
        longer = np.empty(len(old) + more, old.dtype)
        longer[: len(old)] = old
        return longer

    def _keep(self, world: World) -> None:
        """The state as the kernel left it, in the caller's tables."""
        self.buckets.count = self._count(world, "buckets")
        self.slices.count = self._count(world, "sources")
        self.buckets.rows = self._kept(world, "buckets", self.buckets.rows)
        self.buckets.of_subject = self._kept(world, "of_subject", self.buckets.of_subject)
        self.buckets.of_account = self._kept(world, "of_account", self.buckets.of_account)
        self.slices.sessions = self._kept(world, "sessions", self.slices.sessions)
        self.slices.sources = self._kept(world, "sources", self.slices.sources)

    def _kept(self, world: World, name: str, table: Table) -> Table:
        rows = getattr(world, name)
        fresh: Table = rows if self.is_compiled else joined(ROWS[name], rows)
        if self.is_compiled or len(fresh) != len(table):
            return fresh
        table[:] = fresh
        return table


def interpreted_law(compiled: Compiled) -> Law:
    """The tables as lists for the interpreter, made once."""
    if compiled.for_interpreter is None:
        made = {
            name: rows_of(LAW_ROWS[name], table) if name in LAW_ROWS else table.tolist()
            for name, table in compiled.law._asdict().items()
        }
        compiled.for_interpreter = Law(**made)
    return compiled.for_interpreter

"""The same events through the rating core: into its arrays, and back into what can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np

from tandem.bss.charging.rules.core import layout, mode
from tandem.bss.charging.rules.core.book import buckets_of, pack_column
from tandem.bss.charging.rules.core.compiling import compile_tariffs
from tandem.bss.charging.rules.core.days import calendar_of
from tandem.bss.charging.rules.core.rows import Table, table_of
from tandem.bss.charging.rules.core.running import rate
from tests.bss.charging.reference.calendar import EPOCH
from tests.bss.charging.reference.events import Event, Outcome, Play, Row, Sums
from tests.bss.charging.reference.state import Bucket
from tests.bss.charging.reference.words import NEVER, measure_of, measures_of

REASONS = {
    layout.RATED: "",
    layout.NO_PRICE: "no_price",
    layout.NO_QUANTITY: "no_quantity",
    layout.NO_TARIFF: "no_tariff",
    layout.NO_VALUE: "no_value",
    layout.TOO_LARGE: "too_large",
}
SOURCES = {layout.BY_ALLOWANCE: "allowance", layout.BY_GRANTED: "units", layout.BY_PRICE: "price"}
KINDS = {
    layout.ALLOWANCE: "allowance",
    layout.CARRIED: "carried",
    layout.GRANTED: "units",
    layout.MONEY: "money",
    layout.UNITS_COUNTER: "price",
    layout.CAP: "cap",
    layout.LIMIT: "limit",
    layout.CREDIT: "invoice",
    layout.MEMBER: "member",
}
BUCKETS = ("allowance", "carried", "units", "money")
MEASURES = {"second": layout.SECOND, "octet": layout.OCTET, "count": layout.COUNT}
COLUMNS = {"second": "seconds", "octet": "octets", "count": "count"}
STATE = ("granted", "used", "moved", "reserved")
TWO_DAYS = 2 * 86_400 * 1_000_000


def edge(us: int) -> int:
    """An instant as the core has it: open ends further away."""
    return layout.EVER if us <= -NEVER else layout.FOREVER if us >= NEVER else us


def edge_back(us: int) -> int:
    """The other way round."""
    return -NEVER if us <= -NEVER else NEVER if us >= NEVER else us


@dataclass(slots=True)
class OnCore:
    """A play in the core's arrays: made once, its events rated in as many batches as one likes."""

    play: Play
    compiled: Any = None
    calendar: Any = None
    subjects: Any = None
    buckets: Any = None
    slices: Any = None
    rows: Any = None
    accounts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        play = self.play
        self.accounts = list(dict.fromkeys(one.account for one in play.subscribers))
        zones = list(dict.fromkeys(one.zone for one in play.subscribers))
        believed = None if play.believed is None else EPOCH + timedelta(microseconds=play.believed)
        self.compiled = compile_tariffs(play.tariffs, believed_at=believed)
        self.calendar = calendar_of(zones)
        account = {name: index for index, name in enumerate(self.accounts)}
        people = table_of(layout.SubjectRow, len(play.subscribers))
        people["active_from_us"] = [edge(one.active_from) for one in play.subscribers]
        people["account"] = [account[one.account] for one in play.subscribers]
        people["zone"] = [zones.index(one.zone) for one in play.subscribers]
        people["cycle_day"] = [one.cycle_day for one in play.subscribers]
        self.subjects = layout.Subjects(people, len(self.accounts))
        self.hold([self.granted_row(one) for one in play.granted])
        sessions: dict[str, int] = {}
        self.rows = self.rows_of(play.events, sessions)
        self.open(len(sessions))

    def hold(self, buckets: Sequence[layout.BucketRow] | Table) -> None:
        """Have these buckets and no others."""
        self.buckets = buckets_of(buckets, subjects=len(self.subjects.rows), accounts=len(self.accounts))

    def open(self, sessions: int) -> None:
        """Have so many sessions, none of them begun."""
        self.slices = layout.Slices(table_of(layout.SessionRow, sessions))

    def granted_row(self, bucket: Bucket) -> layout.BucketRow:
        kind, owner = bucket.owner
        ids = sorted(one.term for one in self.play.granted)
        names = self.compiled.service_names
        bits = sum(1 << names.index(name) for name in bucket.services if name in names)
        return layout.BucketRow(
            kind=layout.MONEY if bucket.kind == "money" else layout.GRANTED,
            start_us=edge(bucket.start),
            end_us=edge(bucket.end),
            granted=bucket.granted or 0,
            priority=bucket.priority,
            order=ids.index(bucket.term),
            measure=MEASURES[bucket.measure] if bucket.measure else layout.COUNT,
            services=bits if bucket.services else -1,
            subject=self._subject(owner) if kind == "product" else -1,
            account=-1 if kind == "product" else self.accounts.index(owner),
            key=self.play.granted.index(bucket),
        )

    def _subject(self, name: str) -> int:
        return next(index for index, one in enumerate(self.play.subscribers) if one.id == name)

    def rows_of(self, events: Sequence[Event], sessions: dict[str, int]) -> Table:
        """Events as rows; `sessions` says which row a session has, and learns of new ones."""
        play, compiled = self.play, self.compiled
        subjects = {one.id: (index, one.tariff) for index, one in enumerate(play.subscribers)}
        tariffs = {name: index for index, name in enumerate(compiled.tariff_ids)}
        services = {name: index for index, name in enumerate(compiled.service_names)}
        rows = table_of(layout.UseRow, len(events))
        uses = [one.use for one in events]
        rows["start_us"] = [one.at for one in events]
        rows["value"] = [one.value for one in uses]
        rows["destination"] = pack_column(one.destination for one in uses)
        rows["network"] = pack_column(one.network or "" for one in uses)
        rows["subject"] = [subjects[one.subscriber][0] for one in uses]
        rows["tariff"] = [tariffs[subjects[one.subscriber][1]] for one in uses]
        rows["service"] = [services.get(one.service, -1) for one in uses]
        rows["rating_group"] = [-1 if one.rating_group is None else one.rating_group for one in uses]
        rows["session"] = [
            -1 if not one.slice_of else sessions.setdefault(one.slice_of, len(sessions)) for one in events
        ]
        self._quantities(rows, events, subjects)
        return rows

    def _quantities(self, rows: Table, events: Sequence[Event], subjects: dict[str, tuple[int, str]]) -> None:
        told = {one.id: measures_of(one) for one in self.play.tariffs}
        measures = [measure_of(one.use.service, told[subjects[one.use.subscriber][1]]) for one in events]
        for measure, column in COLUMNS.items():
            rows[column] = [one.quantity if its == measure else -1 for one, its in zip(events, measures, strict=True)]

    def rate(self, cuts: Sequence[int] = (), *, compiled: bool | None = None) -> list[Outcome]:
        """All events, in batches that end at the cuts."""
        mode.use_compiled(compiled)
        found: list[Outcome] = []
        for begin, end in zip([0, *cuts], [*cuts, len(self.rows)], strict=True):
            batch = layout.Uses(self.rows[begin:end].copy())
            rated = rate(self.compiled, self.calendar, self.subjects, batch, self.buckets, self.slices)
            found += self.outcomes_of(rated)
        mode.use_compiled(None)
        return found

    def outcomes_of(self, rated: Any) -> list[Outcome]:
        """What each use of a batch came to."""
        found = [Outcome(REASONS[code], {}, []) for code in rated.outcomes.tolist()]
        rows: list[tuple[str, str]] = []
        parts, terms = rated.parts, self.compiled.term_ids
        names = ("use", "source", "term", "row", "raw", "counted", "amount", "waived", "invoiced", "unpaid")
        for use, source, term, row, *facts in zip(*(parts[name].tolist() for name in names), strict=True):
            key = (SOURCES[source], self._granted_id(row) if source == layout.BY_GRANTED else terms[term])
            rows.append(key)
            _add(found[use].sums, key, [*facts, 0, 0])
        kinds = self.buckets.filled["kind"]
        moves = rated.moves[rated.moves["what"] == layout.USED]
        moved = kinds[moves["bucket"]].tolist() if len(moves) else []
        for use, part, taken, kind in zip(*(moves[n].tolist() for n in ("use", "part", "taken")), moved, strict=True):
            if kind <= layout.MONEY:
                found[use].sums[rows[part]][7 if kind == layout.MONEY else 6] += taken
        for use, bucket, percent in zip(*(rated.tells[n].tolist() for n in ("use", "bucket", "percent")), strict=True):
            found[use].told.append(self._told(bucket, percent))
        for one in found:
            one.told.sort()
        return found

    def _granted_id(self, row: int) -> str:
        return self.play.granted[int(self.buckets.rows["key"][row])].term

    def _told(self, bucket: int, percent: int) -> tuple[str, str, int, int]:
        row = self.buckets.rows[bucket]
        kind = "limit" if row["kind"] == layout.LIMIT else "bucket"
        return kind, self.compiled.term_ids[row["term"]], edge_back(int(row["start_us"])), percent

    def book(self) -> dict[Row, tuple[int, ...]]:
        """Buckets and numbers as they stand, without those that nothing was done to."""
        found: dict[Row, tuple[int, ...]] = {}
        names = (
            "kind",
            "subject",
            "account",
            "term",
            "start_us",
            "end_us",
            "granted",
            "used",
            "moved",
            "reserved",
            "key",
        )
        table = self.buckets.filled
        touched = table[(table["used"] != 0) | (table["moved"] != 0) | (table["reserved"] != 0)]
        for row in zip(*(touched[name].tolist() for name in names), strict=True):
            key, state = self._row(row)
            assert key not in found, f"twice: {key}"
            found[key] = state
        return found

    def _row(self, row: tuple[int, ...]) -> tuple[Row, tuple[int, ...]]:
        number, subject, account, term, start, end, granted, used, moved, reserved, key = row
        kind = KINDS[number]
        owner = ("product", self.play.subscribers[subject].id) if subject >= 0 else ("account", self.accounts[account])
        name = self.play.granted[key].term if kind in ("units", "money") else self.compiled.term_ids[term]
        if kind in BUCKETS:
            return (kind, *owner, name, edge_back(start), edge_back(end)), (granted, used, moved, reserved)
        if kind == "cap":
            name += "#day" if end - start < TWO_DAYS else "#cycle"
        return (kind, *owner, "" if kind == "invoice" else name, edge_back(start), 0), (used, reserved)


def _add(sums: Sums, key: tuple[str, str], row: list[int]) -> None:
    known = sums.get(key)
    sums[key] = row if known is None else [one + other for one, other in zip(known, row, strict=True)]


def random_cuts(seed: int, many: int, size: int) -> list[int]:
    """Where batches end, some of them empty."""
    return sorted(np.random.default_rng(seed).integers(0, size + 1, many).tolist())

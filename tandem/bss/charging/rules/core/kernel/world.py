"""Everything that the kernel works on, in one bundle, and its desk: the numbers of the use that it is at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from tandem.bss.charging.rules.core.layout import (
    BucketRow,
    GrantRow,
    HeadRow,
    MoveRow,
    PartRow,
    SessionRow,
    SourceRow,
    SubjectRow,
    TellRow,
    UseRow,
)
from tandem.bss.charging.rules.core.rows import I1, I2, I4, I8


@dataclass(slots=True)
class ClockRow:
    """What is known of a zone near the last instant asked: one offset, one local day. Units: microseconds."""

    from_us: I8 = 0
    to_us: I8 = 0
    offset_us: I8 = 0
    day_start: I8 = 0
    day_end: I8 = 0


@dataclass(slots=True)
class SpanRow:
    """The bill cycle last asked of a zone and a cycle day."""

    start: I8 = 0
    end: I8 = 0


@dataclass(slots=True)
class DeskRow:
    """The use that is being rated. `full`: a table has no room. `fault`: its outcome so far, RATED for none."""

    start_us: I8 = 0
    at_us: I8 = 0
    position: I8 = 0
    piece_at: I8 = 0
    piece_end: I8 = 0
    rest: I8 = 0
    raw: I8 = 0
    left: I8 = 0
    span_start: I8 = 0
    span_end: I8 = 0
    whole: I8 = 0
    fraction: I8 = 0
    amount: I8 = 0
    fee: I8 = 0
    waived: I8 = 0
    invoiced: I8 = 0
    unpaid: I8 = 0
    charged: I8 = 0
    cost: I8 = 0
    value: I8 = 0
    buckets: I4 = 0
    parts: I4 = 0
    moves: I4 = 0
    tells: I4 = 0
    sources: I4 = 0
    kept_sources: I4 = 0
    first_bucket: I4 = 0
    first_part: I4 = 0
    first_move: I4 = 0
    first_tell: I4 = 0
    use: I4 = 0
    subject: I4 = 0
    account: I4 = 0
    edition: I4 = 0
    cell: I4 = 0
    plan: I4 = 0
    fee_price: I4 = 0
    services: I4 = 0
    most_sources: I4 = 0
    service: I4 = 0
    zone: I2 = 0
    cycle_day: I2 = 0
    day_part: I2 = 0
    measure: I1 = 0
    asking: I1 = 0
    full: I1 = 0
    fault: I1 = 0
    ended: I1 = 0


class World(NamedTuple):
    """Law, calendar, state, input, output. Shape: lists of rows in the interpreter, structured arrays when compiled."""

    law: Any
    zone_first: Any
    changes: Any
    offsets: Any
    clocks: list[ClockRow]
    cycles: list[SpanRow]
    subjects: list[SubjectRow]
    of_subject: list[HeadRow]
    of_account: list[HeadRow]
    buckets: list[BucketRow]
    uses: list[UseRow]
    outcomes: Any
    sessions: list[SessionRow]
    sources: list[SourceRow]
    work: list[SourceRow]
    parts: list[PartRow]
    moves: list[MoveRow]
    tells: list[TellRow]
    grants: list[GrantRow]
    desk: list[DeskRow]


ROWS: Final[dict[str, type[Any]]] = {
    "clocks": ClockRow,
    "cycles": SpanRow,
    "subjects": SubjectRow,
    "of_subject": HeadRow,
    "of_account": HeadRow,
    "buckets": BucketRow,
    "uses": UseRow,
    "sessions": SessionRow,
    "sources": SourceRow,
    "work": SourceRow,
    "parts": PartRow,
    "moves": MoveRow,
    "tells": TellRow,
    "grants": GrantRow,
    "desk": DeskRow,
}
"""The row class of each table beside the law's."""

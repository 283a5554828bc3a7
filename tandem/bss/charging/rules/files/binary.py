"""Files of charging data records in BER to raw tables: in pieces, one bad record beside the next good one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from tandem.bss.charging.rules.files import ber, ts32297, ts32298
from tandem.bss.charging.rules.files.ber import Table
from tandem.bss.charging.rules.files.ber_values import column_of
from tandem.bss.charging.rules.files.columns import I64, FileFacts, RefusedRecord
from tandem.bss.charging.rules.files.form import FileForm
from tandem.bss.charging.rules.files.lines import Octets
from tandem.bss.charging.rules.files.raw import RawColumn, RawTable, Whole

_FAULTS: Final = {
    ber.TRUNCATED: "it ends in the middle",
    ber.MALFORMED: "it is not BER",
    ber.FULL: "it holds more uses than we take of one record",
    ber.UNKNOWN: "it is of a kind that the form does not know",
}
_FRAMES_AT_ONCE: Final = 16_384
_ROWS_AT_ONCE: Final = 65_536
_MOST_ROWS: Final = 1 << 20
_LONGEST_RECORD: Final = 1 << 24
"""A record that does not end within 16 MiB is none."""


def read_records(stream: Octets, form: FileForm, facts: FileFacts, piece: int) -> Iterator[RawTable]:
    """The records of a file. Raises: UsageInvalid when it has no header and should."""
    source = _Source(stream, piece)
    if form.framing == "ts32297":
        source.fill(ts32297.SHORTEST)
        size = int.from_bytes(source.octets[4:8])
        source.fill(min(size, ts32297.LONGEST))
        header = ts32297.header_of(source.octets)
        ts32297.fill_facts(facts, header)
        source.drop(header.header_length)
    reader = _Reader(ts32298.TABLE)
    while source.fill(1):
        frames, stopped, at = _frames(source.octets, form)
        yield from reader.tables(source.octets, frames, source.base)
        reader.first += len(frames)
        is_end = stopped and len(frames) < _FRAMES_AT_ONCE
        if is_end and (source.is_done or len(source.octets) - at > _LONGEST_RECORD):
            yield _cut_off(reader.first, source.base + at, facts, len(source.octets) - at)
            return
        source.drop(at)
        if is_end:
            source.fill(len(source.octets) + piece)


def _cut_off(record: int, offset: int, facts: FileFacts, left: int) -> RawTable:
    """Told: from where on nothing could be read."""
    facts.truncated_at = offset
    nothing = np.zeros(0, np.int64)
    reason = f"the file ends in the middle of a record, of which {left} octets are there"
    return RawTable({}, nothing, nothing, (RefusedRecord(record, offset, "", reason),))


def _frames(octets: bytes, form: FileForm) -> tuple[I64, bool, int]:
    """Where records stand in a piece, whether something stopped the search, and where the rest begins."""
    frames = np.zeros((_FRAMES_AT_ONCE, 2), np.int64)
    head = np.zeros(5, np.int64)
    kernel = ts32297.framed if form.framing == "ts32297" else ber.bare_frames
    count = kernel(octets, 0, head, frames)
    if form.framing == "ts32297":
        at = int(head[3])
    else:
        at = int(frames[count, 0]) if count < len(frames) else int(frames[-1, 1])
    return frames[:count], int(head[4]) == ber.TRUNCATED or int(head[4]) == ber.MALFORMED, at


class _Source:
    """A stream of octets of which the next ones are looked at before they are taken."""

    def __init__(self, stream: Octets, piece: int) -> None:
        self.stream, self.piece = stream, piece
        self.octets = b""
        self.base = 0
        self.is_done = False

    def fill(self, size: int) -> bool:
        """Have at least so many, if there are; whether there are any."""
        pieces = [self.octets]
        length = len(self.octets)
        while length < size and not self.is_done:
            pieces.append(self.stream.read(max(self.piece, size - length)))
            length += len(pieces[-1])
            self.is_done = not pieces[-1]
        self.octets = b"".join(pieces) if len(pieces) > 1 else self.octets
        return bool(self.octets)

    def drop(self, size: int) -> None:
        """Go on behind some octets."""
        self.octets = self.octets[size:]
        self.base += size


class _Reader:
    """Walks frames by a table; `first` counts records from 1."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.first = 1
        self.rows = _ROWS_AT_ONCE

    def tables(self, octets: bytes, frames: I64, base: int) -> Iterator[RawTable]:
        """The rows of some frames, in as many tables as it takes."""
        done = 0
        while done < len(frames):
            work = ber.work_for(self.table, self.rows, len(frames))
            walked = ber.walk(octets, frames[done:], self.table.steps, self.table.bounds, self.table.wide, work)
            if walked == 0 and self.rows < _MOST_ROWS:
                self.rows *= 4
                continue
            if walked == 0:
                work.faults[:, 0] = 0, frames[done, 0], ber.FULL
                work.marks[2] = walked = 1
            yield self._table(octets, work, base, self.first + done)
            done += walked

    def _table(self, octets: bytes, work: ber.Work, base: int, first: int) -> RawTable:
        rows, faults = int(work.marks[0]), int(work.marks[2])
        where = work.where[:, :rows]
        refused = tuple(
            RefusedRecord(first + int(frame), base + int(offset), "", _FAULTS[int(what)])
            for frame, offset, what in work.faults[:, :faults].T
        )
        columns = columns_of(octets, self.table, work.rows[:, :, :rows])
        columns["record_kind"] = Whole(where[2].copy())
        return RawTable(ts32298.refined(columns, where[3]), where[0] + first, where[1] + base, refused)


def columns_of(octets: bytes, table: Table, rows: I64) -> dict[str, RawColumn]:
    """The values of each name: of slots that have one name, the one that is told. Shape: rows (2, slots, rows)."""
    columns: dict[str, RawColumn] = {}
    for name in dict.fromkeys(name for name, _ in table.slots):
        slots = [place for place, (one, _) in enumerate(table.slots) if one == name]
        places = rows[:, slots[0]]
        for slot in slots[1:]:
            places = np.where(places[1] >= 0, places, rows[:, slot])
        columns[name] = column_of(octets, places, table.slots[slots[0]][1])
    octet_sums(columns)
    return columns


def octet_sums(columns: dict[str, RawColumn]) -> None:
    """Octets in all: as told, or uplink and downlink together."""
    told = [columns.get(name) for name in ("dataTotalVolume", "dataVolumeUplink", "dataVolumeDownlink")]
    total, up, down = (one.values for one in told if isinstance(one, Whole))
    sums = np.where((up < 0) & (down < 0), np.minimum(up, down), np.maximum(up, 0) + np.maximum(down, 0))
    columns["octets"] = Whole(np.where(total == -1, np.where((up == -2) | (down == -2), -2, sums), total))

"""Files of charging data records in BER to raw tables: in pieces, one bad record beside the next good one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

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
_STOPPED: Final = {
    ber.TRUNCATED: "the file ends in the middle of a record, of which {left} octets are there",
    ber.MALFORMED: "here and after it is no BER",
    ts32297.NOT_BER: "here and after it are records that are not in BER, or none",
}
_FRAMES_AT_ONCE: Final = 32_768
_ROWS_AT_ONCE: Final = 32_768
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
        frames, fault, at = _frames(source.octets, form, reader.memory)
        yield from reader.tables(source.octets, frames, source.base)
        reader.first += len(frames)
        source.drop(at)
        left = len(source.octets)
        if fault and (fault != ber.TRUNCATED or left > _LONGEST_RECORD or not source.fill(left + 1)):
            yield _cut_off(RefusedRecord(reader.first, source.base, "", _STOPPED[fault].format(left=left)), facts)
            return


def _cut_off(refused: RefusedRecord, facts: FileFacts) -> RawTable:
    """Told: from where on nothing could be read."""
    facts.truncated_at = refused.offset
    nothing = np.zeros(0, np.int64)
    return RawTable({}, nothing, nothing, (refused,))


def _frames(octets: bytes, form: FileForm, memory: I64) -> tuple[I64, int, int]:
    """Where records stand in a piece, what stopped the search or 0, and where the rest begins."""
    frames = np.zeros((_FRAMES_AT_ONCE, 2), np.int64)
    kernel = ts32297.framed if form.framing == "ts32297" else ber.bare_frames
    count = kernel(octets, memory, frames)
    return frames[:count], int(memory[ber.FAULTS]), int(memory[ber.AT])


class _Source:
    """A stream of octets of which the next ones are looked at before they are taken."""

    def __init__(self, stream: Octets, piece: int) -> None:
        self.stream, self.piece = stream, piece
        self.octets = b""
        self.base = 0
        self.is_done = False

    def fill(self, size: int) -> bool:
        """Have at least so many, if there are; whether there are."""
        pieces = [self.octets]
        length = len(self.octets)
        while length < size and not self.is_done:
            pieces.append(self.stream.read(max(self.piece, size - length)))
            length += len(pieces[-1])
            self.is_done = not pieces[-1]
        self.octets = b"".join(pieces) if len(pieces) > 1 else self.octets
        return length >= size

    def drop(self, size: int) -> None:
        """Go on behind some octets."""
        self.octets = self.octets[size:]
        self.base += size


class _Reader:
    """Walks frames by a table; `first` counts records from 1."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.first = 1
        self.memory = ber.memory_for(table)
        self.rows = ber.rows_for(table, _ROWS_AT_ONCE)
        self.faults = np.zeros((_FRAMES_AT_ONCE, 3), np.int64)

    def tables(self, octets: bytes, frames: I64, base: int) -> Iterator[RawTable]:
        """The rows of some frames, in as many tables as it takes."""
        done = 0
        while done < len(frames):
            walked = ber.walk(octets, frames[done:], self.table.steps, self.memory, self.rows, self.faults)
            if walked == 0 and len(self.rows) < _MOST_ROWS:
                self.rows = ber.rows_for(self.table, len(self.rows) * 4)
                continue
            if walked == 0:
                self.faults[0] = 0, frames[done, 0], ber.FULL
                self.memory[ber.FAULTS] = walked = 1
            yield self._table(octets, base, self.first + done)
            done += walked

    def _table(self, octets: bytes, base: int, first: int) -> RawTable:
        rows = self.rows[: int(self.memory[ber.ROWS])]
        refused = tuple(
            RefusedRecord(first + int(frame), base + int(offset), "", _FAULTS[int(what)])
            for frame, offset, what in self.faults[: int(self.memory[ber.FAULTS])]
        )
        rows = rows[~told_twice(self.table, rows)]
        columns = columns_of(octets, self.table, rows)
        octet_sums(columns)
        columns["record_kind"] = Whole(rows[:, 2].copy())
        return RawTable(ts32298.refined(columns, rows[:, 3].copy()), rows[:, 0] + first, rows[:, 1] + base, refused)


def told_twice(table: Table, rows: I64) -> npt.NDArray[np.bool_]:
    """Traffic volumes of records that tell the same volumes by rating group: a gateway may write both."""
    is_traffic = _is_told(table, rows, "changeTime")
    return is_traffic & np.isin(rows[:, 0], rows[_is_told(table, rows, "ratingGroup"), 0])


def _is_told(table: Table, rows: I64, name: str) -> npt.NDArray[np.bool_]:
    slots = [slot for slot, (one, _) in enumerate(table.slots) if one == name]
    return np.asarray((rows[:, [ber.WHERE + 2 * slot + 1 for slot in slots]] >= 0).any(axis=1), np.bool_)


def columns_of(octets: bytes, table: Table, rows: I64) -> dict[str, RawColumn]:
    """The values of each name: of slots that have one name, the one that is told. Shape: rows as of a walk."""
    columns: dict[str, RawColumn] = {}
    for name in dict.fromkeys(name for name, _ in table.slots):
        slots = [place for place, (one, _) in enumerate(table.slots) if one == name]
        places = _places(rows, slots[0])
        for slot in slots[1:]:
            places = np.where(places[1] >= 0, places, _places(rows, slot))
        columns[name] = column_of(octets, places, table.slots[slots[0]][1])
    return columns


def _places(rows: I64, slot: int) -> I64:
    first = ber.WHERE + 2 * slot
    return np.ascontiguousarray(rows[:, first : first + 2].T)


def octet_sums(columns: dict[str, RawColumn]) -> None:
    """Octets in all: as told, or uplink and downlink together."""
    told = [columns.get(name) for name in ("dataTotalVolume", "dataVolumeUplink", "dataVolumeDownlink")]
    total, up, down = (one.values for one in told if isinstance(one, Whole))
    sums = np.where((up < 0) & (down < 0), np.minimum(up, down), np.maximum(up, 0) + np.maximum(down, 0))
    columns["octets"] = Whole(np.where(total == -1, np.where((up == -2) | (down == -2), -2, sums), total))

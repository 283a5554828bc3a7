"""Delimited text and text of fixed width: blocks of lines to columns, and the lines that are no records."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from tandem.bss.charging.rules.files import splitting
from tandem.bss.charging.rules.files.columns import I64, RefusedRecord
from tandem.bss.charging.rules.files.compiled import Kernel
from tandem.bss.charging.rules.files.form import FileForm
from tandem.bss.charging.rules.files.lines import LONGEST, Block, Octets, blocks
from tandem.bss.charging.rules.files.raw import RawTable
from tandem.bss.charging.rules.files.slices import Slices
from tandem.bss.charging.terms import UsageInvalid

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def read_delimited(stream: Octets, form: FileForm, block: int) -> Iterator[RawTable]:
    """The records of a delimited file. Raises: UsageInvalid when the first line does not name the columns."""
    columns: list[str] | None = None if form.header else list(form.columns)
    for some in body(stream, form, block):
        if columns is None:
            columns, some = _header(some, form)
        if len(some.offsets):
            yield _table(some, form, columns)


def body(stream: Octets, form: FileForm, block: int) -> Iterator[Block]:
    """The lines of a file that say something; at least one block."""
    skip = form.skip_first
    held: list[Block] = []
    for some in blocks(stream, block):
        if some.first_line == 1 and some.octets.startswith(BYTE_ORDER_MARK):
            some = _without_mark(some)
        cut = min(skip, len(some.offsets))
        skip -= cut
        held.append(part_of(some, cut, len(some.offsets)))
        while sum(len(one.offsets) for one in held[1:]) >= form.skip_last and len(held) > 1:
            yield held.pop(0)
    skip = form.skip_last
    ends = []
    for one in reversed(held):
        last = max(len(one.offsets) - skip, 0)
        skip -= len(one.offsets) - last
        ends.append(part_of(one, 0, last))
    yield from reversed(ends)


def part_of(block: Block, first: int, last: int) -> Block:
    """Some lines of a block."""
    return Block(
        block.octets, block.starts[first : last + 1], block.offsets[first:last], block.first_line + first, block.is_last
    )


def _without_mark(block: Block) -> Block:
    starts = block.starts.copy()
    starts[0] = len(BYTE_ORDER_MARK)
    offsets = block.offsets.copy()
    offsets[0] = len(BYTE_ORDER_MARK)
    return block._replace(starts=starts, offsets=offsets)


def _header(block: Block, form: FileForm) -> tuple[list[str], Block]:
    first = block.octets[block.starts[0] : block.starts[1]] if len(block.offsets) else b""
    try:
        columns = [name.strip().lower() for name in fields_of(first, form)]
    except UsageInvalid as fault:
        raise UsageInvalid(f"the first line does not name the columns: {fault.reason}", path="line 1") from fault
    twice = sorted({name for name in columns if columns.count(name) > 1})
    missing = [name for name in mandatory(form) if name not in columns]
    if missing:
        raise UsageInvalid(f"the first line does not name {', '.join(missing)}", path="line 1", found=columns)
    if twice:
        raise UsageInvalid(f"the first line names {', '.join(twice)} twice", path="line 1")
    return columns, part_of(block, 1, len(block.offsets))


def mandatory(form: FileForm) -> list[str]:
    """Columns without which no line can be a record: those that are the only source of what every record tells."""
    told = (form.fields.service, form.fields.served, form.fields.started_at, form.fields.quantity)
    needed = [one for one in told if one is not None and one.constant is None and one.default is None]
    return [one.source[0] for one in needed if len(one.source) == 1]


def fields_of(line: bytes, form: FileForm) -> list[str]:
    """Raises: UsageInvalid for what is no text, or no delimited text."""
    if len(line) > LONGEST:
        raise UsageInvalid(f"a line has at most {LONGEST} octets")
    text = text_of(line, form)
    if "\0" in text:
        raise UsageInvalid("a line has no NUL character")
    quoting: Any = csv.QUOTE_MINIMAL if form.quote else csv.QUOTE_NONE
    told = csv.reader(
        [text.rstrip("\r\n")], strict=True, delimiter=form.delimiter, quotechar=form.quote or None, quoting=quoting
    )
    try:
        return next(told, [])
    except csv.Error as fault:
        raise UsageInvalid(f"not delimited text: {fault}") from fault


def text_of(line: bytes, form: FileForm) -> str:
    """Raises: UsageInvalid, with the octet at fault."""
    try:
        return line.decode(form.encoding)
    except UnicodeDecodeError as fault:
        name = {"utf-8": "UTF-8", "ascii": "ASCII"}.get(form.encoding, form.encoding)
        raise UsageInvalid(f"octet {fault.start + 1} of the line is not {name}") from fault


def _table(block: Block, form: FileForm, columns: Sequence[str]) -> RawTable:
    signs = np.array([ord(form.delimiter), ord(form.quote) if form.quote else -1], np.int64)
    places, marks = split_block(block, len(columns), splitting.split, signs)

    def values(line: bytes) -> list[bytes]:
        told = fields_of(line, form)
        if len(told) != len(columns):
            raise UsageInvalid(f"{len(columns)} columns are named, {len(told)} are there")
        return [value.strip().encode() for value in told]

    return finished(block, form, dict(zip(columns, places.swapaxes(0, 1), strict=True)), (marks, values))


def split_block(block: Block, fields: int, kernel: Kernel, how: I64) -> tuple[I64, I64]:
    """The places (2, fields, lines) of the fields of usual lines, and the marks of all."""
    rows = len(block.offsets)
    places = np.zeros((2, fields, rows), np.int64)
    marks = np.zeros(rows, np.int64)
    kernel(block.octets, block.starts, how, places, marks)
    return places, marks


def finished(
    block: Block, form: FileForm, places: Mapping[str, I64], told: tuple[I64, Callable[[bytes], list[bytes]]]
) -> RawTable:
    """The table of a block. `told`: the marks of its lines, and what reads an unusual one by itself."""
    marks, values = told
    rows = len(block.offsets)
    reading = _Reading(block, form, places, values)
    slow = one_by_one(block, form, marks)
    if block.is_last and form.whole_lines and rows and not block.octets.endswith(b"\n"):
        slow = np.union1d(slow, [rows - 1])
    for row in slow:
        reading.read(int(row))
    kept = (marks & splitting.EMPTY) == 0
    kept[reading.refused_rows] = False
    octets = b"".join([block.octets, *reading.extra]) if reading.extra else block.octets
    return RawTable(
        {name: Slices(octets, places[name][:, kept]) for name in places},
        (np.arange(rows, dtype=np.int64) + block.first_line)[kept],
        block.offsets[kept],
        tuple(reading.refused),
    )


def one_by_one(block: Block, form: FileForm, marks: I64) -> I64:
    """The lines that must be read by the exact rules: the unusual ones, and those that may be no text."""
    unusual = (marks & splitting.UNUSUAL) > 0
    high = (marks & splitting.HIGH) > 0
    if form.encoding != "utf-8" or (high.any() and not _is_text(block.octets)):
        unusual |= high
    return np.flatnonzero(unusual & ((marks & splitting.EMPTY) == 0))


def _is_text(octets: bytes) -> bool:
    try:
        octets.decode()
    except UnicodeDecodeError:
        return False
    return True


class _Reading:
    """Lines read one by one into the places of a block."""

    def __init__(
        self, block: Block, form: FileForm, places: Mapping[str, I64], values: Callable[[bytes], list[bytes]]
    ) -> None:
        self.block, self.form, self.places, self.values = block, form, list(places.values()), values
        self.extra: list[bytes] = []
        self.end = len(block.octets)
        self.refused: list[RefusedRecord] = []
        self.refused_rows: list[int] = []

    def read(self, row: int) -> None:
        """Take one line, or refuse it."""
        line = self.block.octets[self.block.starts[row] : self.block.starts[row + 1]]
        try:
            if self.form.whole_lines and not line.endswith(b"\n"):
                raise UsageInvalid("the last line has no end: it may be half of one")
            values = self.values(line)
        except UsageInvalid as fault:
            place = int(self.block.offsets[row])
            self.refused.append(RefusedRecord(self.block.first_line + row, place, fault.path or "", fault.reason))
            self.refused_rows.append(row)
            return
        for places, octets in zip(self.places, values, strict=True):
            places[:, row] = self.end, len(octets)
            self.extra.append(octets)
            self.end += len(octets)


# -- fixed width ------------------------------------------------------------------------------------------------------


def read_fixed(stream: Octets, form: FileForm, block: int) -> Iterator[RawTable]:
    """The records of a file whose fields stand at fixed places of a line."""
    layout = np.array([[column.start - 1, column.length] for column in form.layout], np.int64)
    needed = int(layout.sum(axis=1).max())

    def values(line: bytes) -> list[bytes]:
        line = line.rstrip(b"\r\n")
        text_of(line, form)
        if len(line) < needed or len(line) > LONGEST or b"\0" in line:
            raise UsageInvalid(f"a line has {needed} octets, none of them NUL; {len(line)} are there")
        cut = (line[start : start + length] for start, length in layout)
        return [octets.decode(form.encoding, "replace").strip().encode() for octets in cut]

    for some in body(stream, form, block):
        places, marks = split_block(some, len(layout), splitting.cut, layout)
        if len(marks):
            by_name = {column.name: places[:, index] for index, column in enumerate(form.layout)}
            yield finished(some, form, by_name, (marks, values))

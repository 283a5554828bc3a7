"""The lines of a usage file, each by itself: a bad one is told by line and column, the rest goes on.

Form: delimited text, UTF-8, comma, quotes as in RFC 4180 but no line break within them (so that one bad line cannot
swallow others), a first line with the columns' names in any order; further columns are kept as details.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from tandem.bss.charging.rules.reading import MANDATORY_COLUMNS, record_of_columns
from tandem.bss.charging.terms import FileReport, RejectedLine, UsageInvalid, UsageRecord

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_LONGEST_LINE: Final = 10_000


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line that is a usage record."""

    line: int
    record: UsageRecord


def read_lines(lines: Iterable[bytes]) -> Iterator[ReadLine | RejectedLine]:
    """Every line of a file but the first and the empty ones.

    Raises: UsageInvalid when the first line does not name the columns.
    """
    numbered = enumerate(lines, 1)
    columns = _columns(next(numbered, (1, b""))[1].removeprefix(_BYTE_ORDER_MARK))
    for number, line in numbered:
        if line.strip():
            yield _read(number, line, columns)


def _columns(line: bytes) -> list[str]:
    try:
        columns = [name.strip().lower() for name in _fields(line)]
    except UsageInvalid as fault:
        raise UsageInvalid(f"the first line does not name the columns: {fault.reason}", path="line 1") from fault
    missing = [name for name in MANDATORY_COLUMNS if name not in columns]
    if missing:
        raise UsageInvalid(f"the first line does not name {', '.join(missing)}", path="line 1", found=columns)
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise UsageInvalid(f"the first line names {', '.join(twice)} twice", path="line 1")
    return columns


def _read(number: int, line: bytes, columns: list[str]) -> ReadLine | RejectedLine:
    try:
        values = _fields(line)
        if len(values) != len(columns):
            raise UsageInvalid(f"{len(columns)} columns are named, {len(values)} are there")
        return ReadLine(number, record_of_columns(dict(zip(columns, (one.strip() for one in values), strict=True))))
    except UsageInvalid as fault:
        return RejectedLine(number, fault.path or "", fault.reason)


def _fields(line: bytes) -> list[str]:
    """Raises: UsageInvalid for what is no text, or no delimited text."""
    if len(line) > _LONGEST_LINE:
        raise UsageInvalid(f"a line has at most {_LONGEST_LINE} octets")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise UsageInvalid(f"octet {fault.start + 1} of the line is not UTF-8") from fault
    if "\0" in text:
        raise UsageInvalid("a line has no NUL character")
    try:
        return next(csv.reader([text.rstrip("\r\n")], strict=True), [])
    except csv.Error as fault:
        raise UsageInvalid(f"not delimited text: {fault}") from fault


def merged(reports: Iterable[FileReport], source: str) -> FileReport:
    """One report of a file that was taken in in parts."""
    parts = list(reports)
    return FileReport(
        source=source,
        lines=sum(part.lines for part in parts),
        rated=sum(part.rated for part in parts),
        suspended=sum(part.suspended for part in parts),
        duplicates=sum(part.duplicates for part in parts),
        rejected=tuple(line for part in parts for line in part.rejected),
    )

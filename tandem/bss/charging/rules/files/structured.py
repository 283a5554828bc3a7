"""JSON and XML, streamed: one record after another, each by itself, and told by line, offset and what is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final
from xml.parsers import expat

import numpy as np

from tandem.bss.charging.rules.files.columns import FileFacts, RefusedRecord
from tandem.bss.charging.rules.files.delimited import body, text_of
from tandem.bss.charging.rules.files.form import FileForm
from tandem.bss.charging.rules.files.lines import Octets
from tandem.bss.charging.rules.files.raw import RawTable
from tandem.bss.charging.rules.files.slices import slices_of
from tandem.bss.charging.rules.files.sources import used_names
from tandem.bss.charging.terms import UsageInvalid
from tandem.kernel.json import at as value_at
from tandem.kernel.json import canonical

_AT_ONCE: Final = 10_000
_LONGEST: Final = 1 << 20
"""Octets of one record, and of what stands before the first."""


class Gathered:
    """Records one by one, until they are enough for a table."""

    def __init__(self, form: FileForm) -> None:
        self.names = [*used_names(form), *(form.details if isinstance(form.details, tuple) else ())]
        self.takes_rest = form.details == "rest"
        self.records: list[tuple[int, int, Mapping[str, Any]]] = []
        self.refused: list[RefusedRecord] = []

    def take(self, line: int, offset: int, told: Mapping[str, Any]) -> None:
        """A record, by the names of its fields."""
        self.records.append((line, offset, told))

    def refuse(self, line: int, offset: int, reason: str) -> None:
        """No record."""
        self.refused.append(RefusedRecord(line, offset, "", reason))

    @property
    def is_full(self) -> bool:
        """Whether there is enough for a table."""
        return len(self.records) + len(self.refused) >= _AT_ONCE

    def table(self) -> RawTable:
        """What was gathered; then nothing is."""
        names = dict.fromkeys(self.names)
        if self.takes_rest:
            names |= dict.fromkeys(name for _, _, told in self.records for name in told)
        columns = {name: slices_of([_octets(told, name) for _, _, told in self.records]) for name in names}
        places = np.array([(line, offset) for line, offset, _ in self.records], np.int64).reshape(-1, 2)
        table = RawTable(columns, places[:, 0].copy(), places[:, 1].copy(), tuple(self.refused))
        self.records, self.refused = [], []
        return table


def _octets(told: Mapping[str, Any], name: str) -> bytes | None:
    value = told[name] if name in told else value_at(told, name)
    if value is None:
        return None
    if isinstance(value, str):
        return value.strip().encode("utf-8", "replace")
    if isinstance(value, bool):
        return b"true" if value else b"false"
    return str(value).encode() if isinstance(value, int | Decimal) else canonical(value)


# -- JSON -------------------------------------------------------------------------------------------------------------


def read_json(stream: Octets, form: FileForm, facts: FileFacts, block: int) -> Iterator[RawTable]:
    """The records of a JSON file: the items of an array, or one object a line."""
    window = _Window(stream, form, block)
    if form.records or window.first() == "[":
        yield from _items(window, form, facts)
        return
    gathered = Gathered(form)
    for some in body(_Again(window.octets, stream), form, block):
        for row in range(len(some.offsets)):
            line = some.octets[some.starts[row] : some.starts[row + 1]]
            _take_line(gathered, (some.first_line + row, int(some.offsets[row])), line, form)
            if gathered.is_full:
                yield gathered.table()
    yield gathered.table()


def _take_line(gathered: Gathered, place: tuple[int, int], line: bytes, form: FileForm) -> None:
    if not line.strip():
        return
    try:
        told = _DECODER.decode(text_of(line, form))
    except UsageInvalid as fault:
        gathered.refuse(*place, fault.reason)
        return
    except (ValueError, RecursionError) as fault:
        gathered.refuse(*place, f"not valid JSON: {fault}")
        return
    _take(gathered, place, told)


def _take(gathered: Gathered, place: tuple[int, int], told: Any) -> None:
    if isinstance(told, dict):
        gathered.take(*place, told)
    else:
        gathered.refuse(*place, "a record is an object")


class _Again:
    """A stream of which something was read already."""

    def __init__(self, octets: bytes, stream: Octets) -> None:
        self.octets, self.stream = octets, stream

    def read(self, size: int, /) -> bytes:
        """The next octets."""
        if self.octets:
            part, self.octets = self.octets[:size], self.octets[size:]
            return part
        return self.stream.read(size)


class _Window:
    """A part of a stream as text, and where it stands."""

    def __init__(self, stream: Octets, form: FileForm, block: int) -> None:
        self.stream, self.form, self.block = stream, form, block
        self.octets = stream.read(block)
        self.offset = 0
        self.is_done = not self.octets

    def first(self) -> str:
        """The first character that says something."""
        return self.octets.removeprefix(b"\xef\xbb\xbf").lstrip()[:1].decode("latin-1")

    def more(self) -> bool:
        """Read on; whether there was anything."""
        part = self.stream.read(self.block)
        self.octets += part
        self.is_done = not part
        return bool(part)

    def drop(self, size: int) -> None:
        """Go on behind some octets."""
        self.octets = self.octets[size:]
        self.offset += size


_DECODER: Final = json.JSONDecoder(parse_float=Decimal)


def _items(window: _Window, form: FileForm, facts: FileFacts) -> Iterator[RawTable]:
    """The items of the array. After one that does not end, nothing can be read."""
    gathered = Gathered(form)
    window.drop(_array_begin(window, form.records))
    count = 0
    while True:
        end, fault = _item_end(window)
        if fault or end == 0:
            break
        count += 1
        _take_line(gathered, (count, window.offset), window.octets[:end], form)
        window.drop(end)
        if gathered.is_full:
            yield gathered.table()
    if fault:
        facts.truncated_at = window.offset
        gathered.refuse(count + 1, window.offset, fault)
    yield gathered.table()


def _array_begin(window: _Window, member: str) -> int:
    """Behind the bracket that begins the array. Raises: UsageInvalid where there is none."""
    pattern = re.compile(rb'"' + re.escape(member.encode()) + rb'"\s*:\s*\[' if member else rb"^(?:\xef\xbb\xbf)?\s*\[")
    while True:
        found = pattern.search(window.octets)
        if found:
            return found.end()
        if len(window.octets) > _LONGEST or not window.more():
            raise UsageInvalid(f"there is no array{f' {member!r}' if member else ''} of records", path="octet 0")


def _item_end(window: _Window) -> tuple[int, str]:
    """Where the next item ends, 0 where the array does; or why there is none."""
    scan = _Scan()
    while True:
        space = len(window.octets) - len(window.octets.lstrip(b" \t\r\n,"))
        window.drop(space)
        end = scan.end(window.octets)
        if end >= 0:
            return end, ""
        if len(window.octets) > _LONGEST:
            return 0, f"a record has at most {_LONGEST:,} octets; what is here does not end, and hides all after it"
        if not window.more():
            return 0, "the file ends in the middle of the array"


_STRUCTURE: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\]]', re.DOTALL)


class _Scan:
    """Looks for the end of one item of an array."""

    def end(self, octets: bytes) -> int:
        """Behind the item; 0 where the array ends; -1 where it is not all there."""
        if octets[:1] == b"]":
            return 0
        if octets[:1] not in (b"{", b"[", b'"'):
            found = re.search(rb"[,\]]", octets)
            return found.start() if found and octets else -1
        depth = 0
        for found in _STRUCTURE.finditer(octets):
            sign = found.group()
            depth += sign in (b"{", b"[")
            depth -= sign in (b"}", b"]")
            if depth == 0:
                return found.end()
        return -1


# -- XML --------------------------------------------------------------------------------------------------------------


def read_xml(stream: Octets, form: FileForm, facts: FileFacts, block: int) -> Iterator[RawTable]:
    """The elements of an XML file that are records: their children's text by path, their attributes by @name.

    Entities are not declared in a usage file: one that declares some is refused, so none can expand without end.
    """
    records = _Elements(form)
    while True:
        octets = stream.read(block)
        try:
            records.parser.Parse(octets, not octets)
        except expat.ExpatError as fault:
            at = records.parser.ErrorByteIndex
            facts.truncated_at = at
            records.gathered.refuse(fault.lineno, at, f"not well-formed: {expat.ErrorString(fault.code)}")
            octets = b""
        if records.gathered.is_full or not octets:
            yield records.gathered.table()
        if not octets:
            return


class _Elements:
    """What a parser tells, put together to records."""

    def __init__(self, form: FileForm) -> None:
        self.gathered = Gathered(form)
        self.name = form.records
        self.path: list[str] = []
        self.depth = 0
        self.told: dict[str, str] | None = None
        self.text: list[str] = []
        self.size = 0
        self.place = (0, 0)
        self.parser = expat.ParserCreate(namespace_separator=None)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.EntityDeclHandler = self.entity
        self.parser.ExternalEntityRefHandler = self.external

    def entity(self, name: str, *_: object) -> None:
        """Refused: entities can be made to expand without end. Raises: UsageInvalid."""
        raise UsageInvalid(f"a usage file declares no entities, and this one {name!r}", path=self._line())

    def external(self, *_: object) -> int:
        """Refused. Raises: UsageInvalid."""
        raise UsageInvalid("a usage file refers to nothing outside of it", path=self._line())

    def _line(self) -> str:
        return f"line {self.parser.CurrentLineNumber}"

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        local = name.rpartition(":")[2]
        if self.told is None and local == self.name:
            self.told = {}
            self.size = 0
            self.place = (self.parser.CurrentLineNumber, self.parser.CurrentByteIndex)
        elif self.told is not None:
            self.path.append(local)
        if self.told is not None:
            for key, value in attributes.items():
                self._tell(".".join([*self.path, f"@{key.rpartition(':')[2]}"]), value)
        self.text = []

    def characters(self, text: str) -> None:
        """Text within an element."""
        if self.told is not None and self.size <= _LONGEST:
            self.text.append(text)
            self.size += len(text)

    def end(self, name: str) -> None:
        """An element ends."""
        if self.told is None:
            return
        if self.path:
            self._tell(".".join(self.path), "".join(self.text))
            self.path.pop()
            self.text = []
        elif self.size > _LONGEST:
            self.gathered.refuse(*self.place, f"a record has at most {_LONGEST:,} characters")
            self.told = None
        else:
            self.gathered.take(*self.place, self.told)
            self.told = None

    def _tell(self, name: str, value: str) -> None:
        assert self.told is not None, "within a record"
        if value.strip():
            self.told.setdefault(name, value)

"""The door of this package: a usage file of any form, as batches of columns and what is wrong with the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tandem.bss.charging.rules.files import guessing
from tandem.bss.charging.rules.files.binary import read_records
from tandem.bss.charging.rules.files.columns import FileFacts, UsageBatch
from tandem.bss.charging.rules.files.delimited import read_delimited, read_fixed
from tandem.bss.charging.rules.files.form import FileForm, check_form
from tandem.bss.charging.rules.files.lines import BLOCK, Octets
from tandem.bss.charging.rules.files.mapping import map_table
from tandem.bss.charging.rules.files.nrtrde import read_nrtrde
from tandem.bss.charging.rules.files.raw import RawTable
from tandem.bss.charging.rules.files.sequences import sequence_in_name
from tandem.bss.charging.rules.files.structured import read_json, read_xml
from tandem.bss.charging.rules.files.tap_reading import read_tap
from tandem.bss.charging.rules.files.unpacking import Begun, unpacked


class UsageFile:
    """A file that is being read: iterate over its batches once; `facts` are whole when that is done."""

    def __init__(self, stream: Octets, form: FileForm, name: str, block: int = BLOCK) -> None:
        self.stream, self.form, self.block = stream, form, block
        self.facts = FileFacts(form.kind, form.name, sequence=sequence_in_name(form, name))

    def __iter__(self) -> Iterator[UsageBatch]:
        for table in self._tables():
            if table.rows == 0 and not table.refused:
                continue
            batch = map_table(table, self.form) if table.rows else _refused_only(table, self.form)
            self.facts.records += batch.columns.rows + len(batch.refused)
            self.facts.refused += len(batch.refused)
            yield batch

    def _tables(self) -> Iterator[RawTable]:
        stream, form, facts, block = self.stream, self.form, self.facts, self.block
        if form.kind == "delimited":
            return read_delimited(stream, form, block)
        if form.kind == "fixed":
            return read_fixed(stream, form, block)
        if form.kind == "json":
            return read_json(stream, form, facts, block)
        if form.kind == "xml":
            return read_xml(stream, form, facts, block)
        if form.kind == "ts32297":
            return read_records(stream, form, facts, block)
        return read_tap(stream, facts) if form.kind == "tap3" else read_nrtrde(stream, facts)


def _refused_only(table: RawTable, form: FileForm) -> UsageBatch:
    empty = RawTable({}, table.line, table.offset)
    return UsageBatch(map_table(empty, form).columns, table.refused)


def open_usage_file(
    stream: Octets, *, name: str, form: FileForm | None = None, known: Sequence[FileForm] = (), block: int = BLOCK
) -> UsageFile:
    """Begin to read a file: unpack it if it is packed, and find its form if none is named.

    Memory: a few blocks, whatever the file's length; TAP and NRTRDE files are held as a whole.
    Raises: UsageInvalid, here and while it is read, where all of the file is refused: no form fits, its first line
    names no columns, a fatal fault of TAP, damage of a packed file, more than the bounds allow.
    """
    begun = Begun(unpacked(stream), guessing.LOOKED_AT)
    found = form or guessing.guess(begun.head, name, known)
    check_form(found)
    return UsageFile(begun, found, name, block)

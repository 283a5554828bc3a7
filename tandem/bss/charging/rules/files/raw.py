"""What a decoder hands to the mapping: the sender's fields as columns, by their names, whatever file they stood in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tandem.bss.charging.rules.files.columns import I64, RefusedRecord
from tandem.bss.charging.rules.files.slices import Slices


@dataclass(frozen=True, slots=True)
class Whole:
    """A column of whole numbers; -1 where there is none."""

    values: I64


@dataclass(frozen=True, slots=True)
class Moments:
    """A column of instants, in microseconds since 1970 UTC; -1 where there is none."""

    values: I64


RawColumn = Slices | Whole | Moments


@dataclass(frozen=True, slots=True)
class RawTable:
    """Some records. Shape: columns of one length; text columns share their octets. `line` and `offset` as told.

    `refused` were none, in the order of the file.
    """

    columns: Mapping[str, RawColumn]
    line: I64
    offset: I64
    refused: tuple[RefusedRecord, ...] = field(default=())

    @property
    def rows(self) -> int:
        """How many records there are."""
        return len(self.line)

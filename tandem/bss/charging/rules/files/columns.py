"""What a decoder of usage files yields: batches of columns, the records refused, and what the file says of itself.

A batch is a few arrays of one length, one row for one use. No row is an object: a file of a million records is some
hundred batches.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

I64 = npt.NDArray[np.int64]
I32 = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Arrow = Any
"""A pyarrow array or chunked array; pyarrow tells no types."""

MOST_DIGITS: Final = 18
"""Digits that surely fit into 63 bits. A longer number stands in the text column whole, in the integer by its first."""
NOT_TOLD: Final = -1

FileKind = Literal["delimited", "fixed", "json", "xml", "ts32297", "tap3", "nrtrde"]


class Digits(NamedTuple):
    """A number column in both forms. Shape: three arrays of one length.

    `text`: pyarrow string, never null, empty where there is none. `value`: the first 18 digits as an integer, 0 where
    there are none; `length`: how many digits there are, so that 0049 and 49 differ.
    """

    text: Arrow
    value: I64
    length: I32


@dataclass(frozen=True, slots=True)
class UsageColumns:
    """Records as columns. Shape: arrays of one length, in the order of the file.

    Units: `started_us` microseconds since 1970 UTC; `duration_s` seconds; `octets`; `value` millionths of `currency`.
    Not told: -1 in integers (but `started_us`, which is always told), null in `record_id`, `session`, `details` and
    `excluded`, empty in `network` and `currency`. `service` and `excluded` are dictionary-encoded: the word of a
    service, the name of the rule that excludes the record. `partial_seq` numbers the partial records of a `session`.
    `line` counts lines or records from 1; `offset` is where the record begins in the unpacked file, in octets.
    """

    record_id: Arrow
    served: Digits
    service: Arrow
    started_us: I64
    duration_s: I64
    octets: I64
    count: I64
    destination: Digits
    network: Arrow
    rating_group: I32
    value: I64
    currency: Arrow
    session: Arrow
    partial_seq: I64
    is_last: Flags
    line: I64
    offset: I64
    details: Arrow
    excluded: Arrow

    @property
    def rows(self) -> int:
        """How many records there are."""
        return len(self.line)


class RefusedRecord(NamedTuple):
    """A record that is none: where it stands, the field at fault (empty: all of it), and why."""

    line: int
    offset: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class UsageBatch:
    """Some records of a file, and those refused among them; `columns.rows + len(refused)` is what was read."""

    columns: UsageColumns
    refused: tuple[RefusedRecord, ...] = ()


@dataclass(slots=True)
class FileFacts:
    """What a file says of itself, filled while it is read and whole when its batches are.

    `sequence` is its number among those of `sender`, for the search of gaps; `truncated_at` the octet from which
    nothing could be read; `told` whatever else its header says, as text.
    """

    kind: FileKind
    form: str
    sender: str = ""
    recipient: str = ""
    sequence: int | None = None
    records: int = 0
    refused: int = 0
    truncated_at: int | None = None
    told: dict[str, str] = field(default_factory=dict)

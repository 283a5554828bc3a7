"""Columns as slices of one piece of octets, and what becomes of them: text, numbers, digits, instants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tandem.bss.charging.rules.files import kernels
from tandem.bss.charging.rules.files.columns import I64, NOT_TOLD, Arrow, Digits

U8 = npt.NDArray[np.uint8]
NO_PREFIXES: Final = ("", "", "", "")


@dataclass(frozen=True, slots=True)
class Slices:
    """A text column. Shape: `places` (2, rows), begin and length in `octets`; length -1 where the field is absent."""

    octets: bytes
    places: I64

    @property
    def rows(self) -> int:
        """How many there are."""
        return int(self.places.shape[1])

    def at(self, row: int) -> bytes | None:
        """One of them."""
        start, length = int(self.places[0, row]), int(self.places[1, row])
        return None if length < 0 else self.octets[start : start + length]

    def take(self, rows: npt.NDArray[Any]) -> Slices:
        """Some of them, by mask or by place."""
        return Slices(self.octets, self.places[:, rows])

    def told(self) -> npt.NDArray[np.bool_]:
        """Where there is something."""
        return cast("npt.NDArray[np.bool_]", self.places[1] > 0)


def slices_of(values: Sequence[bytes | None]) -> Slices:
    """A column out of single values."""
    lengths = np.array([-1 if value is None else len(value) for value in values], np.int64)
    starts = np.concatenate([[0], np.cumsum(np.maximum(lengths, 0))])[: len(values)].astype(np.int64)
    return Slices(b"".join(value for value in values if value is not None), np.stack([starts, lengths]))


def constant(value: bytes, rows: int) -> Slices:
    """The same value in each row."""
    return Slices(value, np.stack([np.zeros(rows, np.int64), np.full(rows, len(value), np.int64)]))


def absent(rows: int) -> Slices:
    """A column that nobody told."""
    return Slices(b"", np.stack([np.zeros(rows, np.int64), np.full(rows, -1, np.int64)]))


def together(columns: Sequence[Slices]) -> list[Slices]:
    """The same columns over one piece of octets."""
    pieces: dict[int, tuple[int, bytes]] = {}
    end = 0
    for column in columns:
        if id(column.octets) not in pieces:
            pieces[id(column.octets)] = (end, column.octets)
            end += len(column.octets)
    if len(pieces) < 2:
        return list(columns)
    octets = b"".join(piece for _, piece in pieces.values())
    return [Slices(octets, _moved(column.places, pieces[id(column.octets)][0])) for column in columns]


def _moved(places: I64, by: int) -> I64:
    moved = places.copy()
    moved[0] += by
    return moved


def first_told(columns: Sequence[Slices]) -> Slices:
    """In each row the first of some columns that says something."""
    first, *others = together(columns)
    found = first.places.copy()
    for column in others:
        empty = found[1] < 1
        found[:, empty] = column.places[:, empty]
    return Slices(first.octets, found)


def from_array(array: Arrow) -> Slices:
    """A pyarrow string column as slices; null is absent."""
    _, offsets, data = array.buffers()
    ends = np.frombuffer(offsets, np.int32, len(array) + 1, array.offset * 4).astype(np.int64)
    lengths = np.diff(ends)
    lengths[array.is_null().to_numpy(zero_copy_only=False)] = NOT_TOLD
    return Slices(data.to_pybytes() if data is not None else b"", np.stack([ends[:-1], lengths]))


def from_whole(values: I64) -> Slices:
    """Whole numbers as text; -1 is absent."""
    return from_array(pa.array(values, mask=values == NOT_TOLD).cast(pa.string()))


def text_array(column: Slices, *, empty_is_null: bool = False) -> Arrow:
    """A pyarrow string column; absent is null where `empty_is_null`, else empty."""
    out = np.empty(int(np.maximum(column.places[1], 0).sum()), np.uint8)
    ends = np.zeros(column.rows + 1, np.int64)
    kernels.gathered(column.octets, column.places, out, ends)
    return string_array(out, ends, column.places[1] > 0 if empty_is_null else None)


def string_array(data: U8, ends: I64, valid: npt.NDArray[np.bool_] | None) -> Arrow:
    """A pyarrow string column over octets that are UTF-8. Raises: pyarrow.ArrowInvalid beyond 2 GiB in a batch."""
    validity = None if valid is None else pa.py_buffer(np.packbits(valid, bitorder="little").tobytes())
    offsets = pa.py_buffer(ends.astype(np.int32).tobytes())
    return pa.Array.from_buffers(pa.string(), len(ends) - 1, [validity, offsets, pa.py_buffer(data.tobytes())])


def whole_numbers(column: Slices) -> I64:
    """Whole numbers; -1 where there is none, or it is not understood."""
    values = np.empty(column.rows, np.int64)
    kernels.whole_numbers(column.octets, column.places, values)
    return values


def digits(column: Slices, prefixes: tuple[str, str, str, str] = NO_PREFIXES) -> tuple[Digits, npt.NDArray[np.bool_]]:
    """Numbers in international form, and which of them were understood.

    `prefixes`: what is cut off (00), what is replaced (0) and by what (353), what is put before the rest.
    """
    rows = column.rows
    room = int(np.maximum(column.places[1], 0).sum()) + rows * max(len(prefixes[2]), len(prefixes[3])) + 64
    out = np.empty(room, np.uint8)
    told = np.zeros((3, rows + 1), np.int64)
    fronts = tuple(np.frombuffer(one.encode(), np.uint8) for one in prefixes)
    kernels.digits(column.octets, column.places, fronts, out, told)
    ends = told[0]
    counts = told[2, :rows]
    number = Digits(
        string_array(out[: int(ends[-1])], ends, None), told[1, :rows].copy(), np.maximum(counts, 0).astype(np.int32)
    )
    return number, counts >= 0


def instants(column: Slices, pattern: Sequence[int]) -> I64:
    """Microseconds since 1970 UTC by a pattern of codes; -1 where there is none, or it is not understood."""
    moments = np.empty(column.rows, np.int64)
    kernels.instants(column.octets, column.places, np.array(pattern, np.int64), np.zeros(12, np.int64), moments)
    return moments


def matches(column: Slices, word: bytes) -> npt.NDArray[np.bool_]:
    """Which of them are this word."""
    matched = np.zeros(column.rows, np.bool_)
    kernels.same(column.octets, column.places, np.frombuffer(word, np.uint8), matched)
    return matched


def json_members(columns: Mapping[str, Slices], rows: int) -> Arrow:
    """JSON objects that hold the columns by name, in the order of the names; null where all are empty."""
    if not columns:
        return pa.nulls(rows, pa.string())
    names = sorted(columns)
    keys = [_key(name) for name in names]
    told = together([columns[name] for name in names])
    places = np.stack([column.places for column in told], axis=1)
    room = int(np.maximum(places[1], 0).sum()) * 6 + rows * (sum(len(key) + 4 for key in keys) + 2)
    out = np.empty(room, np.uint8)
    ends = np.zeros(rows + 1, np.int64)
    name_ends = np.cumsum([0, *(len(key) for key in keys)]).astype(np.int64)
    kernels.members(told[0].octets, places, np.frombuffer(b"".join(keys), np.uint8), name_ends, out, ends)
    return string_array(out[: int(ends[-1])], ends, ends[1:] > ends[:-1])


def _key(name: str) -> bytes:
    return b'"' + name.encode().replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'":'

"""Many rows at once: arrays go to the database and come back without an object for each row.

COPY is refused on tables with row-level security, so that rows go by COPY into a temporary table and from there, under
the policy, by one statement. A few rows travel as array parameters instead. The statement is the same for both.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import psycopg
from numpy.typing import NDArray

from tandem.kernel.store.uow import Uow, translated

FEW: Final = 2_000
"""Up to so many rows travel as parameters: a temporary table costs more than it saves."""

_HEADER: Final = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
_TRAILER: Final = struct.pack(">h", -1)
_EPOCH_US: Final = 946_684_800_000_000
"""PostgreSQL counts from 2000 on."""
_LEAST, _MOST = -(2**63), 2**63 - 1
_SQL_TYPES: Final = {"i8": "bigint", "i4": "integer", "i2": "smallint", "us": "timestamptz", "text": "text"} | {
    "bytes": "bytea",
    "jsonb": "jsonb",
}
_NUMPY: Final = {"i8": ">i8", "i4": ">i4", "i2": ">i2", "us": ">i8"}

_FOR_MANY: Final = (
    "select set_config('client_min_messages', 'warning', true), set_config('work_mem', '64MB', true), "
    "set_config('random_page_cost', '1.1', true)"
)
"""For the rest of the transaction: sorts in memory, and what thousands of rows are joined with is found by index."""

Values = NDArray[Any] | Sequence[Any] | Any
"""An array of numbers, or a list or pyarrow array of texts or bytes."""


@dataclass(frozen=True, slots=True)
class Nullable:
    """Numbers of which some are null."""

    numbers: NDArray[Any]
    nulls: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.numbers)


class Column(NamedTuple):
    """One column of rows to be written.

    `kind`: i8, i4, i2, us (microseconds UTC; the least and the greatest number are without end), text, bytes, jsonb (as
    text). Arrays of numbers have no nulls; lists of all kinds may have them.
    """

    kind: str
    values: Values


class Rows(NamedTuple):
    """What stands after `from` for rows, and its parameters."""

    sql: str
    params: list[Any]


def rows_of(uow: Uow, name: str, columns: Mapping[str, Column]) -> Rows:
    """Rows as a table that statements of this transaction read, called `name`.

    Shape: columns of one length. Rows of the same name that were here before are gone.
    """
    count = len(next(iter(columns.values())).values)
    if count <= FEW:
        marks = ", ".join(f"%s::{_parameter_type(one.kind)}[]::{_SQL_TYPES[one.kind]}[]" for one in columns.values())
        return Rows(f"unnest({marks}) as {name} ({', '.join(columns)})", [_listed(one) for one in columns.values()])
    _stage(uow, f"staged_{name}", columns, count)
    return Rows(f"staged_{name} as {name}", [])


def _parameter_type(kind: str) -> str:
    return "text" if kind in ("us", "jsonb") else _SQL_TYPES[kind]


def _listed(column: Column) -> list[Any]:
    if column.kind == "us":
        return [_instant_text(int(value)) for value in column.values]
    values = column.values
    if isinstance(values, Nullable):
        values = [None if null else one for one, null in zip(values.numbers.tolist(), values.nulls, strict=True)]
    found: list[Any] = values.to_pylist() if hasattr(values, "to_pylist") else list(values)
    return [None if one is None else int(one) for one in found] if column.kind in _NUMPY else found


def _instant_text(us: int) -> str:
    if us >= _MOST:
        return "infinity"
    return "-infinity" if us <= _LEAST + 1 else f"{np.datetime64(us, 'us')}Z"


def _stage(uow: Uow, table: str, columns: Mapping[str, Column], rows: int) -> None:
    """Put rows into a temporary table of this connection."""
    definitions = ", ".join(f"{name} {_SQL_TYPES[one.kind]}" for name, one in columns.items())
    uow.execute(_FOR_MANY)
    uow.execute(f"drop table if exists pg_temp.{table}")
    uow.execute(f"create temporary table {table} ({definitions}) on commit drop")
    block = _encoded(columns, rows)
    try:
        with uow.connection.cursor().copy(f"copy {table} from stdin (format binary)") as copy:
            copy.write(_HEADER)
            for at in range(0, len(block), 1 << 20):
                copy.write(block[at : at + (1 << 20)])
            copy.write(_TRAILER)
    except psycopg.Error as fault:
        raise translated(fault) from fault


def _encoded(columns: Mapping[str, Column], rows: int) -> memoryview:
    """Rows in PostgreSQL's binary COPY form: neighbours of fixed width as one array, all joined by pyarrow."""
    import pyarrow.compute as pc

    parts = [_fixed(np.full(rows, len(columns), ">i2").view("V2"))]
    parts += [piece for one in columns.values() for piece in _pieces(one, rows)]
    joined = pc.binary_join_element_wise(*parts, b"")
    if hasattr(joined, "combine_chunks"):
        joined = joined.combine_chunks()
    _, offsets, data = joined.buffers()
    first, last = np.frombuffer(offsets, "i4")[[joined.offset, joined.offset + rows]]
    return memoryview(data)[int(first) : int(last)]


def _pieces(column: Column, rows: int) -> list[Any]:
    values = column.values
    if column.kind not in _NUMPY:
        return _variable(column)
    if isinstance(values, list):
        nulls = np.array([one is None for one in values])
        values = Nullable(np.array([0 if one is None else one for one in values]), nulls)
    if isinstance(values, Nullable):
        return _nullable(column.kind, values)
    return [_number(column, rows)]


def _nullable(kind: str, values: Nullable) -> list[Any]:
    """Numbers, some of them null: the lengths, -1 for null, and the octets."""
    import pyarrow as pa
    import pyarrow.compute as pc

    form = np.dtype(_NUMPY[kind])
    lengths = np.where(values.nulls, -1, form.itemsize).astype(">i4")
    octets = _fixed(np.ascontiguousarray(values.numbers.astype(form)).view(f"V{form.itemsize}"))
    return [_fixed(lengths.view("V4")), pc.if_else(pa.array(values.nulls), b"", octets)]


def _number(column: Column, rows: int) -> Any:
    form = np.dtype(_NUMPY[column.kind])
    table = np.empty(rows, np.dtype([("length", ">i4"), ("value", form)]))
    table["length"] = form.itemsize
    values = np.asarray(column.values, "i8")
    table["value"] = _shifted(values) if column.kind == "us" else values
    return _fixed(table.view(f"V{table.dtype.itemsize}"))


def _shifted(us: NDArray[np.int64]) -> NDArray[np.int64]:
    shifted = us - _EPOCH_US
    shifted[us >= _MOST] = _MOST
    shifted[us <= _LEAST + 1] = _LEAST
    return shifted


def _fixed(values: NDArray[np.void]) -> Any:
    """An array of equal pieces as a pyarrow binary array."""
    import pyarrow as pa

    width, rows = values.dtype.itemsize, len(values)
    offsets = np.arange(0, (rows + 1) * width, width, dtype=np.int32)
    return pa.Array.from_buffers(pa.binary(), rows, [None, pa.py_buffer(offsets), pa.py_buffer(values)])


def _variable(column: Column) -> list[Any]:
    """The lengths, -1 for null, and the octets; jsonb has its version before them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    values = column.values
    if not isinstance(values, pa.Array | pa.ChunkedArray):
        values = pa.array(values, pa.binary() if column.kind == "bytes" else pa.string())
    if pa.types.is_dictionary(values.type):
        values = pc.cast(values, values.type.value_type)
    octets = pc.fill_null(pc.cast(values, pa.binary()), b"")
    lengths = pc.binary_length(octets).to_numpy(zero_copy_only=False).astype(">i4")
    nulls = pc.is_null(values).to_numpy(zero_copy_only=False)
    if column.kind == "jsonb":
        octets = pc.if_else(pc.is_null(values), b"", pc.binary_join_element_wise(b"\x01", octets, b""))
        lengths = (lengths.astype("i4") + 1).astype(">i4")
    lengths[nulls] = -1
    return [_fixed(np.ascontiguousarray(lengths).view("V4")), octets]


def read_table(uow: Uow, sql: str, params: Sequence[Any], names: Mapping[str, str]) -> NDArray[np.void]:
    """The rows of a query as an array: one answer that holds each column as one value.

    Shape: `names` are its columns in order, none null: i8, i4, i2 or us, which become whole numbers, or `S` with a
    number for texts that the query pads to so many octets (`::char(64)`), which become octets without the padding.
    """
    gathered = (
        f"array_agg({name}::bigint)" if kind in ("i8", "i4", "i2") else f"array_agg({name})"
        for name, kind in names.items()
    )
    try:
        cursor = uow.connection.cursor(binary=True)
        cursor.execute(f"select {', '.join(gathered)} from ({sql}) as found ({', '.join(names)})", params)
    except psycopg.Error as fault:
        raise translated(fault) from fault
    answer = cursor.pgresult
    assert answer is not None, "a select has an answer"
    columns = [answer.get_value(0, place) for place in range(len(names))]
    rows = 0 if columns[0] is None else struct.unpack_from(">i", columns[0], _ARRAY_SIZE)[0]
    table = np.empty(rows, [(name, "i8" if kind in _NUMPY else kind) for name, kind in names.items()])
    for (name, kind), column in zip(names.items(), columns, strict=True):
        if column is not None:
            table[name] = _unpacked(column, kind, rows)
    return table


_ARRAY_SIZE: Final = 12
_ARRAY_HEADER: Final = 20
"""Octets of a one-dimensional array's binary form before its elements, and before the number of them."""


def _unpacked(column: bytes, kind: str, rows: int) -> NDArray[Any]:
    form = np.dtype([("length", ">i4"), ("value", ">i8" if kind in _NUMPY else kind)])
    values = np.frombuffer(column, form, offset=_ARRAY_HEADER, count=rows)["value"]
    if kind == "us":
        return _unshifted(values.astype("i8"))
    return values if kind in _NUMPY else np.char.rstrip(values, b" ")


def _unshifted(shifted: NDArray[np.int64]) -> NDArray[np.int64]:
    us = shifted + _EPOCH_US
    us[shifted == _MOST] = _MOST
    us[shifted == _LEAST] = _LEAST + 1
    return us

"""The rows of a query as pyarrow columns: for hundreds of thousands of rows with texts among them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

import psycopg

from tandem.kernel.store.uow import Uow, translated

Arrow = Any
"""A `pyarrow.Table`; pyarrow is imported when the first one is read."""
_BLOCK: Final = 1 << 24


def read_arrow(uow: Uow, sql: str, params: Sequence[Any], kinds: Mapping[str, str]) -> Arrow:
    """The rows of a query. Shape: its columns in order, each `i8` (none null) or `text`."""
    import pyarrow as pa
    from pyarrow import csv

    types = {name: pa.int64() if kind == "i8" else pa.string() for name, kind in kinds.items()}
    try:
        with uow.connection.cursor().copy(f"copy ({sql}) to stdout (format csv)", params) as copy:
            block = b"".join(bytes(piece) for piece in copy)
    except psycopg.Error as fault:
        raise translated(fault) from fault
    if not block:
        return pa.table({name: pa.array([], form) for name, form in types.items()})
    table = csv.read_csv(
        io.BytesIO(block),
        read_options=csv.ReadOptions(column_names=list(types), block_size=_BLOCK),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )
    return table.combine_chunks()

"""Columns of text: a few as lists, many as pyarrow arrays, by the same words.

A process that charges a record now and then never imports pyarrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

FEW: Final = 2_000

Texts = Any
"""A list of texts, or a pyarrow array of them."""
Places = NDArray[Any]


def taken(values: Texts, places: Places) -> Texts:
    """Of some texts those at these places, in their order; -1 is none."""
    if len(places) <= FEW:
        known = values if isinstance(values, list) else values.to_pylist()
        return [None if place < 0 else known[place] for place in places.tolist()]
    import pyarrow as pa

    array = pa.array(values, pa.string()) if isinstance(values, list) else values
    return array.take(pa.array(places, mask=places < 0) if (places < 0).any() else pa.array(places))


def taken_bytes(values: list[bytes], places: Places) -> Any:
    """The same of octets."""
    if len(places) <= FEW:
        return [values[place] for place in places.tolist()]
    import pyarrow as pa

    return pa.array(values, pa.binary()).take(pa.array(places))


def joined(separator: str, columns: Sequence[Texts | NDArray[Any]]) -> Texts:
    """Texts and whole numbers side by side as one text, row by row."""
    if len(columns[0]) <= FEW:
        rows = zip(*(_few(column) for column in columns), strict=True)
        return [separator.join(row) for row in rows]
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(*(_many(column) for column in columns), separator)


def _few(column: Any) -> list[str]:
    values = column.tolist() if isinstance(column, np.ndarray) else column
    values = values.to_pylist() if hasattr(values, "to_pylist") else values
    return [str(value) for value in values]


def _many(column: Any) -> Any:
    import pyarrow as pa

    if isinstance(column, np.ndarray):
        return pa.array(column).cast(pa.string())
    return pa.array(column, pa.string()) if isinstance(column, list) else column


def grouped(texts: Texts, groups: Places, count: int, separator: str) -> Texts:
    """The texts of each group as one, none where a group has none. Shape: `groups` ascending, below `count`."""
    sizes = np.bincount(groups, minlength=count)
    ends = np.cumsum(sizes)
    if max(count, len(groups)) <= FEW:
        known = _few(texts)
        bounds = zip((ends - sizes).tolist(), ends.tolist(), strict=True)
        return [separator.join(known[first:end]) if first < end else None for first, end in bounds]
    import pyarrow as pa
    import pyarrow.compute as pc

    lists = pa.ListArray.from_arrays(pa.array(np.concatenate([[0], ends]), pa.int32()), _whole(_many(texts)))
    return pc.if_else(pa.array(sizes == 0), None, pc.binary_join(lists, separator))


def _whole(array: Any) -> Any:
    return array.combine_chunks() if hasattr(array, "combine_chunks") else array

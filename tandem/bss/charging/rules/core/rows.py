"""A row of a table, declared once: the class that the interpreter works with, and the array type of compiled code."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any, Final, TypeVar, get_type_hints

import numpy as np
from numpy.typing import NDArray

I8 = Annotated[int, "i8"]
I4 = Annotated[int, "i4"]
I2 = Annotated[int, "i2"]
I1 = Annotated[int, "i1"]
Table = NDArray[np.void]
"""A one-dimensional structured array whose columns are the fields of a row class: `table["used"]` is a column."""

Row = TypeVar("Row")


_DTYPES: Final[dict[type[Any], np.dtype[np.void]]] = {}
_NAMES: Final[dict[type[Any], tuple[str, ...]]] = {}


def dtype_of(row: type[Any]) -> np.dtype[np.void]:
    """The array type of a row class: its fields in their order, aligned as a C compiler would."""
    if row not in _DTYPES:
        hints = get_type_hints(row, include_extras=True)
        columns = [(field.name, hints[field.name].__metadata__[0]) for field in fields(row)]
        _DTYPES[row] = np.dtype(columns, align=True)
    return _DTYPES[row]


def _names_of(row: type[Any]) -> tuple[str, ...]:
    if row not in _NAMES:
        _NAMES[row] = tuple(field.name for field in fields(row))
    return _NAMES[row]


def table_of(row: type[Any], size: int) -> Table:
    """A table of `size` rows, each as a fresh row of the class is."""
    table = np.empty(size, dtype_of(row))
    table[:] = values_of(row())
    return table


def rows_of(row: type[Row], table: Table) -> list[Row]:
    """The rows of a table as objects, for the interpreter."""
    return [row(*values) for values in table.tolist()]


def values_of(row: Any) -> tuple[int, ...]:
    """A row's values in the order of its columns."""
    return tuple([getattr(row, name) for name in _names_of(type(row))])


def joined(row: type[Any], rows: list[Any]) -> Table:
    """A table of row objects."""
    table = np.empty(len(rows), dtype_of(row))
    for index, one in enumerate(rows):
        table[index] = values_of(one)
    return table

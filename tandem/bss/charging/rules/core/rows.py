"""A row of a table, declared once: the class that the interpreter works with, and the array type of compiled code."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Annotated, Any, TypeVar, get_type_hints

import numpy as np
from numpy.typing import NDArray

I8 = Annotated[int, "i8"]
I4 = Annotated[int, "i4"]
I2 = Annotated[int, "i2"]
I1 = Annotated[int, "i1"]
Table = NDArray[np.void]
"""A one-dimensional structured array whose columns are the fields of a row class: `table["used"]` is a column."""

Row = TypeVar("Row")


@cache
def dtype_of(row: type[Any]) -> np.dtype[np.void]:
    """The array type of a row class: its fields in their order, aligned as a C compiler would."""
    hints = get_type_hints(row, include_extras=True)
    return np.dtype([(field.name, hints[field.name].__metadata__[0]) for field in fields(row)], align=True)


@cache
def _names_of(row: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(row))


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

"""Which records a form leaves out, and by which rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tandem.bss.charging.rules.files import slices
from tandem.bss.charging.rules.files.columns import Arrow
from tandem.bss.charging.rules.files.form import Exclusion
from tandem.bss.charging.rules.files.raw import RawColumn
from tandem.bss.charging.rules.files.slices import Slices

Flags = npt.NDArray[np.bool_]


def excluded_by(rules: Sequence[Exclusion], columns: Mapping[str, RawColumn], rows: int) -> Arrow:
    """The first rule that leaves each record out, or null; dictionary-encoded."""
    indices = np.full(rows, -1, np.int32)
    for index, rule in reversed(list(enumerate(rules))):
        column = columns.get(rule.field)
        if column is not None:
            indices[_held(rule, as_text(column))] = index
    names = pa.array([rule.rule for rule in rules], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(indices, mask=indices < 0), names)


def as_text(column: RawColumn) -> Slices:
    """Any column as the text that it is compared by."""
    return column if isinstance(column, Slices) else slices.from_whole(column.values)


def _held(rule: Exclusion, column: Slices) -> Flags:
    held: Any = np.ones(column.rows, np.bool_)
    if rule.is_in:
        held &= _any_of(column, rule.is_in)
    if rule.not_in:
        held &= ~_any_of(column, rule.not_in)
    if rule.is_empty is not None:
        held &= column.told() != rule.is_empty
    if rule.at_most is not None:
        values = slices.whole_numbers(column)
        held &= (values >= 0) & (values <= rule.at_most)
    return np.asarray(held, np.bool_)


def _any_of(column: Slices, words: Sequence[str]) -> Flags:
    found = np.zeros(column.rows, np.bool_)
    for word in words:
        found |= slices.matches(column, word.encode())
    return found

"""Charges as they stand, as arrays: parted into uses, with what each moved.

A session on line is one usage record with charges of several instants, one for each slice: each slice is a use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tandem.bss.charging.rules.core import layout
from tandem.bss.charging.rules.core.book import pack_column

Numbers = NDArray[np.int64]
_FIELDS: Final = 4
"""Of a move: the bucket's number, what of it, taken, before."""
_SORTED_AS_TEXT: Final = 10
"""Places below stand in order when their ids do."""


class Moves(NamedTuple):
    """What charges moved. Shape: one a move, in order of `row`, the charge."""

    row: Numbers
    n: Numbers
    what: Numbers
    taken: Numbers
    before: Numbers

    def of(self, chosen: NDArray[np.bool_]) -> Moves:
        """Some of them."""
        return Moves(*(column[chosen] for column in self))


@dataclass(frozen=True)
class Standing:
    """The charges of some accounts that stand, by use: `first[k]` up to `first[k + 1]` are those of use k, in order.

    Uses are in order of account, time and record.

    Shape: `texts` an arrow table; `numbers` its columns of numbers.
    """

    texts: Any
    numbers: dict[str, Numbers]
    first: Numbers
    moves: Moves

    @property
    def uses(self) -> int:
        """How many uses were charged."""
        return len(self.first) - 1

    @property
    def use_of(self) -> Numbers:
        """The use of each charge."""
        return np.repeat(np.arange(self.uses), np.diff(self.first))

    def of_uses(self, name: str) -> Numbers:
        """A column of numbers, once for each use."""
        return self.numbers[name][self.first[:-1]]

    def records_of_uses(self) -> tuple[Numbers, Numbers]:
        """The usage record of each use as a number, and how many uses each record has."""
        import pyarrow.compute as pc

        codes = pc.dictionary_encode(self.texts_of_uses("usage_id")).indices.to_numpy(zero_copy_only=False)
        codes = codes.astype(np.int64)
        return codes, np.bincount(codes)

    def texts_of_uses(self, name: str) -> Any:
        """A column of texts, once for each use."""
        return whole(self.texts[name]).take(self.first[:-1])


def standing_of(table: Any) -> Standing:
    """Rows of `store.rerating.charges_since` as uses; `next_place` is that of the next row of a record."""
    if "next_place" not in table.column_names:
        table = _only_standing(table)
    numbers = _numbers(table)
    if len(table) and numbers["place"].max() >= _SORTED_AS_TEXT:
        starts = _is_first(table, numbers)
        table = table.take(np.lexsort((numbers["place"], np.cumsum(starts))))
        numbers = _numbers(table)
    first = np.append(np.flatnonzero(_is_first(table, numbers)), len(table)).astype(np.int64)
    return Standing(table, numbers, first, moves_of(whole(table["moves"])))


def _only_standing(table: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    numbers = _numbers(table)
    records = pc.dictionary_encode(whole(table["usage_id"])).indices.to_numpy(zero_copy_only=False)
    last = np.zeros(int(records.max(initial=-1)) + 1, np.int64)
    np.maximum.at(last, records, numbers["place"])
    table = table.append_column("next_place", pa.array(last[records] + 1))
    return table.filter(numbers["stands"] == 1)


def without_uses(standing: Standing, left: NDArray[np.bool_]) -> Standing:
    """Without some uses: their charges stay as they are. Shape: `left` by use."""
    if not left.any():
        return standing
    kept = ~np.repeat(left, np.diff(standing.first))
    return standing_of(standing.texts.filter(kept))


def _numbers(table: Any) -> dict[str, Numbers]:
    return {
        name: table[name].to_numpy().astype(np.int64)
        for name in table.column_names
        if str(table.schema.field(name).type) == "int64"
    }


def _is_first(table: Any, numbers: dict[str, Numbers]) -> NDArray[np.bool_]:
    import pyarrow.compute as pc

    found = np.ones(len(table), bool)
    if len(table) > 1:
        usage = whole(table["usage_id"])
        other = pc.not_equal(usage.slice(1), usage.slice(0, len(usage) - 1)).to_numpy(zero_copy_only=False)
        found[1:] = other | (numbers["account"][1:] != numbers["account"][:-1])
        found[1:] |= numbers["started"][1:] != numbers["started"][:-1]
    return found


def moves_of(texts: Any) -> Moves:
    """Packed moves (`rules.moves`) as arrays."""
    import pyarrow.compute as pc

    fields = pc.split_pattern(pc.replace_substring(pc.fill_null(texts, ""), ";", ":"), ":")
    sizes = pc.list_value_length(fields).to_numpy(zero_copy_only=False).astype(np.int64)
    sizes = np.where(sizes < _FIELDS, 0, sizes // _FIELDS)
    flat = whole(fields).flatten()
    told = flat.filter(pc.not_equal(flat, "")).cast("int64").to_numpy(zero_copy_only=False)
    n, what, taken, before = told.reshape(-1, _FIELDS).T.copy()
    return Moves(np.repeat(np.arange(len(sizes)), sizes), n, what, taken, before)


def coded(texts: Any, code: Any) -> Numbers:
    """A number for each text. Shape: few different ones."""
    import pyarrow.compute as pc

    encoded = pc.dictionary_encode(pc.fill_null(whole(texts), ""))
    codes = np.array([code(text) for text in encoded.dictionary.to_pylist()] or [0], np.int64)
    found: Numbers = codes[encoded.indices.to_numpy(zero_copy_only=False)]
    return found


def packed_numbers(texts: Any) -> Numbers:
    """Called numbers as the core packs digits."""
    import pyarrow.compute as pc

    encoded = pc.dictionary_encode(pc.fill_null(whole(texts), ""))
    codes = pack_column(encoded.dictionary.to_pylist() or [""])
    found: Numbers = codes[encoded.indices.to_numpy(zero_copy_only=False)]
    return found


def whole(array: Any) -> Any:
    """An arrow column as one array."""
    return array.combine_chunks() if hasattr(array, "combine_chunks") else array


KEPT_MOVES: Final = (layout.USED, layout.MOVED)
"""What a reversal takes back: a threshold that was told stays told."""

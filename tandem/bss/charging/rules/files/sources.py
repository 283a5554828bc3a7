"""One of our columns out of the sender's fields that tell it, and the records in which it is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tandem.bss.charging.rules.files import slices
from tandem.bss.charging.rules.files.columns import I64, NOT_TOLD, Arrow, Digits
from tandem.bss.charging.rules.files.excluding import as_text
from tandem.bss.charging.rules.files.form import Field, FileForm, Number
from tandem.bss.charging.rules.files.moments import moments_of
from tandem.bss.charging.rules.files.raw import Moments, RawColumn, RawTable, Whole
from tandem.bss.charging.rules.files.slices import Slices
from tandem.bss.charging.rules.reading import MOST, number_of, quantity_of, value_of
from tandem.bss.charging.terms import UsageInvalid

Flags = npt.NDArray[np.bool_]
_LONGEST_ID: Final = 200
_BLANK: Final = re.compile(r"\s")
_NETWORK: Final = r"^$|^[0-9]{5,6}$|^[A-Z0-9]{5}$"


class Faults:
    """What is wrong with the records of a batch: of each the first thing."""

    def __init__(self) -> None:
        self.by_row: dict[int, tuple[str, str]] = {}

    def tell(self, row: int, field: str, reason: str) -> None:
        """A record is refused, unless it is already."""
        self.by_row.setdefault(row, (field, reason))


def used_names(form: FileForm) -> frozenset[str]:
    """The sender's fields that our columns come from."""
    told = (getattr(form.fields, name) for name in form.fields.__struct_fields__)
    return frozenset(name for one in told if one is not None for name in one.source)


class Sources:
    """The fields of some records."""

    def __init__(self, table: RawTable, faults: Faults) -> None:
        self.table, self.faults = table, faults

    def name_of(self, field: Field) -> str:
        """What a refusal calls it."""
        there = [name for name in field.source if name in self.table.columns]
        return there[0] if there else next(iter(field.source), "")

    def column(self, field: Field | None) -> RawColumn:
        """The sender's column, constant and default put in."""
        rows = self.table.rows
        if field is None:
            return slices.absent(rows)
        if field.constant is not None:
            return slices.constant(field.constant.encode(), rows)
        columns = [self.table.columns[name] for name in field.source if name in self.table.columns]
        if not columns:
            return slices.absent(rows) if field.default is None else slices.constant(field.default.encode(), rows)
        if len(columns) == 1 and field.default is None:
            return columns[0]
        if field.default is None and all(isinstance(one, Whole) for one in columns):
            return Whole(_first(columns))
        if field.default is None and all(isinstance(one, Moments) for one in columns):
            return Moments(_first(columns))
        told = [as_text(one) for one in columns]
        if field.default is not None:
            told.append(slices.constant(field.default.encode(), rows))
        return slices.first_told(told)

    def words(self, field: Field, what: str) -> Arrow:
        """Words by the form's translation, dictionary-encoded; one that is not listed is refused."""
        encoded = slices.text_array(as_text(self.column(field))).dictionary_encode()
        told = encoded.dictionary.to_pylist()
        translated = [_translated(word, field) for word in told]
        for index in [place for place, word in enumerate(translated) if not word]:
            listed = ", ".join(dict.fromkeys(field.values.values()))
            reason = f"a {what} is one of {listed}" if field.values else f"there is no {what}"
            for row in np.flatnonzero(encoded.indices.to_numpy(zero_copy_only=False) == index):
                self.faults.tell(int(row), self.name_of(field), reason)
        words = list(dict.fromkeys(word or "" for word in translated))
        places = np.array([words.index(word or "") for word in translated] or [0], np.int32)
        indices = places[encoded.indices.to_numpy(zero_copy_only=False)] if told else np.zeros(0, np.int32)
        return pa.DictionaryArray.from_arrays(pa.array(indices), pa.array(words, pa.string()))

    def text(self, field: Field | None, *, empty_is_null: bool = False) -> Arrow:
        """Text by the form's translation."""
        array = slices.text_array(as_text(self.column(field)), empty_is_null=empty_is_null)
        if field is None or not (field.values or field.others):
            return array
        encoded = array.dictionary_encode()
        words = pa.array([_translated(word, field) for word in encoded.dictionary.to_pylist()], pa.string())
        return words.take(encoded.indices)

    def numbers(self, field: Field, is_needed: Flags) -> Digits:
        """International digits; of rows that need none, none may be told."""
        column = as_text(self.column(field))
        number, understood = slices.digits(column, _prefixes(field.number))
        doubtful = np.flatnonzero(~understood | (is_needed & (number.length == 0)))
        if not len(doubtful):
            return number
        cleaned: dict[int, bytes] = {}
        for row in doubtful:
            self._number(int(row), field, (column.at(int(row)) or b"").decode(), cleaned)
        if cleaned:
            number, _ = slices.digits(_changed(column, cleaned), _prefixes(field.number))
        return number

    def _number(self, row: int, field: Field, text: str, cleaned: dict[int, bytes]) -> None:
        """One number by the exact rules."""
        name = self.name_of(field)
        try:
            number_of(text, name, name)
        except UsageInvalid as fault:
            self.faults.tell(row, name, fault.reason)
            return
        cleaned[row] = _BLANK.sub("", text).encode()

    def networks(self, field: Field | None) -> Arrow:
        """MCC and MNC digits, or a TADIG code; empty at home."""
        array = self.text(field)
        if field is None:
            return array
        plain = pc.replace_substring(array, "-", "")
        wrong = pc.invert(pc.match_substring_regex(plain, _NETWORK)).to_numpy(zero_copy_only=False)
        for row in np.flatnonzero(wrong):
            self.faults.tell(int(row), self.name_of(field), "a network is MCC and MNC digits, or a TADIG code")
        return plain

    def moments(self, field: Field) -> I64:
        """Instants."""
        column = self.column(field)
        if isinstance(column, Moments):
            for place in np.flatnonzero(column.values == NOT_TOLD):
                self.faults.tell(int(place), self.name_of(field), "there is no such time")
            return column.values
        moments, faults = moments_of(as_text(column), field.time)
        for row, reason in faults.items():
            self.faults.tell(row, self.name_of(field), reason)
        return moments

    def whole(self, field: Field | None, *, most: int = MOST, is_needed: bool = False) -> I64:
        """Whole numbers in our unit; -1 where none is told."""
        if field is None:
            return np.full(self.table.rows, NOT_TOLD, np.int64)
        if field.sum:
            parts = [
                self._whole(self.table.columns[one], field, False) for one in field.source if one in self.table.columns
            ]
            stacked = np.stack(parts or [np.full(self.table.rows, NOT_TOLD, np.int64)])
            values = np.where((stacked == NOT_TOLD).all(axis=0), NOT_TOLD, np.maximum(stacked, 0).sum(axis=0))
        else:
            values = self._whole(self.column(field), field, is_needed)
        limit = most * field.divisor // field.factor
        for place in np.flatnonzero(values > limit):
            self.faults.tell(int(place), self.name_of(field), f"a quantity is a whole number from 0 to {most:,}")
        scaled = -(-np.minimum(values, limit) * field.factor // field.divisor)
        return np.where(values == NOT_TOLD, NOT_TOLD, scaled)

    def _whole(self, column: RawColumn, field: Field, is_needed: bool) -> I64:
        if not isinstance(column, Slices):
            for place in np.flatnonzero(column.values < NOT_TOLD):
                self.faults.tell(int(place), self.name_of(field), "it is no whole number from 0 on")
            return column.values
        values = slices.whole_numbers(column)
        doubtful = [int(place) for place in np.flatnonzero((values == NOT_TOLD) & (column.told() | is_needed))]
        for row in doubtful:
            try:
                values[row] = quantity_of((column.at(row) or b"").decode(), "")
            except UsageInvalid as fault:
                self.faults.tell(row, self.name_of(field), fault.reason)
        return values

    def micros(self, field: Field | None) -> I64:
        """Decimal text in millionths; -1 where none is told."""
        column = self.column(field)
        if field is None or not isinstance(column, Slices):
            return np.full(self.table.rows, NOT_TOLD, np.int64) if field is None else column.values  # type: ignore[union-attr]
        values = np.full(self.table.rows, NOT_TOLD, np.int64)
        for row in np.flatnonzero(column.told()):
            try:
                values[row] = value_of((column.at(int(row)) or b"0").decode(), "") or 0
            except UsageInvalid as fault:
                self.faults.tell(int(row), self.name_of(field), fault.reason)
        return values

    def identifiers(self, field: Field | None) -> Arrow:
        """The sender's ids; null where there is none."""
        array = self.text(field, empty_is_null=True)
        if field is None:
            return array
        long = pc.greater(pc.fill_null(pc.utf8_length(array), 0), _LONGEST_ID).to_numpy(zero_copy_only=False)
        for row in np.flatnonzero(long):
            self.faults.tell(int(row), self.name_of(field), f"a record id has 1 to {_LONGEST_ID} characters")
        return array


def _first(columns: list[RawColumn]) -> I64:
    values = columns[0].values.copy()  # type: ignore[union-attr]
    for column in columns[1:]:
        values = np.where(values == NOT_TOLD, column.values, values)  # type: ignore[union-attr]
    return values


def _translated(word: str, field: Field) -> str | None:
    if word in field.values:
        return field.values[word]
    if field.others is not None and word:
        return field.others
    return None if field.values else word


def _prefixes(number: Number) -> tuple[str, str, str, str]:
    return number.cut, number.trunk, number.country, number.country if number.national else ""


def _changed(column: Slices, changes: Mapping[int, bytes]) -> Slices:
    places = column.places.copy()
    end = len(column.octets)
    for row, octets in changes.items():
        places[:, row] = end, len(octets)
        end += len(octets)
    return Slices(column.octets + b"".join(changes.values()), places)

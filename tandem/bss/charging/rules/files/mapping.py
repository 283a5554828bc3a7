"""The sender's fields to our columns, by a form: all records of a batch at once, and what is wrong with the others.

What the loops over octets do not understand is read again by the rules of `rules/reading.py`, one value at a time.
"""

from __future__ import annotations

from dataclasses import fields as attributes
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tandem.bss.charging.rules.files import slices
from tandem.bss.charging.rules.files.columns import (
    I64,
    NOT_TOLD,
    Arrow,
    Digits,
    RefusedRecord,
    UsageBatch,
    UsageColumns,
)
from tandem.bss.charging.rules.files.excluding import as_text, excluded_by
from tandem.bss.charging.rules.files.form import Field, FileForm
from tandem.bss.charging.rules.files.raw import RawTable
from tandem.bss.charging.rules.files.sources import Faults, Sources, used_names

_COUNTED: Final = ("message", "mms", "content")
_NEEDS: Final = {"voice": "a duration", "data": "octets, a duration or a count"}
_TRUE: Final = ("true", "1", "yes")


def map_table(table: RawTable, form: FileForm) -> UsageBatch:
    """Our columns of some records, and those refused: by the decoder, and here."""
    faults = Faults()
    columns = _columns(Sources(table, faults), form)
    if not faults.by_row:
        return UsageBatch(columns, table.refused)
    refused = [
        RefusedRecord(int(table.line[row]), int(table.offset[row]), field, reason)
        for row, (field, reason) in faults.by_row.items()
    ]
    kept = np.ones(table.rows, np.bool_)
    kept[list(faults.by_row)] = False
    return UsageBatch(taken(columns, kept), tuple(sorted((*table.refused, *refused), key=lambda one: one.line)))


def taken(columns: UsageColumns, rows: npt.NDArray[np.bool_]) -> UsageColumns:
    """Some rows of a batch, by mask."""
    picked = {one.name: _taken(getattr(columns, one.name), rows) for one in attributes(columns)}
    return replace(columns, **picked)


def _taken(column: Arrow, rows: npt.NDArray[np.bool_]) -> Arrow:
    if isinstance(column, Digits):
        return Digits(column.text.filter(pa.array(rows)), column.value[rows], column.length[rows])
    return column[rows] if isinstance(column, np.ndarray) else column.filter(pa.array(rows))


def _columns(told: Sources, form: FileForm) -> UsageColumns:
    fields, rows = form.fields, told.table.rows
    service = told.words(fields.service, "usage type")
    served = told.numbers(fields.served, np.ones(rows, np.bool_))
    destination = _destination(told, form, service)
    started = told.moments(fields.started_at)
    duration, octets, count = _measures(told, form, service)
    record_id = told.identifiers(fields.record_id)
    return UsageColumns(
        record_id=record_id,
        served=served,
        service=service,
        started_us=started,
        duration_s=duration,
        octets=octets,
        count=count,
        destination=destination,
        network=told.networks(fields.network),
        rating_group=told.whole(fields.rating_group, most=2**31 - 1).astype(np.int32),
        value=told.micros(fields.value),
        currency=told.text(fields.currency),
        session=told.text(fields.session, empty_is_null=True),
        partial_seq=told.whole(fields.partial_seq),
        is_last=_is_last(told, fields.is_last),
        line=told.table.line,
        offset=told.table.offset,
        details=_details(told, form),
        excluded=excluded_by(form.exclude, told.table.columns, rows),
    )


def _destination(told: Sources, form: FileForm, service: Arrow) -> Digits:
    if form.fields.destination is None:
        return slices.digits(slices.absent(told.table.rows))[0]
    return told.numbers(form.fields.destination, is_one_of(service, form.destination_for))


def is_one_of(service: Arrow, words: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """Which rows are of these services."""
    known = np.array([word in words for word in service.dictionary.to_pylist()] or [False], np.bool_)
    indices = service.indices.to_numpy(zero_copy_only=False)
    return np.asarray(known[np.maximum(indices, 0)], np.bool_)


def _measures(told: Sources, form: FileForm, service: Arrow) -> tuple[I64, I64, I64]:
    """Seconds, octets and how many, each where it is told."""
    fields = form.fields
    voice, data = is_one_of(service, ("voice",)), is_one_of(service, ("data",))
    duration, octets, count = (told.whole(one) for one in (fields.duration_s, fields.octets, fields.count))
    if fields.quantity is not None:
        quantity = told.whole(fields.quantity, is_needed=True)
        duration = np.where(voice, quantity, duration)
        octets = np.where(data, quantity, octets)
        count = np.where(voice | data, count, quantity)
    count = np.where((count == NOT_TOLD) & is_one_of(service, _COUNTED), 1, count)
    for rows, word in ((voice & (duration < 0), "voice"), (data & (octets < 0) & (duration < 0) & (count < 0), "data")):
        for row in np.flatnonzero(rows):
            told.faults.tell(int(row), "quantity", f"{word} has {_NEEDS[word]}")
    return duration, octets, count


def _is_last(told: Sources, field: Field | None) -> npt.NDArray[np.bool_]:
    if field is None:
        return np.ones(told.table.rows, np.bool_)
    words = told.text(replace_default(field, "true"))
    return np.asarray(pc.is_in(words, pa.array(_TRUE)).to_numpy(zero_copy_only=False), np.bool_)


def replace_default(field: Field, default: str) -> Field:
    """The same field, with a default where it has none."""
    if field.default is not None:
        return field
    return Field(
        source=field.source, constant=field.constant, default=default, values=field.values, others=field.others
    )


def _details(told: Sources, form: FileForm) -> Arrow:
    names = form.details
    if isinstance(names, str):
        used = used_names(form)
        names = tuple(name for name in told.table.columns if name not in used)
    kept = {name: as_text(told.table.columns[name]) for name in names if name in told.table.columns}
    return slices.json_members(kept, told.table.rows)

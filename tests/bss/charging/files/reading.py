"""Batches of columns as rows that a test can compare."""

from __future__ import annotations

import io
from dataclasses import fields
from typing import Any

import numpy as np

from tandem.bss.charging.rules.files.columns import Digits, RefusedRecord, UsageBatch, UsageColumns
from tandem.bss.charging.rules.files.decoding import UsageFile, open_usage_file
from tandem.bss.charging.rules.files.form import FileForm


def opened(octets: bytes, form: FileForm | None = None, *, name: str = "file", block: int = 1 << 22) -> UsageFile:
    return open_usage_file(io.BytesIO(octets), name=name, form=form, block=block)


def read(
    octets: bytes, form: FileForm | None = None, *, name: str = "file", block: int = 1 << 22
) -> tuple[list[dict[str, Any]], list[RefusedRecord]]:
    """All rows, and all that was refused."""
    return told(list(opened(octets, form, name=name, block=block)))


def told(batches: list[UsageBatch]) -> tuple[list[dict[str, Any]], list[RefusedRecord]]:
    rows = [row for batch in batches for row in rows_of(batch.columns)]
    return rows, [one for batch in batches for one in batch.refused]


def rows_of(columns: UsageColumns) -> list[dict[str, Any]]:
    lists = {one.name: _list(getattr(columns, one.name)) for one in fields(columns)}
    assert {len(values) for values in lists.values()} == {columns.rows}
    return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]


def _list(column: Any) -> list[Any]:
    if isinstance(column, Digits):
        texts = column.text.to_pylist()
        assert column.length.tolist() == [len(text) for text in texts]
        assert column.value.tolist() == [int(text[:18] or 0) for text in texts]
        return list(texts)
    return list(column.tolist() if isinstance(column, np.ndarray) else column.to_pylist())


def picked(rows: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows]

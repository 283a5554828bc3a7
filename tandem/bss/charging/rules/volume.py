"""Records that are kept as rows, as columns again: for those that are rated once more, many at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from tandem.bss.charging.rules.core.days import us_of
from tandem.bss.charging.rules.files.columns import MOST_DIGITS, NOT_TOLD, Digits, UsageColumns
from tandem.kernel.json import canonical

Row = Mapping[str, Any]
_SESSION: Final = "session"
_PARTIAL: Final = "partial"


def columns_of_rows(rows: Sequence[Row]) -> UsageColumns:
    """Rows of the table of records as columns, in their order. What they were excluded for is not looked at."""
    count = len(rows)
    details = [dict(row["details"] or {}) for row in rows]
    sessions = [one.pop(_SESSION, None) for one in details]
    partials = [
        int(one.pop(_PARTIAL, NOT_TOLD)) if name else NOT_TOLD for one, name in zip(details, sessions, strict=True)
    ]
    return UsageColumns(
        record_id=_texts(rows, "record_id"),
        served=_digits(rows, "served"),
        service=_texts(rows, "service").dictionary_encode(),
        started_us=np.array([us_of(row["started_at"]) for row in rows], np.int64),
        duration_s=_numbers(rows, "duration_s"),
        octets=_numbers(rows, "octets"),
        count=_numbers(rows, "units"),
        destination=_digits(rows, "destination"),
        network=_texts(rows, "network"),
        rating_group=_numbers(rows, "rating_group").astype(np.int32),
        value=_numbers(rows, "value_micros"),
        currency=pa.array([""] * count, pa.string()),
        session=pa.array(sessions, pa.string()),
        partial_seq=np.array(partials, np.int64),
        is_last=np.ones(count, bool),
        line=np.array([row["line"] or 0 for row in rows], np.int64),
        offset=np.zeros(count, np.int64),
        details=pa.array([canonical(one).decode() if one else None for one in details], pa.string()),
        excluded=pa.nulls(count, pa.string()).dictionary_encode(),
    )


def _texts(rows: Sequence[Row], name: str) -> Any:
    return pa.array([row[name] for row in rows], pa.string())


def _numbers(rows: Sequence[Row], name: str) -> Any:
    return np.array([NOT_TOLD if row[name] is None else row[name] for row in rows], np.int64)


def _digits(rows: Sequence[Row], name: str) -> Digits:
    texts = [row[name] for row in rows]
    values = np.array([int(text[:MOST_DIGITS] or 0) for text in texts], np.int64)
    return Digits(pa.array(texts, pa.string()), values, np.array([len(text) for text in texts], np.int32))

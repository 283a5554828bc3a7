"""Usage records as the columns that a decoder of files yields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from tandem.bss.charging.rules.core.days import us_of
from tandem.bss.charging.rules.files.columns import Digits, UsageColumns
from tandem.bss.charging.terms import UsageRecord
from tandem.kernel.json import canonical


def columns_of(records: Sequence[UsageRecord], *, excluded: Sequence[str | None] | None = None) -> UsageColumns:
    """Records as columns, one line each."""
    return UsageColumns(
        record_id=pa.array([one.record_id for one in records], pa.string()),
        served=_digits([one.served for one in records]),
        service=pa.array([one.usage_type for one in records], pa.string()).dictionary_encode(),
        started_us=np.array([us_of(one.started_at) for one in records], np.int64),
        duration_s=_quantities(records, "voice"),
        octets=_quantities(records, "data"),
        count=_quantities(records, "message"),
        destination=_digits([one.destination for one in records]),
        network=pa.array([one.network for one in records], pa.string()),
        rating_group=np.array([-1 if one.rating_group is None else one.rating_group for one in records], np.int32),
        value=np.array([-1 if one.value_micros is None else one.value_micros for one in records], np.int64),
        currency=pa.array([""] * len(records), pa.string()),
        session=pa.nulls(len(records), pa.string()),
        partial_seq=np.full(len(records), -1, np.int64),
        is_last=np.ones(len(records), bool),
        line=np.arange(2, len(records) + 2, dtype=np.int64),
        offset=np.zeros(len(records), np.int64),
        details=pa.array(
            [canonical(dict(one.details)).decode() if one.details else None for one in records], pa.string()
        ),
        excluded=pa.array(excluded or [None] * len(records), pa.string()).dictionary_encode(),
    )


def _digits(texts: Sequence[str]) -> Digits:
    values = [int(text[:18] or 0) for text in texts]
    lengths = [len(text) for text in texts]
    return Digits(pa.array(texts, pa.string()), np.array(values, np.int64), np.array(lengths, np.int32))


def _quantities(records: Sequence[UsageRecord], kind: str) -> Any:
    return np.array([one.quantity if one.usage_type == kind else -1 for one in records], np.int64)

"""Names of usage records that come in volume: those of one batch are alike but for their place, and sort by time."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

_DIGITS: Final = np.frombuffer(b"0123456789abcdefghijklmnopqrstuv", np.uint8)
_TIME, _CHANCE, _PLACE = 10, 8, 5


def usage_ids(millis: int, chance: int, rows: int) -> Any:
    """The ids of a batch: real milliseconds, 40 bits of chance, and the place, in 23 characters of base 32.

    Shape: a pyarrow array of text. Rows: at most 2^25.
    """
    import pyarrow as pa

    width = _TIME + _CHANCE + _PLACE
    table = np.empty((rows, width), np.uint8)
    table[:, :_TIME] = _base32(np.array([millis]), _TIME)
    table[:, _TIME : _TIME + _CHANCE] = _base32(np.array([chance]), _CHANCE)
    table[:, _TIME + _CHANCE :] = _base32(np.arange(rows), _PLACE)
    offsets = np.arange(0, (rows + 1) * width, width, dtype=np.int32)
    return pa.Array.from_buffers(pa.string(), rows, [None, pa.py_buffer(offsets), pa.py_buffer(table)])


def _base32(numbers: Any, digits: int) -> Any:
    shifts = 5 * np.arange(digits - 1, -1, -1, dtype=np.int64)
    return _DIGITS[(numbers.astype(np.int64)[:, None] >> shifts) & 31]

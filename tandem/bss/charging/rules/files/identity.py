"""When two records are the same one, whatever file or form they came by.

By the sender's id where it gives one (`id:…`), else by what the record says: 128 bits over service, served number,
destination, start, quantities, network, rating group, value, currency, session and details. By what order the details
came does not matter: they are sorted by name. Line, offset and exclusion are not part of what a record says.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tandem.bss.charging.rules.files import slices
from tandem.bss.charging.rules.files.columns import Arrow, UsageColumns
from tandem.bss.charging.rules.files.compiled import Kernel, part
from tandem.bss.charging.rules.files.slices import Slices

Array = Any
U64 = npt.NDArray[np.uint64]
_SEEDS: Final = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], np.uint64)
_PRIME: Final = np.uint64(0xFF51AFD7ED558CCD)
_OTHER: Final = np.uint64(0xC4CEB9FE1A85EC53)
_SHIFT: Final = np.uint64(32)
_LONG_SHIFT: Final = np.uint64(29)


@part
def stirred(state: np.uint64, word: np.uint64) -> np.uint64:
    """Take eight octets into a hash: each bit of them moves half of its bits (the finisher of MurmurHash3)."""
    state = (state ^ word) * _PRIME
    state = (state ^ (state >> _SHIFT)) * _OTHER
    return state ^ (state >> _LONG_SHIFT)


def _stir_text(octets: Any, places: Array, states: Array) -> None:
    """Take a text column in: its length, then eight octets at a time. Shape: states (2, rows)."""
    for row in range(places.shape[1]):
        length = max(places[1, row], 0)
        for which in range(2):
            states[which, row] = stirred(states[which, row], np.uint64(places[1, row] + 1))
        for begin in range(places[0, row], places[0, row] + length, 8):
            word = np.uint64(0)
            for at in range(begin, min(begin + 8, places[0, row] + length)):
                word = (word << np.uint64(8)) | np.uint64(octets[at])
            for which in range(2):
                states[which, row] = stirred(states[which, row], word)


stir_text = Kernel(_stir_text)


def contents_of(columns: UsageColumns) -> U64:
    """What each record says, as 128 bits. Shape: (rows, 2)."""
    states = np.repeat(_SEEDS[:, None], columns.rows, axis=1)
    texts = (columns.service.cast(pa.string()), columns.served.text, columns.destination.text, columns.network)
    for array in (*texts, columns.currency, columns.session, columns.details):
        column = slices.from_array(array)
        stir_text(column.octets, column.places, states)
    numbers = (columns.started_us, columns.duration_s, columns.octets, columns.count, columns.rating_group)
    for values in (*numbers, columns.value, columns.partial_seq):
        states = _stir_numbers(values.astype(np.int64).view(np.uint64), states)
    return np.ascontiguousarray(states.T)


def _stir_numbers(values: U64, states: U64) -> U64:
    states = (states ^ values) * _PRIME
    states = (states ^ (states >> _SHIFT)) * _OTHER
    return states ^ (states >> _LONG_SHIFT)


def keys_of(columns: UsageColumns, contents: U64) -> Arrow:
    """What each record is known by among those of its served number: `id:…`, or `content:` and 32 digits."""
    hexadecimal = np.ascontiguousarray(contents.byteswap()).view(np.uint8).reshape(columns.rows, 16)
    digits = np.frombuffer(b"0123456789abcdef", np.uint8)
    text = np.empty((columns.rows, 32), np.uint8)
    text[:, 0::2], text[:, 1::2] = digits[hexadecimal >> 4], digits[hexadecimal & 15]
    places = np.stack([np.arange(columns.rows, dtype=np.int64) * 32, np.full(columns.rows, 32, np.int64)])
    content = slices.text_array(Slices(text.tobytes(), places))
    named = pc.binary_join_element_wise("id:", columns.record_id, "")
    return pc.coalesce(named, pc.binary_join_element_wise("content:", content, ""))

"""Usage files as text, seeded: calls, data and messages of many subscribers in order of time, with senders' ids."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from bench._subscribers import FIRST

_FROM_S: Final = 1_790_809_200
"""2026-10-01 00:00 in Dublin."""
_MONTH_S: Final = 31 * 86_400


def write_usage(path: Path, *, records: int, subscribers: int, seed: int = 1) -> None:
    """A file of our CSV: half calls, a third data, the rest messages, over a month."""
    generator = np.random.default_rng(seed)
    at = _FROM_S + np.sort(generator.integers(0, _MONTH_S, records))
    starts = np.datetime_as_string(at.astype("M8[s]")).tolist()
    numbers = (FIRST + generator.integers(0, subscribers, records)).tolist()
    kinds = generator.choice(3, records, p=[0.5, 0.35, 0.15]).tolist()
    called = np.where(
        generator.random(records) < 0.3,
        493_000_000_000 + generator.integers(0, 10**9, records),
        35_391_000_000 + generator.integers(0, 10**6, records),
    ).tolist()
    seconds = (1 + generator.exponential(150, records)).astype(int).tolist()
    octets = (1 + generator.exponential(3_000_000, records)).astype(int).tolist()
    with path.open("w") as file:
        file.write("record_id,usage_type,served_number,destination,started_at,quantity\n")
        for n in range(records):
            kind = kinds[n]
            if kind == 1:
                file.write(f"s{seed}-{n},data,{numbers[n]},,{starts[n]}Z,{octets[n]}\n")
            else:
                name, quantity = ("voice", seconds[n]) if kind == 0 else ("message", 1)
                file.write(f"s{seed}-{n},{name},{numbers[n]},{called[n]},{starts[n]}Z,{quantity}\n")

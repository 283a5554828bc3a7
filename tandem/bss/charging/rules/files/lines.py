"""A stream as blocks of whole lines, in memory that does not grow with the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

import numpy as np

from tandem.bss.charging.rules.files.columns import I64

BLOCK: Final = 4 << 20
LONGEST: Final = 10_000
"""Octets of a line. Of a longer one only the beginning is kept, so that it can be told."""


class Octets(Protocol):
    """Where a file is read from."""

    def read(self, size: int, /) -> bytes: ...


class Block(NamedTuple):
    """Some lines of a file, each with its end, the last perhaps without. `base` is where they begin in the file.

    Shape: `starts` (lines + 1), in the block; `offsets` (lines), in the file.
    """

    octets: bytes
    starts: I64
    offsets: I64
    first_line: int
    is_last: bool


def blocks(stream: Octets, size: int = BLOCK) -> Iterator[Block]:
    """The lines of a file, in blocks of about `size` octets."""
    base, line = 0, 1
    carried = b""
    while chunk := stream.read(size):
        octets = carried + chunk
        end = octets.rfind(b"\n") + 1
        if end == 0 and len(octets) > LONGEST:
            length, carried = _rest_of_line(stream)
            yield _block(octets[: LONGEST + 1] + b"\n", base, line, False)
            base, line = base + len(octets) + length, line + 1
            continue
        if end:
            block = _block(octets[:end], base, line, False)
            yield block
            line += len(block.offsets)
        base, carried = base + end, octets[end:]
    yield _block(carried, base, line, True)


def _rest_of_line(stream: Octets) -> tuple[int, bytes]:
    """How many octets there are up to the end of the line, and what was read after it."""
    length = 0
    while run := stream.read(1 << 16):
        found = run.find(b"\n") + 1
        if found:
            return length + found, run[found:]
        length += len(run)
    return length, b""


def _block(octets: bytes, base: int, first_line: int, is_last: bool) -> Block:
    ends = np.flatnonzero(np.frombuffer(octets, np.uint8) == 10) + 1
    starts = np.concatenate([[0], ends]).astype(np.int64)
    if starts[-1] < len(octets):
        starts = np.append(starts, len(octets))
    return Block(octets, starts, starts[:-1] + base, first_line, is_last)

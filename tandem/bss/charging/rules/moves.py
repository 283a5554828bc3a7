"""What a charge moved, as a rated event keeps it: `7:0:180:59820;9:0:450000:0` is two moves of two buckets.

Each is the bucket's number within its account, what of it moved (the core's USED, MOVED, RESERVED, TOLD), by how much,
and how that stood before.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, NamedTuple

ALWAYS: Final = datetime(1, 1, 1, tzinfo=UTC)
"""The beginning of a bucket that always was."""


class Moved(NamedTuple):
    """One move of one bucket. Units: the bucket's."""

    n: int
    what: int
    taken: int
    before: int


def packed(moves: Iterable[Moved]) -> str | None:
    """Moves as text; none where nothing moved."""
    return ";".join(":".join(map(str, move)) for move in moves) or None


def unpacked(text: str | None) -> tuple[Moved, ...]:
    """Moves from text."""
    if not text:
        return ()
    return tuple(Moved(*map(int, move.split(":"))) for move in text.split(";"))

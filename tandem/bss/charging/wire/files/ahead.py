"""A usage file decoded ahead of whoever charges it: by a thread of its own, a few batches at most."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple, Protocol

from tandem.bss.charging.rules.files.columns import UsageBatch
from tandem.bss.charging.rules.files.decoding import UsageFile

BLOCK: Final = 2 << 20
"""Octets at a time: some ten thousand records, which lock their accounts for well below a second."""
_AHEAD: Final = 2


class Told(Protocol):
    """A file that can say how far it was read."""

    def tell(self) -> int: ...


class Read(NamedTuple):
    """A batch, how many records the file has up to its end, and how many octets were read of it as it lies."""

    batch: UsageBatch
    position: int
    octets: int


class Ahead:
    """The batches of a file, decoded while those before them are charged. What is wrong with all of it is raised."""

    def __init__(self, file: UsageFile, raw: Told) -> None:
        self._batches, self._raw = iter(file), raw
        self._position = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="usage-decoding")

    def __enter__(self) -> Ahead:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)

    def __iter__(self) -> Iterator[Read]:
        asked = deque(self._thread.submit(self._next) for _ in range(_AHEAD))
        while (read := asked.popleft().result()) is not None:
            asked.append(self._thread.submit(self._next))
            yield read

    def _next(self) -> Read | None:
        batch = next(self._batches, None)
        if batch is None:
            return None
        self._position += batch.columns.rows + len(batch.refused)
        return Read(batch, self._position, self._raw.tell())

"""A usage file decoded ahead of whoever charges it: by a thread of its own, a few batches at most."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
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
        self._file, self._raw = file, raw
        self._done: queue.Queue[Read | BaseException | None] = queue.Queue(_AHEAD)
        self._given_up = threading.Event()
        self._thread = threading.Thread(target=self._run, name="usage-decoding", daemon=True)

    def __enter__(self) -> Ahead:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._given_up.set()
        self._thread.join()

    def __iter__(self) -> Iterator[Read]:
        while (found := self._done.get()) is not None:
            if isinstance(found, BaseException):
                raise found
            yield found

    def _run(self) -> None:
        try:
            position = 0
            for batch in self._file:
                position += batch.columns.rows + len(batch.refused)
                if not self._put(Read(batch, position, self._raw.tell())):
                    return
            self._put(None)
        except BaseException as fault:  # whatever it is, the one who charges raises it
            self._put(fault)

    def _put(self, one: Read | BaseException | None) -> bool:
        """Wait for a place; answers whether anybody still asks."""
        while not self._given_up.is_set():
            try:
                self._done.put(one, timeout=0.2)
            except queue.Full:
                continue
            return True
        return False

"""Says which Tandems run on a data folder: each keeps a locked note there for as long as it lives."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tandem.kernel.store.embedded.holder import open_lock, try_lock


@dataclass(frozen=True)
class Running:
    """A Tandem that runs on a data folder."""

    pid: int
    since: datetime
    address: str


@contextmanager
def announced(data: Path, address: str) -> Iterator[list[Running]]:
    """Keep our own note in a data folder while the block runs; gives the others that run there already."""
    others = find_running(data)
    note = _folder(data) / f"{os.getpid()}.json"
    unnamed = note.with_suffix(".new")  # locked and written before anybody looks at it
    unnamed.unlink(missing_ok=True)
    handle = open_lock(unnamed)
    try:
        try_lock(handle)
        doc = {"pid": os.getpid(), "since": datetime.now(UTC).isoformat(), "address": address}
        os.pwrite(handle, json.dumps(doc).encode(), 0)
        unnamed.rename(note)
        yield others
    finally:
        note.unlink(missing_ok=True)
        os.close(handle)


def find_running(data: Path) -> list[Running]:
    """Those that run on a data folder, the oldest first. Notes of the dead, whose locks are free, are removed."""
    found = [one for note in sorted(_folder(data).glob("*.json")) if (one := _read(note)) is not None]
    return sorted(found, key=lambda running: running.since)


def _folder(data: Path) -> Path:
    folder = data / "running"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _read(note: Path) -> Running | None:
    handle = open_lock(note)
    try:
        if try_lock(handle):
            note.unlink(missing_ok=True)
            return None
        doc = json.loads(os.pread(handle, 4096, 0))
        return Running(doc["pid"], datetime.fromisoformat(doc["since"]), doc["address"])
    finally:
        os.close(handle)

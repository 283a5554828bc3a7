"""Words about usage files: where each stands, what became of its records, which are missing, what is done to many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from tandem.kernel.errors import Conflict, NotFound, Refused
from tandem.kernel.period import Instant

REWORK: Final = "UsageRework"

FileState = Literal["received", "running", "done", "stopped", "refused"]
ReworkState = Literal["running", "done", "stopped"]
ReworkVerb = Literal["release", "exclude"]
Correctable = Literal["served", "destination", "network", "quantity", "startedAt", "usageType"]
"""What of a record that waits can be corrected, many at once."""


@dataclass(frozen=True, slots=True)
class FileCounts:
    """What became of a file's records: their sum is what was read of it."""

    rated: int = 0
    suspended: int = 0
    excluded: int = 0
    duplicates: int = 0
    rejected: int = 0

    @property
    def records(self) -> int:
        """How many were read."""
        return self.rated + self.suspended + self.excluded + self.duplicates + self.rejected

    def __add__(self, other: FileCounts) -> FileCounts:
        return FileCounts(
            self.rated + other.rated,
            self.suspended + other.suspended,
            self.excluded + other.excluded,
            self.duplicates + other.duplicates,
            self.rejected + other.rejected,
        )


@dataclass(frozen=True, slots=True)
class UsageFile:
    """A file as it stands. `source` is who sends it, `sequence` its number among that sender's.

    Units: `size` in octets as it lies (packed if it is), `octets` how many of them were read. `place` is its path.
    `reason` is why it was refused or stopped.
    """

    id: str
    source: str
    name: str
    sha256: str
    size: int
    form: str
    place: str
    state: FileState
    octets: int
    counts: FileCounts
    sequence: int | None
    reason: str
    by_whom: str
    received_at: Instant
    started_at: Instant | None
    ended_at: Instant | None

    @property
    def percent(self) -> int:
        """How much of it was read."""
        return 100 if self.state == "done" else min(100, self.octets * 100 // max(self.size, 1))


@dataclass(frozen=True, slots=True)
class UsageFilePage:
    """Some files, those that came last first, and how many there are in all."""

    files: tuple[UsageFile, ...]
    total: int


@dataclass(frozen=True, slots=True)
class FileFault:
    """A record of a file that is none: its line or number from 1, the field at fault (empty: all of it), and why."""

    line: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class MissingFiles:
    """Numbers of a source's files that did not come: the first and the last of each gap, and those that came twice."""

    source: str
    missing: tuple[tuple[int, int], ...]
    twice: tuple[int, ...]
    last: int | None


@dataclass(frozen=True, slots=True)
class SuspendedCause:
    """How many records of a source wait for the same reason, and since when."""

    code: str
    source: str
    count: int
    oldest_at: Instant


@dataclass(frozen=True, slots=True)
class Waiting:
    """Which of the records that wait are meant: all that agree with everything that is told here."""

    code: str | None = None
    source: str | None = None
    served: str | None = None


@dataclass(frozen=True, slots=True)
class Rework:
    """Work on many records that wait, as it stands. `done` of `total` were looked at."""

    id: str
    verb: ReworkVerb
    of: Waiting
    corrections: Mapping[str, str | Mapping[str, str]]
    because: str
    state: ReworkState
    total: int
    done: int
    rated: int
    suspended: int
    excluded: int
    by_whom: str
    started_at: Instant
    ended_at: Instant | None


@dataclass(frozen=True, slots=True)
class RecordChange:
    """What was done to a record that waited, and how it stood before."""

    at: Instant
    what: str
    code: str | None
    reason: str | None
    by_whom: str
    cause: str


class UsageFileUnknown(NotFound):
    """There is no such usage file."""

    code = "charging.usage_file_unknown"


class UsageFileBusy(Conflict):
    """Another process rates this file at this moment."""

    code = "charging.usage_file_busy"


class UsageFileStopped(Refused):
    """Somebody stopped the file while it was rated."""

    code = "charging.usage_file_stopped"


class ReworkUnknown(NotFound):
    """There is no such work."""

    code = "charging.rework_unknown"

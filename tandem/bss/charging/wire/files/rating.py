"""Rating a usage file: decoded ahead, charged batch by batch in transactions of its own, taken up where it was left.

Nothing is remembered but in the database: the file's row says how many of its records are through. A batch is charged
by several connections at once, parted by account, so that the uses of an account stay in their order.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Final

from tandem.bss.charging.commands import columns as charging
from tandem.bss.charging.commands import files as commands
from tandem.bss.charging.commands.files import FileAsFound, PartOfFile
from tandem.bss.charging.rules.files import decoding
from tandem.bss.charging.rules.files.columns import RefusedRecord, UsageBatch
from tandem.bss.charging.rules.files.form import FileForm
from tandem.bss.charging.rules.files.mapping import taken
from tandem.bss.charging.terms import UsageInvalid
from tandem.bss.charging.terms.files import FileCounts, FileFault, FileState, UsageFile, UsageFileBusy, UsageFileStopped
from tandem.bss.charging.wire.files.ahead import BLOCK, Ahead, Read
from tandem.bss.charging.wire.files.rejecting import Rejected
from tandem.kernel.errors import Unavailable
from tandem.kernel.store import Database, Uow

LANES: Final = 2
WORTH_PARTING: Final = 4_000
"""Records of a batch from which several connections are faster than one."""
_TRIES: Final = 5
_LOOK_AGAIN_S: Final = 1 / 5
_MANY: Final = 1 << 20


@dataclass(frozen=True)
class Work:
    """Where files are rated, for whom, and how one knows and ends it.

    `lanes`: so many connections at once, for batches of at least `worth_parting` records.

    What a service has to leave in the middle waits for the next one; what a person ends is stopped.
    """

    database: Database
    tenant: str
    actor: str
    cause: str
    told: Callable[[Progress], None] = lambda _: None
    stop: threading.Event = field(default_factory=threading.Event)
    lanes: int = LANES
    worth_parting: int = WORTH_PARTING
    is_service: bool = False

    def uow(self) -> contextlib.AbstractContextManager[Uow]:
        """A transaction of this work."""
        return self.database.uow(tenant=self.tenant, actor=self.actor, cause=self.cause)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file is. Units: `octets` of `size`, as it lies. `known` records were through before."""

    name: str
    size: int
    octets: int
    records: int
    known: int
    counts: FileCounts


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is known of a file before it is looked into: who sends it, its form (none: found), its row if there is one.

    `wait`: for others who rate it. Units: `block`, octets that are read at a time.
    """

    source: str | None = None
    form: FileForm | None = None
    known: tuple[FileForm, ...] = ()
    file_id: str | None = None
    name: str | None = None
    wait: bool = True
    block: int = BLOCK


def rate_file(work: Work, path: Path, wanted: Wanted = Wanted()) -> UsageFile:
    """Rate a file, or go on with one that was left in the middle. Answers how it ended: done, stopped, refused, or
    received where it grew meanwhile and waits.

    Memory: a few blocks. Idempotent: by the identity of each record. Locks: the file, while it is rated.
    Raises: UsageFileBusy when others rate it and `wait` is not wanted; Unavailable when the database is gone for long.
    """
    with path.open("rb") as raw, _locked(raw, work.stop, wait=wanted.wait):
        begun_as = _look_of(raw)
        found = FileAsFound(wanted.source or "", wanted.name or path.name, _sha256(raw), begun_as[0], "", str(path))
        try:
            file = decoding.open_usage_file(
                raw, name=found.name, form=wanted.form, known=wanted.known, block=wanted.block
            )
        except UsageInvalid as fault:
            return _refused(work, found, wanted, fault)
        found = replace(
            found,
            source=wanted.source or file.facts.sender or file.form.name,
            form=file.form.name,
            sequence=file.facts.sequence,
            modulo=file.form.sequence.modulo if file.form.sequence else None,
        )
        with work.uow() as uow:
            begun = commands.begin_file(uow, found, wanted.file_id)
        with Rejected(path, resumed=begun.position > 0) as rejected, _lanes(work.lanes) as lanes:
            one = _Rating(work, found, begun.id, rejected, lanes, begun.position, begun.ahead)
            return one.run(file, raw, lambda: _look_of(raw) != begun_as)


@contextlib.contextmanager
def _locked(raw: BinaryIO, stop: threading.Event, *, wait: bool) -> Iterator[None]:
    """The file is ours: the system gives the lock back when we are killed."""
    while True:
        try:
            fcntl.flock(raw, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            if not wait or stop.wait(_LOOK_AGAIN_S):
                raise UsageFileBusy(f"another process rates {raw.name}", path=raw.name) from fault
            continue
        break
    try:
        yield
    finally:
        fcntl.flock(raw, fcntl.LOCK_UN)


@contextlib.contextmanager
def _lanes(count: int) -> Iterator[Executor]:
    with ThreadPoolExecutor(count, thread_name_prefix="usage-charging") as lanes:
        yield lanes


def _look_of(raw: BinaryIO) -> tuple[int, int]:
    """By which it is seen that a file was written to."""
    found = os.fstat(raw.fileno())
    return found.st_size, found.st_mtime_ns


def _sha256(raw: BinaryIO) -> bytes:
    raw.seek(0)
    found = hashlib.sha256()
    while octets := raw.read(_MANY):
        found.update(octets)
    raw.seek(0)
    return found.digest()


def _refused(work: Work, found: FileAsFound, wanted: Wanted, fault: UsageInvalid) -> UsageFile:
    with work.uow() as uow:
        known = wanted.file_id or commands.note_received(uow, replace(found, source=found.source or "unknown"))
        return commands.end_file(uow, known, "refused", reason=fault.reason)


@dataclass
class _Rating:
    """One file on its way. `position`: so many records are through; `ahead`: so many of the next batch were."""

    work: Work
    found: FileAsFound
    file_id: str
    rejected: Rejected
    lanes: Executor
    position: int
    ahead: int
    counts: FileCounts = field(default_factory=FileCounts)

    def run(self, file: decoding.UsageFile, raw: BinaryIO, has_grown: Callable[[], bool]) -> UsageFile:
        """Charge batch after batch; the last one only when the file is still what it was at the beginning."""
        held: Read | None = None
        try:
            with Ahead(file, raw) as batches:
                for read in batches:
                    self._charge(held)
                    held = read
            if has_grown():
                return self._end("received", "it was written to while it was rated: it goes on when that is over")
            self._charge(held)
        except UsageInvalid as fault:
            self._charge(held)
            return self._end("refused", fault.reason)
        except UsageFileStopped as fault:
            is_left = self.work.is_service and self.work.stop.is_set()
            return self._end("received" if is_left else "stopped", fault.reason)
        self._note_sequence(file)
        return self._end("done", "")

    def _note_sequence(self, file: decoding.UsageFile) -> None:
        """A number that stands in the header is known when the header was read."""
        if file.facts.sequence is not None and self.found.sequence is None:
            with self.work.uow() as uow:
                commands.note_number(uow, self.file_id, file.facts.sequence)

    def _end(self, state: FileState, reason: str) -> UsageFile:
        self.rejected.close()
        with self.work.uow() as uow:
            return commands.end_file(uow, self.file_id, state, reason=reason)

    def _charge(self, read: Read | None) -> None:
        """Charge a batch, unless it was before. Raises: UsageFileStopped when that was asked for."""
        if read is None:
            return
        if read.position > self.position:
            if self.work.stop.is_set():
                raise UsageFileStopped("it was stopped where it is rated", path=self.found.place)
            self._refuse(read.batch.refused)
            self._charge_columns(read.batch)
            self.position, self.ahead = read.position, 0
            with self.work.uow() as uow:
                commands.pass_batch(uow, self.file_id, position=read.position, octets=read.octets)
        known = read.position - self.counts.records
        self.work.told(Progress(self.found.name, self.found.size, read.octets, read.position, known, self.counts))

    def _refuse(self, refused: tuple[RefusedRecord, ...]) -> None:
        if not refused or self.ahead:  # they were told first
            return
        faults = [FileFault(one.line, one.field, one.reason) for one in refused]
        self.rejected.write(faults)
        with self.work.uow() as uow:
            commands.note_refused(uow, self.file_id, faults)
        self.counts += FileCounts(rejected=len(faults))

    def _charge_columns(self, batch: UsageBatch) -> None:
        rows = batch.columns.rows
        if not rows:
            return
        if self.work.lanes == 1 or rows < self.work.worth_parting or self.ahead:
            ours = max(self.ahead - len(batch.refused), 0)
            self.counts += self._charge_part(PartOfFile(self.file_id, self.found.name, batch.columns, ours))
            return
        with self.work.uow() as uow:
            lanes = charging.lanes_of(uow, batch.columns, self.work.lanes)
        parts = [taken(batch.columns, lanes == lane) for lane in range(self.work.lanes)]
        tasks = [
            self.lanes.submit(self._charge_part, PartOfFile(self.file_id, self.found.name, part))
            for part in parts
            if part.rows
        ]
        for task in tasks:
            self.counts += task.result()

    def _charge_part(self, part: PartOfFile) -> FileCounts:
        """In one transaction, tried again when others were in the way."""
        for tried in range(1, _TRIES + 1):
            try:
                with self.work.uow() as uow:
                    counts, faults = commands.charge_part(uow, part)
                break
            except Unavailable:
                if tried == _TRIES or self.work.stop.wait(_LOOK_AGAIN_S * 2**tried):
                    raise
        self.rejected.write(faults)
        return counts

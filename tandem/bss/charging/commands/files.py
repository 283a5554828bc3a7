"""Usage files in the registry: received, begun or taken up again, counted, ended, stopped; and which are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tandem.bss.charging.commands.columns import charge_columns
from tandem.bss.charging.rules.files.columns import UsageColumns
from tandem.bss.charging.rules.files.sequences import Gaps, gaps_of
from tandem.bss.charging.store import files as store
from tandem.bss.charging.terms import USAGE_FILE, UsageFileEnded, UsageFileMissing
from tandem.bss.charging.terms.files import (
    FileCounts,
    FileFault,
    FileState,
    MissingFiles,
    UsageFile,
    UsageFileStopped,
    UsageFileUnknown,
)
from tandem.kernel.ids import new_id
from tandem.kernel.store import Uow

_LOOKED_AT: Final = 2_000
"""Of a source's files, by which missing ones are told: some weeks of a file every quarter of an hour."""


@dataclass(frozen=True, slots=True)
class FileAsFound:
    """A file as it lies. Units: `size`, octets. `sequence` is its number, `modulo` what the counter turns at."""

    source: str
    name: str
    sha256: bytes
    size: int
    form: str
    place: str
    sequence: int | None = None
    modulo: int | None = None

    def told(self) -> dict[str, Any]:
        """The columns of its row."""
        names = ("source", "name", "sha256", "size", "form", "place", "sequence", "modulo")
        return {name: getattr(self, name) for name in names}


def note_received(uow: Uow, found: FileAsFound) -> str:
    """A file is there and waits; answers its id."""
    file_id = new_id()
    store.add_file(uow, file_id, found.told())
    uow.audit("charging.usage.load", USAGE_FILE, file_id, facts={"source": found.source, "name": found.name})
    return file_id


def begin_file(uow: Uow, found: FileAsFound, file_id: str | None = None) -> store.Begun:
    """A file is rated now: one that was begun before is taken up where it was. The caller holds the file's lock.

    Raises: UsageFileStopped when it ended meanwhile.
    """
    known = file_id or store.unfinished_file(uow, found.told()) or note_received(uow, found)
    begun = store.run_file(uow, known, found.told())
    if begun is None:
        raise UsageFileStopped(f"file {known} has ended", path=found.place)
    return begun


@dataclass(frozen=True, slots=True)
class PartOfFile:
    """Some records of a file. `ours`: so many of them we charged before we were killed; they are no duplicates."""

    file_id: str
    name: str
    columns: UsageColumns
    ours: int = 0


def charge_part(uow: Uow, part: PartOfFile) -> tuple[FileCounts, list[FileFault]]:
    """Charge some records of a file and count them, in one transaction; answers which of them are refused.

    Idempotent: by each record's identity. Locks: as `charge_columns`, then the file's row.
    """
    report = charge_columns(uow, part.columns, source=part.name)
    faults = [FileFault(one.line, one.field, one.reason) for one in report.differing]
    counts = FileCounts(
        report.rated, report.suspended, report.excluded, max(report.duplicates - part.ours, 0), len(faults)
    )
    store.add_faults(uow, part.file_id, faults)
    store.note_counts(uow, part.file_id, counts, ahead=report.records - part.ours)
    return counts, faults


def note_refused(uow: Uow, file_id: str, faults: Sequence[FileFault]) -> None:
    """Records that the decoder refused."""
    store.add_faults(uow, file_id, faults)
    store.note_counts(uow, file_id, FileCounts(rejected=len(faults)), ahead=len(faults))


def pass_batch(uow: Uow, file_id: str, *, position: int, octets: int) -> None:
    """Everything up to a record is through. Raises: UsageFileStopped when somebody stopped the file."""
    state = store.move_position(uow, file_id, position, octets)
    if state != "running":
        raise UsageFileStopped(f"file {file_id} was stopped", path=file_id)


def note_number(uow: Uow, file_id: str, number: int) -> None:
    """The file's number among those of its source, where only its header tells it."""
    store.note_number(uow, file_id, number)


def note_place(uow: Uow, file_id: str, place: str) -> None:
    """Where a file lies now."""
    store.note_place(uow, file_id, place)


def end_file(uow: Uow, file_id: str, state: FileState, *, reason: str = "", place: str | None = None) -> UsageFile:
    """A file ends, for now or for good; what is missing of its source is told. Answers how it stands."""
    store.end_file(uow, file_id, state, reason=reason, place=place)
    file = get_file(uow, file_id)
    if state == "done":
        _tell_missing(uow, file)
    counts = file.counts
    uow.emit(
        UsageFileEnded(
            file_id=file_id,
            source=file.source,
            name=file.name,
            state=state,
            rated=counts.rated,
            suspended=counts.suspended,
            excluded=counts.excluded,
            duplicates=counts.duplicates,
            rejected=counts.rejected,
            reason=reason,
        )
    )
    return file


def get_file(uow: Uow, file_id: str) -> UsageFile:
    """Raises: UsageFileUnknown."""
    found = store.file_of(uow, file_id)
    if found is None:
        raise UsageFileUnknown(f"there is no usage file {file_id}")
    return found


def stop_file(uow: Uow, file_id: str) -> UsageFile:
    """Stop a file that waits or is rated; what is through stays. Idempotent. Raises: UsageFileUnknown."""
    get_file(uow, file_id)
    if store.stop_file(uow, file_id):
        uow.audit("charging.usage.stop", USAGE_FILE, file_id)
    return get_file(uow, file_id)


def resume_file(uow: Uow, file_id: str) -> UsageFile:
    """Let a stopped file go on where it was. Idempotent. Raises: UsageFileUnknown."""
    get_file(uow, file_id)
    if store.take_up_file(uow, file_id):
        uow.audit("charging.usage.resume", USAGE_FILE, file_id)
    return get_file(uow, file_id)


# -- what is missing --------------------------------------------------------------------------------------------------


def missing_of(uow: Uow, source: str, *, before: str | None = None) -> Gaps:
    """The gaps among the numbers of a source's last files; `before` leaves one out."""
    numbers = store.numbers_of(uow, source, before=before, limit=_LOOKED_AT)
    modulo = next((turn for _, turn in reversed(numbers) if turn is not None), None)
    return gaps_of(source, [number for number, _ in numbers], modulo=modulo)


def missing_files(uow: Uow) -> list[MissingFiles]:
    """Every source that numbers its files, with what did not come of it."""
    found = [missing_of(uow, source) for source in store.numbered_sources(uow)]
    return [MissingFiles(one.source, one.missing, one.twice, one.last) for one in found]


def _tell_missing(uow: Uow, file: UsageFile) -> None:
    """Gaps that this file showed: they are there with it, and not without it or within one that was there."""
    if file.sequence is None:
        return
    before = missing_of(uow, file.source, before=file.id).missing
    for first, last in missing_of(uow, file.source).missing:
        if not any(known_first <= first and last <= known_last for known_first, known_last in before):
            uow.emit(UsageFileMissing(file_id=file.id, source=file.source, first=first, last=last))

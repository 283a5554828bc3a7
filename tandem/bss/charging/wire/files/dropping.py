"""Where usage files lie: a drop folder with a folder for each sender, and the files that were received at the door.

A worker that is killed leaves the file where it lies; the next one goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import structlog

from tandem.bss.charging.commands import files as commands
from tandem.bss.charging.commands.receiving import INCOMING, form_beside
from tandem.bss.charging.rules.files import guessing
from tandem.bss.charging.rules.files.form import FileForm, form_of
from tandem.bss.charging.store import files as store
from tandem.bss.charging.terms import UsageInvalid
from tandem.bss.charging.terms.files import FileState, UsageFile, UsageFileBusy
from tandem.bss.charging.wire.files.rating import Wanted, Work, rate_file
from tandem.bss.charging.wire.files.rejecting import report_beside
from tandem.kernel.errors import TandemError
from tandem.kernel.json import dumps
from tandem.kernel.store.files import write_whole

log = structlog.get_logger("tandem.charging")

FORM: Final = "form.json"
DONE: Final = "done"
REFUSED: Final = "refused"
_OURS: Final = frozenset({DONE, REFUSED, INCOMING})
_HALF: Final = (".part", ".tmp", ".partial", ".filepart", ".new", ".rejected.csv", ".report.json")
"""How senders call what is not whole yet, and what we write ourselves."""
_ENDED: Final = ("done", "refused")
_FAULTS_TOLD: Final = 1_000


def take_dropped(work: Work, folder: Path, *, before_ns: int | None = None) -> list[UsageFile]:
    """Rate every file of a drop folder and of its senders' folders, by name; each then lies in `done` or `refused`.

    A file that was written to after an instant of real time is left for the next time, as is one that grows meanwhile.
    Answers what ended. Units: `before_ns`, nanoseconds since 1970.
    """
    found = []
    with work.uow() as uow:
        stopped = store.stopped_places(uow)
    for source, form, path in _dropped(folder, before_ns):
        if work.stop.is_set():
            break
        if str(path) in stopped:
            continue
        try:
            file = rate_file(work, path, Wanted(source=source, form=form, wait=False))
        except (UsageFileBusy, FileNotFoundError):
            continue
        if file.state not in _ENDED:
            log.info("charging.file.left", file=path.name, state=file.state, reason=file.reason)
            continue
        log.info("charging.file.taken", file=path.name, state=file.state, records=file.counts.records)
        _put_aside(work, path, file)
        found.append(file)
    return found


def _dropped(folder: Path, before_ns: int | None) -> Iterator[tuple[str | None, FileForm | None, Path]]:
    """What lies there, with who sent it and its form, where a folder says it."""
    for place in [folder, *sorted(one for one in folder.iterdir() if one.is_dir() and one.name not in _OURS)]:
        try:
            form = form_of((place / FORM).read_bytes()) if (place / FORM).exists() else None
        except UsageInvalid as fault:
            log.warning("charging.form.refused", folder=place.name, path=fault.path, fault=fault.reason)
            continue
        for path in files_in(place):
            if before_ns is None or path.stat().st_mtime_ns <= before_ns:
                yield (None if place == folder else place.name), form, path


def files_in(folder: Path) -> list[Path]:
    """The usage files that lie in a folder, by name: not what is half written, nor what we write beside them."""
    return [
        path
        for path in sorted(folder.iterdir())
        if path.is_file() and path.name != FORM and not path.name.startswith(".") and not path.name.endswith(_HALF)
    ]


def _put_aside(work: Work, path: Path, file: UsageFile) -> None:
    """The report first: a file that is aside always has one."""
    aside = path.parent / (DONE if file.state == "done" else REFUSED)
    aside.mkdir(exist_ok=True)
    with work.uow() as uow:
        faults = store.faults_of(uow, file.id, limit=_FAULTS_TOLD)
    told = {"file": file.id, "state": file.state, "reason": file.reason, "form": file.form, "source": file.source}
    counts = {name: getattr(file.counts, name) for name in ("rated", "suspended", "excluded", "duplicates", "rejected")}
    lines = [{"line": one.line, "field": one.field, "reason": one.reason} for one in faults]
    write_whole(
        aside / f"{path.name}.report.json", dumps({**told, "records": file.counts.records, **counts, "lines": lines})
    )
    rejected = report_beside(path)
    if rejected.exists():
        rejected.rename(aside / rejected.name)
    path.rename(aside / path.name)


def take_received(work: Work, *, forms: tuple[FileForm, ...] = ()) -> list[UsageFile]:
    """Rate the files that were received at the door, the oldest first, and those that a dead worker left."""
    with work.uow() as uow:
        waiting = [file for file in store.received_files(uow, uow.now) if Path(file.place).parent.name == INCOMING]
    found = []
    for file in waiting:
        if work.stop.is_set():
            break
        path = Path(file.place)
        try:
            done = rate_file(work, path, Wanted(file.source, _form_of(file), forms, file.id, file.name, wait=False))
        except UsageFileBusy:
            continue
        except FileNotFoundError:
            done = _gone(work, file)
        except TandemError as fault:
            log.warning("charging.file.failed", file=file.id, fault=fault.reason)
            continue
        found.append(done)
        if done.state in _ENDED and path.exists():
            _put_received_aside(work, path, done)
    return found


def _form_of(file: UsageFile) -> FileForm | None:
    """As it came: with a form of its own, or the name of one of ours, or neither."""
    beside = form_beside(Path(file.place))
    if beside.exists():
        return form_of(beside.read_bytes())
    return guessing.named(file.form) if file.form in {one.name for one in guessing.BUILT_IN} else None


def _gone(work: Work, file: UsageFile) -> UsageFile:
    with work.uow() as uow:
        return commands.end_file(uow, file.id, "refused", reason="the file lies there no more")


def _put_received_aside(work: Work, path: Path, file: UsageFile) -> None:
    state: FileState = file.state
    aside = path.parent.parent / (DONE if state == "done" else REFUSED)
    aside.mkdir(exist_ok=True)
    for one in (report_beside(path), form_beside(path), path):
        if one.exists():
            one.rename(aside / one.name)
    with work.uow() as uow:
        commands.note_place(uow, file.id, str(aside / path.name))

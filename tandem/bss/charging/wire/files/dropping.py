"""Usage files: one by its path, or all that lie in a drop folder. A file is taken in in parts, each in its transaction.

A worker that is killed leaves the file where it lies; taking it again finds what was taken as duplicates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import structlog

from tandem.bss.charging import commands
from tandem.bss.charging.rules.usage_file import ReadLine, merged, read_lines
from tandem.bss.charging.terms import FileReport, RejectedLine, UsageInvalid
from tandem.kernel.json import Doc, dumps
from tandem.kernel.store import Database

log = structlog.get_logger("tandem.charging")

PATTERN: Final = "*.csv"
"""Senders write under another name and rename when a file is whole."""
DONE: Final = "done"
REFUSED: Final = "refused"
_LINES_AT_ONCE: Final = 1_000


def load_file(database: Database, path: Path, *, tenant: str, actor: str, cause: str) -> FileReport:
    """Take one file in, known by its name. Raises: UsageInvalid when its first line does not name the columns.

    Idempotent: by each line's content.
    """
    reports = []
    with path.open("rb") as lines:
        for part in _parts(lines):
            with database.uow(tenant=tenant, actor=actor, cause=cause) as uow:
                reports.append(commands.load_lines(uow, part, path.name))
    return merged(reports, path.name)


def _parts(lines: Iterable[bytes]) -> Iterator[list[ReadLine | RejectedLine]]:
    read = read_lines(lines)
    while part := list(islice(read, _LINES_AT_ONCE)):
        yield part


def take_dropped(database: Database, folder: Path, *, tenant: str) -> list[FileReport]:
    """Take in every file of a drop folder, by name; each then lies in `done` or `refused` beside its report."""
    reports = []
    for path in sorted(folder.glob(PATTERN)):
        try:
            report = load_file(database, path, tenant=tenant, actor="system", cause=f"file:{path.name}")
        except UsageInvalid as fault:
            log.warning("charging.file.refused", file=path.name, fault=fault.reason)
            _put_aside(path, REFUSED, fault.to_doc())
            continue
        log.info("charging.file.taken", file=path.name, lines=report.lines, accepted=report.accepted)
        _put_aside(path, DONE, report)
        reports.append(report)
    return reports


def _put_aside(path: Path, place: str, report: FileReport | Doc) -> None:
    """The report first: a file that is aside always has one."""
    aside = path.parent / place
    aside.mkdir(exist_ok=True)
    (aside / f"{path.name}.report.json").write_bytes(dumps(report))
    path.rename(aside / path.name)

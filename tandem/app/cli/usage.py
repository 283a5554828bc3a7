"""Usage files from the command line: one after the other, or all of a drop folder."""

from __future__ import annotations

import argparse
import getpass
from pathlib import Path

from tandem.app.installation import opened
from tandem.app.settings import Settings
from tandem.bss.charging import wire
from tandem.bss.charging.terms import FileReport


def load_usage(settings: Settings, args: argparse.Namespace) -> int:
    """Take usage files in and charge them; a folder is taken as a drop folder. Again changes nothing."""
    reports: list[FileReport] = []
    actor = f"operator:{getpass.getuser()}"
    with opened(settings) as database:
        for path in map(Path, args.file):
            if path.is_dir():
                reports += wire.take_dropped(database, path, tenant=settings.tenant)
            else:
                reports.append(wire.load_file(database, path, tenant=settings.tenant, actor=actor, cause="cli"))
    for report in reports:
        _show(report)
    return 1 if any(report.rejected for report in reports) else 0


def _show(report: FileReport) -> None:
    for rejected in report.rejected:
        where = f", {rejected.field}" if rejected.field else ""
        print(f"{report.source}, line {rejected.line}{where}: {rejected.reason}")
    print(
        f"{report.source}: {report.lines} lines, {report.rated} rated, {report.suspended} suspended, "
        f"{report.duplicates} known before, {len(report.rejected)} rejected"
    )

"""Usage files from the command line: rated one after the other, to be stopped and taken up at any time."""

from __future__ import annotations

import argparse
import getpass
import signal
import stat
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tandem.app.cli import rating
from tandem.app.installation import opened
from tandem.app.settings import Settings
from tandem.bss.charging.terms.files import FileCounts, UsageFile
from tandem.bss.charging.wire import Progress, Wanted, Work, files_in, form_given, rate_file, report_beside
from tandem.kernel.errors import Invalid

_STOPPED: Final = 130
"""What a shell knows as ended by Ctrl-C."""
_BAR: Final = 24


def rate(settings: Settings, args: argparse.Namespace) -> int:
    """Rate usage files into the database, or, with --tariff, uses by a tariff from a file without a database."""
    return rate_files(settings, args) if args.file else rating.rate(settings, args)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said of usage files."""
    parser.add_argument(
        "--form", metavar="NAME|FORM.json", help="the form of the files (default: found by their beginning)"
    )
    parser.add_argument("--source", help="who sent them (default: as the file says)")


def rate_files(settings: Settings, args: argparse.Namespace) -> int:
    """Rate usage files of any form; a folder stands for those in it. Again goes on where it was, or changes nothing."""
    form = None if args.form is None else form_given(args.form)
    paths = list(_files(map(Path, args.file)))
    ended: list[UsageFile] = []
    with opened(settings, max_size=6) as database, _until_interrupted() as stop:
        for path in paths:
            bar = Bar(path)
            work = Work(database, settings.tenant, f"operator:{getpass.getuser()}", "cli", bar.show, stop)
            ended.append(rate_file(work, path, Wanted(source=args.source, form=form)))
            bar.end()
            _show(ended[-1], path)
            if stop.is_set():
                return _STOPPED
    return 0 if all(file.state == "done" and not file.counts.rejected for file in ended) else 1


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """Raises: FileNotFoundError; Invalid for what is neither a file nor a folder: it cannot be read twice."""
    for path in paths:
        if path.is_dir():
            yield from files_in(path)
        elif stat.S_ISREG(path.stat().st_mode):
            yield path
        else:
            raise Invalid(f"{path} is no file", path=str(path))


@contextmanager
def _until_interrupted() -> Iterator[threading.Event]:
    """Ctrl-C ends it after the batch at hand; a second one at once."""
    stop = threading.Event()
    before = signal.getsignal(signal.SIGINT)

    def asked(number: int, frame: object) -> None:
        stop.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, asked)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


class Bar:
    """How far a file is, on one line of a terminal; elsewhere only its end is told."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.began = time.monotonic()
        self.is_shown = sys.stderr.isatty()

    def show(self, progress: Progress) -> None:
        """Say it anew."""
        if not self.is_shown:
            return
        took = max(time.monotonic() - self.began, 0.001)
        rate = (progress.records - progress.known) / took
        share = min(progress.octets / max(progress.size, 1), 1.0)
        left = took * (1 - share) / share if share else 0.0
        full = round(share * _BAR)
        bar = "#" * full + "-" * (_BAR - full)
        line = f"{self.name} [{bar}] {share:4.0%} {rate:,.0f}/s, {_clock(left)} left; {_words(progress.counts)}"
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()

    def end(self) -> None:
        """Leave the line."""
        if self.is_shown:
            sys.stderr.write("\r\x1b[K")


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def _words(counts: FileCounts) -> str:
    told = {"rated": counts.rated, "suspended": counts.suspended, "excluded": counts.excluded}
    told |= {"known before": counts.duplicates, "rejected": counts.rejected}
    return ", ".join(f"{number:,} {name}" for name, number in told.items() if number or name == "rated")


def _show(file: UsageFile, path: Path) -> None:
    print(f"{file.name}: {file.state}, {file.counts.records:,} records: {_words(file.counts)}")
    if file.reason:
        print(f"  {file.reason}")
    if file.state in ("stopped", "received"):
        print(f"  {file.percent} % is through; the same command goes on from there")
    if file.counts.rejected:
        print(f"  what is wrong with the rejected ones stands in {report_beside(path)}")

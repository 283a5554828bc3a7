"""What is wrong with the records of a file, beside the file: a line for each, made when there is the first."""

from __future__ import annotations

import csv
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from tandem.bss.charging.terms.files import FileFault


def report_beside(path: Path) -> Path:
    """Where the rejected records of a file are told."""
    return path.with_name(f"{path.name}.rejected.csv")


class Rejected:
    """The report of a file. One that is taken up again goes on in it. Safe to share between threads."""

    def __init__(self, path: Path, *, resumed: bool) -> None:
        self.path = report_beside(path)
        self._lock = threading.Lock()
        self._file: TextIO | None = None
        self._rows: Any = None
        if not resumed:
            self.path.unlink(missing_ok=True)

    def __enter__(self) -> Rejected:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, faults: Iterable[FileFault]) -> None:
        """Tell these too; they are in the file when this returns."""
        rows = [(one.line, one.field, one.reason) for one in faults]
        if not rows:
            return
        with self._lock:
            if self._file is None:
                is_new = not self.path.exists()
                self._file = self.path.open("a", newline="", encoding="utf-8")
                self._rows = csv.writer(self._file)
                if is_new:
                    self._rows.writerow(("line", "field", "reason"))
            self._rows.writerows(rows)
            self._file.flush()

    def close(self) -> None:
        """No more of it."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

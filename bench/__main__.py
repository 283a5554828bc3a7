"""Runs the benches: `./dev bench [NAME ...] [--quick]`. Prints a table, writes bench/out/NAME.json."""

from __future__ import annotations

import contextlib
import importlib
import json
import pkgutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import bench
from bench.row import Row, table

OUT = Path(__file__).parent / "out"
QUICK_S = 55.0
FRAME = ("row",)


class TimeIsUp(Exception):
    """The quick run has used its minute."""


def main(arguments: list[str]) -> int:
    """Run the named benches, or all; 1 when a figure misses its bound."""
    quick = "--quick" in arguments
    known = names()
    chosen = [word for word in arguments if word != "--quick"] or known
    unknown = [name for name in chosen if name not in known]
    if unknown:
        print(f"no such bench: {', '.join(unknown)} (there are: {', '.join(known)})", file=sys.stderr)
        return 2
    rows: list[Row] = []
    deadline = time.monotonic() + QUICK_S
    for left, name in zip(range(len(chosen), 0, -1), chosen, strict=True):
        limit_s = max(1.0, (deadline - time.monotonic()) / left) if quick else None
        rows += measure(name, limit_s=limit_s)
    print(table(rows))
    return int(not all(row.is_kept for row in rows))


def names() -> list[str]:
    """The benches that there are: each module of this package that is not the frame itself."""
    found = (module.name for module in pkgutil.iter_modules(bench.__path__))
    return sorted(name for name in found if name not in FRAME and not name.startswith("_"))


def measure(name: str, *, limit_s: float | None) -> list[Row]:
    """Run one bench and write its rows down; a quick run (one with a limit) that is out of time keeps what it has."""
    started = time.monotonic()
    rows: list[Row] = []
    try:
        with _at_most(limit_s):
            rows.extend(importlib.import_module(f"bench.{name}").rows(quick=limit_s is not None))
    except TimeIsUp:
        print(f"{name}: the quick run's time was up before its end", file=sys.stderr)
    OUT.mkdir(exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps([row.to_doc() for row in rows], indent=1, ensure_ascii=False) + "\n")
    print(f"{name}: {len(rows)} rows in {time.monotonic() - started:.1f} s", file=sys.stderr)
    return rows


@contextlib.contextmanager
def _at_most(limit_s: float | None) -> Iterator[None]:
    signal.signal(signal.SIGALRM, _end)
    signal.setitimer(signal.ITIMER_REAL, limit_s or 0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise TimeIsUp


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

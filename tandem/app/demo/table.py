"""What happened, as a table: each step with what was expected, what was seen, and how long it took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Seen:
    """One figure of the story. `took_s` is real time, where the step has one."""

    what: str
    expected: str
    got: str
    took_s: float | None = None

    @property
    def is_right(self) -> bool:
        """Whether it is what was expected."""
        return self.expected == self.got


@dataclass
class Report:
    """Everything that was seen, told as it happens."""

    seen: list[Seen] = field(default_factory=list)

    def see(self, what: str, expected: object, got: object, took_s: float | None = None) -> None:
        """Note a figure, and tell it."""
        one = Seen(what, str(expected), str(got), took_s)
        self.seen.append(one)
        took = f"  {took_s:6.2f} s" if took_s is not None else ""
        mark = "ok   " if one.is_right else "WRONG"
        wrong = "" if one.is_right else f"  (expected {one.expected})"
        print(f"  {mark} {what}: {one.got}{wrong}{took}", flush=True)

    @contextmanager
    def chapter(self, title: str) -> Iterator[None]:
        """Tell what comes, and how long it took."""
        print(f"\n{title}", flush=True)
        started = time.monotonic()
        yield
        print(f"  ({time.monotonic() - started:.1f} s)", flush=True)

    @property
    def is_right(self) -> bool:
        """Whether there are figures and every one is right."""
        return bool(self.seen) and all(one.is_right for one in self.seen)

    def table(self) -> str:
        """The whole as a table of plain text."""
        rows = [("what", "expected", "seen", "took", "")]
        rows += [
            (
                one.what,
                one.expected,
                one.got,
                f"{one.took_s:.2f} s" if one.took_s is not None else "",
                "right" if one.is_right else "WRONG",
            )
            for one in self.seen
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(5)]
        lines = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) for row in rows]
        return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])

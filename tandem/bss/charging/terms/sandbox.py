"""Words of the sandbox: files by their names, and what is not told in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tandem.kernel.period import Instant


@dataclass(frozen=True, slots=True)
class SandboxFile:
    """A file by its name, in lines."""

    name: str
    lines: Iterable[bytes]

    @property
    def data(self) -> bytes:
        """All of it."""
        return b"".join(self.lines)


@dataclass(frozen=True, slots=True)
class Manner:
    """How subscribers live that the state does not tell of, and what was believed when."""

    time_zone: str = "UTC"
    cycle_day: int = 1
    believed_at: Instant | None = None

"""Kills work in the middle: `kill -9` before its n-th line, for any n."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any


def killed_at_line(number: int, work: Callable[[], object], *, of: Path) -> bool:
    """Run some work in a process that is killed before its n-th line of code in a file, or under a folder.

    False when the work ended before. The process is a fork: the work must open its own connections.
    """
    pid = os.fork()
    if pid == 0:
        left = number

        def trace(frame: FrameType, event: str, _: object) -> Any:
            nonlocal left
            if not Path(frame.f_code.co_filename).is_relative_to(of):
                return None
            left -= event == "line"
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return trace

        sys.settrace(trace)
        try:
            work()
        finally:
            os._exit(0)
    return os.waitpid(pid, 0)[1] == signal.SIGKILL


def lines_to_try(stride: int) -> Iterator[int]:
    """Line numbers without end: one by one at first, then ever further apart (the sooner, the smaller `stride`)."""
    number = 1
    while True:
        yield number
        number += 1 + number // stride

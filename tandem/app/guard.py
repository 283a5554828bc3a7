"""Ends the process groups it was told of when whoever told it dies, even by `kill -9`. Run as a program of its own.

It reads lines `+<group>` and `-<group>` from standard input, which ends with its parent. It imports nothing of ours,
so that it is small and starts at once.
"""

import contextlib
import os
import signal
import sys


def main() -> None:
    """Keep the list of living groups until the input ends, then end what is left of them."""
    groups: set[int] = set()
    for line in sys.stdin:
        change = groups.add if line[0] == "+" else groups.discard
        change(int(line[1:]))
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()

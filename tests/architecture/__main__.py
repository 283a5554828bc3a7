"""Holds the tree against every law: `python -m tests.architecture [--write-baseline]`."""

from __future__ import annotations

import sys

from tests.architecture import law


def main(arguments: list[str]) -> int:
    """Print what is broken; 0 when nothing is."""
    if arguments == ["--write-baseline"]:
        print(f"{law.write_baseline()} entries in the baseline")
    found = law.faults()
    verdict = law.import_verdict()
    for fault in found:
        print(fault)
    if verdict.broken:
        print(verdict.report)
    return int(bool(found or verdict.broken))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

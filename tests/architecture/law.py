"""All laws over one tree, and what they find."""

from __future__ import annotations

import subprocess
from itertools import pairwise
from pathlib import Path

from tests.architecture import habits, imports, sizes, tables
from tests.architecture.source import Fault, Source, read_tree

ROOT = Path(__file__).resolve().parents[2]


def faults(root: Path = ROOT) -> list[Fault]:
    """Everything but the imports: sizes against the baseline, SQL, habits."""
    sources, unreadable = readable(read_tree(root))
    baselines = [*committed_baselines(), baseline_now()]
    return [
        *unreadable,
        *sizes.hold_sizes(sizes.find_excesses(sources), baselines[-1]),
        *(fault for before, after in pairwise(baselines) for fault in sizes.hold_shrinking(before, after)),
        *tables.hold_tables(sources),
        *habits.hold_habits(sources),
        *habits.codes_are_unique(sources),
    ]


def readable(sources: list[Source]) -> tuple[list[Source], list[Fault]]:
    """The sources that are Python, and a fault for each that is not."""
    good, faulty = [], []
    for source in sources:
        try:
            source.parse()
        except SyntaxError as fault:
            faulty.append(source.fault(fault.lineno or 1, "syntax", str(fault.msg)))
        else:
            good.append(source)
    return good, faulty


def import_verdict() -> imports.Verdict:
    """The import contracts over the tree itself."""
    return imports.judge("tandem", ROOT / "tandem", cache=ROOT / ".import_linter_cache")


def baseline_now() -> dict[str, int]:
    """The baseline in the working tree."""
    return sizes.read_baseline(sizes.BASELINE.read_text() if sizes.BASELINE.exists() else None)


def committed_baselines() -> list[dict[str, int]]:
    """The baselines of the last two commits, oldest first; without those in which there was none."""
    path = sizes.BASELINE.relative_to(ROOT).as_posix()
    shown = [
        subprocess.run(["git", "show", f"{revision}:{path}"], cwd=ROOT, capture_output=True, text=True)
        for revision in ("HEAD~1", "HEAD")
    ]
    return [sizes.read_baseline(each.stdout) for each in shown if each.returncode == 0]


def write_baseline(root: Path = ROOT) -> int:
    """Write down today's excesses, where the committed baseline allows them; return how many stand in it."""
    excesses = {each.key: each.size for each in sizes.find_excesses(read_tree(root))}
    sizes.BASELINE.write_text(sizes.dump_baseline(excesses))
    return len(excesses)

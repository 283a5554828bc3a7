"""All laws over one tree, and what they find."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.architecture import habits, imports, sizes, tables
from tests.architecture.source import Fault, Source, read_tree

ROOT = Path(__file__).resolve().parents[2]


def faults(root: Path = ROOT) -> list[Fault]:
    """Everything but the imports: sizes against the baseline, SQL, habits."""
    sources, unreadable = readable(read_tree(root))
    baseline = sizes.read_baseline(sizes.BASELINE.read_text() if sizes.BASELINE.exists() else None)
    committed = committed_baseline()
    return [
        *unreadable,
        *sizes.hold_sizes(sizes.find_excesses(sources), baseline),
        *(sizes.hold_shrinking(committed, baseline) if committed is not None else ()),
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


def committed_baseline() -> dict[str, int] | None:
    """The baseline before this change: of the last commit that is not this one's own; none while there was none."""
    path = sizes.BASELINE.relative_to(ROOT).as_posix()
    for revision in ("HEAD~1", "HEAD"):
        shown = subprocess.run(["git", "show", f"{revision}:{path}"], cwd=ROOT, capture_output=True, text=True)
        if shown.returncode == 0:
            return sizes.read_baseline(shown.stdout)
    return None


def write_baseline(root: Path = ROOT) -> int:
    """Write down today's excesses, where the committed baseline allows them; return how many stand in it."""
    excesses = {each.key: each.size for each in sizes.find_excesses(read_tree(root))}
    sizes.BASELINE.write_text(sizes.dump_baseline(excesses))
    return len(excesses)

"""What the pages that people write have to keep: links that lead somewhere, whole decisions, every dependency told."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

DECISION_PARTS = ("Context", "Decision", "Consequences", "Alternatives", "Enforced by")
DECISION_LINES = (25, 90)
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
FENCE = re.compile(r"```.*?```", re.DOTALL)


def complaints(root: Path) -> list[str]:
    """Everything that is not as it should be."""
    return [*_broken_links(root), *_decisions(root), *_dependencies(root), *_glossary(root), *_changes(root)]


def pages(root: Path) -> list[Path]:
    """Every page that people read."""
    return [root / "README.md", *sorted((root / "docs").rglob("*.md")), *sorted((root / "changes").glob("*.md"))]


def _broken_links(root: Path) -> Iterator[str]:
    for path in pages(root):
        for target in LINK.findall(FENCE.sub("", path.read_text())):
            if "://" not in target and not (path.parent / target).exists():
                yield f"{path.relative_to(root)}: the link to {target} leads nowhere"


def _decisions(root: Path) -> Iterator[str]:
    numbers = []
    for path in sorted((root / "docs" / "decisions").glob("*.md")):
        name, text = f"docs/decisions/{path.name}", path.read_text()
        if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name):
            yield f"{name}: is not called NNNN-title.md"
            continue
        numbers.append(path.name[:4])
        if not text.startswith(f"# {path.name[:4]}: "):
            yield f"{name}: does not begin with its number and title"
        if re.findall(r"(?m)^## (.+)$", text) != list(DECISION_PARTS):
            yield f"{name}: its parts are not {' · '.join(DECISION_PARTS)}"
        if len(re.findall(r"(?m)^> ", text.partition("## Decision")[2].partition("## ")[0])) < 1:
            yield f"{name}: its decision is not one line that can be quoted (> …)"
        if not DECISION_LINES[0] <= len(text.splitlines()) <= DECISION_LINES[1]:
            yield f"{name}: has {len(text.splitlines())} lines, not {DECISION_LINES[0]} to {DECISION_LINES[1]}"
    for number in sorted({each for each in numbers if numbers.count(each) > 1}):
        yield f"docs/decisions: {number} stands twice"


def direct_dependencies(root: Path) -> set[str]:
    """What pyproject.toml names: at run time, to develop, to set up and to build."""
    project = tomllib.loads((root / "pyproject.toml").read_text())
    named = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    named += [name for group in project["dependency-groups"].values() for name in group]
    return {re.split(r"[\[=<>;! ]", name)[0].lower() for name in named}


def _dependencies(root: Path) -> Iterator[str]:
    rows = [line for line in (root / "docs" / "dependencies.md").read_text().splitlines() if line.startswith("| `")]
    told = {line.split("`")[1].lower(): line for line in rows}
    direct = direct_dependencies(root)
    for name in sorted(direct - told.keys()):
        yield f"docs/dependencies.md: {name} is a dependency without a line"
    for name in sorted(told.keys() - direct):
        yield f"docs/dependencies.md: {name} has a line and is no dependency"
    for name, line in told.items():
        if len([cell for cell in line.strip("|").split("|") if cell.strip()]) != 4:
            yield f"docs/dependencies.md: {name} needs its purpose, licence and who keeps it"


def _glossary(root: Path) -> Iterator[str]:
    lines = (root / "docs" / "glossary.md").read_text().splitlines()
    nouns = [line.split("|")[1].strip() for line in lines if line.startswith("| ") and not line.startswith("| noun")]
    if nouns != sorted(nouns, key=str.lower):
        wrong = next(noun for noun, right in zip(nouns, sorted(nouns, key=str.lower), strict=True) if noun != right)
        yield f"docs/glossary.md: is not in the order of the alphabet, see {wrong}"
    for noun in sorted({each for each in nouns if nouns.count(each) > 1}):
        yield f"docs/glossary.md: {noun} stands twice"


def _changes(root: Path) -> Iterator[str]:
    for path in sorted((root / "changes").glob("*.md")):
        first = path.read_text().partition("\n")[0]
        if path.name != "README.md" and (not first.strip() or len(first) > 120):
            yield f"changes/{path.name}: does not begin with one line that tells an operator what changed"

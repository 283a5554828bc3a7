"""Each check of the written pages: one fault that it finds, and a good set of pages that it lets pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.docs.written import complaints

DECISION = """\
# 0001: A title

## Context
{fill}
## Decision

> One line.

## Consequences

## Alternatives

## Enforced by
"""
GLOSSARY = "| noun | means | lives in |\n|---|---|---|\n| bill | what is owed | billing |\n| party | who | party |\n"
GOOD = {
    "README.md": "See [the glossary](docs/glossary.md) and [decisions](docs/decisions).\n",
    "pyproject.toml": "[project]\ndependencies = ['msgspec>=0.20']\n[build-system]\nrequires = ['hatchling']\n"
    "[dependency-groups]\ndev = ['pytest; python_version > \"3\"']\n",
    "docs/glossary.md": GLOSSARY,
    "docs/dependencies.md": "".join(
        f"| `{name}` | for | MIT | them |\n" for name in ("msgspec", "hatchling", "pytest")
    ),
    "docs/decisions/0001-a-title.md": DECISION.format(fill="\nwhy" * 25),
    "changes/first-words.md": "Bills can be sent again.\n",
}


def _complaints(root: Path, files: dict[str, str]) -> list[str]:
    for path, text in {**GOOD, **files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return complaints(root)


def test_good_pages_pass(tmp_path: Path) -> None:
    assert _complaints(tmp_path, {}) == []


@pytest.mark.parametrize(
    ("path", "text", "complaint"),
    [
        ("README.md", "See [this](docs/nothing.md).\n", "README.md: the link to docs/nothing.md leads nowhere"),
        ("docs/decisions/2-short.md", "", "docs/decisions/2-short.md: is not called NNNN-title.md"),
        ("docs/decisions/0002-x.md", DECISION.format(fill="\nwhy" * 25), "does not begin with its number and title"),
        ("docs/decisions/0001-b.md", DECISION.format(fill="\nwhy" * 25), "docs/decisions: 0001 stands twice"),
        ("docs/decisions/0001-a-title.md", "# 0001: T\n## Context\n", "its parts are not Context · Decision"),
        ("docs/decisions/0001-a-title.md", DECISION.format(fill=""), "lines, not 25 to 90"),
        (
            "docs/decisions/0001-a-title.md",
            DECISION.format(fill="\nwhy" * 25).replace("> One", "One"),
            "its decision is not one line that can be quoted",
        ),
        ("docs/dependencies.md", "| `msgspec` | for | MIT | them |\n", "pytest is a dependency without a line"),
        ("docs/dependencies.md", GOOD["docs/dependencies.md"] + "| `flask` | for | MIT | them |\n", "flask has a line"),
        (
            "docs/dependencies.md",
            GOOD["docs/dependencies.md"].replace("| for | MIT", "| for |"),
            "msgspec needs its purpose",
        ),
        (
            "docs/glossary.md",
            "| noun |\n| party | who | x |\n| bill | owed | y |\n",
            "not in the order of the alphabet",
        ),
        ("docs/glossary.md", "| noun |\n| bill | who | x |\n| bill | owed | y |\n", "bill stands twice"),
        ("changes/long.md", "x" * 121, "changes/long.md: does not begin with one line"),
    ],
)
def test_a_fault_is_found(tmp_path: Path, path: str, text: str, complaint: str) -> None:
    found = _complaints(tmp_path, {path: text})
    assert any(complaint in each for each in found), found

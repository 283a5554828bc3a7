"""A new attribute of a standard entity takes at most three edits: those of the page, made and tried in a copy."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture import law

PAGE = law.ROOT / "docs" / "how" / "add-an-attribute.md"
MOST = 3
COPIED = ("tandem", "tests", "pyproject.toml")


@dataclass(frozen=True)
class Edit:
    """One place in one file: these lines become those."""

    path: str
    before: str
    after: str

    def make(self, root: Path) -> None:
        """Change the file; the place must be there exactly once."""
        text = (root / self.path).read_text()
        assert text.count(self.before) == 1, f"{self.path} does not have once:\n{self.before}"
        (root / self.path).write_text(text.replace(self.before, self.after))


def edits_of(page: str) -> list[Edit]:
    """The diff blocks of a page."""
    blocks = re.findall(r"```diff\n--- (\S+)\n(.*?)```", page, re.DOTALL)
    return [Edit(path, _lines(block, " -"), _lines(block, " +")) for path, block in blocks]


def _lines(block: str, kept: str) -> str:
    return "".join(f"{line[1:]}\n" for line in block.splitlines() if line[0] in kept)


def test_the_page_needs_at_most_three_edits() -> None:
    edits = edits_of(PAGE.read_text())
    assert 1 <= len(edits) <= MOST
    assert len({edit.path for edit in edits}) == len(edits)


def test_the_three_edits_are_enough(tmp_path: Path, admin_url: str) -> None:
    for name in COPIED:
        source = law.ROOT / name
        ignored = shutil.ignore_patterns("__pycache__")
        copied = tmp_path / name
        shutil.copytree(source, copied, ignore=ignored) if source.is_dir() else shutil.copy2(source, copied)
    for edit in edits_of(PAGE.read_text()):
        edit.make(tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "TANDEM_TEST_DATABASE_URL": admin_url}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    trial = [*command, "tests/entities/attribute_trial.py"]
    done = subprocess.run(trial, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 passed" in done.stdout


@pytest.mark.parametrize("block", ["```diff\n--- a.py\n x\n-y\n+z\n```"])
def test_a_block_is_read_as_what_it_changes(block: str) -> None:
    assert edits_of(block) == [Edit("a.py", "x\ny\n", "x\nz\n")]

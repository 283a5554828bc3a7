"""The demonstration, as the README's first command runs it: every figure right, and exit 0 only then."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tandem.app.demo.table import Report
from tests.support.shared import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.postgres]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the database's own account may enter."""
    with tempfile.TemporaryDirectory(prefix="tandem-demo-", ignore_cleanup_errors=True) as made:
        Path(made).chmod(0o755)
        yield Path(made)


def test_the_demonstration_ends_with_every_figure_right(folder: Path) -> None:
    command = [sys.executable, "-m", "tandem.app", "demo", "--exit", "--data", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    told = done.stdout
    assert done.returncode == 0, told[-4000:] + done.stderr[-4000:]
    for figure in ("19.35 2.00 30.00", "41.75", "9.60", "51.35", "settled", "every figure is right"):
        assert figure in told
    assert "WRONG" not in told
    assert "home register: " in told


def test_a_report_with_a_wrong_figure_is_not_right() -> None:
    report = Report()
    assert not report.is_right
    report.see("total", "51.35", "51.35")
    assert report.is_right
    report.see("balance", "0.00", "0.01")
    assert not report.is_right
    assert "WRONG" in report.table()

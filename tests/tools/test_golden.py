"""A golden file is compared byte for byte, or collected for ./dev golden."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import golden


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(golden, "GOLDEN", tmp_path / "golden")
    monkeypatch.delenv(golden.COLLECT, raising=False)
    (tmp_path / "golden").mkdir()
    (tmp_path / "golden" / "bill.xml").write_text("<total>51.35</total>\n")
    return tmp_path


def test_the_same_bytes_pass(folder: Path) -> None:
    golden.assert_golden("bill.xml", "<total>51.35</total>\n")


@pytest.mark.parametrize(("name", "made"), [("bill.xml", "<total>51.36</total>\n"), ("new.xml", "<total/>\n")])
def test_other_bytes_and_a_missing_file_fail(folder: Path, name: str, made: str) -> None:
    with pytest.raises(AssertionError, match="./dev golden"):
        golden.assert_golden(name, made)


def test_differences_are_collected_when_asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(golden.COLLECT, str(folder / "out"))
    golden.assert_golden("bills/new.xml", b"<total/>\n")
    assert (folder / "out" / "bills" / "new.xml").read_bytes() == b"<total/>\n"

"""What is typed wrong is told in a line, before anything is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from tandem.app.__main__ import main


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["clock", "set"], "tandem: no instant is given\n  next: tandem clock set 2026-11-01T00:00:00Z\n"),
        (["clock", "drag"], "tandem: no instant is given\n  next: tandem clock drag 2026-11-01T00:00:00Z\n"),
        (["steps", "retry"], "tandem: no step is named\n  next: take its number from tandem steps list\n"),
    ],
)
def test_what_is_missing_is_named(typed: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert (main(typed), capsys.readouterr().err) == (1, said)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "many"])
def test_a_port_that_is_none_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["up", "--port", port])
    assert "port value" in capsys.readouterr().err


def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert main(["pools", "--data", str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err == f"tandem: {tmp_path}/file: File exists\n"

"""The bench frame: rows know their bound, a quick run ends in time, the figures are written down."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import bench.__main__ as frame
from bench.row import Row, table


@pytest.mark.parametrize(
    ("row", "is_kept"),
    [
        (Row(work="posts", figure=400, unit="1/s", at_least=400), True),
        (Row(work="posts", figure=399.9, unit="1/s", at_least=400), False),
        (Row(work="p99", figure=50, unit="ms", at_most=50), True),
        (Row(work="p99", figure=50.1, unit="ms", at_most=50), False),
    ],
)
def test_a_row_knows_whether_its_bound_is_kept(row: Row, is_kept: bool) -> None:
    assert row.is_kept is is_kept


@pytest.mark.parametrize(("at_least", "at_most"), [(None, None), (1.0, 2.0)])
def test_a_row_has_exactly_one_bound(at_least: float | None, at_most: float | None) -> None:
    with pytest.raises(ValueError, match="either at_least or at_most"):
        Row(work="posts", figure=1, unit="1/s", at_least=at_least, at_most=at_most)


def test_a_row_is_written_with_the_bound_it_has() -> None:
    row = Row(work="posts", figure=512.5, unit="1/s", at_least=400, aim=1000, compared_with="PostgREST 300")
    assert row.to_doc() == {
        "work": "posts",
        "figure": 512.5,
        "unit": "1/s",
        "at_least": 400,
        "aim": 1000,
        "compared_with": "PostgREST 300",
    }


def test_the_table_shows_what_was_missed() -> None:
    printed = table([Row(work="posts", figure=12.34, unit="1/s", at_least=400, aim=1000)]).splitlines()
    assert printed[0].split() == ["work", "figure", "unit", "at", "least", "aim", "compared", "with"]
    assert printed[1].split() == ["posts", "12.3", "1/s", "≥", "400", "1,000", "missed"]


@pytest.fixture
def planted_bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = ModuleType("bench.planted")
    monkeypatch.setitem(sys.modules, "bench.planted", module)
    monkeypatch.setattr(frame, "OUT", tmp_path / "out")
    return module


def test_figures_are_written_as_they_are_printed(planted_bench: ModuleType, tmp_path: Path) -> None:
    row = Row(work="posts", figure=512, unit="1/s", at_least=400)
    planted_bench.rows = lambda quick: [row]  # type: ignore[attr-defined]
    assert frame.measure("planted", limit_s=None) == [row]
    written = json.loads((tmp_path / "out" / "planted.json").read_text())
    assert written == [
        {"work": "posts", "figure": 512, "unit": "1/s", "at_least": 400, "aim": None, "compared_with": None}
    ]


def test_a_quick_run_that_is_out_of_time_keeps_what_it_has(planted_bench: ModuleType, tmp_path: Path) -> None:
    def endless(quick: bool) -> Iterator[Row]:
        assert quick
        yield Row(work="posts", figure=512, unit="1/s", at_least=400)
        while True:
            time.monotonic()

    planted_bench.rows = endless  # type: ignore[attr-defined]
    started = time.monotonic()
    assert [row.work for row in frame.measure("planted", limit_s=0.2)] == ["posts"]
    assert time.monotonic() - started < 5
    assert len(json.loads((tmp_path / "out" / "planted.json").read_text())) == 1


def test_an_unknown_bench_is_refused() -> None:
    assert frame.main(["no_such_bench"]) == 2

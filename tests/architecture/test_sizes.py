"""The size limits bite, and the baseline only shrinks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import law, sizes
from tests.architecture.planted import source


def _body(lines: int, indent: str = "    ") -> str:
    return "".join(f"{indent}x = {number}\n" for number in range(lines))


def _excesses(text: str) -> list[tuple[str, str, int]]:
    found = sizes.find_excesses([source("tandem/bss/billing/commands.py", text)])
    return [(each.name, each.limit, each.size) for each in found]


AT_THE_LIMIT = [
    "def issue(a, b, c, *, d, e, f):\n" + _body(59),
    "class Bill:\n" + "".join(f"    x{number} = 1\n" for number in range(249)),
    "class Bill:\n    def issue(self, a, b, c, d, e, f): ...\n",
    "def nest():\n    for a in b:\n        if a:\n            with c:\n                d()\n",
    "def chain():\n    if a: b\n    elif c: d\n    elif e: f\n    elif g: h\n    elif i: j\n",
    _body(500, ""),
    "def test_with_fixtures(a, b, c, d, e, f, g): ...\n",
]


@pytest.mark.parametrize("text", AT_THE_LIMIT)
def test_what_is_just_within_a_limit_passes(text: str) -> None:
    assert _excesses(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def issue():\n" + _body(60), ("issue", "function lines", 61)),
        ("async def issue():\n" + _body(60), ("issue", "function lines", 61)),
        ("def issue(a, b, c, *, d, e, f, g): ...\n", ("issue", "parameters", 7)),
        ("def issue(a, b, c, d, e, *f, **g): ...\n", ("issue", "parameters", 7)),
        ("class Bill:\n    def issue(self, a, b, c, d, e, f, g): ...\n", ("Bill.issue", "parameters", 7)),
        ("class Bill:\n" + "".join(f"    x{n} = 1\n" for n in range(250)), ("Bill", "class lines", 251)),
        ("def n():\n for a in b:\n  if a:\n   with c:\n    try: d\n    finally: e\n", ("n", "nesting", 4)),
        ("def n():\n if a: b\n elif c:\n  for d in e:\n   while f:\n    if g: h\n", ("n", "nesting", 4)),
        (_body(501, ""), ("", "file lines", 501)),
        ("if a:\n    def issue(a, b, c, d, e, f, g): ...\n", ("issue", "parameters", 7)),
    ],
)
def test_what_exceeds_a_limit_is_found(text: str, expected: tuple[str, str, int]) -> None:
    assert _excesses(text) == [expected]


def test_a_line_of_121_is_found_by_ruff(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text(f"x = '{'y' * 114}'\nz = '{'y' * 115}'\n")
    ruff = str(Path(sys.executable).with_name("ruff"))
    command = [ruff, "check", "--config", str(law.ROOT / "pyproject.toml"), str(tmp_path)]
    found = subprocess.run([*command, "--output-format=concise", "--no-cache"], capture_output=True, text=True).stdout
    assert [line.split(":")[1] for line in found.splitlines() if "E501" in line] == ["2"]


EXCESS = sizes.Excess("tandem/x.py", 3, "issue", "function lines", 80)


def test_the_baseline_excuses_what_stands_in_it() -> None:
    assert sizes.hold_sizes([EXCESS], {EXCESS.key: 80}) == []


@pytest.mark.parametrize(
    ("baseline", "law_name"),
    [
        ({}, "size"),
        ({EXCESS.key: 79}, "size"),
        ({EXCESS.key: 81}, "baseline"),
        ({EXCESS.key: 80, "gone": 9}, "baseline"),
    ],
)
def test_the_baseline_excuses_nothing_else(baseline: dict[str, int], law_name: str) -> None:
    assert [fault.law for fault in sizes.hold_sizes([EXCESS], baseline)] == [law_name]


def test_the_baseline_may_shrink() -> None:
    assert sizes.hold_shrinking({"a": 80, "b": 70}, {"a": 79}) == []


@pytest.mark.parametrize("after", [{"a": 81}, {"a": 80, "b": 61}])
def test_the_baseline_may_not_grow(after: dict[str, int]) -> None:
    assert len(sizes.hold_shrinking({"a": 80}, after)) == 1


def test_the_baseline_survives_being_written_and_read() -> None:
    assert sizes.read_baseline(sizes.dump_baseline({"b": 2, "a": 1})) == {"a": 1, "b": 2}

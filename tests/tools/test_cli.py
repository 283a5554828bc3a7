"""./dev from the outside: its list, its refusals, and the two commands that read the tree."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.architecture import law

PROMISED = {
    *("setup", "up", "demo", "check", "test", "bench", "docs"),
    *("golden", "migrate", "new", "where", "story", "ci", "tandem"),
}


def _dev(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, law.ROOT / "dev", *arguments], capture_output=True, text=True, cwd="/")


def test_without_a_word_it_prints_its_list() -> None:
    shown = _dev()
    listed = re.findall(r"(?m)^  ([a-z]+)\b", shown.stdout)
    assert shown.returncode == 0
    assert len(listed) == len(PROMISED)
    assert set(listed) == PROMISED


def test_an_unknown_word_prints_the_list_and_fails() -> None:
    shown = _dev("fly")
    assert shown.returncode == 2
    assert shown.stdout.startswith("usage: ./dev COMMAND")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("new",), "say what: room, entity, driver, journey, decision"),
        (("new", "castle"), "say what"),
        (("where",), "say one word"),
        (("ci", "quickly"), "ci takes nothing"),
        (("story", "of a dragon"), "no story"),
    ],
)
def test_what_it_cannot_do_is_said_in_one_line(arguments: tuple[str, ...], told: str) -> None:
    shown = _dev(*arguments)
    assert shown.returncode == 1
    assert told in shown.stderr
    assert len(shown.stderr.strip().splitlines()) == 1


def test_a_word_is_found_in_glossary_rooms_and_code() -> None:
    found = _dev("where", "billing account").stdout.splitlines()
    assert any(line.startswith("docs/glossary.md: account") for line in found)
    assert any(line.startswith("tandem.bss.party: Parties, the roles they play") for line in found)
    assert any(re.match(r"tandem/bss/party/model/account\.py:\d+: BillingAccount$", line) for line in found)


def test_a_word_that_nobody_knows_is_said_to_be_so() -> None:
    found = _dev("where", "zeppelin")
    assert (found.returncode, found.stdout) == (1, "no room knows 'zeppelin'\n")


def test_the_tool_needs_nothing_but_the_standard_library() -> None:
    bare = [sys.executable, "-I", "-S", str(law.ROOT / "dev"), "where", "account"]
    assert subprocess.run(bare, capture_output=True, text=True).returncode == 0

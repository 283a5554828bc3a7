"""Each driver has a quality file, and what it claims is proved by tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tandem.oss.elements import drivers
from tandem.oss.elements.drivers import KINDS

DRIVERS = Path(drivers.__file__).parent
TESTS = Path(__file__).parent


def rows_of(kind: str) -> list[list[str]]:
    lines = (DRIVERS / kind / "quality.md").read_text().splitlines()
    table = [line for line in lines if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_driver_tells_how_good_it_is_on_every_level(kind: str) -> None:
    assert {row[0] for row in rows_of(kind)} == {"bronze", "silver", "gold"}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_a_driver_claims_is_proved_by_tests_that_exist(kind: str) -> None:
    written = "\n".join(path.read_text() for path in TESTS.glob("test_*.py"))
    names = [name for row in rows_of(kind) for name in re.findall(r"`(test_\w+)`", row[-1])]
    assert [name for name in names if f"def {name}(" not in written] == []
    assert all(re.search(r"`test_\w+`", row[3]) for row in rows_of(kind) if row[2] == "done")

"""What ./dev new writes is whole: it passes the laws, the types and its own tests, in a copy of this tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import law
from tools.dev.place import Stop
from tools.dev.scaffold import decision, driver, entity, journey, room
from tools.dev.scaffold.text import into_collection, into_glossary

COPIED = ("tandem", "tests", "tools", "docs", "changes", "bench", "dev", "pyproject.toml", "README.md")
NEW = (
    (
        "room",
        "bss.loyalty",
        "--beside",
        "crm",
        "Points that customers collect. Refuses to know prices. Standards: TMF658.",
    ),
    ("entity", "bss.loyalty", "LoyaltyAccount", "--api", "TMF658", "--base", "/tmf-api/loyaltyManagement/v4"),
    ("entity", "bss.loyalty", "LoyaltyBalance", "--api", "TMF658", "--base", "/tmf-api/loyaltyManagement/v4"),
    ("journey", "oss.greet_service", "--when", "inventory.ServiceActivated"),
    ("driver", "nokia_olt"),
    ("decision", "one", "stream", "per", "browser"),
)
WRITTEN = (
    "tandem/bss/loyalty",
    "tandem/oss/journeys",
    "tandem/oss/elements/drivers",
    "tests/bss/loyalty",
    "tests/entities/samples/loyalty.py",
    "tests/oss/journeys/test_greet_service.py",
    "tests/oss/elements/test_nokia_olt.py",
    "tests/architecture/rooms.py",
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This tree with one new thing of each kind in it."""
    root = tmp_path_factory.mktemp("house")
    ignored = shutil.ignore_patterns("__pycache__", "out", "node_modules")
    for name in COPIED:
        source = law.ROOT / name
        shutil.copytree(source, root / name, ignore=ignored) if source.is_dir() else shutil.copy2(source, root / name)
    for arguments in NEW:
        subprocess.run([sys.executable, root / "dev", "new", *arguments], cwd=root, check=True, capture_output=True)
    _run(root, "ruff", "format", *WRITTEN)
    _run(root, "ruff", "check", "--fix", "--select", "I", *WRITTEN)
    return root


def _run(root: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(root)}
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)


def test_the_laws_hold_as_before(copy: Path) -> None:
    before = {str(fault) for fault in law.faults()}
    found = _run(copy, "tests.architecture").stdout.splitlines()
    assert [line for line in found if line not in before and ": " in line and ".py:" in line] == []
    assert law.import_verdict().broken or not [line for line in found if "BROKEN" in line]


def test_lint_and_types_hold(copy: Path) -> None:
    lint = _run(copy, "ruff", "check", *WRITTEN)
    assert lint.returncode == 0, lint.stdout
    types = _run(copy, "mypy", "--no-incremental", *(name for name in WRITTEN if name.startswith("tandem/")))
    assert types.returncode == 0, types.stdout


def test_the_pages_hold(copy: Path) -> None:
    _run(copy, "tools.docs")
    checked = _run(copy, "tools.docs", "--check")
    assert checked.returncode == 0, checked.stdout
    assert "| LoyaltyAccount | bss.loyalty | TMF658 | v4 |" in (copy / "docs" / "standards.md").read_text()


def test_its_own_tests_pass(copy: Path) -> None:
    own = ("tests/bss/loyalty", "tests/oss/journeys/test_greet_service.py", "tests/oss/elements/test_nokia_olt.py")
    done = _run(copy, "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *own)
    assert done.returncode == 0, done.stdout


def test_nothing_is_written_over(copy: Path) -> None:
    driver_file = copy / "tandem/oss/elements/drivers/nokia_olt/driver.py"
    before = driver_file.read_text()
    command = [sys.executable, str(copy / "dev"), "new", "driver", "nokia_olt"]
    again = subprocess.run(command, cwd=copy, capture_output=True, text=True)
    assert again.returncode == 1
    assert "already there" in again.stderr
    assert driver_file.read_text() == before


@pytest.mark.parametrize(
    ("draft", "arguments"),
    [
        (room.draft, ["loyalty"]),
        (room.draft, ["bss.loyalty", "--beside", "nobody", "Owns it. Refuses the rest."]),
        (room.draft, ["bss.loyalty", "--beside", "crm", "Owns it."]),
        (entity.draft, ["bss.nowhere", "Thing", "--api", "TMF1", "--base", "/x/v4"]),
        (journey.draft, ["oss.x", "--when", "inventory.NeverHappened"]),
        (driver.draft, []),
        (decision.draft, []),
    ],
)
def test_what_cannot_be_begun_is_refused(draft: object, arguments: list[str]) -> None:
    assert callable(draft)
    with pytest.raises(Stop):
        draft(law.ROOT, arguments)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("X = ()\n", "X = (a,)\n"),
        ("X: T = (b,)\n", "X: T = (b, a,)\n"),
        ("X = (\n    b,\n    c,\n)\n", "X = (\n    b,\n    c, a,)\n"),
        ("X = (*Y, *Z)\n", "X = (*Y, *Z, a,)\n"),
        ("X = Y + Z\n", "X = (*(Y + Z), a)\n"),
    ],
)
def test_an_entry_is_added_to_any_tuple(text: str, expected: str) -> None:
    assert into_collection(text, "X", "a") == expected


def test_the_glossary_stays_in_order() -> None:
    page = "# G\n\n| noun | means | lives in |\n|---|---|---|\n| account | a | b |\n| party | c | d |\n"
    assert into_glossary(page, "login", "e", "f").splitlines()[-3:] == [
        "| account | a | b |",
        "| login | e | f |",
        "| party | c | d |",
    ]
    assert into_glossary(page, "party", "x", "y") == page

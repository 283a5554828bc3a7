"""The wheel carries the pages' files and htmx, and needs no Django."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from tests.architecture import law
from tools import vendor


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """A wheel built from a copy of the tree in which htmx is not there yet."""
    toolbox = law.ROOT / ".venv" / "setup"
    if not (toolbox / "django_htmx").is_dir():
        pytest.skip("the unpacked django-htmx wheel is not beside the environment: ./dev setup")
    root = tmp_path_factory.mktemp("tree")
    for name in ("tandem", "tools"):
        shutil.copytree(law.ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "vendor"))
    shutil.copy2(law.ROOT / "tools" / "vendor.py", root / "tools")
    for name in ("pyproject.toml", "README.md"):
        shutil.copy2(law.ROOT / name, root)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(root / "out")]
    environment = {**os.environ, "PYTHONPATH": str(toolbox)}
    built = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    return zipfile.ZipFile(next((root / "out").glob("*.whl")))


def test_htmx_is_in_it(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    assert vendor.is_placed(tmp_path)


def test_every_file_of_the_package_is_in_it(wheel: zipfile.ZipFile) -> None:
    kept = subprocess.run(["git", "ls-files", "tandem"], cwd=law.ROOT, capture_output=True, text=True, check=True)
    there = [path for path in kept.stdout.split() if (law.ROOT / path).is_file()]
    assert set(there) - set(wheel.namelist()) == set()


def test_nothing_but_the_package_is_in_it(wheel: zipfile.ZipFile) -> None:
    assert {name.split("/")[0] for name in wheel.namelist()} == {"tandem", "tandem-0.1.0.dist-info"}


def test_django_is_not_among_what_it_needs(wheel: zipfile.ZipFile) -> None:
    metadata = Parser().parsestr(wheel.read("tandem-0.1.0.dist-info/METADATA").decode())
    needed = metadata.get_all("Requires-Dist") or []
    assert needed
    assert [name for name in needed if "django" in name.lower()] == []

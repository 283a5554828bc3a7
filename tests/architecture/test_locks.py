"""The locks name packages, versions and hashes, and nothing of any machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture import law
from tools import vendor
from tools.dev.locks import Lock, require_portable, section
from tools.dev.place import Stop
from tools.docs.written import direct_dependencies

GOOD = "anyio==4.16.0 ; python_version >= '3.11' \\\n    --hash=sha256:59bb\nidna==3.20 \\\n    --hash=sha256:aa\n"


@pytest.mark.parametrize("lock", Lock)
def test_a_lock_names_no_address_and_no_path(lock: Lock) -> None:
    require_portable(lock.value, lock.path.read_text())


def test_a_good_lock_is_portable() -> None:
    require_portable("good", GOOD)


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://mirror.example/simple",
        "    --index-url https://mirror.example/simple",
        "-e .",
        "tandem @ file:///work/tandem",
        "anyio @ https://mirror.example/anyio.whl",
        "    # via /home/somebody/tandem",
    ],
)
def test_an_address_or_a_path_in_a_lock_is_refused(line: str) -> None:
    with pytest.raises(Stop):
        require_portable("bad", f"{GOOD}{line}\n")


@pytest.mark.parametrize("lock", Lock)
def test_every_requirement_is_hashed(lock: Lock) -> None:
    parts = re.split(r"(?m)^(?=\S)", lock.path.read_text())
    assert [part.split()[0] for part in parts if "==" in part and "--hash=sha256:" not in part] == []


def test_every_direct_dependency_is_locked() -> None:
    locked = {name.lower() for lock in Lock for name in re.findall(r"(?m)^([A-Za-z0-9._-]+)==", lock.path.read_text())}
    assert direct_dependencies(law.ROOT) - locked == set()


def test_the_development_lock_holds_the_runtime_lock() -> None:
    runtime, development = (
        set(re.findall(r"(?m)^(\S+==\S+)", lock.path.read_text())) for lock in (Lock.RUNTIME, Lock.DEVELOPMENT)
    )
    assert runtime - development == set()


def test_a_package_is_cut_out_of_a_lock_with_its_hashes() -> None:
    assert section(GOOD, "idna") == "idna==3.20 \\\n    --hash=sha256:aa\n"
    with pytest.raises(Stop):
        section(GOOD, "missing")


def test_a_vendored_file_that_was_not_reviewed_is_refused(tmp_path: Path) -> None:
    for source, _ in vendor.VENDORED.values():
        (tmp_path / "wheel" / source).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "wheel" / source).write_text("alert('somebody else wrote this')")
    with pytest.raises(ValueError, match="review it"):
        vendor.place(tmp_path / "wheel", tmp_path / "tree")
    assert not vendor.is_placed(tmp_path / "tree")


def test_the_vendored_files_are_in_place() -> None:
    assert vendor.is_placed(law.ROOT)

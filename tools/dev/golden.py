"""./dev golden: see what the golden files would change to, then say yes."""

from __future__ import annotations

import difflib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.dev import setup
from tools.dev.locks import Lock
from tools.dev.place import PYTHON, ROOT, environment

FOLDER = ROOT / "tests" / "golden"


def run(arguments: list[str]) -> int:
    """Run the tests with golden files' differences collected (tests/support/golden.py), show them, rewrite on a yes."""
    setup.ensure(Lock.DEVELOPMENT)
    agreed = "--yes" in arguments
    pytest_arguments = [word for word in arguments if word != "--yes"]
    with tempfile.TemporaryDirectory() as collected:
        command = [str(PYTHON), "-m", "pytest", "-q", *pytest_arguments]
        code = subprocess.run(command, cwd=ROOT, env={**environment(), "TANDEM_GOLDEN_OUT": collected}).returncode
        made = sorted(path for path in Path(collected).rglob("*") if path.is_file())
        changed = [path for path in made if not _same(path, FOLDER / path.relative_to(collected))]
        for path in changed:
            _show(FOLDER / path.relative_to(collected), path)
        if not changed:
            print("golden files are as they were")
            return code
        if not agreed and input(f"rewrite {len(changed)} golden files? [y/N] ").strip().lower() != "y":
            return 1
        for path in changed:
            target = FOLDER / path.relative_to(collected)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    return code


def _same(new: Path, old: Path) -> bool:
    return old.exists() and old.read_bytes() == new.read_bytes()


def _show(old: Path, new: Path) -> None:
    name = str(old.relative_to(ROOT))
    try:
        before = old.read_text().splitlines(keepends=True) if old.exists() else []
        after = new.read_text().splitlines(keepends=True)
    except UnicodeDecodeError:
        print(f"{name}: binary, {new.stat().st_size} bytes")
        return
    sys.stdout.writelines(difflib.unified_diff(before, after, name, f"{name} (new)"))

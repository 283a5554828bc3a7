"""./dev story: the journeys that the tests tell, by name."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

from tools.dev import setup
from tools.dev.locks import Lock
from tools.dev.place import PYTHON, ROOT, Stop, environment

FOLDER = ROOT / "tests" / "journeys"


def run(arguments: list[str]) -> int:
    """Without a word list the stories; with one run those whose file or test has it in its name."""
    stories = {path: _tests_of(path) for path in sorted(FOLDER.glob("test_*.py"))}
    if not arguments:
        for path, tests in stories.items():
            print(f"{path.stem.removeprefix('test_')}: {_first_line(path)}")
            print("".join(f"    {name.removeprefix('test_').replace('_', ' ')}\n" for name in tests), end="")
        return 0
    word = arguments[0].lower().replace(" ", "_")
    chosen = [f"{path}::{name}" for path, tests in stories.items() for name in tests if word in f"{path.stem}.{name}"]
    if not chosen:
        raise Stop(f"no story has {word!r} in its name; ./dev story lists them")
    setup.ensure(Lock.DEVELOPMENT)
    command = [str(PYTHON), "-m", "pytest", "-v", *chosen, *arguments[1:]]
    return subprocess.run(command, cwd=ROOT, env=environment()).returncode


def _tests_of(path: Path) -> list[str]:
    body = ast.parse(path.read_text()).body
    return [node.name for node in body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]


def _first_line(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]

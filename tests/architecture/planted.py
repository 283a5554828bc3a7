"""Small houses with planted faults: a whole tree of empty rooms under a name of its own, and files put into it."""

from __future__ import annotations

import importlib
import itertools
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.architecture import imports, rooms
from tests.architecture.source import Source

_numbers = itertools.count()


def source(path: str, text: str) -> Source:
    """One file of a house that exists only in the test."""
    return Source(path, text)


@contextmanager
def house(folder: Path, files: dict[str, str]) -> Iterator[tuple[str, Path]]:
    """An importable package with every declared room; `files` (path below it → text, `{root}` filled in) are added."""
    root = f"planted_{next(_numbers)}"
    package = folder / root
    for room in ["", *_packages()]:
        _write(package / room / "__init__.py", f'"""{room}"""\n')
    for path, text in files.items():
        _write(package / path, text.replace("{root}", root))
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield root, package
    finally:
        sys.path.remove(str(folder))


def broken_contracts(folder: Path, files: dict[str, str]) -> tuple[str, ...]:
    """Which import contracts a house with these files breaks."""
    with house(folder, files) as (root, package):
        return imports.judge(root, package).broken


def _packages() -> list[str]:
    channels = [f"channels/{name}" for floor in rooms.CHANNELS for name in floor]
    halves = [f"{half}/{room}" for half, floors in rooms.HALVES.items() for floor in floors for room in floor]
    kernel = [f"kernel/{name}" for floor in rooms.KERNEL for name in floor]
    return [*(name for floor in rooms.HOUSE for name in floor), *channels, *halves, *kernel]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    for parent in path.parents:
        if (parent.parent / "__init__.py").exists() and not (parent / "__init__.py").exists():
            (parent / "__init__.py").write_text("")
    path.write_text(text)

"""The tree itself keeps every law that is not about imports."""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tandem.kernel.store import EntityTable
from tandem.kernel.store.schema import DeclaredTable
from tests.architecture import law, rooms
from tests.architecture.source import read_tree
from tools.docs.written import direct_dependencies


def test_the_tree_keeps_its_laws() -> None:
    found = law.faults()
    assert not found, "\n".join(map(str, found))


@pytest.mark.parametrize("room", rooms.room_names())
def test_a_room_declares_only_tables_with_its_own_prefix(room: str) -> None:
    path = law.ROOT / "tandem" / room.replace(".", "/") / "store"
    if not (path.with_suffix(".py").exists() or path.is_dir()):
        return
    tables = _declared_in(f"tandem.{room}.store", path)
    assert [name for name in tables if not name.startswith(rooms.table_prefix(room))] == []


def _declared_in(module: str, path: Path) -> list[str]:
    modules = [module, *(f"{module}.{each.stem}" for each in sorted(path.glob("[!_]*.py")))]
    values = [value for name in modules for value in vars(importlib.import_module(name)).values()]
    entities = [value.shown for value in values if isinstance(value, EntityTable)]
    return entities + [value.name for value in values if isinstance(value, DeclaredTable)]


def test_what_the_package_imports_is_a_dependency_that_it_names() -> None:
    distributions = packages_distributions()
    named = {name.lower().replace("_", "-") for name in direct_dependencies(law.ROOT)}
    foreign = {name: path for name, path in _imported() if name not in {*sys.stdlib_module_names, "tandem"}}
    unnamed = {
        f"{path} imports {name}"
        for name, path in foreign.items()
        if not named & {each.lower().replace("_", "-") for each in distributions.get(name, [name])}
    }
    assert not unnamed


def _imported() -> Iterator[tuple[str, str]]:
    for source in read_tree(law.ROOT, ["tandem"]):
        if not source.module:
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name.partition(".")[0], source.path) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0], source.path

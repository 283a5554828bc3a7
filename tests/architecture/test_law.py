"""The tree itself keeps every law that is not about imports."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from tandem.kernel.store import EntityTable
from tandem.kernel.store.schema import DeclaredTable
from tests.architecture import law, rooms


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
    entities = [value.table for value in values if isinstance(value, EntityTable)]
    return entities + [value.name for value in values if isinstance(value, DeclaredTable)]

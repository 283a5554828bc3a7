"""The import law as import-linter contracts, drawn up from the table in rooms.py for any root package."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.architecture import rooms

DOORS_TYPE = "doors: tests.architecture.doors.DoorsContract"


def contracts(root: str, folder: Path) -> list[dict[str, Any]]:
    """Every contract of the house that lies in `folder` and is imported as `root`."""
    return [
        _layers("house: app > channels > bss | oss > seam > kernel", [root], rooms.HOUSE, required=True),
        *(_half(root, half) for half in rooms.HALVES),
        _layers("channels: desks are strangers on one kit", [f"{root}.channels"], rooms.CHANNELS, required=True),
        _layers("kernel: its own order", [f"{root}.kernel"], rooms.KERNEL),
        *_inside_rooms(root),
        *_purity(root, folder),
        {"name": "doors: other rooms by public and terms only", "type": "doors", "root": root},
        {"name": "no circles at any depth", "type": "acyclic_siblings", "ancestors": [root], "depth": "10"},
    ]


def _half(root: str, half: str) -> dict[str, Any]:
    return _layers(f"{half}: its floors", [f"{root}.{half}"], rooms.HALVES[half], required=True)


def _inside_rooms(root: str) -> Iterable[dict[str, Any]]:
    plain = [f"{root}.{room}" for room in rooms.room_names() if room not in rooms.OWN_FLOORS]
    yield _layers("rooms: the floors inside", plain, rooms.FLOORS)
    for room, floors in rooms.OWN_FLOORS.items():
        yield _layers(f"{room}: the floors inside", [f"{root}.{room}"], floors)


def _layers(
    name: str, containers: list[str], floors: Iterable[tuple[str, ...]], *, required: bool = False
) -> dict[str, Any]:
    rows = [" | ".join(each if required else f"({each})" for each in floor) for floor in floors]
    return {"name": name, "type": "layers", "containers": containers, "layers": rows, "exhaustive": "true"}


def _purity(root: str, folder: Path) -> Iterable[dict[str, Any]]:
    """Only files that exist can be named; while a house has no pure file there is nothing to hold."""
    pure = [
        f"{root}.{room}.{name}"
        for room in rooms.room_names()
        for name in rooms.PURE
        if _exists(folder / room.replace(".", "/") / name)
    ]
    kernel = [f"{root}.kernel.{name}" for name in rooms.IMPURE_KERNEL if _exists(folder / "kernel" / name)]
    if pure:
        yield {
            "name": "purity: rules, lifecycle, model and terms only decide",
            "type": "forbidden",
            "source_modules": pure,
            "forbidden_modules": [*kernel, *rooms.IMPURE_LIBRARIES],
            "allow_indirect_imports": "true",
        }


def _exists(path: Path) -> bool:
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()

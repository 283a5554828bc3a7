"""docs/standards.md: which standard's entity lives in which room, and where it answers; read off the exposures."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Iterable
from dataclasses import dataclass

import tandem

HEAD = """\
# Standards

Which entity of which standard lives in which room, and where it answers. Written by `./dev docs` from the rooms'
exposure tables; do not edit.

"""
COLUMNS = ("entity", "room", "API", "version", "verbs", "address")


@dataclass(frozen=True, order=True)
class Entry:
    """One exposure as a row."""

    api: str
    entity: str
    version: str
    room: str
    verbs: str
    address: str

    def cells(self) -> tuple[str, ...]:
        """The row in the order of COLUMNS."""
        return (self.entity, self.room, self.api, self.version, self.verbs, f"`{self.address}`")


def entries() -> list[Entry]:
    """Every exposure of every room, by API, entity and version."""
    return sorted(
        Entry(
            each.api,
            each.type_name,
            each.version,
            room,
            ", ".join(verb for verb in ("list", "get", "create", "patch", "delete") if verb in each.verbs),
            each.url,
        )
        for room, module in http_modules()
        for each in importlib.import_module(module).EXPOSURES
    )


def http_modules() -> Iterable[tuple[str, str]]:
    """(room, module) of every room that exposes something."""
    for half in ("bss", "oss"):
        for room in pkgutil.iter_modules([f"{tandem.__path__[0]}/{half}"]):
            name = f"tandem.{half}.{room.name}.http"
            if importlib.util.find_spec(name) is not None:
                yield f"{half}.{room.name}", name


def page() -> str:
    """The whole page."""
    rows = [COLUMNS, tuple("---" for _ in COLUMNS), *(entry.cells() for entry in entries())]
    return HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows)

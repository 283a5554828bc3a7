"""An entity of the standard in a room: model, table, exposure, a sample for the inherited suite, noun."""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.dev.place import Stop
from tools.dev.scaffold.plan import Plan, camel, snake
from tools.dev.scaffold.text import after_imports, before_assignment, into_collection, into_glossary, read, words

MODEL_HEAD = '"""The entities of this room, as views of their documents."""\n\nfrom __future__ import annotations\n'
STORE_HEAD = '"""The tables of this room."""\n\nfrom __future__ import annotations\n'
HTTP_HEAD = '''\
"""This room on the wire."""

from __future__ import annotations

from typing import Final

from tandem.kernel.tmf import AnyExposure, Exposure

EXPOSURES: Final[tuple[AnyExposure, ...]] = ()
'''
SAMPLES_HEAD = '''\
"""Bodies for the inherited suite."""

from __future__ import annotations

from typing import Final

from tests.entities.sample import Sample

SAMPLES: Final[dict[tuple[str, str, str], Sample]] = {{}}
'''.replace("{{}}", "{}")


def draft(root: Path, arguments: list[str]) -> Plan:
    """`entity ROOM NAME --api TMFnnn --base /tmf-api/…/v4`: appended to the room's files, or the first of them."""
    given = _parse(arguments)
    folder = f"tandem/{given.room.replace('.', '/')}"
    if not (root / folder / "__init__.py").is_file():
        raise Stop(f"there is no room {given.room}; ./dev new room makes one")
    name, table = camel(given.name), snake(given.name)
    plan = Plan()
    names = _Names(root, given.room, name, table)
    _put(plan, root, names.model_path, _model(root, names))
    _put(plan, root, names.store_path, _store(root, names))
    _put(plan, root, f"{folder}/http.py", _http(root, folder, names, given))
    samples = f"tests/entities/samples/{given.room.rpartition('.')[2]}.py"
    entry = f'("{given.api}", "{names.version(given.base)}", "{names.path}"): Sample(minimal={{"name": "First"}})'
    _put(plan, root, samples, into_collection(read(root, samples) or SAMPLES_HEAD, "SAMPLES", entry))
    glossary = read(root, "docs/glossary.md") or ""
    plan.edits["docs/glossary.md"] = into_glossary(glossary, words(name), f"{given.api}'s {name}", given.room)
    return plan


class _Names:
    """What the new entity is called where; a room whose model or store is a folder gets a file in it."""

    def __init__(self, root: Path, room: str, name: str, table: str) -> None:
        folder = f"tandem/{room.replace('.', '/')}"
        self.room = room
        self.name = name
        self.path = name[0].lower() + name[1:]
        self.constant = f"{table.upper()}S"
        self.table = f"{room.rpartition('.')[2]}_{table}"
        self.model_path, self.model = self._place(root, folder, "model", table)
        self.store_path, self.store = self._place(root, folder, "store", table)

    def _place(self, root: Path, folder: str, file: str, table: str) -> tuple[str, str]:
        if (root / folder / file).is_dir():
            return f"{folder}/{file}/{table}.py", f"tandem.{self.room}.{file}.{table}"
        return f"{folder}/{file}.py", f"tandem.{self.room}.{file}"

    def version(self, base: str) -> str:
        """v4 of /tmf-api/loyaltyManagement/v4."""
        return base.rstrip("/").rpartition("/")[2]


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev new entity")
    parser.add_argument("room", help="bss.loyalty")
    parser.add_argument("name", help="LoyaltyAccount")
    parser.add_argument("--api", required=True, help="TMF658")
    parser.add_argument("--base", required=True, help="/tmf-api/loyaltyManagement/v4")
    return parser.parse_args(arguments)


def _put(plan: Plan, root: Path, path: str, text: str) -> None:
    (plan.edits if (root / path).exists() else plan.files)[path] = text


def _model(root: Path, names: _Names) -> str:
    text = after_imports(read(root, names.model_path) or MODEL_HEAD, "from tandem.kernel.tmf.types import Entity")
    return f"""{text.rstrip()}


class {names.name}(Entity):
    description: str | None = None
    name: str | None = None
    status: str | None = None
"""


def _store(root: Path, names: _Names) -> str:
    text = after_imports(
        read(root, names.store_path) or STORE_HEAD, "from tandem.kernel.store import Column, EntityTable"
    )
    return f"""{text.rstrip()}

{names.constant} = EntityTable(
    entity="{names.name}",
    table="{names.table}",
    columns=(Column("name", "text", "name"), Column("status", "text", "status")),
    indexes=("name",),
)
"""


def _http(root: Path, folder: str, names: _Names, given: argparse.Namespace) -> str:
    text = read(root, f"{folder}/http.py") or HTTP_HEAD
    exposure = f"""_{snake(names.name).upper()}: Final = Exposure(
    api="{given.api}",
    version="{names.version(given.base)}",
    base="{given.base.rstrip("/")}",
    path="{names.path}",
    type_name="{names.name}",
    table={names.constant},
    model={names.name},
    mandatory=("name",),
)

"""
    text = after_imports(text, f"from {names.model} import {names.name}")
    text = after_imports(text, f"from {names.store} import {names.constant}")
    text = after_imports(text, "from tandem.kernel.tmf import Exposure")
    text = before_assignment(text, "EXPOSURES", exposure)
    return into_collection(text, "EXPOSURES", f"_{snake(names.name).upper()}")

"""The doors contract for import-linter: which files of a room somebody outside it may open."""

from __future__ import annotations

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

from tests.architecture import rooms


class DoorsContract(Contract):
    """From another room only `public` and `terms`; `app` may open the outer floor too."""

    type_name = "doors"

    root = fields.StringField()

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at every direct import that enters a room."""
        root = str(self.root)
        entered: list[str] = []
        for imported in sorted(graph.find_descendants(root)):
            if not _is_inside(imported.removeprefix(f"{root}.")):
                continue
            for importer in sorted(graph.find_modules_that_directly_import(imported)):
                if not _may_open(importer.removeprefix(f"{root}."), imported.removeprefix(f"{root}.")):
                    entered.extend(_places(graph, importer, imported))
        return ContractCheck(kept=not entered, metadata={"entered": entered})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each import that came in by the window."""
        for line in check.metadata["entered"]:
            output.print_error(line)


def _is_inside(module: str) -> bool:
    return rooms.room_of(module) is not None and module.count(".") >= 2


def _may_open(importer: str, imported: str) -> bool:
    room = rooms.room_of(imported)
    if rooms.room_of(importer) == room or (importer.split(".")[0] == "app" and str(room).endswith(".journeys")):
        return True
    file = imported.split(".")[2]
    return file in rooms.DOORS or (importer.split(".")[0] == "app" and file in rooms.APP_DOORS)


def _places(graph: ImportGraph, importer: str, imported: str) -> list[str]:
    details: list[Any] = list(graph.get_import_details(importer=importer, imported=imported))
    return [f"{importer}:{each['line_number']} opens {imported}" for each in details]

"""A room: its paragraph, its place among the floors, its noun and its decision."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from tools.dev.place import Stop
from tools.dev.scaffold import decision
from tools.dev.scaffold.plan import Plan, snake
from tools.dev.scaffold.text import into_glossary, read, words

USAGE = './dev new room bss.loyalty --beside crm "Points that customers collect. Refuses to know prices."'
TABLE = "tests/architecture/rooms.py"
TEST = '''\
"""The room keeps to itself."""

from __future__ import annotations

import tandem.{half}.{name} as room
from tests.architecture import rooms


def test_the_room_says_what_it_refuses_to_know() -> None:
    assert "Refuses" in (room.__doc__ or "")


def test_the_room_stands_on_its_floor() -> None:
    assert "{half}.{name}" in rooms.room_names()
'''


def draft(root: Path, arguments: list[str]) -> Plan:
    """`room HALF.NAME --beside ROOM PARAGRAPH`: on the floor where ROOM stands."""
    if len(arguments) != 4 or arguments[1] != "--beside" or not re.fullmatch(r"(bss|oss)\.[a-z_]+", arguments[0]):
        raise Stop(f"like this: {USAGE}")
    half, name = arguments[0].split(".")
    paragraph = arguments[3].strip()
    if "Refuses" not in paragraph:
        raise Stop("the paragraph says what the room owns, and what it Refuses to know")
    plan = decision.draft(root, ["room", words(name), f"in {half}"])
    plan.files[f"tandem/{half}/{name}/__init__.py"] = f'"""{textwrap.fill(paragraph, 110)}\n"""\n'
    plan.files[f"tests/{half}/{name}/test_room.py"] = TEST.format(half=half, name=name)
    plan.files[f"tests/{half}/{name}/__init__.py"] = ""
    plan.edits[TABLE] = _with_room(read(root, TABLE) or "", half, name, beside=arguments[2])
    glossary = read(root, "docs/glossary.md") or ""
    first = paragraph.partition(". ")[0].rstrip(".").replace("|", "/")
    plan.edits["docs/glossary.md"] = into_glossary(glossary, words(snake(name)), first, f"{half}.{name}")
    return plan


def _with_room(table: str, half: str, name: str, *, beside: str) -> str:
    head, mark, rest = table.partition(f'    "{half}": (\n')
    block, end, tail = rest.partition("\n    ),\n")
    floor = re.search(rf'"{re.escape(beside)}"(,?)', block)
    if not mark or floor is None:
        raise Stop(f"{half} has no room {beside} in {TABLE}")
    grown = f'{block[: floor.start()]}"{beside}", "{name}"{floor[1]}{block[floor.end() :]}'
    return head + mark + grown + end + tail

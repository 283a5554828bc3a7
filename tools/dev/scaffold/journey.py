"""A journey: when an event happened in one room, ask the door of another."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tools.dev.place import Stop
from tools.dev.scaffold.plan import Plan, snake
from tools.dev.scaffold.text import after_imports, into_collection, read, words

USAGE = "./dev new journey bss.tell_of_bill --when billing.BillIssued"
HEAD = '''\
"""Every journey of this half, for wiring."""

from __future__ import annotations

from typing import Final

from tandem.kernel.steps import Reaction

REACTIONS: Final[tuple[Reaction, ...]] = ()
'''
POLICY = '''\
"""When {event} happened in {source}: {words}."""

from __future__ import annotations

from typing import Final

from tandem.{half}.{source}.terms import {event}
from tandem.kernel.steps import on
from tandem.kernel.store import Uow


def {name}(uow: Uow, event: {event}) -> None:
    """Runs once per event. Say here which door it asks for what; the audit notes that it was there."""
    uow.audit("{name}", event.subject_type, event.subject_id)


REACTIONS: Final = (on({event}, "{half}_journeys.{name}", {name}),)
'''
TEST = '''\
"""{words_first}: begun by {event}, once per event."""

from __future__ import annotations

from tandem.{half}.{source}.terms import {event}
from tandem.{half}.journeys import reactions
from tandem.{half}.journeys.{name} import {name}


def test_{name}_is_begun_by_its_event_under_a_name_that_never_changes() -> None:
    ours = [each for each in reactions.REACTIONS if each.act is {name}]
    assert [(each.event, each.name) for each in ours] == [({event}, "{half}_journeys.{name}")]
'''


def draft(root: Path, arguments: list[str]) -> Plan:
    """`journey HALF.NAME --when ROOM.Event`: one file, gathered in the half's `journeys/reactions.py`."""
    if len(arguments) != 3 or arguments[1] != "--when" or not re.fullmatch(r"[a-z_]+\.[A-Za-z]+", arguments[2]):
        raise Stop(f"like this: {USAGE}")
    half, _, name = arguments[0].partition(".")
    source, _, event = arguments[2].partition(".")
    if not _knows(root, half, source, event):
        raise Stop(f"{half}.{source}.terms knows no event {event}")
    names = {"half": half, "name": snake(name), "source": source, "event": event, "words": words(snake(name))}
    names["words_first"] = names["words"][0].upper() + names["words"][1:]
    path = f"tandem/{half}/journeys/reactions.py"
    gathered = after_imports(read(root, path) or HEAD, f"from tandem.{half}.journeys import {names['name']}")
    gathered = into_collection(gathered, "REACTIONS", f"*{names['name']}.REACTIONS")
    plan = Plan(
        {
            f"tandem/{half}/journeys/{names['name']}.py": POLICY.format(**names),
            f"tests/{half}/journeys/test_{names['name']}.py": TEST.format(**names),
        }
    )
    (plan.edits if (root / path).exists() else plan.files)[path] = gathered
    return plan


def _knows(root: Path, half: str, room: str, event: str) -> bool:
    terms = root / "tandem" / half / room / "terms"
    files = [terms.with_suffix(".py")] if terms.with_suffix(".py").is_file() else sorted(terms.glob("*.py"))
    classes = (node for file in files for node in ast.parse(file.read_text()).body if isinstance(node, ast.ClassDef))
    return any(node.name == event for node in classes)

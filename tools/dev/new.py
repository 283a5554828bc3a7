"""./dev new: the first lines of a room, entity, driver, journey or decision, with its test and its docs."""

from __future__ import annotations

from tools.dev.place import ROOT, Stop
from tools.dev.scaffold import decision, driver, entity, journey, room
from tools.dev.scaffold.plan import Plan

KINDS = {
    "room": room.draft,
    "entity": entity.draft,
    "driver": driver.draft,
    "journey": journey.draft,
    "decision": decision.draft,
}


def run(arguments: list[str]) -> int:
    """Draft everything first, write only when nothing stands in the way."""
    kind = KINDS.get(arguments[0]) if arguments else None
    if kind is None:
        raise Stop(f"say what: {', '.join(KINDS)}")
    plan: Plan = kind(ROOT, arguments[1:])
    for path in plan.carry_out(ROOT):
        print(path)
    return 0

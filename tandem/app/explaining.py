"""Why anything is so: a room's own explanation where it has one, else the recorded changes and their causes."""

from __future__ import annotations

from collections.abc import Callable

from tandem.app import wiring
from tandem.kernel.errors import NotFound
from tandem.kernel.store import Uow
from tandem.kernel.why import Why, changes_of

Explain = Callable[[Uow, str], Why]


def why_of(uow: Uow, kind: str, thing: str) -> Why:
    """The tree of causes of a thing. Raises: NotFound when nothing of that kind and id was ever kept."""
    explain = _explanations().get(kind)
    if explain is not None:
        return explain(uow, thing)
    changes = changes_of(uow, kind, thing)
    if not changes:
        raise NotFound(f"nothing is known of {kind} {thing}", next_action="give the entity type and its id")
    return Why(what=f"{kind} {thing}", entity=kind, id=thing, because=changes)


def _explanations() -> dict[str, Explain]:
    """What rooms declare in `why.py` as `EXPLANATIONS`: entity type → explanation."""
    found: dict[str, Explain] = {}
    for room in wiring.rooms_of("both"):
        module = wiring.part(room, "why")
        found.update(getattr(module, "EXPLANATIONS", {}))
    return found

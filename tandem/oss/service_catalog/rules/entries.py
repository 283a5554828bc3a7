"""What may become of a catalogue entry."""

from __future__ import annotations

from collections.abc import Mapping

from tandem.kernel.errors import Invalid
from tandem.kernel.json import Doc
from tandem.oss.service_catalog.lifecycle import ENTRY_LIFE
from tandem.oss.service_catalog.terms import CategoryCircular


def check_beginning(doc: Doc) -> None:
    """Raises: Invalid when an entry begins its life in a state in which none begins."""
    status = doc.get("lifecycleStatus")
    if status not in ENTRY_LIFE.initial:
        raise Invalid(
            f"an entry begins as one of {', '.join(ENTRY_LIFE.initial)}, not as {status}", path="lifecycleStatus"
        )


def check_change(before: Doc, after: Doc) -> None:
    """Raises: IllegalTransition when the life of the entry does not lead from the one state to the other."""
    current, new = before.get("lifecycleStatus"), after.get("lifecycleStatus")
    if current != new:
        ENTRY_LIFE.require(str(current), str(new), path="lifecycleStatus")


def check_place(category: Doc, parents: Mapping[str, str | None]) -> None:
    """Raises: CategoryCircular when a category would stand below itself; `parents` maps each category to its parent."""
    above = category.get("parentId")
    seen = set()
    while above is not None and above not in seen:
        if above == category.get("id"):
            raise CategoryCircular("a category cannot stand below itself", path="parentId", category=category["id"])
        seen.add(above)
        above = parents.get(above)

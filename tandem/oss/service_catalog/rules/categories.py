"""Where a category may stand."""

from __future__ import annotations

from collections.abc import Mapping

from tandem.kernel.json import Doc
from tandem.oss.service_catalog.terms import CategoryCircular


def check_place(category: Doc, parents: Mapping[str, str | None]) -> None:
    """Raises: CategoryCircular when a category would stand below itself; `parents` maps each category to its parent."""
    above = category.get("parentId")
    seen = set()
    while above is not None and above not in seen:
        if above == category.get("id"):
            raise CategoryCircular("a category cannot stand below itself", path="parentId", category=category["id"])
        seen.add(above)
        above = parents.get(above)

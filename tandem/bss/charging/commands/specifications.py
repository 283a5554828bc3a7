"""Descriptions of usage records, for those who send them."""

from __future__ import annotations

from tandem.bss.charging import store
from tandem.bss.charging.terms import SpecificationInUse
from tandem.kernel.json import Doc
from tandem.kernel.period import text_of
from tandem.kernel.store import Stored, Uow


def create_specification(uow: Uow, doc: Doc) -> Stored:
    """Keep a new description."""
    return store.SPECIFICATIONS.add(uow, {**doc, "lastUpdate": text_of(uow.now)})


def patch_specification(uow: Uow, stored: Stored, doc: Doc) -> Stored:
    """Keep what changed about a description."""
    changed = {**doc, "lastUpdate": text_of(uow.now)}
    return store.SPECIFICATIONS.save(uow, stored.id, changed, expected_version=stored.version)


def delete_specification(uow: Uow, stored: Stored) -> None:
    """Remove a description that nothing follows. Raises: SpecificationInUse."""
    if store.is_specification_used(uow, stored.id):
        raise SpecificationInUse(f"usage records follow specification {stored.id}", specification=stored.id)
    store.SPECIFICATIONS.delete(uow, stored.id, expected_version=stored.version)

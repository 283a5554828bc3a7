"""What a person does with a usage record: describe it, correct and release it, put it aside."""

from __future__ import annotations

from tandem.bss.charging import lifecycle, store
from tandem.bss.charging.commands.charging import charge, prepare, settle_records, settled
from tandem.bss.charging.rules import documents, reading
from tandem.bss.charging.terms import NotSuspended, UsageCharged, UsageExcluded
from tandem.kernel.json import Doc
from tandem.kernel.state import IllegalTransition
from tandem.kernel.store import Stored, Uow


def patch_usage(uow: Uow, stored: Stored, doc: Doc) -> Stored:
    """Keep what changed; status `recycled` asks for a suspended record to be rated again.

    Raises: UsageInvalid, UsageCharged, NotSuspended, IllegalTransition.
    """
    before = stored.doc["status"]
    asked = doc.get("status", before)
    lifecycle.USAGE.check(stored.doc, doc, attribute="status")
    if asked not in (before, lifecycle.RECYCLED):
        raise IllegalTransition(f"a usage record becomes {asked} by what is done with it", path="status")
    _require_open(stored, doc)
    kept = store.USAGE.save(uow, stored.id, {**doc, "status": before}, expected_version=stored.version)
    return kept if asked == before else _again(uow, kept)


def _require_open(stored: Stored, doc: Doc) -> None:
    changed = [name for name in documents.FACTS if stored.doc.get(name) != doc.get(name)]
    if not changed:
        return
    if stored.doc["status"] in lifecycle.CHARGED:
        raise UsageCharged(
            f"usage {stored.id} is {stored.doc['status']}; {changed[0]} is what it was charged for", path=changed[0]
        )
    reading.record_of(doc)


def release(uow: Uow, *, usage_id: str) -> Stored:
    """Rate a suspended record again. Raises: NotFound, NotSuspended."""
    return _again(uow, store.USAGE.get_for_update(uow, usage_id))


def _again(uow: Uow, stored: Stored) -> Stored:
    _require_suspended(stored)
    recycled = documents.moved(stored.doc, lifecycle.RECYCLED)
    prepared = prepare(uow, {stored.id: reading.record_of(recycled)})
    outcomes = charge(uow, prepared, [stored.id])
    settle_records(uow, outcomes)
    outcome = outcomes[stored.id]
    return store.USAGE.save(uow, stored.id, settled(uow, stored.id, recycled, outcome))


def _require_suspended(stored: Stored) -> None:
    if not documents.is_suspended(stored.doc):
        raise NotSuspended(f"usage {stored.id} is {stored.doc['status']} and waits for nothing", path="status")


def exclude(uow: Uow, *, usage_id: str, because: str) -> None:
    """Put a suspended record aside for good. Raises: NotFound, NotSuspended."""
    stored = store.USAGE.get_for_update(uow, usage_id)
    _require_suspended(stored)
    store.note_exclusion(uow, usage_id, because)
    store.USAGE.save(uow, usage_id, documents.as_excluded(stored.doc, because, uow.now))
    uow.emit(UsageExcluded(usage_id=usage_id, because=because))


def delete_usage(uow: Uow, stored: Stored) -> None:
    """Remove the document of a record that was not charged: it is excluded, and stays known. Raises: UsageCharged."""
    if stored.doc["status"] in lifecycle.CHARGED:
        raise UsageCharged(f"usage {stored.id} is {stored.doc['status']}", path="status", next_action="keep it")
    because = f"deleted by {uow.actor}"
    if documents.is_suspended(stored.doc):
        store.note_exclusion(uow, stored.id, because)
        uow.emit(UsageExcluded(usage_id=stored.id, because=because))
    store.USAGE.delete(uow, stored.id, expected_version=stored.version)

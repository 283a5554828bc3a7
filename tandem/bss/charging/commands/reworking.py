"""What a person does with many records that wait: correct and release them, or put them aside; a batch a step.

A record that is corrected gets a document, so that its history says what it was; one that is only released stays a row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from tandem.bss.charging import store as room
from tandem.bss.charging.commands import correcting
from tandem.bss.charging.commands.charging import Rated, charge, prepare, settle_records, settled
from tandem.bss.charging.commands.columns import recharge
from tandem.bss.charging.lifecycle import RECYCLED
from tandem.bss.charging.rules import documents, reading
from tandem.bss.charging.rules.correcting import Correction, check_corrections, corrected
from tandem.bss.charging.store import reworking as store
from tandem.bss.charging.terms import UsageInvalid
from tandem.bss.charging.terms.files import REWORK, Rework, ReworkUnknown, Waiting
from tandem.kernel.ids import new_id
from tandem.kernel.json import Doc
from tandem.kernel.store import Stored, Uow

STEP: Final = "charging.rework"
_AT_ONCE: Final = 5_000
_DOCUMENTS_AT_ONCE: Final = 250


def correct_and_release(uow: Uow, of: Waiting, corrections: Mapping[str, Correction]) -> str:
    """Begin to correct and release what waits; answers the work's id. Raises: UsageInvalid for an unknown field."""
    check_corrections(corrections)
    return _begin(uow, "release", of, corrections, "")


def exclude_waiting(uow: Uow, of: Waiting, because: str) -> str:
    """Begin to put what waits aside for good; answers the work's id. Raises: UsageInvalid without a reason."""
    if not because.strip():
        raise UsageInvalid("records are put aside for a reason", path="because")
    return _begin(uow, "exclude", of, {}, because)


def _begin(uow: Uow, verb: str, of: Waiting, corrections: Mapping[str, Correction], because: str) -> str:
    rework_id = new_id()
    told = {"verb": verb, "code": of.code, "source": of.source, "served": of.served, "because": because}
    total = store.count_waiting(uow, of)
    store.add_rework(uow, rework_id, {**told, "corrections": dict(corrections), "total": total})
    uow.audit(f"charging.usage.{verb}", REWORK, rework_id, facts={**told, "corrections": dict(corrections), "n": total})
    _enqueue(uow, rework_id, 0)
    return rework_id


def _enqueue(uow: Uow, rework_id: str, done: int) -> None:
    uow.enqueue(STEP, {"rework": rework_id}, key=f"{rework_id}/{done}")


def get_rework(uow: Uow, rework_id: str) -> Rework:
    """Raises: ReworkUnknown."""
    found = store.rework_of(uow, rework_id)
    if found is None:
        raise ReworkUnknown(f"there is no work {rework_id}")
    return found


def stop_rework(uow: Uow, rework_id: str) -> Rework:
    """End it after the batch at hand; what is through stays. Idempotent. Raises: ReworkUnknown."""
    get_rework(uow, rework_id)
    if store.end_rework(uow, rework_id, "stopped"):
        uow.audit("charging.usage.stop", REWORK, rework_id)
    return get_rework(uow, rework_id)


def rework(uow: Uow, payload: Doc) -> None:
    """One batch, and the step for the next."""
    rework_id = payload["rework"]
    work = store.rework_of(uow, rework_id, locked=True)
    if work is None or work.state != "running":
        return
    limit = _DOCUMENTS_AT_ONCE if work.corrections else _AT_ONCE
    turn = store.next_turn(uow, rework_id, work.of, limit=limit)
    if turn.last is None:
        store.end_rework(uow, rework_id, "done")
        return
    counts = _exclude(uow, turn, work.because) if work.verb == "exclude" else _release(uow, turn, work.corrections)
    counts["done"] = turn.size
    store.note_turn(uow, rework_id, turn.last, counts)
    _enqueue(uow, rework_id, work.done + turn.size)


def _exclude(uow: Uow, turn: store.Turn, because: str) -> Counter[str]:
    excluded = store.exclude_many(uow, turn.without, because) if turn.without else 0
    for usage_id in turn.with_document:
        correcting.exclude(uow, usage_id=usage_id, because=because)
    return Counter(excluded=excluded + len(turn.with_document))


def _release(uow: Uow, turn: store.Turn, corrections: Mapping[str, Correction]) -> Counter[str]:
    if corrections:
        return _release_documents(uow, sorted([*turn.with_document, *turn.without]), corrections)
    counts = _release_documents(uow, turn.with_document, {}) if turn.with_document else Counter()
    if turn.without:
        released = recharge(uow, turn.without, what="released")
        counts.update(rated=len(released.rated), suspended=len(released.suspended))
    return counts


def _release_documents(uow: Uow, usage_ids: Sequence[str], corrections: Mapping[str, Correction]) -> Counter[str]:
    docs: dict[str, Doc] = {}
    counts: Counter[str] = Counter()
    for stored in (room.USAGE.get_for_update(uow, usage_id) for usage_id in usage_ids):
        if not documents.is_suspended(stored.doc):
            continue
        try:
            docs[stored.id] = _recycled(uow, stored, corrections)
        except UsageInvalid:
            counts["suspended"] += 1  # corrected so it would be no record: it stays as it was
    prepared = prepare(uow, {usage_id: reading.record_of(doc) for usage_id, doc in docs.items()})
    outcomes = charge(uow, prepared, list(docs))
    settle_records(uow, outcomes)
    for usage_id, outcome in outcomes.items():
        room.USAGE.save(uow, usage_id, settled(uow, usage_id, docs[usage_id], outcome))
        counts["rated" if isinstance(outcome, Rated) else "suspended"] += 1
    return counts


def _recycled(uow: Uow, stored: Stored, corrections: Mapping[str, Correction]) -> Doc:
    doc = corrected(stored.doc, corrections)
    kept = stored if doc is stored.doc else room.USAGE.save(uow, stored.id, doc)
    return documents.moved(kept.doc, RECYCLED)

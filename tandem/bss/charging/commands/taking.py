"""Taking usage in: known records are known, new ones are charged and kept, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from tandem.bss.charging import lifecycle, store
from tandem.bss.charging.commands.charging import Rated, charge, settled
from tandem.bss.charging.rules import documents, reading
from tandem.bss.charging.rules.identity import content_of, identity_of
from tandem.bss.charging.rules.usage_file import ReadLine, read_lines
from tandem.bss.charging.store import Known
from tandem.bss.charging.terms import USAGE, FileReport, RejectedLine, UsageDiffers, UsageInvalid, UsageRecord
from tandem.kernel.ids import new_id
from tandem.kernel.json import Doc
from tandem.kernel.state import IllegalTransition
from tandem.kernel.store import Stored, Uow


@dataclass(frozen=True, slots=True)
class Arrival:
    """A record as it came: with the document that it is kept as."""

    record: UsageRecord
    doc: Doc


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an arrival: kept now, or known before."""

    stored: Stored | None
    known: Known | None
    rated: bool = False


def record_usage(uow: Uow, doc: Doc) -> Stored:
    """Take one usage document in. Idempotent: by its content; the same record answers what it became the first time.

    Raises: UsageInvalid, UsageDiffers, UsageCharged (never for a new one).
    """
    if doc.get("status", lifecycle.RECEIVED) != lifecycle.RECEIVED:
        raise IllegalTransition("a new usage record is received; the rest follows", path="status")
    told = {**doc, "status": lifecycle.RECEIVED, "usageSource": documents.source_doc("request", uow.cause)}
    (taken,) = take(uow, [Arrival(reading.record_of(doc), told)])
    if taken.stored is not None:
        return taken.stored
    assert taken.known is not None, "an arrival is kept or known"
    if taken.known.content != content_of(reading.record_of(doc)):
        raise _differs(taken.known)
    return _as_known(uow, taken.known)


def _as_known(uow: Uow, known: Known) -> Stored:
    stored = store.USAGE.find(uow, known.usage_id)
    if stored is None:
        raise UsageInvalid("this record came before and was excluded since", path="usageCharacteristic")
    return stored


def _differs(known: Known) -> UsageDiffers:
    return UsageDiffers(
        f"its record id is that of usage {known.usage_id}, which says something else",
        path="usageCharacteristic",
        usage=known.usage_id,
    )


def load_usage_file(uow: Uow, *, content: bytes, source: str) -> FileReport:
    """Take a file in. Idempotent: by each line's content. Raises: UsageInvalid when its first line names no columns."""
    return load_lines(uow, list(read_lines(BytesIO(content))), source)


def load_lines(uow: Uow, lines: Sequence[ReadLine | RejectedLine], source: str) -> FileReport:
    """Take some lines of a file in. Idempotent: by each line's content."""
    good = [line for line in lines if isinstance(line, ReadLine)]
    rejected = [line for line in lines if isinstance(line, RejectedLine)]
    taken = take(uow, [_arrival(line, source) for line in good])
    known = [(line, one.known) for line, one in zip(good, taken, strict=True) if one.known is not None]
    differing = [(line, before) for line, before in known if before.content != content_of(line.record)]
    rejected += [RejectedLine(line.line, "record_id", _differs(before).reason) for line, before in differing]
    report = FileReport(
        source=source,
        lines=len(lines),
        rated=sum(one.rated for one in taken),
        suspended=sum(one.stored is not None and not one.rated for one in taken),
        duplicates=len(known) - len(differing),
        rejected=tuple(sorted(rejected, key=lambda line: line.line)),
    )
    facts = {"lines": report.lines, "accepted": report.accepted, "duplicates": report.duplicates}
    uow.audit("charging.usage.load", USAGE, source, facts={**facts, "rejected": len(report.rejected)})
    return report


def _arrival(line: ReadLine, source: str) -> Arrival:
    told = documents.source_doc("file", source, line.line)
    doc = {**reading.document_of(line.record), "status": lifecycle.RECEIVED, "usageSource": told}
    return Arrival(line.record, doc)


def take(uow: Uow, arrivals: Sequence[Arrival]) -> list[Taken]:
    """Keep and charge what is new of a batch, in one go.

    Idempotent: by the identity of each record, in the batch too.
    """
    if not arrivals:
        return []
    ids = [new_id() for _ in arrivals]
    keys = [(one.record.served, identity_of(one.record)) for one in arrivals]
    contents = [content_of(one.record) for one in arrivals]
    claims = [(*key, content, one) for key, content, one in zip(keys, contents, ids, strict=True)]
    new = store.claim_identities(uow, claims)
    by_id = dict(zip(ids, arrivals, strict=True))
    outcomes = charge(uow, {usage_id: by_id[usage_id].record for usage_id in ids if usage_id in new})
    kept = {
        usage_id: Taken(
            store.USAGE.add(uow, {**settled(uow, usage_id, by_id[usage_id].doc, outcome), "id": usage_id}),
            None,
            isinstance(outcome, Rated),
        )
        for usage_id, outcome in outcomes.items()
    }
    known = store.known_identities(uow, [key for key, one in zip(keys, ids, strict=True) if one not in new])
    return [kept[one] if one in new else Taken(None, known[key]) for key, one in zip(keys, ids, strict=True)]

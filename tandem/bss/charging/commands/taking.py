"""Taking usage in: known records are known, new ones are charged and kept, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np

from tandem.bss.charging import lifecycle, store
from tandem.bss.charging.commands.charging import Prepared, Rated, charge, prepare, settle_records, settled
from tandem.bss.charging.commands.situations import Situated
from tandem.bss.charging.rules import documents, reading
from tandem.bss.charging.rules.core.days import us_of
from tandem.bss.charging.rules.identity import content_of, identity_of
from tandem.bss.charging.rules.usage_file import ReadLine, read_lines
from tandem.bss.charging.store import Column, Known
from tandem.bss.charging.terms import (
    USAGE,
    FileReport,
    RejectedLine,
    Suspension,
    UsageDiffers,
    UsageInvalid,
    UsageRecord,
)
from tandem.kernel.ids import new_id
from tandem.kernel.json import Doc, canonical
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
    if not taken.known.is_same:
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
    differing = [(line, before) for line, before in known if not before.is_same]
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
    by_id = dict(zip(ids, arrivals, strict=True))
    prepared = prepare(uow, {usage_id: one.record for usage_id, one in by_id.items()})
    claimed = store.claim_records(uow, _claims(prepared, by_id), has_document=True)
    known = {ids[one.n]: one for one in claimed}
    outcomes = charge(uow, prepared, [usage_id for usage_id in ids if usage_id not in known])
    settle_records(uow, outcomes)
    kept = {
        usage_id: Taken(
            store.USAGE.add(uow, {**settled(uow, usage_id, by_id[usage_id].doc, outcome), "id": usage_id}),
            None,
            isinstance(outcome, Rated),
        )
        for usage_id, outcome in outcomes.items()
    }
    return [kept[one] if one in kept else Taken(None, known[one]) for one in ids]


def _claims(prepared: Prepared, arrivals: dict[str, Arrival]) -> dict[str, Column]:
    """The rows by which records are known."""
    records = [one.record for one in arrivals.values()]
    contents = [content_of(record) for record in records]
    identities = [identity_of(record) for record in records]
    sources = [one.doc["usageSource"] for one in arrivals.values()]
    refused = [one if isinstance(one, Suspension) else None for one in prepared.situated.values()]
    return {
        "n": Column("i4", np.arange(len(records))),
        "usage_id": Column("text", list(arrivals)),
        "identity": Column("bytes", identities),
        "content": Column("bytes", [c if c != i else None for c, i in zip(contents, identities, strict=True)]),
        "source": Column("text", [one.get("name") or "" for one in sources]),
        "line": Column("i8", [one.get("line") for one in sources]),
        "status": Column("i2", np.array([store.RATED if one is None else store.SUSPENDED for one in refused])),
        "code": Column("text", [None if one is None else one.code for one in refused]),
        "reason": Column("text", [None if one is None else one.reason for one in refused]),
        **_facts(records),
        **_owners(prepared),
    }


def _facts(records: Sequence[UsageRecord]) -> dict[str, Column]:
    def quantity(kind: str) -> list[int | None]:
        return [one.quantity if one.usage_type == kind else None for one in records]

    return {
        "served": Column("text", [one.served for one in records]),
        "service": Column("text", [one.usage_type for one in records]),
        "started_at": Column("us", np.array([us_of(one.started_at) for one in records])),
        "duration_s": Column("i8", quantity("voice")),
        "octets": Column("i8", quantity("data")),
        "units": Column("i8", quantity("message")),
        "destination": Column("text", [one.destination for one in records]),
        "network": Column("text", [one.network for one in records]),
        "rating_group": Column("i4", [one.rating_group for one in records]),
        "value_micros": Column("i8", [one.value_micros for one in records]),
        "record_id": Column("text", [one.record_id for one in records]),
        "details": Column("jsonb", [canonical(dict(one.details)).decode() if one.details else None for one in records]),
    }


def _owners(prepared: Prepared) -> dict[str, Column]:
    products = [one.situation.product if isinstance(one, Situated) else None for one in prepared.situated.values()]
    told: dict[str, list[Any]] = {
        "product_id": [None if one is None else one.product_id for one in products],
        "billing_account_id": [None if one is None else one.billing_account_id for one in products],
        "customer_id": [None if one is None else one.customer_id for one in products],
    }
    return {name: Column("text", values) for name, values in told.items()}

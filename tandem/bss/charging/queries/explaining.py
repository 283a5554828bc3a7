"""Why a charge is what it is, and what became of a usage record."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tandem.bss.charging import store
from tandem.bss.charging.queries.again import is_the_same_again
from tandem.bss.charging.rules import documents, reading, telling
from tandem.bss.charging.rules.buckets import bucket_id
from tandem.bss.charging.rules.core import layout
from tandem.bss.charging.rules.termed import RULE, Termed
from tandem.bss.charging.terms import BUCKET, RATED_EVENT, USAGE, RatedEvent, RatedEventUnknown, UsageRecord
from tandem.kernel.errors import NotFound
from tandem.kernel.json import Doc
from tandem.kernel.money import total
from tandem.kernel.store import Uow
from tandem.kernel.why import Why, changes_of

PRICE = "ProductOfferingPrice"


def why_rated(uow: Uow, *, rated_event_id: str) -> Why:
    """Why a charge is what it is. Raises: RatedEventUnknown."""
    found = store.rated_events(uow, "id = %s", (rated_event_id,))
    if not found:
        raise RatedEventUnknown(f"there is no rated event {rated_event_id}", rated_event=rated_event_id)
    return _charge(uow, found[0], _usage(uow, found[0]))


def _charge(uow: Uow, event: RatedEvent, *record: Why) -> Why:
    """A charge with its term and its buckets; and its usage record, unless that is what is being told."""
    reversal = {"reversed_by": event.reversed_by, "reversal_of": event.reversal_of, "bill": event.bill_id}
    return Why(
        what=telling.charge_text(event),
        entity=RATED_EVENT,
        id=event.id,
        at=event.rated_at,
        amount=event.amount,
        facts={
            "rule": event.rule,
            "product": event.product_id,
            **{name: value for name, value in reversal.items() if value},
            **_payers(event),
        },
        because=(_term(uow, event), *_moves(event), *record),
    )


def _payers(event: RatedEvent) -> dict[str, str]:
    """Who paid, where it was not the invoice alone; and what a cap took off."""
    told = {"paid by money": event.paid, "unpaid": event.unpaid, "waived": event.waived}
    return {name: str(amount) for name, amount in told.items() if amount}


def _term(uow: Uow, event: RatedEvent) -> Why:
    """The term that charged it; carries the amount."""
    termed = Termed(store.tariff_docs(uow, [event.tariff_key])[event.tariff_key])
    return Why(
        what=telling.term_text(termed.term(event.term.price_id), termed, event.usage_type),
        entity=PRICE,
        id=event.term.price_id,
        amount=event.amount,
        facts={
            "price_version": event.term.price_version,
            "price_write": str(event.term.entity_version),
            "catalogue": termed.cited_as,
            "offering_write": str(event.offering_entity_version),
            "rated_again": _again(uow, event, termed),
            "tax": f"{event.tax_category} {Decimal(event.tax_rate_bp) / 100} %",
        },
    )


def _again(uow: Uow, event: RatedEvent, termed: Termed) -> str:
    """What rating the record again on the spot comes to."""
    if event.rule != RULE:
        return f"not any more: it was rated by {event.rule}"
    record = _record(uow, event.usage_id)
    if record is None or event.reversal_of is not None:
        return "it takes back another" if event.reversal_of else "not by itself: it is a part of a session"
    siblings = [
        one
        for one in store.events_of_usage(uow, [event.usage_id])
        if one.reversal_of is None and one.rated_at == event.rated_at
    ]
    return "the same" if is_the_same_again(uow, record, siblings, termed) else "something else"


def _record(uow: Uow, usage_id: str) -> UsageRecord | None:
    rows = store.records_of(uow, [usage_id])
    if not rows:
        return None
    doc = store.usage_doc(uow, usage_id) if rows[0]["has_document"] else None
    return reading.record_of_row(rows[0]) if doc is None else reading.record_of(doc)


def _moves(event: RatedEvent) -> tuple[Why, ...]:
    return tuple(
        Why(
            what=telling.move_text(move, event.unit, event.amount.currency),
            entity=BUCKET,
            id=bucket_id(event.billing_account_id, move.n),
            facts={"term": move.price_id, "from": move.period.start.isoformat(), "to": move.period.end.isoformat()},
        )
        for move in event.moves
        if move.what == layout.USED
    )


def _usage(uow: Uow, event: RatedEvent) -> Why:
    """The record, where it came from, and what was done to it."""
    doc = store.usage_doc(uow, event.usage_id) or {}
    return Why(
        what=f"usage record, {documents.source_text(doc)}",
        entity=USAGE,
        id=event.usage_id,
        at=event.started_at,
        facts=_characteristics(doc),
        because=changes_of(uow, USAGE, event.usage_id),
    )


def _characteristics(doc: Mapping[str, Any]) -> dict[str, str]:
    return {one["name"]: str(one["value"]) for one in doc.get("usageCharacteristic") or ()}


def why_usage(uow: Uow, *, usage_id: str) -> Why:
    """What became of a usage record, and why. Raises: NotFound."""
    doc = store.usage_doc(uow, usage_id)
    if doc is None:
        raise NotFound(f"there is no {USAGE} {usage_id}", entity=USAGE, id=usage_id)
    events = store.events_of_usage(uow, [usage_id])
    return Why(
        what=_fate(doc),
        entity=USAGE,
        id=usage_id,
        amount=total([event.amount for event in events], events[0].amount.currency) if events else None,
        facts={"from": documents.source_text(doc), **_characteristics(doc)},
        because=(*(_charge(uow, event) for event in events), *changes_of(uow, USAGE, usage_id)),
    )


def _fate(doc: Doc) -> str:
    waits = doc.get("suspension") or doc.get("exclusion") or {}
    reason = waits.get("reason") or waits.get("because")
    return f"usage {doc['usageType']} is {doc['status']}" + (f": {reason}" if reason else "")

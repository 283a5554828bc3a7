"""Charging a batch: find products and terms, lock the allowances, rate in order of time, keep the charges.

One record is a small batch; a file is a big one. There is no second way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tandem.bss.charging import store
from tandem.bss.charging.commands.situations import Situation, situate
from tandem.bss.charging.rules import documents, rating
from tandem.bss.charging.rules.rating import Bucket, Charge
from tandem.bss.charging.store import BucketKey
from tandem.bss.charging.terms import (
    BucketMove,
    RatedEvent,
    Suspension,
    UsageRated,
    UsageRecord,
    UsageSuspended,
)
from tandem.bss.subscriptions.terms import Subscription
from tandem.kernel.ids import new_id
from tandem.kernel.json import Doc
from tandem.kernel.money import total
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow


@dataclass(frozen=True, slots=True)
class Rated:
    """What a record was charged. Shape: one tag for each event."""

    product: Subscription
    events: tuple[RatedEvent, ...]
    tags: tuple[str, ...]


def charge(uow: Uow, records: Mapping[str, UsageRecord]) -> dict[str, Rated | Suspension]:
    """Charge usage records, by usage id, and keep the charges; the caller keeps the documents.

    Locks: the allowances, in order of their keys, until the end of the transaction.
    """
    situations = situate(uow, records)
    ready = {usage_id: one for usage_id, one in situations.items() if isinstance(one, Situation)}
    buckets = store.grant_and_lock(uow, (grant for one in ready.values() for grant in one.grants()))
    before = dict(buckets)
    outcomes: dict[str, Rated | Suspension] = {}
    for usage_id in sorted(situations, key=lambda usage_id: (records[usage_id].started_at, usage_id)):
        situation = situations[usage_id]
        outcomes[usage_id] = (
            situation if isinstance(situation, Suspension) else _rate(uow, usage_id, situation, buckets)
        )
    store.put_used(uow, [(key, bucket) for key, bucket in buckets.items() if bucket != before[key]])
    store.add_rated_events(uow, [event for one in outcomes.values() if isinstance(one, Rated) for event in one.events])
    return outcomes


def settled(uow: Uow, usage_id: str, doc: Doc, outcome: Rated | Suspension) -> Doc:
    """A record's document with what became of it; tells it."""
    if isinstance(outcome, Suspension):
        uow.emit(UsageSuspended(usage_id=usage_id, suspension=outcome.code, reason=outcome.reason))
        return documents.as_suspended(doc, outcome, uow.now)
    amount = total([event.amount for event in outcome.events], outcome.events[0].amount.currency)
    uow.emit(
        UsageRated(
            usage_id=usage_id,
            billing_account_id=outcome.product.billing_account_id,
            product_id=outcome.product.product_id,
            amount_micros=amount.micros,
            currency=amount.currency,
        )
    )
    return documents.as_rated(doc, outcome.events, outcome.tags, outcome.product)


# -- rating one -------------------------------------------------------------------------------------------------------


def _rate(uow: Uow, usage_id: str, situation: Situation, buckets: dict[BucketKey, Bucket]) -> Rated | Suspension:
    """Rate one record and move its allowances in `buckets`."""
    record, terms = situation.record, situation.terms
    keys = {term.source.price_id: situation.key_of(term) for term in rating.allowances_for(record, terms)}
    charges, suspension = rating.rate(record, terms, {price_id: buckets[key] for price_id, key in keys.items()})
    if suspension is not None:
        return suspension
    for one in charges:
        if one.used_before is not None:
            key = keys[one.term.source.price_id]
            buckets[key] = buckets[key].after(one.charged_units)
    events = tuple(_event(usage_id, situation, (place, one), uow.now) for place, one in enumerate(charges))
    return Rated(situation.product, events, tuple(rating.rating_tag(one, record, terms) for one in charges))


def _event(usage_id: str, situation: Situation, placed: tuple[int, Charge], moment: Instant) -> RatedEvent:
    place, one = placed
    record, product, terms = situation.record, situation.product, situation.terms
    return RatedEvent(
        id=new_id(),
        usage_id=usage_id,
        place=place,
        billing_account_id=product.billing_account_id,
        product_id=product.product_id,
        usage_type=record.usage_type,
        started_at=record.started_at,
        destination=record.destination,
        quantity=one.quantity,
        charged_units=one.charged_units,
        unit=one.term.unit,
        amount=one.amount,
        tax_included=terms.tax_included,
        tax_category=terms.tax_category,
        tax_rate_bp=terms.tax_rate_bp,
        term=one.term.source,
        term_name=one.term.name,
        zone=one.term.zone,
        offering_id=terms.offering_id,
        offering_version=terms.offering_version,
        offering_entity_version=terms.entity_version,
        move=_move(situation, one),
        rule=rating.RULE,
        rated_at=moment,
        bill_id=None,
    )


def _move(situation: Situation, one: Charge) -> BucketMove | None:
    if one.used_before is None:
        return None
    return BucketMove(one.term.source.price_id, situation.month.period, one.used_before, one.charged_units)

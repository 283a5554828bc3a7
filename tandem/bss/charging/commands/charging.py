"""Charging a batch: find products and terms, lock the allowances, rate in order of time, keep the charges.

One record is a small batch; a file is a big one. There is no second way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tandem.bss.catalog import public as catalog
from tandem.bss.catalog.terms import AllowanceTerm, OfferingUnknown, PlanTerms, PriceTermsInvalid
from tandem.bss.charging import store
from tandem.bss.charging.rules import documents, matching, rating
from tandem.bss.charging.rules.rating import Bucket, Charge
from tandem.bss.charging.store import BucketKey, Grant
from tandem.bss.charging.terms import (
    BucketMove,
    RatedEvent,
    Suspension,
    UsageRated,
    UsageRecord,
    UsageSuspended,
)
from tandem.bss.party import public as party
from tandem.bss.party.terms import AccountUnknown, BillingTerms, BillingTermsInvalid
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import IdentifierPeriod, Subscription
from tandem.kernel.ids import new_id
from tandem.kernel.json import Doc
from tandem.kernel.money import total
from tandem.kernel.period import Instant, LocalDays, bill_month, local_date
from tandem.kernel.store import Uow


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that a record is rated by."""

    record: UsageRecord
    product: Subscription
    terms: PlanTerms
    month: LocalDays

    def key_of(self, term: AllowanceTerm) -> BucketKey:
        """The allowance's row."""
        product = self.product
        return BucketKey(product.billing_account_id, product.product_id, term.source.price_id, self.month.period.start)

    def grants(self) -> list[Grant]:
        """The allowances that may pay for it, as they are granted."""
        return [
            Grant(
                key=self.key_of(term),
                month_end=self.month.period.end,
                name=term.name,
                usage_type=term.usage_type,
                unit=term.unit,
                price_entity_version=term.source.entity_version,
                granted=term.amount,
            )
            for term in rating.allowances_for(self.record, self.terms)
        ]


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
    situations = _situate(uow, records)
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


# -- by what a record is rated ----------------------------------------------------------------------------------------


def _situate(uow: Uow, records: Mapping[str, UsageRecord]) -> dict[str, Situation | Suspension]:
    found = _periods(uow, records)
    products = subscriptions.subscriptions_by_id(uow, product_ids={one.product_id for one in found.values()})
    accounts: dict[str, BillingTerms | Suspension] = {}
    plans: dict[tuple[str, Instant], PlanTerms | Suspension] = {}
    situations: dict[str, Situation | Suspension] = {}
    for usage_id, record in records.items():
        product = products[found[usage_id].product_id] if usage_id in found else None
        if product is None:
            situations[usage_id] = matching.unknown_number(record)
            continue
        refusal = matching.objection(record, product, _status_then(uow, product, record.started_at))
        situations[usage_id] = refusal or _situation(uow, record, product, accounts, plans)
    return situations


def _periods(uow: Uow, records: Mapping[str, UsageRecord]) -> dict[str, IdentifierPeriod]:
    """Whose number it was when each use began."""
    by_number: dict[str, list[IdentifierPeriod]] = {}
    for period in subscriptions.identifier_periods(uow, msisdns={record.served for record in records.values()}):
        by_number.setdefault(period.identifier, []).append(period)
    found = {
        usage_id: subscriptions.period_in_force(by_number.get(record.served, ()), record.started_at)
        for usage_id, record in records.items()
    }
    return {usage_id: period for usage_id, period in found.items() if period is not None}


def _status_then(uow: Uow, product: Subscription, moment: Instant) -> str:
    """The status when the use began; only who is suspended now can be held back for having been so."""
    if product.status != matching.SUSPENDED:
        return product.status
    return subscriptions.status_at(uow, product_id=product.product_id, moment=moment) or product.status


def _situation(
    uow: Uow,
    record: UsageRecord,
    product: Subscription,
    accounts: dict[str, BillingTerms | Suspension],
    plans: dict[tuple[str, Instant], PlanTerms | Suspension],
) -> Situation | Suspension:
    account_id, plan = product.billing_account_id, (product.offering_id, record.started_at)
    if account_id not in accounts:
        accounts[account_id] = _account(uow, account_id)
    if plan not in plans:
        plans[plan] = _plan(uow, *plan)
    account, terms = accounts[account_id], plans[plan]
    if isinstance(account, Suspension):
        return account
    if isinstance(terms, Suspension):
        return terms
    day = local_date(record.started_at, account.zone_name)
    return Situation(record, product, terms, bill_month(day, account.bill_day, account.zone_name))


def _account(uow: Uow, billing_account_id: str) -> BillingTerms | Suspension:
    try:
        return party.billing_terms_of(uow, billing_account_id=billing_account_id)
    except AccountUnknown as fault:
        return Suspension("no_billing_account", fault.reason)
    except BillingTermsInvalid as fault:
        return Suspension("account_terms_invalid", fault.reason)


def _plan(uow: Uow, offering_id: str, moment: Instant) -> PlanTerms | Suspension:
    try:
        return catalog.get_plan_terms(uow, offering_id=offering_id, moment=moment)
    except (OfferingUnknown, PriceTermsInvalid) as fault:
        return Suspension("plan_terms_invalid", fault.reason)


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
    events = tuple(_event(usage_id, situation, one, uow.now) for one in charges)
    return Rated(situation.product, events, tuple(rating.rating_tag(one, record, terms) for one in charges))


def _event(usage_id: str, situation: Situation, one: Charge, moment: Instant) -> RatedEvent:
    record, product, terms = situation.record, situation.product, situation.terms
    return RatedEvent(
        id=new_id(),
        usage_id=usage_id,
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

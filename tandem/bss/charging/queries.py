"""Reads for bills, for desks and for *Why?*."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from tandem.bss.catalog import public as catalog
from tandem.bss.catalog.terms import AllowanceTerm, OfferingUnknown, PlanTerms, PriceTermsInvalid, UsageTerm
from tandem.bss.charging import store
from tandem.bss.charging.rules import documents, rating, reading, summing, telling
from tandem.bss.charging.terms import (
    RATED_EVENT,
    USAGE,
    AccountCharges,
    BucketView,
    RatedEvent,
    RatedEventPage,
    RatedEventUnknown,
    SuspendedPage,
    Tally,
    UsageSummary,
)
from tandem.bss.party import public as party
from tandem.bss.subscriptions import public as subscriptions
from tandem.kernel.json import Doc
from tandem.kernel.money import Money, total
from tandem.kernel.period import Instant, Period, bill_month, local_date
from tandem.kernel.store import Uow
from tandem.kernel.why import Why, changes_of

PRICE = "ProductOfferingPrice"


def charges_of_account(
    uow: Uow, *, billing_account_id: str, period: Period, bill_id: str | None = None
) -> AccountCharges:
    """Everything unbilled that began before the period's end, and what stands on the bill already."""
    events = store.rated_events_to_bill(uow, billing_account_id, period.end, bill_id)
    return AccountCharges(billing_account_id, tuple(events), summing.by_term(events))


def usage_summary(uow: Uow, *, product_id: str, moment: Instant) -> UsageSummary:
    """A product's allowances and charges in the bill month of an instant."""
    product = subscriptions.get_subscription(uow, product_id=product_id)
    account = party.billing_terms_of(uow, billing_account_id=product.billing_account_id)
    day = local_date(moment, account.zone_name)
    month = bill_month(day, account.bill_day, account.zone_name).period
    terms = catalog.get_plan_terms(uow, offering_id=product.offering_id, moment=moment)
    granted = {
        view.price_id: view for view in store.buckets_of(uow, product.billing_account_id, product_id, month.start)
    }
    offered = {term.source.price_id: _untouched(term, month) for term in terms.allowances}
    micros, count = store.charged_within(uow, product_id, month)
    return UsageSummary(
        product_id=product_id,
        period=month,
        buckets=tuple({**offered, **granted}.values()),
        charged=Money(micros, terms.currency),
        event_count=count,
    )


def _untouched(term: AllowanceTerm, month: Period) -> BucketView:
    """An allowance that nothing was taken from yet: it is granted with its first use."""
    return BucketView(term.source.price_id, term.name, term.usage_type, term.unit, month, term.amount, 0)


def rated_events(
    uow: Uow,
    owner: tuple[Literal["product_id", "billing_account_id"], str],
    period: Period | None,
    *,
    limit: int,
    offset: int,
) -> RatedEventPage:
    """A page of the charges of a product or an account."""
    events, count = store.page_of_rated_events(uow, owner, period, limit=limit, offset=offset)
    return RatedEventPage(tuple(events), count)


def rated_events_by_id(uow: Uow, *, rated_event_ids: Iterable[str]) -> list[RatedEvent]:
    """These rated events, the oldest use first."""
    return store.rated_events(uow, "id = any(%s)", (list(rated_event_ids),))


def suspended_usage(uow: Uow, *, code: str | None, limit: int, offset: int) -> SuspendedPage:
    """A page of the records that wait."""
    usage, count = store.suspended(uow, code, limit=limit, offset=offset)
    return SuspendedPage(tuple(usage), count)


def tally(uow: Uow) -> Tally:
    """Where every accepted record ended."""
    return store.tally(uow)


# -- why --------------------------------------------------------------------------------------------------------------


def why_rated(uow: Uow, *, rated_event_id: str) -> Why:
    """Why a charge is what it is. Raises: RatedEventUnknown."""
    found = rated_events_by_id(uow, rated_event_ids=[rated_event_id])
    if not found:
        raise RatedEventUnknown(f"there is no rated event {rated_event_id}", rated_event=rated_event_id)
    return _charge(uow, found[0], _usage(uow, found[0]))


def _charge(uow: Uow, event: RatedEvent, *record: Why) -> Why:
    """A charge with its term and its allowance; and its usage record, unless that is what is being told."""
    return Why(
        what=telling.charge_text(event),
        entity=RATED_EVENT,
        id=event.id,
        at=event.rated_at,
        amount=event.amount,
        facts={"rule": event.rule, "product": event.product_id, **({"bill": event.bill_id} if event.bill_id else {})},
        because=(_term(uow, event), *_moves(event), *record),
    )


def _term(uow: Uow, event: RatedEvent) -> Why:
    """The term that charged it; carries the amount."""
    plan = _plan(uow, event)
    again = "the same" if plan is not None and _is_same_again(uow, event, plan) else "the catalogue has changed since"
    what = event.term_name if plan is None else _told(plan, event) or event.term_name
    return Why(
        what=what,
        entity=PRICE,
        id=event.term.price_id,
        amount=event.amount,
        facts={
            "price_version": event.term.price_version,
            "price_write": str(event.term.entity_version),
            "catalogue": plan.cited_as if plan else f"{event.offering_id} {event.offering_version}",
            "offering_write": str(event.offering_entity_version),
            "rated_again": again,
            "tax": f"{event.tax_category} {Decimal(event.tax_rate_bp) / 100} %",
        },
    )


def _plan(uow: Uow, event: RatedEvent) -> PlanTerms | None:
    try:
        return catalog.get_plan_terms(uow, offering_id=event.offering_id, moment=event.started_at)
    except (OfferingUnknown, PriceTermsInvalid):
        return None


def _is_same_again(uow: Uow, event: RatedEvent, plan: PlanTerms) -> bool:
    """Whether the record, rated again with the allowances as they stood then, makes the charges that it has."""
    doc = store.usage_doc(uow, event.usage_id)
    if doc is None:
        return False
    record, events = reading.record_of(doc), store.rated_events(uow, "usage_id = %s", (event.usage_id,))
    charges, _ = rating.rate(record, plan, rating.buckets_before(record, plan, events))
    return rating.is_the_same(charges, events)


def _told(plan: PlanTerms, event: RatedEvent) -> str | None:
    """The term as the catalogue words it; none where the catalogue has another version for that time by now."""
    terms: tuple[UsageTerm | AllowanceTerm, ...] = (*plan.usage, *plan.allowances)
    term = next((one for one in terms if one.source == event.term), None)
    if isinstance(term, UsageTerm):
        return telling.price_text(term, plan.currency)
    return None if term is None else telling.allowance_text(term)


def _moves(event: RatedEvent) -> tuple[Why, ...]:
    if event.move is None:
        return ()
    month = event.move.period
    return (
        Why(
            what=telling.move_text(event.move, event.unit),
            entity="Bucket",
            id=event.move.price_id,
            facts={"from": month.start.isoformat(), "to": month.end.isoformat()},
        ),
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


def _characteristics(doc: Doc) -> dict[str, str]:
    return {one["name"]: str(one["value"]) for one in doc.get("usageCharacteristic") or ()}


def why_usage(uow: Uow, *, usage_id: str) -> Why:
    """What became of a usage record, and why. Raises: NotFound."""
    doc = store.USAGE.get(uow, usage_id).doc
    events = store.rated_events(uow, "usage_id = %s", (usage_id,))
    waits = doc.get("suspension") or doc.get("exclusion") or {}
    reason = waits.get("reason") or waits.get("because")
    return Why(
        what=f"usage {doc['usageType']} is {doc['status']}" + (f": {reason}" if reason else ""),
        entity=USAGE,
        id=usage_id,
        amount=total([event.amount for event in events], events[0].amount.currency) if events else None,
        facts={"from": documents.source_text(doc), **_characteristics(doc)},
        because=(*(_charge(uow, event) for event in events), *changes_of(uow, USAGE, usage_id)),
    )

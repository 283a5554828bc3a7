"""Charges and what is left, for bills, desks and customers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tandem.bss.catalog import public as catalog
from tandem.bss.catalog.terms import Unit
from tandem.bss.catalog.terms.tariff import Allowance, Tariff
from tandem.bss.charging import store
from tandem.bss.charging.rules import summing
from tandem.bss.charging.rules.core import layout
from tandem.bss.charging.rules.moves import ALWAYS
from tandem.bss.charging.rules.termed import UNITS
from tandem.bss.charging.store import EventOwner
from tandem.bss.charging.terms import (
    AccountCharges,
    BucketView,
    RatedEvent,
    RatedEventPage,
    SuspendedPage,
    Tally,
    UsageSummary,
)
from tandem.bss.party import public as party
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import Subscription
from tandem.kernel.money import Money
from tandem.kernel.period import FOREVER, Instant, Period, bill_month, local_date
from tandem.kernel.store import Uow

_SHOWN: dict[int, int] = {layout.CARRIED: 0, layout.GRANTED: 1, layout.ALLOWANCE: 2}
"""Kinds of buckets that are somebody's use, in the order in which they pay."""


def charges_of_account(
    uow: Uow, *, billing_account_id: str, period: Period, bill_id: str | None = None
) -> AccountCharges:
    """Everything unbilled that began before the period's end, and what stands on the bill already."""
    events = store.events_to_bill(uow, billing_account_id, period.end, bill_id)
    taken_back = [event.reversal_of for event in events if event.reversal_of]
    bills = store.bills_of(uow, billing_account_id, taken_back) if taken_back else {}
    return AccountCharges(billing_account_id, tuple(events), summing.by_term(events, bills))


def usage_summary(uow: Uow, *, product_id: str, moment: Instant) -> UsageSummary:
    """A product's allowances and charges in the bill month of an instant."""
    product = subscriptions.get_subscription(uow, product_id=product_id)
    account = party.billing_terms_of(uow, billing_account_id=product.billing_account_id)
    day = local_date(moment, account.zone_name)
    month = bill_month(day, account.bill_day, account.zone_name).period
    tariff = catalog.tariff_at(uow, offering_id=product.offering_id, moment=moment)
    granted = list(_granted(uow, product, moment, tariff))
    known = {view.price_id for view in granted}
    untouched = [view for view in offered_allowances(tariff, month) if view.price_id not in known]
    ranks = {allowance.id: rank for rank, allowance in enumerate(_in_priority(tariff))}
    micros, count = store.charged_within(uow, owner_of(uow, product), month)
    return UsageSummary(
        product_id=product_id,
        period=month,
        buckets=tuple(sorted([*granted, *untouched], key=lambda view: ranks.get(view.price_id, -1))),
        charged=Money(micros, tariff.currency),
        event_count=count,
    )


def _in_priority(tariff: Tariff) -> list[Allowance]:
    return sorted(tariff.allowances, key=lambda allowance: (allowance.priority, allowance.id))


def _granted(uow: Uow, product: Subscription, moment: Instant, tariff: Tariff) -> Iterator[BucketView]:
    services = {allowance.id: allowance.service for allowance in tariff.allowances}
    rows = store.buckets_of(uow, product.billing_account_id, product.product_id, moment)
    for row in sorted((row for row in rows if row["kind"] in _SHOWN), key=lambda row: _SHOWN[row["kind"]]):
        yield BucketView(
            price_id=row["term_id"],
            name=row["name"],
            usage_type=services.get(row["term_id"]) or next(iter(row["services"] or ()), ""),
            unit=UNITS[row["measure"]],
            period=Period(row["start_at"] or ALWAYS, row["end_at"] or FOREVER),
            granted=None if row["granted"] is None else row["granted"] - row["moved"],
            used=row["used"],
        )


def offered_allowances(tariff: Tariff, month: Period) -> Iterator[BucketView]:
    """Allowances that nothing was taken from yet: each is granted with its first use."""
    for allowance in _in_priority(tariff):
        if allowance.amount is None and not allowance.unlimited:
            continue  # what a regulation gives is known when it is granted
        measure = catalog.measure_of(tariff, service=allowance.service)
        amount = None if allowance.amount is None else catalog.quantity_of(allowance.amount, measure=measure)
        unit: Unit = "message" if measure == "count" else measure
        yield BucketView(allowance.id, allowance.name or allowance.id, allowance.service, unit, month, amount, 0)


def owner_of(uow: Uow, product: Subscription) -> EventOwner:
    """Where a product's charges stand: on its account, and on those of the same customer that it had before."""
    accounts = party.billing_accounts_of(uow, customer_id=product.customer_id) if product.customer_id else []
    return EventOwner(sorted({product.billing_account_id, *(one.id for one in accounts)}), product.product_id)


def rated_events_of_product(
    uow: Uow, *, product_id: str, period: Period | None, limit: int, offset: int
) -> RatedEventPage:
    """A page of the charges of a product."""
    found = subscriptions.subscriptions_by_id(uow, product_ids=[product_id]).get(product_id)
    return RatedEventPage((), 0) if found is None else _page(uow, owner_of(uow, found), period, limit, offset)


def rated_events_of_account(
    uow: Uow, *, billing_account_id: str, period: Period | None, limit: int, offset: int
) -> RatedEventPage:
    """A page of the charges of an account."""
    return _page(uow, EventOwner([billing_account_id]), period, limit, offset)


def _page(uow: Uow, owner: EventOwner, period: Period | None, limit: int, offset: int) -> RatedEventPage:
    events, count = store.page_of_events(uow, owner, period, limit=limit, offset=offset)
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

"""By what a batch of records is rated: whose use each was, on which account, by which terms, in which bill month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tandem.bss.catalog.terms import AllowanceTerm, PlanTerms
from tandem.bss.charging.commands.terms_book import TermsBook
from tandem.bss.charging.rules import matching, rating
from tandem.bss.charging.store import BucketKey, Grant
from tandem.bss.charging.terms import Suspension, UsageRecord
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import IdentifierPeriod, Subscription
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


def situate(uow: Uow, records: Mapping[str, UsageRecord]) -> dict[str, Situation | Suspension]:
    """What each record is rated by, or why it cannot be."""
    found = _periods(uow, records)
    products = subscriptions.subscriptions_by_id(uow, product_ids={one.product_id for one in found.values()})
    uses = [(products[one.product_id].offering_id, records[usage_id].started_at) for usage_id, one in found.items()]
    book = TermsBook(uow, uses)
    situations: dict[str, Situation | Suspension] = {}
    for usage_id, record in records.items():
        product = products[found[usage_id].product_id] if usage_id in found else None
        if product is None:
            situations[usage_id] = matching.unknown_number(record)
            continue
        refusal = matching.objection(record, product, _status_then(uow, product, record.started_at))
        situations[usage_id] = refusal or _situation(record, product, book)
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


def _situation(record: UsageRecord, product: Subscription, book: TermsBook) -> Situation | Suspension:
    account = book.account(product.billing_account_id)
    if isinstance(account, Suspension):
        return account
    terms = book.plan(product.offering_id, record.started_at)
    if isinstance(terms, Suspension):
        return terms
    refusal = matching.currency_objection(terms, account)
    if refusal is not None:
        return refusal
    day = local_date(record.started_at, account.zone_name)
    return Situation(record, product, terms, bill_month(day, account.bill_day, account.zone_name))

"""By what usage records are rated: whose use each was, on which account, by which version of which tariff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tandem.bss.charging.commands.state import Situation
from tandem.bss.charging.commands.tariffs import TariffBook, Version
from tandem.bss.charging.rules import matching
from tandem.bss.charging.terms import Suspension, UsageRecord
from tandem.bss.party import public as party
from tandem.bss.party.terms import AccountUnknown, BillingTerms, BillingTermsInvalid
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import IdentifierPeriod, Subscription
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow


@dataclass(frozen=True, slots=True)
class Situated:
    """A record with its product, its account and the version that prices it."""

    situation: Situation
    version: Version


def situate(uow: Uow, records: Mapping[str, UsageRecord], book: TariffBook) -> dict[str, Situated | Suspension]:
    """What each record is rated by, or why it cannot be."""
    found = _periods(uow, records)
    products = subscriptions.subscriptions_by_id(uow, product_ids={one.product_id for one in found.values()})
    book.learn(
        uow,
        [(products[one.product_id].offering_id, records[usage_id].started_at) for usage_id, one in found.items()],
    )
    accounts = accounts_of(uow, {product.billing_account_id for product in products.values()})
    situated: dict[str, Situated | Suspension] = {}
    for usage_id, record in records.items():
        product = products[found[usage_id].product_id] if usage_id in found else None
        if product is None:
            situated[usage_id] = matching.unknown_number(record)
            continue
        refusal = matching.objection(record, product, _status_then(uow, product, record.started_at))
        situated[usage_id] = refusal or _situated(record, product, accounts, book)
    return situated


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


def accounts_of(uow: Uow, account_ids: Iterable[str]) -> dict[str, BillingTerms | Suspension]:
    """How accounts are billed, or why they cannot be; an empty id is no account."""
    return {account_id: _account(uow, account_id) for account_id in sorted(account_ids) if account_id}


def _account(uow: Uow, account_id: str) -> BillingTerms | Suspension:
    try:
        return party.billing_terms_of(uow, billing_account_id=account_id)
    except AccountUnknown as fault:
        return Suspension("no_billing_account", fault.reason)
    except BillingTermsInvalid as fault:
        return Suspension("account_terms_invalid", fault.reason)


def _situated(
    record: UsageRecord, product: Subscription, accounts: Mapping[str, BillingTerms | Suspension], book: TariffBook
) -> Situated | Suspension:
    account = accounts[product.billing_account_id]
    if isinstance(account, Suspension):
        return account
    version = book.version_of(product.offering_id, record.started_at)
    if isinstance(version, Suspension):
        return version
    refusal = matching.currency_objection(version.tariff.currency, version.cited_as, account)
    return refusal or Situated(Situation(product, account), version)

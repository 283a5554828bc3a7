"""Who is charged for a message: the product that has the number, and the account that pays for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tandem.bss.charging.commands.state import Situation
from tandem.bss.charging.terms.online import SessionRequest
from tandem.bss.party import public as party
from tandem.bss.party.terms import AccountUnknown, BillingTerms, BillingTermsInvalid
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import IdentifierPeriod
from tandem.kernel.store import Uow


def served(uow: Uow, asked: Sequence[tuple[int, SessionRequest]]) -> dict[int, Situation]:
    """The product and the account of each message, by its place; who is not known to be charged is left out."""
    periods: dict[str, list[IdentifierPeriod]] = {}
    for period in subscriptions.identifier_periods(uow, msisdns={request.subscriber for _, request in asked}):
        periods.setdefault(period.identifier, []).append(period)
    owners: dict[int, str] = {}
    for place, request in asked:
        owner = subscriptions.period_in_force(periods.get(request.subscriber, ()), request.at)
        if owner is not None:
            owners[place] = owner.product_id
    products = subscriptions.subscriptions_by_id(uow, product_ids=set(owners.values()))
    accounts = _accounts(uow, {one.billing_account_id for one in products.values()})
    return {
        place: Situation(products[product_id], accounts[products[product_id].billing_account_id])
        for place, product_id in owners.items()
        if products[product_id].billing_account_id in accounts
    }


def _accounts(uow: Uow, account_ids: set[str]) -> Mapping[str, BillingTerms]:
    found = {}
    for account_id in sorted(account_ids):
        try:
            found[account_id] = party.billing_terms_of(uow, billing_account_id=account_id)
        except (AccountUnknown, BillingTermsInvalid):
            continue
    return found

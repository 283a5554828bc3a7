"""The terms of a batch: each account is asked for once, each plan once for each piece of time without a change."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from tandem.bss.catalog import public as catalog
from tandem.bss.catalog.terms import OfferingUnknown, PlanTerms, PriceTermsInvalid
from tandem.bss.charging.terms import Suspension
from tandem.bss.party import public as party
from tandem.bss.party.terms import AccountUnknown, BillingTerms, BillingTermsInvalid
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow


class TermsBook:
    """Looks up accounts and plans. Shape: `uses` are the offering and the instant of every use to be asked for."""

    def __init__(self, uow: Uow, uses: Iterable[tuple[str, Instant]]) -> None:
        self._uow = uow
        self._accounts: dict[str, BillingTerms | Suspension] = {}
        self._plans: dict[tuple[str, int], PlanTerms | Suspension] = {}
        spans: dict[str, tuple[Instant, Instant]] = {}
        for offering_id, moment in uses:
            first, last = spans.get(offering_id, (moment, moment))
            spans[offering_id] = (min(first, moment), max(last, moment))
        self._changes = {
            offering_id: catalog.plan_changes(uow, offering_id=offering_id, first=first, last=last)
            for offering_id, (first, last) in spans.items()
            if first < last
        }

    def account(self, billing_account_id: str) -> BillingTerms | Suspension:
        """How an account is billed, or why it cannot be."""
        if billing_account_id not in self._accounts:
            self._accounts[billing_account_id] = self._asked_account(billing_account_id)
        return self._accounts[billing_account_id]

    def _asked_account(self, billing_account_id: str) -> BillingTerms | Suspension:
        try:
            return party.billing_terms_of(self._uow, billing_account_id=billing_account_id)
        except AccountUnknown as fault:
            return Suspension("no_billing_account", fault.reason)
        except BillingTermsInvalid as fault:
            return Suspension("account_terms_invalid", fault.reason)

    def plan(self, offering_id: str, moment: Instant) -> PlanTerms | Suspension:
        """What a plan cost at an instant, or why that cannot be said."""
        piece = (offering_id, bisect_right(self._changes.get(offering_id, ()), moment))
        if piece not in self._plans:
            self._plans[piece] = self._asked_plan(offering_id, moment)
        return self._plans[piece]

    def _asked_plan(self, offering_id: str, moment: Instant) -> PlanTerms | Suspension:
        try:
            return catalog.get_plan_terms(self._uow, offering_id=offering_id, moment=moment)
        except (OfferingUnknown, PriceTermsInvalid) as fault:
            return Suspension("plan_terms_invalid", fault.reason)

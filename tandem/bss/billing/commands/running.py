"""The bill run: each day finds the accounts whose bill month ends, each of which is billed in a step of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from tandem.bss.billing import store
from tandem.bss.billing.commands import issuing
from tandem.bss.billing.rules import documents, wording
from tandem.bss.party import public as party
from tandem.bss.party.terms import BillingTerms, BillingTermsInvalid
from tandem.kernel.json import Doc
from tandem.kernel.period import Instant, Period, bill_month, instant, local_date, local_midnight, text_of
from tandem.kernel.store import Uow

PLAN: Final = "billing.plan_accounts"
BILL: Final = "billing.bill_account"
DAY: Final = timedelta(days=1)
ACCOUNTS_AT_ONCE: Final = 500


def start_run(uow: Uow, due: Instant) -> None:
    """Ask for the bills of every account whose bill date begins within a day from `due`."""
    _plan_from(uow, due, after="")


def plan_accounts(uow: Uow, payload: Doc) -> None:
    """Ask for the bills of one page of accounts, then for the next page. Idempotent: by account and bill date."""
    begins = instant(payload["due"])
    day = Period(begins, begins + DAY)
    ids = party.billing_account_ids(uow, after=payload["after"], limit=ACCOUNTS_AT_ONCE)
    for account_id in ids:
        _plan_account(uow, account_id, day)
    if len(ids) == ACCOUNTS_AT_ONCE:
        _plan_from(uow, begins, after=ids[-1])


def _plan_from(uow: Uow, due: Instant, *, after: str) -> None:
    uow.enqueue(PLAN, {"due": text_of(due), "after": after}, key=f"{text_of(due)}:{after}")


def _plan_account(uow: Uow, account_id: str, day: Period) -> None:
    try:
        account = party.billing_terms_of(uow, billing_account_id=account_id)
    except BillingTermsInvalid as fault:
        uow.audit("billing.account.bill", "BillingAccount", account_id, outcome="refused", facts=fault.to_doc())
        return
    for bill_date in _bill_dates(account, day):
        _open_cycle(uow, account, bill_date)
        uow.enqueue(
            BILL,
            {"account": account_id, "billDate": bill_date.isoformat()},
            key=f"{account_id}:{bill_date.isoformat()}",
            due_at=local_midnight(bill_date, account.zone_name),
        )


def _bill_dates(account: BillingTerms, day: Period) -> Iterator[date]:
    """The account's bill dates that begin within a period."""
    bill_date = local_date(day.start, account.zone_name)
    while local_midnight(bill_date, account.zone_name) < day.end:
        begins = local_midnight(bill_date, account.zone_name)
        if begins in day and bill_month(bill_date, account.bill_day, account.zone_name).first == bill_date:
            yield bill_date
        bill_date += DAY


def _open_cycle(uow: Uow, account: BillingTerms, bill_date: date) -> None:
    cycle_id = issuing.cycle_id_of(account, bill_date)
    if store.BILL_CYCLES.exists(uow, cycle_id):
        return
    ended = bill_month(bill_date - DAY, account.bill_day, account.zone_name)
    store.BILL_CYCLES.add(
        uow,
        documents.cycle_doc(
            cycle_id,
            bill_date=bill_date,
            zone_name=account.zone_name,
            period_name=wording.span_in_words(ended.first, bill_date - DAY),
        ),
    )


def bill_account(uow: Uow, payload: Doc) -> None:
    """Draw up one account's bill of one bill date. Idempotent: by account and bill date."""
    issuing.issue_monthly_bill(
        uow, billing_account_id=payload["account"], bill_date=date.fromisoformat(payload["billDate"])
    )

"""Earning what use took of prepaid money: each day, each account in a step of its own, all that its buckets say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from tandem.bss.charging.rules import bookkeeping
from tandem.bss.charging.rules.bookkeeping import USED, Booking
from tandem.bss.charging.rules.termed import Termed
from tandem.bss.charging.store import accounts, recognition
from tandem.bss.charging.store.tariffs import tariff_docs
from tandem.bss.ledger import public as ledger
from tandem.kernel.errors import Broken
from tandem.kernel.json import Doc
from tandem.kernel.money import Money
from tandem.kernel.period import Instant, instant, text_of
from tandem.kernel.store import Uow

PLAN: Final = "charging.plan_recognition"
RECOGNIZE: Final = "charging.recognize_account"
ACCOUNTS_AT_ONCE: Final = 500
LATE: Final = timedelta(days=2)
"""How long after its start use is looked for at first; what came later is found in all charges of the account."""

Taxed = Mapping[tuple[str, int], int]
"""Micros by currency and tax rate (hundredths of a percent)."""


def start(uow: Uow, due: Instant) -> None:
    """Ask for every account with money that was used, as of an instant."""
    _plan_from(uow, due, after="")


def plan_accounts(uow: Uow, payload: Doc) -> None:
    """Ask for one page of accounts, then for the next page. Idempotent: by account and instant."""
    due = instant(payload["due"])
    ids = recognition.accounts_with_used_money(uow, after=payload["after"], limit=ACCOUNTS_AT_ONCE)
    for account_id in ids:
        uow.enqueue(RECOGNIZE, {"account": account_id, "due": text_of(due)}, key=f"{account_id}:{text_of(due)}")
    if len(ids) == ACCOUNTS_AT_ONCE:
        _plan_from(uow, due, after=ids[-1])


def _plan_from(uow: Uow, due: Instant, *, after: str) -> None:
    uow.enqueue(PLAN, {"due": text_of(due), "after": after}, key=f"{text_of(due)}:{after}")


def recognize_account(uow: Uow, payload: Doc) -> None:
    """Book what use took of an account's money since it was booked last, by rate of tax, as of an instant.

    With it the account's prepaid money in the ledger is what its balances hold, whatever happened in between.
    Idempotent: by account and instant; what a day missed the next one has. Locks: the account.
    Raises: Broken when the charges do not come to what the buckets say.
    """
    account_id, due = payload["account"], instant(payload["due"])
    accounts.lock_accounts(uow, [account_id])
    before = ledger.sums_of_kind(uow, billing_account_id=account_id, kind=USED)
    if before.last_at is not None and before.last_at >= due:
        return
    booked = {one.currency: one.amount.micros for one in before.balances if one.ledger_account == "prepaid"}
    taken = recognition.used_money(uow, account_id)
    wanted = {currency: taken.get(currency, 0) - booked.get(currency, 0) for currency in {*taken, *booked}}
    for (currency, rate_bp), micros in sorted(_by_tax(uow, account_id, wanted, before.last_at).items()):
        if micros:
            cause = f"{text_of(due)}:{currency}:{rate_bp}"
            booking = Booking(USED, "PrepaidUse", cause, account_id, due)
            ledger.post(uow, entry=bookkeeping.used(booking, Money(micros, currency), rate_bp))


def _by_tax(uow: Uow, account_id: str, wanted: Mapping[str, int], since: Instant | None) -> Taxed:
    """What is to be booked, by tax. What the last days' charges do not explain, all charges of the account do."""
    if since is not None:
        recent = _rated(uow, account_id, since)
        if _explains(recent, wanted):
            return recent
    rated = _rated(uow, account_id, None)
    whole = {key: micros - _booked(uow, account_id).get(key, 0) for key, micros in rated.items()}
    if not _explains(whole, wanted):
        raise Broken(
            f"charges of account {account_id} do not come to what its balances say was used",
            code="charging.prepaid_differs",
            charges=str(whole),
            balances=str(dict(wanted)),
        )
    return whole


def _explains(found: Taxed, wanted: Mapping[str, int]) -> bool:
    sums: dict[str, int] = {}
    for (currency, _), micros in found.items():
        sums[currency] = sums.get(currency, 0) + micros
    return all(sums.get(currency, 0) == wanted.get(currency, 0) for currency in {*sums, *wanted})


def _rated(uow: Uow, account_id: str, since: Instant | None) -> dict[tuple[str, int], int]:
    rows = recognition.money_taken(uow, account_id, since, LATE)
    docs = tariff_docs(uow, {bytes(row["tariff_key"]) for row in rows})
    sums: dict[tuple[str, int], int] = {}
    for row in rows:
        key = (row["currency"], Termed(docs[bytes(row["tariff_key"])]).tax_rate_bp)
        sums[key] = sums.get(key, 0) + int(row["micros"])
    return sums


def _booked(uow: Uow, account_id: str) -> dict[tuple[str, int], int]:
    """What was booked before, by tax: each entry's cause names it."""
    sums: dict[tuple[str, int], int] = {}
    for entry in ledger.entries_of_account(uow, billing_account_id=account_id):
        if entry.kind == USED:
            currency, rate = entry.cause_id.split(":")[-2:]
            micros = sum(line.amount.micros for line in entry.lines if line.ledger_account == "prepaid")
            sums[currency, int(rate)] = sums.get((currency, int(rate)), 0) + micros
    return sums

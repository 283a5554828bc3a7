"""The ledger's door: book, and read what stands."""

from __future__ import annotations

from tandem.bss.ledger import commands, store
from tandem.bss.ledger.terms import Balance, Entry, KindSums
from tandem.kernel.money import Money
from tandem.kernel.store import Uow


def post(uow: Uow, *, entry: Entry) -> bool:
    """Book an entry in the caller's transaction; False when it stands already.

    Idempotent: by kind and cause. Raises: EntryUnbalanced; EntryDiffers when it stands with other amounts.
    """
    return commands.post(uow, entry)


def balances(uow: Uow, *, billing_account_id: str | None = None) -> list[Balance]:
    """Debits and credits of each ledger account: of one billing account, or of the whole tenant (trial balance)."""
    return store.balances(uow, billing_account_id)


def receivable_of(uow: Uow, *, billing_account_id: str, currency: str) -> Money:
    """What a billing account owes; negative when it is owed."""
    for balance in store.balances(uow, billing_account_id):
        if balance.ledger_account == "receivable" and balance.currency == currency:
            return balance.amount
    return Money.zero(currency)


def entries_of_account(uow: Uow, *, billing_account_id: str) -> list[Entry]:
    """Everything booked for a billing account, in order."""
    return store.entries(uow, "billing_account_id = %s", (billing_account_id,))


def entries_of_cause(uow: Uow, *, cause_id: str) -> list[Entry]:
    """Everything booked because of one thing, such as a bill."""
    return store.entries(uow, "cause_id = %s", (cause_id,))


def sums_of_kind(uow: Uow, *, billing_account_id: str, kind: str) -> KindSums:
    """What was booked of one kind for a billing account, by ledger account, and when the last of it was booked for."""
    return store.sums_of_kind(uow, billing_account_id, kind)


def imbalance(uow: Uow) -> dict[str, int]:
    """Micro-units by currency by which the whole ledger is off; empty when debits equal credits (invariant I1)."""
    sums: dict[str, int] = {}
    for balance in store.balances(uow, None):
        sums[balance.currency] = sums.get(balance.currency, 0) + balance.amount.micros
    return {currency: micros for currency, micros in sums.items() if micros}

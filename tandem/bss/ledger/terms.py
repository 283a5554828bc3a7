"""Words of the ledger: accounts, lines and entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tandem.kernel.errors import Broken, Refused
from tandem.kernel.money import Money
from tandem.kernel.period import Instant

LedgerAccount = Literal[
    "receivable",
    "revenue",
    "deferred_revenue",
    "vat",
    "cash",
    "refund_due",
    "write_off",
    "prepaid",
    "given",
    "vouchers",
]
"""The chart that this operator books to: what customers owe, what was earned and what is still to be earned, the tax
office's part, money at the bank, money due back, money given up; what customers paid in and have not used, what was
given to them instead, and what vouchers brought in that whoever sells them is still to pay."""


class EntryUnbalanced(Broken):
    """Debits and credits of an entry differ."""

    code = "ledger.unbalanced"


class EntryDiffers(Refused):
    """The same cause was booked before with other lines."""

    code = "ledger.entry_differs"


@dataclass(frozen=True, slots=True)
class Line:
    """One side of an entry: a positive amount is a debit, a negative one a credit."""

    ledger_account: LedgerAccount
    amount: Money


@dataclass(frozen=True, slots=True)
class Entry:
    """A booking: why (kind, cause, rule), for whom, when in business time, and its lines, which sum to zero.

    `kind` with `cause_id` books once. `rule` names the version of the rule or catalogue that made the amounts.
    """

    kind: str
    cause_type: str
    cause_id: str
    billing_account_id: str
    booked_at: Instant
    rule: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class KindSums:
    """What was booked of one kind: its sums, and up to when."""

    balances: tuple[Balance, ...]
    last_at: Instant | None


@dataclass(frozen=True, slots=True)
class Balance:
    """What stands on a ledger account in one currency: debits less credits."""

    ledger_account: str
    currency: str
    debit: Money
    credit: Money

    @property
    def amount(self) -> Money:
        """Debits less credits."""
        return self.debit - self.credit

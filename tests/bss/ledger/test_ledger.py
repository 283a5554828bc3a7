"""The ledger balances, books once, and is never changed."""

from __future__ import annotations

import pytest

from tandem.bss.ledger import public as ledger
from tandem.bss.ledger.terms import Entry, EntryDiffers, EntryUnbalanced, Line
from tandem.kernel.money import Money
from tandem.kernel.period import instant
from tandem.kernel.store import Uow


def _entry(*amounts: tuple[str, str], cause: str = "bill-1") -> Entry:
    lines = tuple(Line(account, Money.of(amount, "EUR")) for account, amount in amounts)  # type: ignore[arg-type]
    return Entry("bill_issued", "CustomerBill", cause, "acc-1", instant("2026-11-01T00:00:00Z"), "test/1", lines)


BILL = _entry(("receivable", "51.35"), ("revenue", "-41.75"), ("vat", "-9.60"))


def test_an_entry_is_booked_once(uow: Uow) -> None:
    assert ledger.post(uow, entry=BILL)
    assert not ledger.post(uow, entry=BILL)
    assert ledger.receivable_of(uow, billing_account_id="acc-1", currency="EUR") == Money.of("51.35", "EUR")
    assert ledger.imbalance(uow) == {}
    assert ledger.entries_of_cause(uow, cause_id="bill-1") == [BILL]


def test_the_same_cause_with_other_amounts_is_refused(uow: Uow) -> None:
    ledger.post(uow, entry=BILL)
    with pytest.raises(EntryDiffers):
        ledger.post(uow, entry=_entry(("receivable", "1.00"), ("revenue", "-1.00")))
    assert ledger.receivable_of(uow, billing_account_id="acc-1", currency="EUR") == Money.of("51.35", "EUR")


def test_an_entry_that_does_not_balance_is_refused(uow: Uow) -> None:
    with pytest.raises(EntryUnbalanced):
        ledger.post(uow, entry=_entry(("receivable", "51.35"), ("revenue", "-51.34")))
    with pytest.raises(EntryUnbalanced):
        ledger.post(uow, entry=_entry())
    assert ledger.balances(uow) == []


def test_a_booking_cannot_be_changed_by_the_program(uow: Uow) -> None:
    ledger.post(uow, entry=BILL)
    with pytest.raises(Exception, match="permission denied"):
        uow.execute("update ledger_line set micros = 1")

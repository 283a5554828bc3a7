"""Balances as people read them."""

from __future__ import annotations

from typing import Any, Final

from tandem.bss.charging import store
from tandem.bss.charging.rules.core.layout import ALLOWANCE, CARRIED, GRANTED, MONEY
from tandem.bss.charging.store.balances import MEASURES, voucher_series
from tandem.bss.charging.terms.balances import BalanceView, VoucherSeries
from tandem.kernel.money import Money
from tandem.kernel.store import Uow

_KINDS: Final = {ALLOWANCE: "allowance", CARRIED: "carried", GRANTED: "units", MONEY: "money"}
"""What people call a balance; counters and limits are none."""


def balances_of_account(uow: Uow, *, billing_account_id: str, ended: bool = False) -> tuple[BalanceView, ...]:
    """An account's allowances, units and money: those that hold now or will, or all that ever were."""
    rows = store.buckets_of_account(uow, billing_account_id)
    return tuple(
        _view(row) for row in rows if row["kind"] in _KINDS and (ended or not row["end_at"] or row["end_at"] > uow.now)
    )


def _view(row: dict[str, Any]) -> BalanceView:
    account_id, granted = row["billing_account_id"], row["granted"]
    is_own = row["subject_id"] != account_id
    return BalanceView(
        bucket_id=f"{account_id}.{row['n']}",
        kind=_KINDS[row["kind"]],
        name=row["name"],
        billing_account_id=account_id,
        product_id=row["subject_id"] if is_own else None,
        measure=MEASURES[row["measure"]],
        currency=row["currency"] if row["kind"] == MONEY else None,
        granted=granted,
        used=row["used"] + row["moved"],
        reserved=row["reserved"],
        left=None if granted is None else granted - row["used"] - row["moved"] - row["reserved"],
        starts_at=row["start_at"],
        ends_at=row["end_at"],
        priority=row["priority"],
        is_shared=not is_own and row["kind"] != MONEY,
    )


def vouchers(uow: Uow) -> tuple[VoucherSeries, ...]:
    """Every series of vouchers with how many were used and what is still out."""
    return tuple(
        VoucherSeries(
            series=row["series"],
            made=row["made"],
            used=row["used"],
            out=Money(int(row["out_micros"] or 0), row["currency"]),
            made_at=row["made_at"],
            ends_at=row["ends_at"],
        )
        for row in voucher_series(uow)
    )

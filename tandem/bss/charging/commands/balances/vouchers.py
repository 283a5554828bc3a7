"""Vouchers: made in series, printed once, known by a hash ever after, used up by exactly one top-up."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from tandem.bss.charging.commands.balances import booking, buckets
from tandem.bss.charging.rules.balances import Measured
from tandem.bss.charging.store import balances as store
from tandem.bss.charging.terms.balances import BUCKET, BalanceActionInvalid, VoucherRefused
from tandem.bss.party import public as party
from tandem.kernel.money import Money
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow

_DIGITS: Final = 16
_MOST: Final = 100_000


def make_vouchers(uow: Uow, *, series: str, amount: Money, count: int, ends_at: Instant) -> list[str]:
    """New codes of a series, each of sixteen digits; they are told now and never again.

    Raises: BalanceActionInvalid.
    """
    if not 0 < count <= _MOST:
        raise BalanceActionInvalid(f"1 to {_MOST:,} vouchers are made at a time", path="count", got=str(count))
    if amount.micros <= 0 or ends_at <= uow.now:
        raise BalanceActionInvalid("a voucher is worth something, for some time", path="amount", got=str(amount))
    codes = [f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}" for _ in range(count)]
    store.add_vouchers(
        uow, [store.NewVoucher(hash_of(code), series, amount.micros, amount.currency, ends_at) for code in codes]
    )
    uow.audit("charging.voucher.make", "Voucher", series, facts={"count": count, "amount": str(amount)})
    return codes


def hash_of(code: str) -> bytes:
    """What is kept of a code; blanks and dashes that people put between its digits are dropped."""
    return hashlib.sha256(code.replace(" ", "").replace("-", "").encode()).digest()


def take(uow: Uow, code: str, used_by: str) -> Measured:
    """Use a voucher up; answers what it is worth. Raises: VoucherRefused."""
    row = store.take_voucher(uow, hash_of(code), used_by)
    if row is None:
        raise VoucherRefused("no voucher of that code can be used", path="voucher", next_action="check the digits")
    return Measured(int(row["micros"]), None, str(row["currency"]))


def redeem_voucher(uow: Uow, *, billing_account_id: str, code: str) -> tuple[str, Money]:
    """A voucher's worth into an account's wallet; answers the bucket and the amount.

    Idempotent: a code is used once; used again, also by the same person, it is refused. Raises: VoucherRefused,
    AccountUnknown, BalanceActionInvalid when the account pays in another currency.
    """
    terms = party.billing_terms_of(uow, billing_account_id=billing_account_id)
    buckets.lock(uow, billing_account_id)
    worth = take(uow, code, f"{BUCKET}:{billing_account_id}")
    if worth.currency != terms.currency:
        raise BalanceActionInvalid(f"the voucher is in {worth.currency}", path="voucher", got=terms.currency)
    bucket_id = buckets.grow(uow, terms, billing_account_id, worth, None)
    buckets.tell_topped_up(uow, bucket_id, worth, "voucher", f"…{code[-4:]}")
    booking.topped_up(uow, bucket_id, worth.money, "voucher", hash_of(code).hex())
    return bucket_id, Money(worth.amount, terms.currency)

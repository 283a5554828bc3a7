"""Single buckets under the lock of their account: found by the ids that are told, grown, and taken from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tandem.bss.charging.commands.balances import booking
from tandem.bss.charging.rules import balances
from tandem.bss.charging.rules.balances import Measured
from tandem.bss.charging.store import accounts
from tandem.bss.charging.store import balances as store
from tandem.bss.charging.terms.balances import (
    BUCKET,
    BalanceActionInvalid,
    BalanceToppedUp,
    BucketUnknown,
    NotEnough,
    TopUp,
)
from tandem.bss.party import public as party
from tandem.bss.party.terms import BillingTerms
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import ProductUnknown
from tandem.kernel.period import Instant
from tandem.kernel.store import Uow


@dataclass(frozen=True, slots=True)
class OpenBucket:
    """A bucket as it stands, with its account locked. Units: micros of `currency`, or of `measure`."""

    billing_account_id: str
    number: int
    measure: str | None
    currency: str | None
    left: int | None
    ends_at: Instant | None

    @property
    def id(self) -> str:
        """How it is known outside."""
        return f"{self.billing_account_id}.{self.number}"

    @property
    def key(self) -> tuple[str, int]:
        """How it is known to the store."""
        return (self.billing_account_id, self.number)


def lock(uow: Uow, *account_ids: str) -> None:
    """Lock accounts, in the order of their ids."""
    accounts.lock_accounts(uow, sorted(set(account_ids)))


def account_of_bucket(uow: Uow, bucket_id: str, *, path: str = "bucket.id") -> str:
    """The account whose bucket an id means. Raises: BucketUnknown."""
    owner = balances.owner_of_wallet(bucket_id)
    if owner is None:
        return _split(bucket_id, path)[0]
    try:
        return subscriptions.get_subscription(uow, product_id=owner).billing_account_id
    except ProductUnknown:
        return owner


def _split(bucket_id: str, path: str) -> tuple[str, int]:
    account_id, _, number = bucket_id.rpartition(".")
    if not account_id or not (number.isascii() and number.isdigit() and len(number) < 10):
        raise BucketUnknown(f"there is no bucket {bucket_id}", path=path, bucket=bucket_id)
    return account_id, int(number)


def find(uow: Uow, bucket_id: str, terms: BillingTerms, *, path: str = "bucket.id") -> OpenBucket:
    """The bucket of an id, its account locked; a wallet that nothing was ever paid into is opened.

    Raises: BucketUnknown, BalanceActionInvalid when it is another account's.
    """
    account_id = account_of_bucket(uow, bucket_id, path=path)
    if account_id != terms.billing_account_id:
        raise BalanceActionInvalid(f"the bucket is of account {account_id}", path=path, bucket=bucket_id)
    owner = balances.owner_of_wallet(bucket_id)
    number = _split(bucket_id, path)[1] if owner is None else _wallet(uow, terms, owner)
    row = accounts.buckets_by_number(uow, [(account_id, number)]).get((account_id, number))
    if row is None:
        raise BucketUnknown(f"there is no bucket {bucket_id}", path=path, bucket=bucket_id)
    return _opened(row)


def _wallet(uow: Uow, terms: BillingTerms, owner_id: str) -> int:
    number = store.wallet_number(uow, terms.billing_account_id, owner_id, terms.currency)
    if number is not None:
        return number
    return store.open_bucket(
        uow,
        store.NewBucket(
            terms.billing_account_id, owner_id, None, terms.currency, 0, "Money paid in", "wallet", 100, None
        ),
    )


def _opened(row: dict[str, Any]) -> OpenBucket:
    left = None if row["granted"] is None else row["granted"] - row["used"] - row["moved"] - row["reserved"]
    return OpenBucket(
        billing_account_id=row["billing_account_id"],
        number=row["n"],
        measure=None if row["currency"] else store.MEASURES[row["measure"]],
        currency=row["currency"],
        left=left,
        ends_at=row["end_at"],
    )


def require_same(bucket: OpenBucket, told: Measured, *, path: str = "amount.units") -> None:
    """Raises: BalanceActionInvalid when an amount is not of what the bucket holds."""
    if (bucket.measure, bucket.currency) != (told.measure, told.currency):
        holds = bucket.currency or f"{bucket.measure}s"
        raise BalanceActionInvalid(f"the bucket holds {holds}", path=path, bucket=bucket.id)


def take(uow: Uow, bucket: OpenBucket, amount: int, *, path: str = "amount") -> None:
    """Take something out for good. Raises: NotEnough."""
    require_left(bucket, amount, path=path)
    store.change_bucket(uow, bucket.key, moved=amount)


def require_left(bucket: OpenBucket, amount: int, *, path: str = "amount") -> None:
    """Raises: NotEnough, with what is left and not held by sessions."""
    if bucket.left is not None and bucket.left < amount:
        raise NotEnough(
            f"bucket {bucket.id} has {bucket.left} left, {amount} is asked", path=path, left=bucket.left, asked=amount
        )


def top_up(uow: Uow, wanted: TopUp, *, bucket_id: str | None = None) -> str:
    """Money comes in; answers the bucket's id. Idempotent: by the cause.

    Without an end it goes into the wallet (or the bucket that is named); with one it is a bucket of its own.
    Raises: AccountUnknown, BucketUnknown, BalanceActionInvalid.
    """
    told = {"account": wanted.billing_account_id, "amount": str(wanted.amount), "bucket": bucket_id}
    earlier = uow.answered_before(f"charging.top_up:{wanted.by}", wanted.cause, told)
    if earlier is not None:
        return str(earlier["bucket"])
    terms = party.billing_terms_of(uow, billing_account_id=wanted.billing_account_id)
    amount = balances.positive(Measured(wanted.amount.micros, None, wanted.amount.currency))
    if terms.currency != amount.currency:
        raise BalanceActionInvalid(f"the account pays in {terms.currency}", path="amount.units", got=amount.currency)
    lock(uow, terms.billing_account_id)
    if bucket_id is None or balances.owner_of_wallet(bucket_id) is not None:
        owner = balances.owner_of_wallet(bucket_id or "") or wanted.product_id or terms.billing_account_id
        grown = grow(uow, terms, owner, amount, wanted.ends_at)
    else:
        grown = _grow_named(uow, bucket_id, terms, amount)
    tell_topped_up(uow, grown, amount, wanted.by, wanted.cause)
    booking.topped_up(uow, grown, wanted.amount, wanted.by, wanted.cause)
    uow.keep_answer(f"charging.top_up:{wanted.by}", wanted.cause, {"bucket": grown})
    return grown


def _grow_named(uow: Uow, bucket_id: str, terms: BillingTerms, amount: Measured) -> str:
    bucket = find(uow, bucket_id, terms)
    require_same(bucket, amount)
    store.change_bucket(uow, bucket.key, granted=amount.amount)
    return bucket.id


def grow(uow: Uow, terms: BillingTerms, owner_id: str, amount: Measured, ends_at: Instant | None) -> str:
    """Put money or units into the wallet, or into a new bucket where they end. The account is locked."""
    if ends_at is None and amount.currency is not None:
        bucket = find(uow, balances.wallet_of(owner_id), terms)
        store.change_bucket(uow, bucket.key, granted=amount.amount)
        return bucket.id
    new = store.NewBucket(
        *(terms.billing_account_id, owner_id, amount.measure, amount.currency, amount.amount),
        *("Money paid in" if amount.currency else "Units paid in", uow.cause, 100, ends_at),
    )
    return f"{terms.billing_account_id}.{store.open_bucket(uow, new)}"


def tell_topped_up(uow: Uow, bucket_id: str, amount: Measured, by: str, cause: str) -> None:
    """Tell and audit that something came in."""
    account_id = bucket_id.rpartition(".")[0]
    uow.emit(
        BalanceToppedUp(
            bucket_id=bucket_id,
            billing_account_id=account_id,
            amount=amount.amount,
            currency=amount.currency,
            by=by,
            cause=cause,
        )
    )
    uow.audit("charging.balance.top_up", BUCKET, bucket_id, facts={"amount": amount.amount, "by": by, "cause": cause})

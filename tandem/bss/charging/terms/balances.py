"""Words of balances: what is done to them, what is told of it, and why it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from tandem.kernel.errors import Conflict, Invalid, NotFound
from tandem.kernel.events import Event
from tandem.kernel.money import Money
from tandem.kernel.period import Instant

BUCKET = "Bucket"

TopUpBy = Literal["payment", "voucher", "given"]


@dataclass(frozen=True, slots=True)
class TopUp:
    """Money for an account's wallet, or for that of one product.

    `cause` is what it follows from (a payment, a voucher) and makes it once. `ends_at`: when what is left is lost.
    """

    billing_account_id: str
    amount: Money
    by: TopUpBy
    cause: str
    product_id: str | None = None
    ends_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class BalanceView:
    """One bucket as people read it. Units: of `measure` (second, octet, count) or micros of `currency`.

    `granted` and `left` are `None` where there is no limit. `used` holds what was carried over or given too; `left` is
    what is not reserved. `kind`: allowance, carried (over from a cycle), units, money.
    """

    bucket_id: str
    kind: str
    name: str
    billing_account_id: str
    product_id: str | None
    measure: str
    currency: str | None
    granted: int | None
    used: int
    reserved: int
    left: int | None
    starts_at: Instant | None
    ends_at: Instant | None
    priority: int
    is_shared: bool


@dataclass(frozen=True, slots=True)
class VoucherSeries:
    """A lot of vouchers: how many were made and used; `out` is what the rest is worth while it can be used."""

    series: str
    made: int
    used: int
    out: Money
    made_at: Instant
    ends_at: Instant


class BalanceToppedUp(Event, frozen=True, kw_only=True):
    """Money or units came in. Units: `amount` micros of `currency`, or whole units where there is none."""

    entity: ClassVar[str] = BUCKET
    key: ClassVar[str] = "bucket_id"
    bucket_id: str
    billing_account_id: str
    amount: int
    currency: str | None
    by: str
    cause: str


class BalanceAdjusted(Event, frozen=True, kw_only=True):
    """A person put a balance right. Units as in `BalanceToppedUp`; below zero it was taken away."""

    entity: ClassVar[str] = BUCKET
    key: ClassVar[str] = "bucket_id"
    bucket_id: str
    billing_account_id: str
    amount: int
    currency: str | None
    reason: str


class BalanceTransferred(Event, frozen=True, kw_only=True):
    """Something went from one bucket to another. Units as in `BalanceToppedUp`."""

    entity: ClassVar[str] = BUCKET
    key: ClassVar[str] = "bucket_id"
    bucket_id: str
    to_bucket_id: str
    amount: int
    currency: str | None


class BucketUnknown(NotFound):
    """There is no such bucket."""

    code = "charging.bucket_unknown"


class NotEnough(Conflict):
    """The bucket has less left than is asked for; `facts["left"]` says how much."""

    code = "charging.not_enough"


class BalanceActionInvalid(Invalid):
    """What is asked cannot be done to this bucket; `path` names the fault."""

    code = "charging.balance_action_invalid"


class VoucherRefused(Conflict):
    """No such voucher, or it was used, or its time is over. The three look alike to whoever guesses codes."""

    code = "charging.voucher_refused"


class NotOpen(Conflict):
    """Only a reservation that is held can be taken or given back."""

    code = "charging.reservation_not_open"

"""Words that others may use: payments and refunds as people see them, what is told of them, what is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Protocol

from tandem.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused, Unavailable
from tandem.kernel.events import Event
from tandem.kernel.money import Money
from tandem.kernel.period import Instant

PAYMENT: Final = "Payment"
REFUND: Final = "Refund"


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A payment as a person sees it.

    `allocated` is what bills were paid with of it, by bill id; `topped_up` what went into balances, by bucket id as it
    was told; `refunded` what was or will be given back. `reason` says why it was not taken.
    """

    payment_id: str
    status: str
    billing_account_id: str
    customer_id: str
    amount: Money
    method: str
    authorization_code: str | None
    paid_at: Instant
    allocated: tuple[tuple[str, Money], ...]
    topped_up: tuple[tuple[str, Money], ...]
    refunded: Money
    reason: str | None

    @property
    def unallocated(self) -> Money:
        """What neither paid a bill, nor went into a balance, nor goes back: the account's credit."""
        left = self.amount - self.refunded
        for _, amount in (*self.allocated, *self.topped_up):
            left = left - amount
        return left if self.status == "done" else Money.zero(self.amount.currency)


@dataclass(frozen=True, slots=True)
class RefundView:
    """A refund as a person sees it. One that is `pendingAuthorization` waits for somebody other than `requested_by`."""

    refund_id: str
    payment_id: str
    status: str
    billing_account_id: str
    amount: Money
    reason: str
    requested_by: str
    requested_at: Instant


@dataclass(frozen=True, slots=True)
class CardCharge:
    """What the provider is asked to take. The same `reference` is taken once, however often it is asked."""

    reference: str
    token: str
    amount: Money


@dataclass(frozen=True, slots=True)
class CardTaken:
    """The provider's word that it has the money. `card` is how a person knows it: `Visa •••• 4242`."""

    authorization_code: str
    card: str


class CardProcessor(Protocol):
    """A payment service provider. Each call raises ProcessorUnavailable when it does not answer."""

    def take(self, charge: CardCharge) -> CardTaken:
        """Authorise and capture. Raises: CardDeclined."""

    def give_back(self, *, reference: str, authorization_code: str, amount: Money) -> None:
        """Refund a part of what was taken, once for each reference. Raises: RefundDeclined."""

    def void(self, reference: str) -> None:
        """Take nothing for a reference, now or later; what was taken goes back."""


class PaymentNews(Event, frozen=True, kw_only=True):
    """What all news of a payment says. Units: `amount_micros`, millionths of `currency`."""

    entity: ClassVar[str] = PAYMENT
    key: ClassVar[str] = "payment_id"
    payment_id: str
    billing_account_id: str
    customer_id: str
    amount_micros: int
    currency: str


class PaymentReceived(PaymentNews, frozen=True, kw_only=True):
    """We have the money. `bill_ids` are the bills that were paid with it, in whole or in part."""

    bill_ids: tuple[str, ...]


class PaymentDeclined(PaymentNews, frozen=True, kw_only=True):
    """The money was not taken."""

    reason: str


class PaymentRefunded(Event, frozen=True, kw_only=True):
    """Money went back. Units: `amount_micros`, millionths of `currency`."""

    entity: ClassVar[str] = REFUND
    key: ClassVar[str] = "refund_id"
    refund_id: str
    payment_id: str
    billing_account_id: str
    amount_micros: int
    currency: str


class CardDeclined(Refused):
    """The card's bank says no; `reason` is what it says."""

    code = "receivables.card_declined"


class RefundDeclined(Refused):
    """The provider does not give it back."""

    code = "receivables.refund_declined"


class ProcessorUnavailable(Unavailable):
    """The payment service provider did not answer."""

    code = "receivables.processor_unavailable"


class CardsNotAccepted(Conflict):
    """No payment service provider is set up."""

    code = "receivables.cards_not_accepted"


class PaymentUnknown(NotFound):
    """There is no such payment."""

    code = "receivables.payment_unknown"


class RefundUnknown(NotFound):
    """There is no such refund."""

    code = "receivables.refund_unknown"


class PaymentInvalid(Invalid):
    """Amounts, currency or items of a payment or refund do not fit; `path` names the place."""

    code = "receivables.payment_invalid"


class PaymentPending(Unavailable):
    """The payment is being taken; what depends on it waits."""

    code = "receivables.payment_pending"


class NothingToRefund(Conflict):
    """So much of the payment is not free to go back: it paid a bill, or went back already."""

    code = "receivables.nothing_to_refund"


class SameHands(Forbidden):
    """A refund is approved by somebody other than the person who asked for it."""

    code = "receivables.same_hands"

"""Words that others may use: a bill and its lines as people see them, what is told of a bill, what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Final, Literal

from tandem.kernel.errors import Broken, Conflict, NotFound
from tandem.kernel.events import Event
from tandem.kernel.money import Money
from tandem.kernel.period import Instant, Period

CUSTOMER_BILL: Final = "CustomerBill"
APPLIED_RATE: Final = "AppliedCustomerBillingRate"

LineKind = Literal["recurringCharge", "oneTimeCharge", "usageCharge"]


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line of a bill. `gross` is `net` with `vat`; `covers` is what it is for.

    Units: `tax_rate_bp`, hundredths of a percent. `facts` are the line's recorded reasons (price, days, quantity).
    """

    rate_id: str
    kind: LineKind
    name: str
    description: str
    product_id: str
    covers: Period
    net: Money
    vat: Money
    gross: Money
    tax_category: str
    tax_rate_bp: int
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AppliedPayment:
    """A part of a payment that a bill was paid with."""

    payment_id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class BillView:
    """A bill as a person sees it; `lines` are empty in lists. `remaining` is what is still to be paid of `gross`."""

    bill_id: str
    number: str
    state: str
    customer_id: str
    billing_account_id: str
    name: str
    bill_date: date
    due_on: date
    period: Period
    zone_name: str
    net: Money
    vat: Money
    gross: Money
    remaining: Money
    has_document: bool
    payments: tuple[AppliedPayment, ...]
    lines: tuple[BillLine, ...]
    version: int

    @property
    def is_payable(self) -> bool:
        """Whether something of it can be paid now."""
        return self.state in ("sent", "partiallyPaid")


@dataclass(frozen=True, slots=True)
class FirstBill:
    """What a plan will put on its first bill, without use. `bill_on` is the day of that bill."""

    bill_on: date
    amount: Money


class BillNews(Event, frozen=True, kw_only=True):
    """What all news of a bill says. Units: `amount_micros`, millionths of `currency`: the bill's total with tax."""

    entity: ClassVar[str] = CUSTOMER_BILL
    key: ClassVar[str] = "bill_id"
    bill_id: str
    number: str
    billing_account_id: str
    customer_id: str
    amount_micros: int
    currency: str


class BillIssued(BillNews, frozen=True, kw_only=True):
    """A bill was drawn up and booked: the account owes it."""

    due_at: Instant


class BillSent(BillNews, frozen=True, kw_only=True):
    """A bill was checked, has its document, and is the customer's to see and pay."""


class BillSettled(BillNews, frozen=True, kw_only=True):
    """Nothing of a bill is left to pay."""


class BillUnknown(NotFound):
    """There is no such bill."""

    code = "billing.bill_unknown"


class LineUnknown(NotFound):
    """There is no such line of a bill."""

    code = "billing.line_unknown"


class DocumentNotReady(NotFound):
    """The bill's document is not made yet."""

    code = "billing.document_not_ready"


class NothingToBill(Conflict):
    """The account has no charge that is not on a bill already."""

    code = "billing.nothing_to_bill"


class BillNotPayable(Conflict):
    """The bill is not sent yet, is on hold, or is paid."""

    code = "billing.bill_not_payable"


class PaidTooMuch(Conflict):
    """More would be paid than is left of the bill."""

    code = "billing.paid_too_much"


class StateFollowsPayments(Conflict):
    """`settled` and `partiallyPaid` follow from payments; nobody sets them."""

    code = "billing.state_follows_payments"


class CurrencyDiffers(Conflict):
    """A plan is priced in another currency than the account is billed in."""

    code = "billing.currency_differs"


class BillUnsound(Broken):
    """A bill's lines, totals and booking do not agree; it is not sent."""

    code = "billing.bill_unsound"

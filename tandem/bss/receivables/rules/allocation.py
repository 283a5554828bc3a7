"""Which bills a payment pays, and what is left of it to go back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tandem.bss.billing.terms import BillView
from tandem.bss.charging.terms.balances import BUCKET
from tandem.bss.receivables.terms import PaymentInvalid
from tandem.kernel.json import Doc
from tandem.kernel.money import Money, total


@dataclass(frozen=True, slots=True)
class Wish:
    """A bill that is to be paid, or a balance that is to be topped up, with a part of a payment."""

    item_id: str
    amount: Money
    path: str
    is_balance: bool


def wishes(payment: Doc, amount: Money) -> list[Wish]:
    """The bills and balances that a payment names with their amounts; one item without an amount is for all of it.

    Raises: PaymentInvalid when items are for more than the payment.
    """
    items = payment.get("paymentItem") or []
    amounts = [_amount_of(item, amount if len(items) == 1 else None, place) for place, item in enumerate(items)]
    if amounts and amount < total(amounts, amount.currency):
        raise PaymentInvalid("the items are for more than the payment", path="paymentItem")
    return [
        Wish(str(item["item"]["id"]), part, f"paymentItem[{place}].item", item["item"]["@referredType"] == BUCKET)
        for place, (item, part) in enumerate(zip(items, amounts, strict=True))
        if item["item"].get("@referredType") in ("CustomerBill", BUCKET)
    ]


def buckets_named(payment: Doc) -> list[str]:
    """The balances among what a payment names."""
    items = [item["item"] for item in payment.get("paymentItem") or []]
    return [str(item["id"]) for item in items if item.get("@referredType") == BUCKET]


def _amount_of(item: Doc, otherwise: Money | None, place: int) -> Money:
    told = item.get("totalAmount") or item.get("amount")
    if told is None:
        if otherwise is None:
            raise PaymentInvalid("each of several items says its amount", path=f"paymentItem[{place}].totalAmount")
        return otherwise
    return positive(told, path=f"paymentItem[{place}].totalAmount")


def positive(doc: Doc, *, path: str) -> Money:
    """An amount of more than nothing, in whole cents. Raises: PaymentInvalid."""
    return require_payable_amount(Money.from_doc(doc), path=path)


def require_payable_amount(amount: Money, *, path: str) -> Money:
    """The amount, if it is more than nothing and in whole cents. Raises: PaymentInvalid."""
    if amount.micros <= 0:
        raise PaymentInvalid("an amount is more than nothing", path=path)
    if amount != amount.rounded():
        raise PaymentInvalid(f"{amount} is finer than a cent", path=path)
    return amount


def payable_part(bill: BillView, wished: Money) -> Money:
    """How much of a wish a bill can take now: what is left of it, if it can be paid."""
    none = Money.zero(wished.currency)
    if not bill.is_payable or bill.remaining.currency != wished.currency:
        return none
    return min(wished, bill.remaining)


def free_to_refund(paid: Money, allocated: Iterable[Money], refunded: Iterable[Money]) -> Money:
    """What of a payment neither paid a bill nor goes back already."""
    return paid - total([*allocated, *refunded], paid.currency)

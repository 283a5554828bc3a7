"""Payments and refunds as documents of the standard. Standard: TMF676 v4; `statusReason` is ours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tandem.bss.billing.terms import BillView
from tandem.bss.party.terms import BillingTerms
from tandem.bss.receivables import lifecycle
from tandem.bss.receivables.rules import allocation
from tandem.bss.receivables.terms import CardTaken, PaymentView, RefundView
from tandem.kernel.json import Doc, at
from tandem.kernel.money import Money
from tandem.kernel.period import Instant, instant, text_of
from tandem.kernel.state import StateTable

CARD = "TokenizedCard"


def card_payment(bill: BillView, amount: Money, *, correlator: str, moment: Instant) -> Doc:
    """A payment of a bill that is about to be taken from a card."""
    item = ref("CustomerBill", bill.bill_id, bill.number, kind="EntityRef")
    holder = (bill.billing_account_id, bill.customer_id, bill.name)
    return {"name": f"Bill {bill.number}", "correlatorId": correlator, **_by_card(holder, item, amount, moment)}


def card_top_up(account: BillingTerms, amount: Money, bucket_id: str, *, correlator: str, moment: Instant) -> Doc:
    """A payment for a balance that is about to be taken from a card."""
    item = ref("Bucket", bucket_id, None, kind="EntityRef")
    holder = (account.billing_account_id, account.customer_id, account.name)
    return {"name": "Top-up", "correlatorId": correlator, **_by_card(holder, item, amount, moment)}


def _by_card(holder: tuple[str, str, str], item: Doc, amount: Money, moment: Instant) -> Doc:
    """What every payment by card says. Shape: `holder` is account, customer and name."""
    account_id, customer_id, name = holder
    told = amount.to_doc()
    return {
        "@type": "Payment",
        "account": ref("BillingAccount", account_id, name, kind="AccountRef"),
        "payer": payer(customer_id, name),
        "paymentMethod": {"@type": CARD, "name": "Card"},
        "amount": told,
        "totalAmount": told,
        "paymentItem": [{"@type": "PaymentItem", "id": "1", "item": item, "amount": told, "totalAmount": told}],
        "paymentDate": text_of(moment),
        "status": lifecycle.PENDING,
        "statusDate": text_of(moment),
    }


def recorded_payment(doc: Doc, account: BillingTerms, *, status: str, moment: Instant) -> Doc:
    """A payment as a client told it, with what we add; its card's token is not kept."""
    method = {name: value for name, value in doc["paymentMethod"].items() if name != "token"}
    return {
        "payer": payer(account.customer_id, account.name),
        "paymentDate": text_of(moment),
        "amount": doc["totalAmount"],
        **doc,
        "paymentMethod": method,
        "status": status,
        "statusDate": text_of(moment),
    }


def refund_of(payment: Doc, amount: Money, *, reason: str, status: str, moment: Instant) -> Doc:
    """A refund of a payment."""
    return {
        "@type": "Refund",
        "name": "Refund",
        "description": reason,
        "account": payment["account"],
        "payment": ref("Payment", payment["id"], None),
        "paymentMethod": payment["paymentMethod"],
        "requestor": payment["payer"],
        "amount": amount.to_doc(),
        "totalAmount": amount.to_doc(),
        "refundDate": text_of(moment),
        "status": status,
        "statusDate": text_of(moment),
    }


def moved(table: StateTable, doc: Doc, status: str, *, moment: Instant, reason: str | None = None) -> Doc:
    """The payment or refund in another status. Raises: IllegalTransition."""
    table.require(doc["status"], status, path="status")
    told = {"statusReason": reason} if reason is not None else {}
    return {**doc, **told, "status": status, "statusDate": text_of(moment)}


def with_card(payment: Doc, taken: CardTaken) -> Doc:
    """The payment with the provider's word."""
    method = {**payment["paymentMethod"], "name": taken.card}
    return {**payment, "authorizationCode": taken.authorization_code, "paymentMethod": method}


def payer(customer_id: str, name: str) -> Doc:
    """The customer as the one who pays."""
    return {"@type": "RelatedParty", "@referredType": "Customer", "id": customer_id, "name": name, "role": "payer"}


def ref(referred: str, entity_id: str, name: str | None, *, kind: str | None = None) -> Doc:
    """A reference to one of our entities."""
    found: Doc = {"@type": kind or f"{referred}Ref", "@referredType": referred, "id": entity_id}
    return found if name is None else {**found, "name": name}


# -- read -------------------------------------------------------------------------------------------------------------


def amount_of(doc: Doc) -> Money:
    """What is paid or goes back in all."""
    return Money.from_doc(doc["totalAmount"])


def account_of(doc: Doc) -> str:
    """The billing account."""
    return str(at(doc, "account.id", ""))


def payment_view(payment: Doc, allocated: Iterable[tuple[str, Money]], refunded: Money) -> PaymentView:
    """A payment as a person sees it."""
    parts, buckets = list(allocated), set(allocation.buckets_named(payment))
    return PaymentView(
        payment_id=payment["id"],
        status=payment["status"],
        billing_account_id=account_of(payment),
        customer_id=str(at(payment, "payer.id", "")),
        amount=amount_of(payment),
        method=str(at(payment, "paymentMethod.name") or at(payment, "paymentMethod.@type") or ""),
        authorization_code=payment.get("authorizationCode"),
        paid_at=instant(payment["paymentDate"]),
        allocated=tuple(part for part in parts if part[0] not in buckets),
        topped_up=tuple(part for part in parts if part[0] in buckets),
        refunded=refunded,
        reason=payment.get("statusReason"),
    )


def refund_view(refund: Doc, requested_by: str, requested_at: Instant) -> RefundView:
    """A refund as a person sees it."""
    return RefundView(
        refund_id=refund["id"],
        payment_id=str(at(refund, "payment.id", "")),
        status=refund["status"],
        billing_account_id=account_of(refund),
        amount=amount_of(refund),
        reason=refund.get("description", ""),
        requested_by=requested_by,
        requested_at=requested_at,
    )


def news_of(payment: Doc) -> dict[str, Any]:
    """What all news of a payment says."""
    amount = amount_of(payment)
    return {
        "payment_id": payment["id"],
        "billing_account_id": account_of(payment),
        "customer_id": str(at(payment, "payer.id", "")),
        "amount_micros": amount.micros,
        "currency": amount.currency,
    }

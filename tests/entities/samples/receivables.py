"""Samples of TMF676, version 4."""

from __future__ import annotations

from tests.entities.sample import Doc, Made, Sample, ref
from tests.entities.samples.billing import billing_needs
from tests.support.tmf_client import TmfClient

BASE = "/tmf-api/payment/v4"
METHOD: Doc = {"@type": "BankTransfer", "name": "Bank", "description": "From the payer's bank"}


def _euro(value: float) -> Doc:
    return {"unit": "EUR", "value": value}


def paid_needs(client: TmfClient) -> Made:
    """A payment that is large enough for many refunds."""
    made = billing_needs(client)
    body = {"account": made["account"], "paymentMethod": METHOD, "totalAmount": _euro(100_000)}
    return {**made, "payment": ref(client, f"{BASE}/payment", body)}


def payment(made: Made) -> Doc:
    return {"account": made["account"], "paymentMethod": METHOD, "totalAmount": _euro(12.5)}


def full_payment(made: Made) -> Doc:
    item = {"id": made["account"]["id"], "@referredType": "BillingAccount"}
    return {
        **payment(made),
        "authorizationCode": f"A-{made['n']}",
        "correlatorId": f"c-{made['n']}",
        "description": "At the counter",
        "name": "Payment",
        "amount": _euro(10.16),
        "taxAmount": _euro(2.34),
        "channel": {"id": "shop-1", "name": "Galway"},
        "payer": {**made["customer"], "role": "payer"},
        "paymentItem": [{"id": "1", "item": item, "amount": _euro(10.16), "totalAmount": _euro(12.5)}],
    }


def refund(made: Made) -> Doc:
    return {
        "account": made["account"],
        "payment": made["payment"],
        "paymentMethod": METHOD,
        "totalAmount": _euro(1.5),
    }


def full_refund(made: Made) -> Doc:
    return {
        **refund(made),
        "correlatorId": f"c-{made['n']}",
        "description": "Goodwill",
        "name": "Refund",
        "amount": _euro(1.22),
        "taxAmount": _euro(0.28),
        "channel": {"id": "shop-1", "name": "Galway"},
        "refundDate": "2026-11-20T10:00:00Z",
        "requestor": {**made["customer"], "role": "requestor"},
    }


SAMPLES = {
    ("TMF676", "v4", "payment"): Sample(payment, full_payment, needs=billing_needs),
    ("TMF676", "v4", "refund"): Sample(refund, full_refund, needs=paid_needs),
}

"""Payments that were taken elsewhere: recorded once, set against bills, the rest a credit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tandem.bss.billing import public as billing
from tandem.bss.receivables import public as receivables
from tandem.bss.receivables.commands.recording import create_payment
from tandem.bss.receivables.terms import PaymentInvalid, PaymentView
from tandem.kernel.json import Doc
from tandem.kernel.store import Uow
from tandem.kernel.store.uow import AlreadyTaken
from tests.bss.billing import november
from tests.bss.receivables import till
from tests.bss.receivables.till import euro


@pytest.fixture
def bill_id(uow: Uow) -> str:
    november.october(november.at(uow, november.NOVEMBER_1ST))
    return november.billed(uow).bill_id


def item(bill_id: str, amount: str | None = None) -> Doc:
    told = {} if amount is None else {"totalAmount": {"unit": "EUR", "value": euro(amount).amount}}
    return {"item": {"id": bill_id, "@referredType": "CustomerBill"}, **told}


def record(uow: Uow, amount: str, **more: Any) -> PaymentView:
    stored = create_payment(uow, till.payment(november.ACCOUNT, amount, **more))
    return receivables.get_payment(uow, payment_id=stored.id)


def test_a_payment_that_names_a_bill_settles_it(uow: Uow, bill_id: str) -> None:
    payment = record(uow, "51.35", paymentItem=[item(bill_id)])
    assert (payment.status, payment.allocated) == ("done", ((bill_id, euro("51.35")),))
    assert billing.get_bill(uow, bill_id=bill_id).state == "settled"


def test_what_a_bill_cannot_take_is_the_accounts_credit(uow: Uow, bill_id: str) -> None:
    payment = record(uow, "60.00", paymentItem=[item(bill_id, "60.00")])
    assert payment.allocated == ((bill_id, euro("51.35")),)
    assert payment.unallocated == euro("8.65")
    assert receivables.balance_of(uow, billing_account_id=november.ACCOUNT) == euro("-8.65")


def test_a_payment_that_names_nothing_is_a_credit(uow: Uow, bill_id: str) -> None:
    assert record(uow, "10.00").unallocated == euro("10.00")
    assert receivables.balance_of(uow, billing_account_id=november.ACCOUNT) == euro("41.35")


def test_an_authorization_is_recorded_once(uow: Uow, bill_id: str) -> None:
    record(uow, "10.00", authorizationCode="A1")
    uow.execute("savepoint before")
    with pytest.raises(AlreadyTaken):
        record(uow, "10.00", authorizationCode="A1")
    uow.execute("rollback to savepoint before")


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"totalAmount": {"unit": "EUR", "value": 0}}, "totalAmount.value"),
        ({"totalAmount": {"unit": "EUR", "value": -5}}, "totalAmount.value"),
        ({"totalAmount": {"unit": "EUR", "value": Decimal("5.001")}}, "totalAmount.value"),
        ({"totalAmount": {"unit": "USD", "value": 5}}, "totalAmount.unit"),
        ({"paymentItem": [item("b", "6.00")]}, "paymentItem"),
        ({"paymentItem": [item("b", "1.00"), item("c")]}, "paymentItem[1].totalAmount"),
        ({"paymentItem": [item("there-is-none")]}, "paymentItem[0].item.id"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_path(uow: Uow, bill_id: str, more: Doc, path: str) -> None:
    with pytest.raises(PaymentInvalid) as refused:
        record(uow, "5.00", **more)
    assert refused.value.path == path
    assert billing.get_bill(uow, bill_id=bill_id).state == "sent"

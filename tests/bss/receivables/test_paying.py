"""Paying by card: once, in parts, declined, unanswered, and never more than is left."""

from __future__ import annotations

import pytest

from tandem.bss.billing import public as billing
from tandem.bss.billing.terms import BillNotPayable, PaidTooMuch
from tandem.bss.ledger import public as ledger
from tandem.bss.receivables import public as receivables
from tandem.bss.receivables import store
from tandem.bss.receivables.simulated.psp import Provider
from tandem.bss.receivables.steps import STEPS
from tandem.bss.receivables.terms import CardsNotAccepted, PaymentInvalid, PaymentView
from tandem.kernel.errors import Unavailable
from tandem.kernel.money import Money
from tandem.kernel.store import Database, Uow
from tandem.kernel.store.uow import KeyReused
from tests.bss.billing import november
from tests.bss.receivables import till
from tests.bss.receivables.till import euro

ALL = "51.35"
TAKE = next(step for step in STEPS if step.kind == "receivables.take_payment")


def pay(uow: Uow, bill_id: str, amount: str = ALL, token: str = "tok_visa", key: str = "k1") -> PaymentView:
    return receivables.pay_bill(uow, bill_id=bill_id, amount=euro(amount), card_token=token, key=key)


def take(uow: Uow, payment: PaymentView, token: str = "tok_visa") -> PaymentView:
    """Do the step that takes a payment."""
    TAKE.effect(uow, {"payment": payment.payment_id, "token": token})
    return receivables.get_payment(uow, payment_id=payment.payment_id)


@pytest.fixture
def bill_id(uow: Uow) -> str:
    november.october(november.at(uow, november.NOVEMBER_1ST))
    return november.billed(uow).bill_id


def test_a_bill_is_paid_by_card_and_the_balance_is_zero(uow: Uow, bill_id: str, provider: Provider) -> None:
    assert receivables.balance_of(uow, billing_account_id=november.ACCOUNT) == euro(ALL)
    asked = pay(uow, bill_id)
    assert (asked.status, asked.method) == ("pendingAuthorization", "Card")
    done = take(uow, asked)
    assert (done.status, done.amount, done.method) == ("done", euro(ALL), "Visa •••• 4242")
    assert done.allocated == ((bill_id, euro(ALL)),) and not done.unallocated
    bill = billing.get_bill(uow, bill_id=bill_id)
    assert (bill.state, bill.remaining) == ("settled", euro("0.00"))
    assert [(one.payment_id, one.amount) for one in bill.payments] == [(done.payment_id, euro(ALL))]
    assert receivables.balance_of(uow, billing_account_id=november.ACCOUNT) == euro("0.00")
    assert ledger.imbalance(uow) == {}
    assert provider.till.balance() == {"taken": "51.35", "refunded": "0"}
    assert till.news(uow) == [
        "billing.BillIssued",
        "billing.BillSent",
        "billing.BillSettled",
        "receivables.PaymentReceived",
    ]


def test_a_bill_is_paid_in_parts(uow: Uow, bill_id: str, provider: Provider) -> None:
    take(uow, pay(uow, bill_id, "20.00"))
    bill = billing.get_bill(uow, bill_id=bill_id)
    assert (bill.state, bill.remaining) == ("partiallyPaid", euro("31.35"))
    with pytest.raises(PaidTooMuch):
        pay(uow, bill_id, "31.36", key="k2")
    take(uow, pay(uow, bill_id, "31.35", key="k3"))
    assert billing.get_bill(uow, bill_id=bill_id).state == "settled"
    with pytest.raises(BillNotPayable):
        pay(uow, bill_id, "0.01", key="k4")


def test_a_repeated_key_pays_once_and_other_content_is_refused(uow: Uow, bill_id: str, provider: Provider) -> None:
    first = pay(uow, bill_id)
    assert pay(uow, bill_id).payment_id == first.payment_id
    with pytest.raises(KeyReused):
        pay(uow, bill_id, "20.00")
    take(uow, first)
    assert take(uow, first).status == "done"
    assert pay(uow, bill_id).status == "done"
    assert len(receivables.payments_of_account(uow, billing_account_id=november.ACCOUNT)) == 1
    assert provider.till.balance()["taken"] == "51.35"


def test_what_is_being_taken_cannot_be_paid_again(uow: Uow, bill_id: str, provider: Provider) -> None:
    pay(uow, bill_id)
    with pytest.raises(PaidTooMuch):
        pay(uow, bill_id, key="k2")


@pytest.mark.parametrize(
    ("token", "reason"), [("tok_insufficient_funds", "insufficient funds"), ("tok_none", "no such card")]
)
def test_a_declined_card_leaves_the_bill_as_it_was(
    uow: Uow, bill_id: str, provider: Provider, token: str, reason: str
) -> None:
    denied = take(uow, pay(uow, bill_id, token=token), token)
    assert till.shown(denied) == ("denied", "51.35 EUR", reason)
    assert billing.get_bill(uow, bill_id=bill_id).state == "sent"
    assert receivables.balance_of(uow, billing_account_id=november.ACCOUNT) == euro(ALL)
    assert till.news(uow)[-1] == "receivables.PaymentDeclined"
    assert take(uow, pay(uow, bill_id, key="k2")).status == "done"


def test_a_provider_that_took_it_and_did_not_answer_is_asked_again_and_takes_it_once(
    uow: Uow, bill_id: str, provider: Provider
) -> None:
    asked = pay(uow, bill_id)
    provider.faults["silent"] = 2
    for _ in range(2):
        with pytest.raises(Unavailable):
            take(uow, asked)
    assert take(uow, asked).status == "done"
    assert provider.till.balance()["taken"] == "51.35"


def test_a_payment_that_is_given_up_is_voided_at_the_provider(
    database: Database, fresh_tenant: str, provider: Provider
) -> None:
    bill = till.keep_bill(database, fresh_tenant)
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        payment = pay(uow, bill.bill_id)
        provider.faults["silent"] = 1
        fault = Unavailable("the payment provider did not answer")
        with pytest.raises(Unavailable):
            take(uow, payment)
        assert provider.till.balance()["taken"] == "51.35"
        assert TAKE.on_dead is not None
        TAKE.on_dead(uow, {"payment": payment.payment_id}, fault)
    november.worker(database).drain()
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        assert receivables.get_payment(uow, payment_id=payment.payment_id).status == "failed"
        assert billing.get_bill(uow, bill_id=bill.bill_id).state == "sent"
    assert provider.till.balance()["taken"] == "0"


def test_cards_need_a_provider(uow: Uow, bill_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TANDEM_PSP_URL", raising=False)
    with pytest.raises(CardsNotAccepted):
        take(uow, pay(uow, bill_id))


def test_another_currency_is_refused(uow: Uow, bill_id: str) -> None:
    with pytest.raises(PaymentInvalid) as refused:
        receivables.pay_bill(uow, bill_id=bill_id, amount=Money.of("51.35", "USD"), card_token="tok_visa", key="k")
    assert refused.value.path == "totalAmount.unit"


def test_no_card_token_is_kept_in_the_payment(uow: Uow, bill_id: str, provider: Provider) -> None:
    payment = take(uow, pay(uow, bill_id))
    assert "tok_visa" not in str(store.PAYMENTS.get(uow, payment.payment_id).doc)


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "0.005"])
def test_what_cannot_be_paid_is_refused(uow: Uow, bill_id: str, amount: str) -> None:
    with pytest.raises(PaymentInvalid) as refused:
        pay(uow, bill_id, amount)
    assert refused.value.path == "totalAmount.value"
    assert till.news(uow) == ["billing.BillIssued", "billing.BillSent"]

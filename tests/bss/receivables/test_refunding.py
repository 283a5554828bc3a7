"""Money goes back: at once for a cancelled order and exactly once; else only when a second person agrees."""

from __future__ import annotations

from typing import Any

import pytest

from tandem.bss.ledger import public as ledger
from tandem.bss.ordering.terms import ProductOrderCancelled
from tandem.bss.receivables import public as receivables
from tandem.bss.receivables import store
from tandem.bss.receivables.commands.recording import create_payment
from tandem.bss.receivables.simulated.psp import Provider
from tandem.bss.receivables.terms import NothingToRefund, SameHands
from tandem.kernel.state import IllegalTransition
from tandem.kernel.store import Database, Uow
from tests.bss.billing import november
from tests.bss.charging import story
from tests.bss.receivables import till
from tests.bss.receivables.till import euro

ORDER = "order-77"
CANCELLED = ProductOrderCancelled(
    product_order_id=ORDER, customer_id=story.CUSTOMER, billing_account_id=story.ACCOUNT, reason="changed her mind"
)
OF_ORDER: dict[str, Any] = {"paymentItem": [{"item": {"id": ORDER, "@referredType": "ProductOrder"}}]}
BY_CARD: dict[str, Any] = {"paymentMethod": {"@type": "TokenizedCard", "token": "tok_visa"}}


def kept(database: Database, tenant: str, actor: str = "tester") -> Any:
    return database.uow(tenant=tenant, actor=actor, cause="test")


def paid_order(database: Database, tenant: str, amount: str = "30.00", **more: Any) -> str:
    """A payment for the order, taken from a card."""
    with kept(database, tenant) as uow:
        story.open_shop(uow)
        payment = create_payment(uow, till.payment(story.ACCOUNT, amount, **OF_ORDER, **(more or BY_CARD)))
    november.worker(database).drain()
    return payment.id


def cancel(database: Database, tenant: str) -> None:
    """The order is called off, and all that follows is done."""
    with kept(database, tenant) as uow:
        uow.emit(CANCELLED)
    november.worker(database).drain()


def test_what_paid_a_cancelled_order_goes_back_exactly_once(
    database: Database, fresh_tenant: str, provider: Provider
) -> None:
    payment_id = paid_order(database, fresh_tenant)
    assert provider.till.balance() == {"taken": "30.00", "refunded": "0"}
    cancel(database, fresh_tenant)
    cancel(database, fresh_tenant)  # told twice
    with kept(database, fresh_tenant) as uow:
        (refund,) = receivables.refunds_of_payment(uow, payment_id=payment_id)
        assert (refund.status, refund.amount) == ("done", euro("30.00"))
        assert receivables.balance_of(uow, billing_account_id=story.ACCOUNT) == euro("0.00")
        assert ledger.imbalance(uow) == {}
        balances = {one.ledger_account: one.amount.micros for one in ledger.balances(uow)}
        assert not any(balances.values())
        assert till.news(uow) == ["receivables.PaymentReceived", "receivables.PaymentRefunded"]
    assert provider.till.balance() == {"taken": "30.00", "refunded": "30.00"}


def test_an_order_that_nobody_paid_for_gives_nothing_back(
    database: Database, fresh_tenant: str, provider: Provider
) -> None:
    cancel(database, fresh_tenant)
    with kept(database, fresh_tenant) as uow:
        assert store.REFUNDS.count(uow) == 0


def test_a_refund_that_the_provider_does_not_answer_is_sent_again_and_once(
    database: Database, fresh_tenant: str, provider: Provider
) -> None:
    paid_order(database, fresh_tenant)
    with kept(database, fresh_tenant) as uow:
        uow.emit(CANCELLED)
    provider.faults["silent"] = 1
    worker = november.worker(database)
    worker.drain()
    with kept(database, fresh_tenant) as uow:
        assert store.REFUNDS.where(uow)[0].doc["status"] == "authorized"
        uow.execute("update kernel_step set not_before = '-infinity' where tenant = %s", (fresh_tenant,))
    worker.drain()
    with kept(database, fresh_tenant) as uow:
        assert store.REFUNDS.where(uow)[0].doc["status"] == "done"
    assert provider.till.balance()["refunded"] == "30.00"


def test_a_refund_that_the_provider_declines_is_the_accounts_credit(
    database: Database, fresh_tenant: str, provider: Provider
) -> None:
    # A code that the provider does not know.
    paid_order(database, fresh_tenant, authorizationCode="of-another-provider")
    cancel(database, fresh_tenant)
    with kept(database, fresh_tenant) as uow:
        doc = store.REFUNDS.where(uow)[0].doc
        assert (doc["status"], doc["statusReason"]) == ("failed", "no such authorization code")
        assert receivables.balance_of(uow, billing_account_id=story.ACCOUNT) == euro("-30.00")
        assert ledger.imbalance(uow) == {}


@pytest.fixture
def payment_id(uow: Uow) -> str:
    story.open_shop(uow)
    return create_payment(uow, till.payment(story.ACCOUNT, "30.00")).id


def as_person(uow: Uow, actor: str) -> Uow:
    """The unit of work as another person's."""
    uow.actor = actor
    return uow


def test_a_refund_needs_another_person(uow: Uow, payment_id: str) -> None:
    asked = receivables.request_refund(
        as_person(uow, "agent-1"), payment_id=payment_id, amount=euro("10.00"), reason="goodwill"
    )
    assert (asked.status, asked.requested_by) == ("pendingAuthorization", "agent-1")
    assert [one.refund_id for one in receivables.refunds_waiting(uow)] == [asked.refund_id]
    with pytest.raises(SameHands):
        receivables.approve_refund(uow, refund_id=asked.refund_id)
    assert receivables.balance_of(uow, billing_account_id=story.ACCOUNT) == euro("-30.00")
    agreed = receivables.approve_refund(as_person(uow, "finance-1"), refund_id=asked.refund_id)
    assert agreed.status == "authorized"
    assert receivables.balance_of(uow, billing_account_id=story.ACCOUNT) == euro("-20.00")
    with pytest.raises(IllegalTransition):
        receivables.deny_refund(uow, refund_id=asked.refund_id, reason="too late")


def test_a_denied_refund_frees_the_money(uow: Uow, payment_id: str) -> None:
    asked = receivables.request_refund(
        as_person(uow, "agent-1"), payment_id=payment_id, amount=euro("30.00"), reason="goodwill"
    )
    with pytest.raises(NothingToRefund):
        receivables.request_refund(uow, payment_id=payment_id, amount=euro("0.01"), reason="more")
    receivables.deny_refund(as_person(uow, "finance-1"), refund_id=asked.refund_id, reason="no")
    assert receivables.get_payment(uow, payment_id=payment_id).unallocated == euro("30.00")


def test_what_paid_a_bill_does_not_go_back(uow: Uow, provider: Provider) -> None:
    november.october(november.at(uow, november.NOVEMBER_1ST))
    bill = november.billed(uow)
    item = {"item": {"id": bill.bill_id, "@referredType": "CustomerBill"}}
    payment = create_payment(uow, till.payment(story.ACCOUNT, "60.00", paymentItem=[item]))
    with pytest.raises(NothingToRefund):
        receivables.request_refund(uow, payment_id=payment.id, amount=euro("8.66"), reason="all")
    assert receivables.request_refund(uow, payment_id=payment.id, amount=euro("8.65"), reason="rest")

"""Topping up by card: into the wallet once it is taken, not before, and booked as the customer's."""

from __future__ import annotations

import pytest

from tandem.bss.charging import public as charging
from tandem.bss.charging.store.balances_shown import ACCUMULATED
from tandem.bss.ledger import public as ledger
from tandem.bss.receivables import public as receivables
from tandem.bss.receivables.commands import recording
from tandem.bss.receivables.simulated.psp import Provider
from tandem.bss.receivables.steps import STEPS
from tandem.bss.receivables.terms import PaymentInvalid
from tandem.kernel.store import Uow
from tests.bss.billing import november
from tests.bss.receivables import till
from tests.bss.receivables.till import euro

TAKE = next(step for step in STEPS if step.kind == "receivables.take_payment")
WALLET = charging.wallet_of(owner_id=november.ACCOUNT)


@pytest.fixture(autouse=True)
def account(uow: Uow) -> None:
    november.october(november.at(uow, november.NOVEMBER_1ST))


def in_wallet(uow: Uow) -> str:
    found = ACCUMULATED.find(uow, f"{november.ACCOUNT}:monetary:EUR")
    return "none" if found is None else f"{found.doc['totalBalance']['amount']:.2f}"


def test_money_is_in_the_wallet_when_it_was_taken(uow: Uow, provider: Provider) -> None:
    asked = receivables.top_up(
        uow, billing_account_id=november.ACCOUNT, amount=euro("20.00"), card_token="tok_visa", key="k1"
    )
    again = receivables.top_up(
        uow, billing_account_id=november.ACCOUNT, amount=euro("20.00"), card_token="tok_visa", key="k1"
    )
    assert (again.payment_id, asked.status, in_wallet(uow)) == (asked.payment_id, "pendingAuthorization", "none")
    for _ in range(2):
        TAKE.effect(uow, {"payment": asked.payment_id, "token": "tok_visa"})
    done = receivables.get_payment(uow, payment_id=asked.payment_id)
    assert (done.status, done.topped_up, done.allocated) == ("done", ((WALLET, euro("20.00")),), ())
    assert not done.unallocated and in_wallet(uow) == "20.00"
    assert receivables.balance_of(uow, billing_account_id=november.ACCOUNT) == euro("0.00")
    assert ledger.imbalance(uow) == {}
    stands = {one.ledger_account: str(one.amount) for one in ledger.balances(uow)}
    assert stands == {"cash": "20.00 EUR", "prepaid": "-20.00 EUR", "receivable": "0.00 EUR"}


def test_a_declined_card_tops_up_nothing(uow: Uow, provider: Provider) -> None:
    asked = receivables.top_up(
        uow, billing_account_id=november.ACCOUNT, amount=euro("20.00"), card_token="tok_declined", key="k1"
    )
    TAKE.effect(uow, {"payment": asked.payment_id, "token": "tok_declined"})
    assert receivables.get_payment(uow, payment_id=asked.payment_id).status == "denied"
    assert in_wallet(uow) == "none"


def test_a_payment_from_elsewhere_names_the_wallet(uow: Uow) -> None:
    item = {"item": {"id": WALLET, "@referredType": "Bucket"}}
    recording.create_payment(uow, till.payment(november.ACCOUNT, "15.00", paymentItem=[{"id": "1", **item}]))
    assert in_wallet(uow) == "15.00"


def test_another_currency_is_refused(uow: Uow) -> None:
    with pytest.raises(PaymentInvalid):
        receivables.top_up(
            uow, billing_account_id=november.ACCOUNT, amount=euro("0.001"), card_token="tok_visa", key="k1"
        )

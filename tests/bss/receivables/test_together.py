"""Paying when others pay at the same time, and when the worker is killed in the middle."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

import tandem.bss.receivables as room
from tandem.bss.billing import public as billing
from tandem.bss.billing.terms import PaidTooMuch
from tandem.bss.ledger import public as ledger
from tandem.bss.receivables import public as receivables
from tandem.bss.receivables.commands import paying
from tandem.bss.receivables.simulated.psp import Provider
from tandem.kernel.store import Database
from tests.bss.billing import november
from tests.bss.receivables import till
from tests.bss.receivables.till import euro
from tests.support.kill import killed_at_line, lines_to_try


def test_of_two_who_pay_at_once_one_pays(database: Database, fresh_tenant: str, provider: Provider) -> None:
    bill = till.keep_bill(database, fresh_tenant)
    outcomes: list[str] = []

    def pay(key: str) -> None:
        try:
            with database.uow(tenant=fresh_tenant, actor=key, cause="test") as uow:
                receivables.pay_bill(uow, bill_id=bill.bill_id, amount=euro("51.35"), card_token="tok_visa", key=key)
            outcomes.append("asked")
        except PaidTooMuch:
            outcomes.append("refused")

    both = [threading.Thread(target=pay, args=(key,)) for key in ("one", "two")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    november.worker(database).drain()
    assert sorted(outcomes) == ["asked", "refused"]
    assert provider.till.balance()["taken"] == "51.35"
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        assert billing.get_bill(uow, bill_id=bill.bill_id).state == "settled"


@pytest.mark.slow
def test_a_payment_whose_worker_is_killed_is_taken_once(
    database: Database, database_urls: tuple[str, str], fresh_tenant: str, provider: Provider
) -> None:
    bill = till.keep_bill(database, fresh_tenant)
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        payment = receivables.pay_bill(uow, bill_id=bill.bill_id, amount=euro("51.35"), card_token="tok_visa", key="k")

    def take() -> None:
        with Database(database_urls[1], max_size=1) as own:
            with own.uow(tenant=fresh_tenant, actor="system", cause="test") as uow:
                paying.take_payment(uow, {"payment": payment.payment_id, "token": "tok_visa"})

    killings = 0
    for number in lines_to_try(4):
        killed = killed_at_line(number, take, of=Path(str(room.__file__)).parent)
        with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
            status = receivables.get_payment(uow, payment_id=payment.payment_id).status
            assert status == ("pendingAuthorization" if killed else "done")
        killings += killed
        if not killed:
            break
    assert killings > 10
    assert provider.till.balance() == {"taken": "51.35", "refunded": "0"}
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        assert receivables.balance_of(uow, billing_account_id=november.ACCOUNT) == euro("0.00")
        assert ledger.imbalance(uow) == {}

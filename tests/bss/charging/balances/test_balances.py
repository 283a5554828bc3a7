"""Wallets and buckets: topped up once, adjusted, transferred, held; never below nothing, never another account's."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tandem.bss.charging import public as charging
from tandem.bss.charging.commands import balances
from tandem.bss.charging.store import balances as store
from tandem.bss.charging.store.balances_shown import ACCUMULATED, BUCKETS
from tandem.bss.charging.terms.balances import (
    BalanceActionInvalid,
    BucketUnknown,
    NotEnough,
    NotOpen,
    TopUp,
    VoucherRefused,
)
from tandem.kernel.json import Doc
from tandem.kernel.money import Money
from tandem.kernel.period import text_of
from tandem.kernel.state import IllegalTransition
from tandem.kernel.store import Database, Uow
from tandem.kernel.store.uow import KeyReused
from tests.bss.charging import story

ACCOUNT = story.ACCOUNT
WALLET = f"wallet-{ACCOUNT}"


def euro(amount: str) -> Money:
    return Money.of(amount, "EUR")


def action(amount: str, *, units: str = "EUR", usage_type: str = "monetary", bucket: str = WALLET, **more: Any) -> Doc:
    return {
        "amount": {"amount": Decimal(amount), "units": units},
        "usageType": usage_type,
        "bucket": {"id": bucket},
        "partyAccount": {"id": ACCOUNT},
        **more,
    }


def left(uow: Uow, bucket_id: str) -> tuple[Decimal, Decimal]:
    """What a bucket shows as left, and as held."""
    doc = BUCKETS.get(uow, bucket_id).doc
    return Decimal(doc["remainingValue"]["amount"]), Decimal(doc["reservedValue"]["amount"])


@pytest.fixture
def wallet(uow: Uow, product_id: str) -> str:
    """Twenty euros, paid in."""
    return charging.top_up(uow, wanted=TopUp(ACCOUNT, euro("20.00"), by="payment", cause="payment-1"))


def test_a_top_up_comes_in_once(uow: Uow, wallet: str) -> None:
    again = charging.top_up(uow, wanted=TopUp(ACCOUNT, euro("20.00"), by="payment", cause="payment-1"))
    assert (again, left(uow, wallet)) == (wallet, (Decimal("20"), Decimal(0)))
    with pytest.raises(KeyReused):
        charging.top_up(uow, wanted=TopUp(ACCOUNT, euro("21.00"), by="payment", cause="payment-1"))
    other = charging.top_up(uow, wanted=TopUp(ACCOUNT, euro("0.01"), by="payment", cause="payment-2"))
    assert (other, left(uow, wallet)) == (wallet, (Decimal("20.01"), Decimal(0)))


def test_a_top_up_of_nothing_or_in_another_currency_is_refused(uow: Uow, wallet: str) -> None:
    for amount in (euro("0.00"), euro("-1.00"), Money.of("1.00", "USD")):
        with pytest.raises(BalanceActionInvalid):
            charging.top_up(uow, wanted=TopUp(ACCOUNT, amount, by="payment", cause=f"payment of {amount}"))
    assert left(uow, wallet) == (Decimal("20"), Decimal(0))


def test_what_ends_is_a_bucket_of_its_own(uow: Uow, wallet: str) -> None:
    ends = text_of(uow.now + timedelta(days=30))
    doc = balances.create_topup(uow, action("1", units="GB", usage_type="data", validFor={"endDateTime": ends})).doc
    assert doc["status"] == "completed" and doc["bucket"]["id"] != wallet
    shown = BUCKETS.get(uow, doc["bucket"]["id"]).doc
    assert shown["remainingValue"] == {"amount": 10**9, "units": "octet"}
    assert (shown["usageType"], shown["status"], shown["validFor"]["endDateTime"]) == ("data", "active", ends)
    names = [one.doc["name"] for one in ACCUMULATED.where(uow, "billing_account_id = %s", (ACCOUNT,), order_by="id")]
    assert names == ["data", "monetary"]


def test_an_adjustment_has_a_reason_and_never_takes_more_than_there_is(uow: Uow, wallet: str) -> None:
    with pytest.raises(BalanceActionInvalid):
        balances.adjust_balance(uow, action("1.00", bucket=wallet))
    with pytest.raises(NotEnough) as refused:
        balances.adjust_balance(uow, action("-20.01", bucket=wallet, reason="wrong"))
    assert refused.value.facts["left"] == 20_000_000
    balances.adjust_balance(uow, action("-20", bucket=wallet, reason="chargeback"))
    assert left(uow, wallet) == (Decimal(0), Decimal(0))


def test_a_transfer_moves_and_makes_nothing(uow: Uow, wallet: str, product_id: str) -> None:
    told = action("7.50", receiverBucket={"id": f"wallet-{product_id}"}, receiverBucketUsageType="monetary", reason="x")
    done = balances.transfer_balance(uow, told).doc
    assert left(uow, wallet)[0] == Decimal("12.5")
    assert left(uow, done["receiverBucket"]["id"])[0] == Decimal("7.5")
    total = ACCUMULATED.get(uow, f"{ACCOUNT}:monetary:EUR").doc["totalBalance"]
    assert total == {"amount": 20, "units": "EUR"}
    with pytest.raises(BalanceActionInvalid):
        balances.transfer_balance(uow, {**told, "receiverBucket": {"id": WALLET}})
    with pytest.raises(NotEnough):
        balances.transfer_balance(uow, {**told, "amount": {"amount": 13, "units": "EUR"}})


def test_what_is_held_is_taken_once_or_given_back(uow: Uow, wallet: str) -> None:
    taken = balances.reserve_balance(uow, action("15", bucket=wallet))
    assert left(uow, wallet) == (Decimal(5), Decimal(15))
    with pytest.raises(NotEnough):
        balances.reserve_balance(uow, action("6", bucket=wallet))
    balances.patch_reservation(uow, taken, {**taken.doc, "status": "completed"})
    assert left(uow, wallet) == (Decimal(5), Decimal(0))
    with pytest.raises(NotOpen):
        balances.patch_reservation(uow, taken, {**taken.doc, "status": "cancelled"})
    given_back = balances.reserve_balance(uow, action("5", bucket=wallet))
    balances.delete_reservation(uow, given_back)
    assert left(uow, wallet) == (Decimal(5), Decimal(0))


def test_a_reservation_ends_by_itself(uow: Uow, wallet: str) -> None:
    ends = text_of(uow.now + timedelta(minutes=5))
    held = balances.reserve_balance(uow, action("3", bucket=wallet, validFor={"endDateTime": ends}))
    for _ in range(2):
        balances.release_when_over(uow, {"reservation": held.id})
    assert left(uow, wallet) == (Decimal(20), Decimal(0))
    assert store.RESERVATIONS.get(uow, held.id).doc["status"] == "cancelled"


def test_a_top_up_is_cancelled_while_it_is_all_there(uow: Uow, wallet: str) -> None:
    kept = balances.create_topup(uow, action("5"))
    balances.adjust_balance(uow, action("-21", bucket=wallet, reason="spent"))
    with pytest.raises(NotEnough):
        balances.patch_topup(uow, kept, {**kept.doc, "status": "cancelled"})
    balances.adjust_balance(uow, action("1", bucket=wallet, reason="found"))
    gone = balances.patch_topup(uow, kept, {**kept.doc, "status": "cancelled"})
    assert left(uow, wallet)[0] == 0
    with pytest.raises(IllegalTransition):
        balances.patch_topup(uow, gone, {**gone.doc, "status": "completed"})


@pytest.mark.parametrize(
    ("told", "error"),
    [
        (action("1", bucket="nowhere.1"), BalanceActionInvalid),
        (action("1", bucket="nonsense"), BucketUnknown),
        (action("1", bucket=f"{ACCOUNT}.999"), BucketUnknown),
        (action("1.0000001"), BalanceActionInvalid),
        (action("1", units="GB"), BalanceActionInvalid),
        (action("0.5", units="octet", usage_type="data"), BalanceActionInvalid),
        (action("1", isAutoTopup=True), BalanceActionInvalid),
        (action("1", paymentMethod={"id": "card"}), BalanceActionInvalid),
        (action("1", voucher="0000000000000000"), VoucherRefused),
    ],
)
def test_what_cannot_be_done_is_refused(uow: Uow, wallet: str, told: Doc, error: type[Exception]) -> None:
    with pytest.raises(error):
        balances.create_topup(uow, told)


def test_a_voucher_is_used_once_and_its_code_is_kept_nowhere(uow: Uow, wallet: str) -> None:
    ends = uow.now + timedelta(days=1)
    one, two = charging.make_vouchers(uow, series="autumn", amount=euro("10.00"), count=2, ends_at=ends)
    spaced = f"{one[:4]} {one[4:8]}-{one[8:]}"
    assert charging.redeem_voucher(uow, billing_account_id=ACCOUNT, code=spaced) == (wallet, euro("10.00"))
    for code in (one, "1" * 16):
        with pytest.raises(VoucherRefused):
            charging.redeem_voucher(uow, billing_account_id=ACCOUNT, code=code)
    kept = balances.create_topup(uow, action("10.00", voucher=two)).doc
    assert kept["voucher"] == f"…{two[-4:]}" and left(uow, wallet)[0] == Decimal(40)
    (series,) = store.voucher_series(uow)
    assert (series["made"], series["used"], series["out_micros"]) == (2, 2, None)
    hashes = uow.all("select code_hash from charging_voucher where tenant = %s", (uow.tenant,))
    assert all(code.encode() not in bytes(row["code_hash"]) for row in hashes for code in (one, two))


def test_of_two_who_take_the_last_money_one_has_it(database: Database, fresh_tenant: str) -> None:
    with database.uow(tenant=fresh_tenant, actor="t", cause="t") as uow:
        story.open_shop(uow)
        story.subscribe(uow)
        charging.top_up(uow, wanted=TopUp(ACCOUNT, euro("5.00"), by="given", cause="c"))
    ended: list[str] = []

    def take() -> None:
        try:
            with database.uow(tenant=fresh_tenant, actor="t", cause="t") as uow:
                balances.adjust_balance(uow, action("-5", reason="taken"))
            ended.append("had it")
        except NotEnough:
            ended.append("came late")

    threads = [threading.Thread(target=take) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(ended) == ["came late", "came late", "came late", "had it"]


def test_an_account_sees_what_it_has_and_what_is_over(uow: Uow, wallet: str) -> None:
    soon = uow.now + timedelta(hours=1)
    balances.create_topup(
        uow, action("60", units="minute", usage_type="voice", validFor={"endDateTime": text_of(soon)})
    )
    held = balances.reserve_balance(uow, action("2", bucket=wallet))
    assert held.doc["status"] == "created"
    money, minutes = charging.balances_of_account(uow, billing_account_id=ACCOUNT)
    assert (money.kind, money.currency, money.left, money.reserved) == ("money", "EUR", 18_000_000, 2_000_000)
    assert (minutes.kind, minutes.measure, minutes.left, minutes.ends_at) == ("units", "second", 3600, soon)

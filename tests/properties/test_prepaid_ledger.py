"""Whatever is done to prepaid money, the ledger owes at every close what the balances hold, and says of all why."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.charging.commands import balances, recognizing, reversing
from tandem.bss.charging.commands.balances import vouchers
from tandem.bss.charging.store import accounts
from tandem.bss.ledger import public as ledger
from tandem.bss.party import seed as party_seed
from tandem.bss.receivables.commands import recording
from tandem.kernel.errors import Refused
from tandem.kernel.json import Doc
from tandem.kernel.money import Money
from tandem.kernel.period import text_of
from tandem.kernel.store import Database, Uow
from tests.bss.charging.online.network import ACCOUNT, MB, NUMBER, Network

SEEDS = range(6)
DAYS, STEPS = 4, 12
OTHER = party_seed.billing_account_id("1002")
ACCOUNTS = (ACCOUNT, OTHER)


def euro(micros: int) -> dict[str, Any]:
    return {"amount": Decimal(micros) / 1_000_000, "units": "EUR"}


@dataclass
class Prepaid:
    """Two prepaid accounts, and what may be done to their money."""

    network: Network
    chance: random.Random
    sessions: int = 0

    def act(self) -> None:
        """Something happens; what the rules refuse changes nothing."""
        acts = (self.pay, self.give, self.use, self.use, self.use, self.adjust, self.transfer, self.voucher, self.hold)
        act = self.chance.choice((*acts, self.reverse))
        try:
            act()
        except Refused as refused:
            assert refused.error_code in ("charging.not_enough", "charging.already_reversed"), refused

    def cents(self) -> int:
        return self.chance.randrange(1, 900) * 10_000

    def account(self) -> str:
        return self.chance.choice(ACCOUNTS)

    def pay(self) -> None:
        account, micros = self.account(), self.cents()
        doc: Doc = {
            "account": {"id": account},
            "totalAmount": {"unit": "EUR", "value": Decimal(micros) / 1_000_000},
            "paymentMethod": {"@type": "Cash"},
            "paymentItem": [{"item": {"id": f"wallet-{account}", "@referredType": "Bucket"}}],
        }
        self.network.do(lambda uow: recording.create_payment(uow, doc))

    def give(self) -> None:
        self.network.do(lambda uow: balances.create_topup(uow, self.action(self.account(), self.cents())))

    def voucher(self) -> None:
        def redeemed(uow: Uow) -> None:
            ends = uow.now + timedelta(days=30)
            worth = Money(self.cents(), "EUR")
            (code,) = vouchers.make_vouchers(uow, series="s", amount=worth, count=1, ends_at=ends)
            vouchers.redeem_voucher(uow, billing_account_id=self.account(), code=code)

        self.network.do(redeemed)

    def adjust(self) -> None:
        micros = self.cents() * self.chance.choice((1, -1))
        doc = {**self.action(self.account(), micros), "reason": "put right"}
        self.network.do(lambda uow: balances.adjust_balance(uow, doc))

    def transfer(self) -> None:
        sender, receiver = self.chance.sample(ACCOUNTS, 2)
        doc = {**self.action(sender, self.cents()), "receiverBucketUsageType": "monetary"}
        doc["receiverBucket"] = {"id": f"wallet-{receiver}"}
        self.network.do(lambda uow: balances.transfer_balance(uow, doc))

    def hold(self) -> None:
        def held(uow: Uow) -> None:
            kept = balances.reserve_balance(uow, self.action(self.account(), self.cents()))
            status = self.chance.choice(("completed", "cancelled"))
            balances.patch_reservation(uow, kept, {**kept.doc, "status": status})

        self.network.do(held)

    def use(self) -> None:
        self.sessions += 1
        name = f"s-{self.sessions}"
        number = self.chance.choice((NUMBER, "353209110002"))
        self.network.ask(self.network.create(name, subscriber=number))
        used = self.chance.randrange(1, 80 * MB)
        self.network.ask(self.network.release(name, 1, used, subscriber=number))

    def reverse(self) -> None:
        rows = self.network.do(
            lambda uow: uow.all(
                "select id from charging_rated_event where tenant = %s and reversed_by is null "
                "and reversal_of is null order by id",
                (uow.tenant,),
            )
        )
        if rows:
            usage_id = self.chance.choice(rows)["id"].rpartition("-")[0]
            self.network.do(lambda uow: reversing.reverse_usage(uow, usage_ids=[usage_id], because="test"))

    def action(self, account: str, micros: int) -> Doc:
        return {
            "amount": euro(micros),
            "usageType": "monetary",
            "bucket": {"id": f"wallet-{account}"},
            "partyAccount": {"id": account},
        }

    def close(self) -> None:
        """The step of each account, twice: the second finds nothing to do."""
        for account in (*ACCOUNTS, *ACCOUNTS):
            payload = {"account": account, "due": text_of(self.network.now)}
            self.network.do(partial(recognizing.recognize_account, payload=payload))


def held_of(uow: Uow, account: str) -> int:
    """What an account's balances of money hold, reserved or not."""
    rows = [row for row in accounts.buckets_of_account(uow, account) if row["currency"]]
    return sum(row["granted"] - row["used"] - row["moved"] for row in rows)


def owed_to(uow: Uow, account: str) -> int:
    """What the ledger says that we owe her for it."""
    found = [one for one in ledger.balances(uow, billing_account_id=account) if one.ledger_account == "prepaid"]
    return -sum(one.amount.micros for one in found)


def require_closed(uow: Uow) -> None:
    assert ledger.imbalance(uow) == {}
    for account in ACCOUNTS:
        assert owed_to(uow, account) == held_of(uow, account)
        for entry in ledger.entries_of_account(uow, billing_account_id=account):
            assert entry.cause_type and entry.cause_id and entry.rule.rpartition("/")[2].isdigit()


@pytest.fixture
def network(database: Database, fresh_tenant: str) -> Network:
    made = Network(database, fresh_tenant)
    made.open_shop()
    made.subscribe(offering=catalog_seed.PREPAID)
    made.subscribe("353209110002", offering=catalog_seed.PREPAID, account=OTHER)
    return made


@pytest.mark.parametrize("seed", SEEDS)
def test_the_ledger_owes_what_the_balances_hold(network: Network, seed: int) -> None:
    prepaid = Prepaid(network, random.Random(seed))
    for _ in range(DAYS):
        for _ in range(STEPS):
            prepaid.act()
            network.later(minutes=7)
        network.later(hours=22)
        prepaid.close()
        network.do(require_closed)
    assert prepaid.sessions > 0


def test_use_is_earned_with_its_tax_and_given_back_with_it(network: Network) -> None:
    prepaid = Prepaid(network, random.Random(0))
    network.top_up("5.00")
    network.ask(network.create("s-1"))
    network.ask(network.release("s-1", 1, 50 * MB))
    network.later(days=1)
    prepaid.close()

    def stands(uow: Uow) -> dict[str, Money]:
        return {one.ledger_account: one.amount for one in ledger.balances(uow, billing_account_id=ACCOUNT)}

    assert network.do(stands) == {
        "given": Money.of("5.00", "EUR"),
        "prepaid": Money.of("-4.00", "EUR"),
        "revenue": Money(-813_008, "EUR"),
        "vat": Money(-186_992, "EUR"),
    }
    prepaid.reverse()
    network.later(days=1)
    prepaid.close()
    nothing = Money.zero("EUR")
    assert network.do(stands) == {
        "given": Money.of("5.00", "EUR"),
        "prepaid": Money.of("-5.00", "EUR"),
        "revenue": nothing,
        "vat": nothing,
    }


def test_the_page_of_accounts_asks_for_each_that_has_money(network: Network) -> None:
    network.top_up("5.00")
    network.do(lambda uow: recognizing.plan_accounts(uow, {"due": text_of(network.now), "after": ""}))
    steps = network.do(
        lambda uow: uow.all(
            "select payload from kernel_step where tenant = %s and kind = %s", (uow.tenant, recognizing.RECOGNIZE)
        )
    )
    assert [row["payload"]["account"] for row in steps] == [ACCOUNT]

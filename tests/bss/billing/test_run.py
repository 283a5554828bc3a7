"""The run by the clock: at each account's bill date, once, whoever else runs and whatever is killed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

import tandem.bss.billing as room
from tandem.bss.billing import public as billing
from tandem.bss.billing import store
from tandem.bss.billing.commands import issuing, running
from tandem.bss.billing.jobs import JOBS
from tandem.bss.ledger import public as ledger
from tandem.bss.party import public as party
from tandem.bss.party import seed as party_seed
from tandem.bss.party import store as party_store
from tandem.bss.party.terms import Registration
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import NewProduct, Realization
from tandem.kernel.clock import drag_to
from tandem.kernel.period import instant
from tandem.kernel.steps import list_steps, schedule
from tandem.kernel.store import Database, Uow, set_clock
from tests.bss.billing import november
from tests.bss.charging import story
from tests.support.kill import killed_at_line, lines_to_try

HALLOWEEN = instant("2026-10-31T12:00:00Z")


@pytest.fixture
def clock(database: Database) -> Iterator[Database]:
    """The business clock standing at the last noon of October."""
    set_clock(database, HALLOWEEN, fixed=True)
    yield database
    set_clock(database, None)


def run_by_clock(database: Database, tenant: str, until: str) -> None:
    """Drag the clock with the run scheduled."""
    with database.uow(tenant=tenant, actor="system", cause="test") as uow:
        schedule(uow, JOBS[0], after=uow.now)
    drag_to(database, instant(until), settle=november.worker(database).drain)


def balances(uow: Uow) -> dict[str, str]:
    return {one.ledger_account: f"{one.amount.amount:.2f}" for one in ledger.balances(uow)}


def test_the_bill_comes_by_itself_when_the_month_turns(clock: Database, fresh_tenant: str) -> None:
    november.keep_october(clock, fresh_tenant)
    run_by_clock(clock, fresh_tenant, "2026-11-01T00:00:01Z")
    with clock.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        (summary,) = billing.bills_of_account(uow, billing_account_id=november.ACCOUNT)
        bill = billing.get_bill(uow, bill_id=summary.bill_id)
        assert november.totals(bill) == ("41.75", "9.60", "51.35")
        assert (bill.state, bill.number, bill.has_document) == ("sent", "B-00000001", True)
        doc = store.BILLS.get(uow, bill.bill_id).doc
        assert doc["billDate"] == "2026-11-01T00:00:00Z" and doc["runType"] == "onCycle"
        assert store.BILL_CYCLES.get(uow, doc["billCycle"]["id"]).doc["billingPeriod"] == "1–31 October 2026"
        assert len(billing.unpaid_bills(uow)) == 1


def test_revenue_is_earned_when_its_month_is_over(clock: Database, fresh_tenant: str) -> None:
    november.keep_october(clock, fresh_tenant)
    run_by_clock(clock, fresh_tenant, "2026-11-30T12:00:00Z")
    with clock.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        assert balances(uow)["revenue"] == "-17.36" and balances(uow)["deferred_revenue"] == "-24.39"
    drag_to(clock, instant("2026-12-01T06:00:00Z"), settle=november.worker(clock).drain)
    with clock.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        # November's 24.39 is earned; December's 24.39 was billed and waits.
        assert balances(uow) == {
            "receivable": "81.35",
            "revenue": "-41.75",
            "deferred_revenue": "-24.39",
            "vat": "-15.21",
        }
        assert [bill.number for bill in billing.bills_of_account(uow, billing_account_id=november.ACCOUNT)] == [
            "B-00000002",
            "B-00000001",
        ]


def test_a_run_that_is_started_twice_bills_once(clock: Database, fresh_tenant: str) -> None:
    november.keep_october(clock, fresh_tenant)
    set_clock(clock, november.NOVEMBER_1ST, fixed=True)
    for _ in range(2):
        with clock.uow(tenant=fresh_tenant, actor="system", cause="test") as uow:
            running.start_run(uow, november.NOVEMBER_1ST)
            running.plan_accounts(uow, {"due": "2026-11-01T00:00:00Z", "after": ""})
        november.worker(clock).drain()
    with clock.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        assert len(billing.bills_of_account(uow, billing_account_id=november.ACCOUNT)) == 1


def test_an_account_with_nothing_to_bill_gets_no_bill_and_takes_no_number(clock: Database, fresh_tenant: str) -> None:
    november.keep_october(clock, fresh_tenant)
    with clock.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        none = issuing.issue_monthly_bill(
            uow, billing_account_id=party_seed.billing_account_id("1002"), bill_date=november.BILL_DATE
        )
        assert none is None
        assert november.billed(uow).number == "B-00000001"


@pytest.mark.parametrize(
    ("zone", "due"),
    [
        ("Europe/Dublin", "2026-11-01T00:00:00Z"),
        ("America/New_York", "2026-11-01T04:00:00Z"),
        ("Pacific/Auckland", "2026-10-31T11:00:00Z"),
    ],
)
def test_an_account_is_billed_at_midnight_of_its_own_zone(uow: Uow, zone: str, due: str) -> None:
    story.open_shop(uow)
    account = party.get_billing_account(uow, billing_account_id=november.ACCOUNT)
    party_store.BILLING_ACCOUNTS.save(uow, account.id, {**account.doc, "timeZone": zone})
    for day in ("2026-10-31", "2026-11-01"):
        running.plan_accounts(uow, {"due": f"{day}T00:00:00Z", "after": ""})
    uow.flush()
    steps = [one for one in list_steps(uow, kind=running.BILL) if one.payload["account"] == november.ACCOUNT]
    assert [(one.payload["billDate"], one.due_at) for one in steps] == [("2026-11-01", instant(due))]


def many_accounts(database: Database, tenant: str, count: int) -> list[str]:
    """Accounts with a plan each."""
    with database.uow(tenant=tenant, actor="tester", cause="test") as uow:
        story.open_shop(uow)
        accounts = []
        for number in range(count):
            made = party.register_customer(uow, registration=Registration("Ada", f"Number {number}"))
            new = NewProduct("Max 100", made.customer_id, made.billing_account_id, "offer-max-100", f"o-{number}", "1")
            product = subscriptions.create_pending_product(uow, new=new)
            subscriptions.activate_product(uow, product_id=product.id, moment=story.ACTIVE_FROM, given=Realization())
            accounts.append(made.billing_account_id)
        return accounts


def test_two_workers_bill_many_accounts_once_each_and_number_them_without_a_gap(
    clock: Database, fresh_tenant: str
) -> None:
    accounts = many_accounts(clock, fresh_tenant, 12)
    set_clock(clock, november.NOVEMBER_1ST + timedelta(hours=1), fixed=True)
    with clock.uow(tenant=fresh_tenant, actor="system", cause="test") as uow:
        running.start_run(uow, november.NOVEMBER_1ST)
    workers = [threading.Thread(target=november.worker(clock).drain) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    november.worker(clock).drain()
    with clock.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        bills = [billing.bills_of_account(uow, billing_account_id=account) for account in accounts]
        assert [len(each) for each in bills] == [1] * 12
        assert sorted(each[0].number for each in bills) == [f"B-{number:08}" for number in range(1, 13)]
        assert {str(each[0].gross) for each in bills} == {"49.35 EUR"}
        assert ledger.imbalance(uow) == {}


@pytest.mark.slow
def test_a_killed_run_leaves_no_bill_or_a_whole_one_and_no_gap(
    clock: Database, database_urls: tuple[str, str], fresh_tenant: str
) -> None:
    november.keep_october(clock, fresh_tenant)
    set_clock(clock, november.NOVEMBER_1ST, fixed=True)

    def bill() -> None:
        with Database(database_urls[1], max_size=1) as own:
            with own.uow(tenant=fresh_tenant, actor="system", cause="test") as uow:
                running.bill_account(uow, {"account": november.ACCOUNT, "billDate": "2026-11-01"})

    folder = Path(str(room.__file__)).parent
    killings = 0
    for number in lines_to_try(6):
        killed = killed_at_line(number, bill, of=folder)
        with clock.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
            bills = billing.bills_of_account(uow, billing_account_id=november.ACCOUNT)
            assert len(bills) == (0 if killed else 1)
            assert len(ledger.entries_of_account(uow, billing_account_id=november.ACCOUNT)) == len(bills)
        killings += killed
        if not killed:
            break
    assert killings > 20
    assert (bills[0].number, str(bills[0].gross)) == ("B-00000001", "51.35 EUR")


def test_a_bill_on_demand_takes_the_month_at_hand_and_the_next_one_only_goes_on(uow: Uow) -> None:
    november.october(november.at(uow, instant("2026-10-25T12:00:00Z")))
    now = billing.issue_bill_now(uow, billing_account_id=november.ACCOUNT)
    assert november.totals(now) == ("17.36", "3.99", "21.35")
    assert now.bill_date == date(2026, 10, 25)
    bill = november.billed(november.at(uow, november.NOVEMBER_1ST))
    assert november.lines(bill) == [("Max 100, monthly charge", "24.39", "5.61", "30.00")]
    # Of October's 15.73, bought on the 12th and billed on the 25th, 13 of 20 days were over: 10.22 is earned.
    (entry,) = ledger.entries_of_cause(uow, cause_id=now.bill_id)
    assert {line.ledger_account: str(line.amount.amount) for line in entry.lines} == {
        "receivable": "21.35",
        "revenue": "-11.85",
        "deferred_revenue": "-5.51",
        "vat": "-3.99",
    }


def test_a_request_for_a_bill_is_done_with_it_or_rejected_with_the_reason(uow: Uow) -> None:
    november.october(november.at(uow, instant("2026-10-25T12:00:00Z")))
    wish = {"billingAccount": {"id": november.ACCOUNT, "@referredType": "BillingAccount"}, "name": "Before she moves"}
    done = issuing.create_on_demand(uow, wish).doc
    (bill,) = billing.bills_of_account(uow, billing_account_id=november.ACCOUNT)
    assert (done["state"], done["customerBill"]["id"], done["name"]) == ("done", bill.bill_id, "Before she moves")
    assert done["relatedParty"]["partyOrPartyRole"]["id"] == story.CUSTOMER
    again = issuing.create_on_demand(uow, wish).doc
    assert again["state"] == "rejected" and "customerBill" not in again
    assert again["description"] == "billing account acct-1001 has nothing that is not on a bill already"

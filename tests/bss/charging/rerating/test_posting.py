"""What is posted is what was shown: an account that changed meanwhile is left, a stop rests, a kill loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.charging import public as charging
from tandem.bss.charging.commands import record_usage
from tandem.bss.charging.commands.columns import charge_columns
from tandem.bss.charging.commands.rerating import drafting
from tandem.bss.charging.terms import UsageRecord
from tandem.bss.charging.terms.rerating import Rerating, Selection
from tandem.bss.party import public as party
from tandem.bss.party.terms import Registration
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import NewProduct, Realization
from tandem.kernel.period import instant
from tandem.kernel.store import Database, Uow
from tests.bss.charging import story
from tests.bss.charging.columns import columns_of
from tests.bss.charging.online.network import GB, Network
from tests.bss.charging.rerating.test_rerating import correct_price, worker

ACCOUNTS = 6
START = instant("2026-10-20T10:00:00Z")


def number(place: int) -> str:
    return str(353_209_130_000 + place)


def join(uow: Uow, place: int) -> str:
    registered = party.register_customer(uow, registration=Registration("Ann", f"Number {place}", country="IE"))
    new = NewProduct(
        name="Line",
        customer_id=registered.customer_id,
        billing_account_id=registered.billing_account_id,
        offering_id=catalog_seed.MAX_100,
        order_id=f"order-{place}",
        order_item_id="1",
        characteristics={"msisdn": number(place)},
    )
    product = subscriptions.create_pending_product(uow, new=new)
    subscriptions.activate_product(uow, product_id=product.id, moment=story.ACTIVE_FROM, given=Realization())
    return registered.billing_account_id


def calls(minutes: int = 0) -> list[UsageRecord]:
    return [
        UsageRecord("voice", number(place), story.BERLIN, START.replace(minute=minutes), 60 * (place + 1))
        for place in range(ACCOUNTS)
    ]


@pytest.fixture
def accounts(database: Database, fresh_tenant: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[str]]]:
    """Six accounts with a call each, gone through two at a time, each range in a step."""
    monkeypatch.setattr(drafting, "ACCOUNTS_AT_ONCE", 2)
    monkeypatch.setattr(drafting, "FEW", 2)
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        story.open_shop(uow)
        ids = [join(uow, place) for place in range(ACCOUNTS)]
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        charge_columns(uow, columns_of(calls()), source="net.csv")
        correct_price(uow, "price-voice-germany", "0.20")
    yield fresh_tenant, ids


def drafted(database: Database, tenant: str) -> Rerating:
    with database.uow(tenant=tenant, actor="ann", cause="test") as uow:
        begun = charging.rerating_dry_run(uow, selection=Selection(offering_id=catalog_seed.MAX_100))
        assert (begun.state, begun.waiting) == ("drafting", ACCOUNTS)
    worker(database).drain()
    return seen(database, tenant, begun.id)


def seen(database: Database, tenant: str, rerating_id: str) -> Rerating:
    with database.uow(tenant=tenant, actor="ann", cause="test") as uow:
        return charging.get_rerating(uow, rerating_id=rerating_id)


def step_once(database: Database) -> None:
    with database.connection() as connection:
        assert worker(database).work_once(connection)


def test_many_accounts_are_looked_at_in_steps(database: Database, accounts: tuple[str, list[str]]) -> None:
    tenant, _ = accounts
    found = drafted(database, tenant)
    # 1 + 2 + ... + 6 minutes at 0.05 less
    assert (found.state, found.changed_accounts, found.charged) == ("drafted", 6, {"EUR": -1_050_000})


def test_an_account_that_changed_since_is_left_and_told(database: Database, accounts: tuple[str, list[str]]) -> None:
    tenant, ids = accounts
    found = drafted(database, tenant)
    with database.uow(tenant=tenant, actor="tester", cause="test") as uow:
        late = UsageRecord("voice", number(2), story.BERLIN, START.replace(hour=9), 600)
        charge_columns(uow, columns_of([late]), source="late.csv")
        later = UsageRecord("voice", number(3), story.BERLIN, START.replace(hour=11), 600)
        charge_columns(uow, columns_of([later]), source="later.csv")
        uow.execute(
            "update charging_rated_event set amount_micros = amount_micros + 10000, invoiced_micros = "
            "invoiced_micros + 10000 where tenant = %s and billing_account_id = %s",
            (tenant, ids[4]),
        )
    with database.uow(tenant=tenant, actor="bob", cause="test") as uow:
        charging.rerate(uow, rerating_id=found.id)
    worker(database).drain()
    done = seen(database, tenant, found.id)
    # What came at the new price changes nothing of what was shown; the charge that is another now does.
    assert (done.state, done.posted, done.differing) == ("done", 5, 1)
    with database.uow(tenant=tenant, actor="ann", cause="test") as uow:
        states = {one.billing_account_id: one.state for one in charging.rerating_changes(uow, rerating_id=found.id)}
        assert {one for one, state in states.items() if state == "differs"} == {ids[4]}
        left = uow.all(
            "select 1 from charging_rated_event where tenant = %s and billing_account_id = %s and reversal_of > ''",
            (tenant, ids[4]),
        )
        assert left == []


def test_a_stop_rests_and_a_resumption_ends_it(database: Database, accounts: tuple[str, list[str]]) -> None:
    tenant, _ = accounts
    found = drafted(database, tenant)
    with database.uow(tenant=tenant, actor="bob", cause="test") as uow:
        charging.rerate(uow, rerating_id=found.id)
    step_once(database)
    with database.uow(tenant=tenant, actor="bob", cause="test") as uow:
        assert charging.stop_rerating(uow, rerating_id=found.id).posted == 2
    worker(database).drain()
    assert (seen(database, tenant, found.id).state, seen(database, tenant, found.id).posted) == ("stopped", 2)
    with database.uow(tenant=tenant, actor="bob", cause="test") as uow:
        charging.resume_rerating(uow, rerating_id=found.id)
    worker(database).drain()
    done = seen(database, tenant, found.id)
    assert (done.state, done.posted, done.differing) == ("done", 6, 0)


def test_a_step_that_dies_before_its_commit_is_done_once(database: Database, accounts: tuple[str, list[str]]) -> None:
    tenant, _ = accounts
    found = drafted(database, tenant)
    with database.uow(tenant=tenant, actor="bob", cause="test") as uow:
        charging.rerate(uow, rerating_id=found.id)
    with database.uow(tenant=tenant, actor="bob", cause="test") as uow:
        row = uow.one("select payload from kernel_step where tenant = %s and kind = %s", (tenant, drafting.POST))
    assert row is not None
    with pytest.raises(_Killed), database.uow(tenant=tenant, actor="bob", cause="test") as uow:
        drafting.post_range(uow, row["payload"])
        raise _Killed
    assert seen(database, tenant, found.id).posted == 0
    worker(database).drain()
    worker(database).drain()
    with database.uow(tenant=tenant, actor="bob", cause="test") as uow:
        drafting.post_range(uow, row["payload"])
        sums = uow.one(
            "select count(*) as n, sum(amount_micros) as micros from charging_rated_event where tenant = %s", (tenant,)
        )
    assert sums is not None
    # A charge, its reversal and the new one for each account; 21 minutes at 0.20.
    assert (sums["n"], sums["micros"]) == (18, 4_200_000)
    assert seen(database, tenant, found.id).state == "done"


class _Killed(BaseException):
    """The process is gone."""


# -- what else is rated again -----------------------------------------------------------------------------------------


def test_a_session_on_line_is_rated_again_by_its_slices(database: Database, fresh_tenant: str) -> None:
    network = Network(database, fresh_tenant)
    network.open_shop()
    product_id = network.subscribe(offering=catalog_seed.MAX_100)
    network.ask(network.create("s-1"))
    for sequence in range(1, 4):
        network.now += timedelta(minutes=1)
        network.ask(network.update("s-1", sequence, 40 * GB))
    network.ask(network.release("s-1", 9, 0))
    before = network.charged(product_id)
    assert sum(amount for _, _, amount, _ in before) == 100_000_000, "20 GB past the allowance, at 5.00"
    with database.uow(tenant=fresh_tenant, actor="ann", cause="test") as uow:
        same = charging.rerating_dry_run(uow, selection=Selection(product_id=product_id))
        assert (same.uses, same.changed_uses) == (3, 0)
        correct_price(uow, "price-data", "4.00")
        found = charging.rerating_dry_run(uow, selection=Selection(product_id=product_id))
        assert (found.changed_uses, found.charged) == (1, {"EUR": -20_000_000})
    with database.uow(tenant=fresh_tenant, actor="bob", cause="test") as uow:
        charging.rerate(uow, rerating_id=found.id)
    worker(database).drain()
    assert sum(amount for _, _, amount, _ in network.charged(product_id)) == 80_000_000


def test_a_document_says_what_it_costs_now(database: Database, fresh_tenant: str) -> None:
    story.keep_story(database, fresh_tenant)
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        kept = record_usage(uow, story.call(story.BERLIN, 440))
        correct_price(uow, "price-voice-germany", "0.20")
        found = charging.rerating_dry_run(uow, selection=Selection(usage_ids=(kept.id,)))
    with database.uow(tenant=fresh_tenant, actor="bob", cause="test") as uow:
        charging.rerate(uow, rerating_id=found.id)
    worker(database).drain()
    with database.uow(tenant=fresh_tenant, actor="bob", cause="test") as uow:
        (event,) = [
            one
            for one in charging.rated_events_of_usage(uow, usage_id=kept.id)
            if not one.reversed_by and not one.reversal_of
        ]
        assert (str(event.amount.amount), event.place) == ("1.60", 2)
        (charge,) = uow.all(
            "select doc -> 'ratedProductUsage' -> 0 as charge, doc ->> 'status' as status from charging_usage "
            "where tenant = %s and id = %s",
            (fresh_tenant, kept.id),
        )
        assert (charge["charge"]["ratedEventId"], charge["status"]) == (event.id, "rerated")

"""Rating again: shown, agreed to, posted once; an unchanged catalogue changes nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tandem.bss.catalog import commands as catalog_commands
from tandem.bss.catalog import store as catalog_store
from tandem.bss.charging import public as charging
from tandem.bss.charging.commands.columns import charge_columns
from tandem.bss.charging.steps import STEPS
from tandem.bss.charging.terms import UsageRecord
from tandem.bss.charging.terms.rerating import ReratingNotReady, ReratingSameHands, Selection, SelectionInvalid
from tandem.kernel.money import Money
from tandem.kernel.period import instant
from tandem.kernel.steps import Registry, Worker
from tandem.kernel.store import Database, Uow
from tests.bss.charging import story
from tests.bss.charging.columns import columns_of

START = "2026-10-20T10:00:00Z"


def worker(database: Database) -> Worker:
    return Worker(database, Registry(steps={step.kind: step for step in STEPS}))


def correct_price(uow: Uow, price_id: str, amount: str, *, start: str = "2026-10-01T00:00:00Z") -> None:
    """A price is written again with effect from an earlier start."""
    price = catalog_store.PRICES.get_for_update(uow, price_id)
    doc = {
        **price.doc,
        "price": {"unit": "EUR", "value": Decimal(amount)},
        "version": "2026.10.1",
        "validFor": {**price.doc["validFor"], "startDateTime": start},
    }
    catalog_commands.change_part(catalog_store.PRICES, uow, price, doc)


def records(*told: tuple[str, str, int]) -> list[UsageRecord]:
    """Records by kind, destination and quantity, a minute apart."""
    return [
        UsageRecord(kind, story.NUMBER, to, instant(f"2026-10-20T10:{place:02}:00Z"), quantity)
        for place, (kind, to, quantity) in enumerate(told)
    ]


STORY = records(
    ("voice", story.BERLIN, 440),
    ("voice", story.GALWAY, 59_880),
    ("voice", story.GALWAY, 310),
    ("data", "", 99_900_000_000),
    ("data", "", 150_000_000),
    ("voice", story.BERLIN, 60),
    ("voice", story.BERLIN, 0),
)


@pytest.fixture
def shop(database: Database, fresh_tenant: str) -> str:
    story.keep_story(database, fresh_tenant)
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        charge_columns(uow, columns_of(STORY), source="net.csv")
    return fresh_tenant


def standing(database: Database, tenant: str) -> tuple[list[object], list[object]]:
    """Everything that is counted and charged for the account, whatever it was numbered."""
    with database.uow(tenant=tenant, actor="tester", cause="test") as uow:
        events = uow.all(
            "select id, amount_micros, moves, reversed_by, reversal_of, bill_id from charging_rated_event "
            "where tenant = %s order by id",
            (tenant,),
        )
        buckets = uow.all(
            "select n, subject_id, term_id, kind, start_at, used, moved, granted, told from charging_bucket "
            "where tenant = %s order by n",
            (tenant,),
        )
    return [tuple(row.values()) for row in events], [tuple(row.values()) for row in buckets]


def test_an_unchanged_catalogue_changes_nothing(database: Database, shop: str) -> None:
    before = standing(database, shop)
    with database.uow(tenant=shop, actor="ann", cause="test") as uow:
        found = charging.rerating_dry_run(uow, selection=Selection(billing_account_id=story.ACCOUNT))
    assert (found.state, found.accounts, found.changed_accounts, found.uses) == ("drafted", 1, 0, 6)
    with database.uow(tenant=shop, actor="bob", cause="test") as uow:
        assert charging.rerate(uow, rerating_id=found.id).state == "done"
    assert standing(database, shop) == before


def test_a_corrected_price_is_shown_and_then_posted_exactly(database: Database, shop: str) -> None:
    with database.uow(tenant=shop, actor="ann", cause="test") as uow:
        correct_price(uow, "price-voice-germany", "0.20")
        before = charging.usage_summary(uow, product_id=product_of(uow), moment=instant(START))
        drafted = charging.rerating_dry_run(uow, selection=Selection(price_id="price-voice-germany"), because="zone")
    # 480 s and 60 s at 0.05 a minute less: 0.40 + 0.05
    assert (drafted.state, drafted.changed_accounts, drafted.changed_customers) == ("drafted", 1, 1)
    assert (drafted.changed_uses, drafted.charged, drafted.invoiced) == (2, {"EUR": -450_000}, {"EUR": -450_000})
    with database.uow(tenant=shop, actor="ann", cause="test") as uow, pytest.raises(ReratingSameHands):
        charging.rerate(uow, rerating_id=drafted.id)
    with database.uow(tenant=shop, actor="bob", cause="test") as uow:
        assert charging.rerate(uow, rerating_id=drafted.id).state == "running"
    worker(database).drain()
    with database.uow(tenant=shop, actor="ann", cause="test") as uow:
        done = charging.get_rerating(uow, rerating_id=drafted.id)
        assert (done.state, done.posted, done.differing) == ("done", 1, 0)
        after = charging.usage_summary(uow, product_id=product_of(uow), moment=instant(START))
        assert after.charged == before.charged - Money.of("0.45", "EUR")
        assert after.buckets == before.buckets
        (told,) = uow.all("select doc from kernel_outbox where tenant = %s and name = 'charging.UsageRerated'", (shop,))
        assert (told["doc"]["amount_micros"], told["doc"]["uses"], told["doc"]["because"]) == (-450_000, 2, "zone")
        again = charging.rerating_dry_run(uow, selection=Selection(billing_account_id=story.ACCOUNT))
        assert (again.changed_accounts, again.changed_uses) == (0, 0)
        with pytest.raises(ReratingNotReady):
            charging.rerate(uow, rerating_id=drafted.id)


def product_of(uow: Uow) -> str:
    row = uow.one("select min(product_id) as id from charging_rated_event where tenant = %s", (uow.tenant,))
    assert row is not None
    return str(row["id"])


def test_nothing_chosen_is_refused(uow: Uow) -> None:
    with pytest.raises(SelectionInvalid):
        charging.rerating_dry_run(uow, selection=Selection())

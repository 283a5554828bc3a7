"""Random use, late and shuffled: rated again it stands as if it had come in order of time, and then never changes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

import pytest

from tandem.bss.catalog import commands as catalog_commands
from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.catalog import store as catalog_store
from tandem.bss.catalog.seed.documents import allowance, characteristic, entry, per, price, ref, usage
from tandem.bss.charging import public as charging
from tandem.bss.charging.commands.columns import charge_columns
from tandem.bss.charging.terms import UsageRecord
from tandem.bss.charging.terms.balances import TopUp
from tandem.bss.charging.terms.rerating import Selection
from tandem.kernel.money import Money
from tandem.kernel.period import instant
from tandem.kernel.store import Database, Uow
from tests.bss.charging import story
from tests.bss.charging.columns import columns_of
from tests.bss.charging.rerating.test_rerating import worker

FIRST = instant("2026-10-13T09:00:00Z")
NUMBERS = ("353209110001", "353209110002", "353209110003", "353209110004")
EVERYTHING = "offer-everything"
GB = 10**9


def offer_everything(uow: Uow) -> None:
    """An offering with what depends on order: carried over, given once, counted in steps, capped, limited."""
    data = {"service": "data", "increments": "1/1"}
    prices = [
        allowance("e-month", "Month", per(2, "GB"), **data, rollOver={"cycles": 2, "cap": "1 GB"}),
        allowance(
            "e-once",
            "Welcome",
            per(1, "GB"),
            **data,
            priority=50,
            validity={"kind": "firstUse", "length": "5 days"},
        ),
        usage(
            "e-data",
            "Data",
            "2.00",
            "GB",
            **data,
            freeUnits={"amount": "300 MB", "scope": "cycle"},
            caps=[{"scope": "day", "amount": "3.00"}],
        ),
        usage("e-voice", "Calls", "0.10", "minute", service="voice", increments="60/1"),
        price("limit", "e-limit", "Spending", {}, rating={"amount": "9.00", "thresholds": [50, 100]}),
    ]
    for doc in prices:
        catalog_commands.add_entry(catalog_store.PRICES, uow, doc)
    offering = entry(
        "ProductOffering",
        EVERYTHING,
        "Everything",
        isBundle=False,
        isSellable=True,
        productSpecification=ref("prod-spec-mobile-plan", "ProductSpecification", "Mobile plan"),
        productOfferingPrice=[ref(doc["id"], "ProductOfferingPrice") for doc in prices],
        prodSpecCharValueUse=[characteristic("tariff", {"include": []})],
    )
    catalog_commands.create_offering(uow, offering)


def open_shop(uow: Uow) -> None:
    story.open_shop(uow)
    offer_everything(uow)
    offerings = (EVERYTHING, catalog_seed.FAMILY_300, catalog_seed.FAMILY_300, catalog_seed.CONTROL_25)
    for number, offering_id in zip(NUMBERS, offerings, strict=True):
        story.subscribe(uow, number, offering_id=offering_id)
    charging.top_up(uow, wanted=TopUp(story.ACCOUNT, Money.of("7.00", "EUR"), "given", "t-1"))


def random_records(seed: int) -> list[UsageRecord]:
    rng = random.Random(seed)
    found = []
    for place in range(70):
        kind = rng.choice(("data", "data", "data", "voice"))
        quantity = rng.randrange(1, 700) * GB // 100 if kind == "data" else rng.randrange(1, 4000)
        number = rng.choice(NUMBERS)
        if number in NUMBERS[1:3] and kind == "data":
            quantity *= 5
        at = FIRST + timedelta(minutes=rng.randrange(60 * 24 * 80))
        to = story.GALWAY if kind == "voice" else ""
        found.append(UsageRecord(kind, number, to, at, quantity, record_id=f"r-{seed}-{place}"))
    return found


def take(database: Database, tenant: str, records: Sequence[UsageRecord], batches: int) -> None:
    size = -(-len(records) // batches)
    for first in range(0, len(records), size):
        with database.uow(tenant=tenant, actor="tester", cause="test") as uow:
            charge_columns(uow, columns_of(records[first : first + size]), source=f"{first}.csv")


def stands(database: Database, tenant: str) -> tuple[list[object], list[object]]:
    """Charges by record and buckets by what they are, whatever they are numbered."""
    with database.uow(tenant=tenant, actor="tester", cause="test") as uow:
        charges = uow.all(
            "select r.record_id, row_number() over (partition by r.record_id order by length(e.id), e.id) as place, "
            "e.source, e.term_id, e.quantity, e.charged_units, e.amount_micros, e.waived_micros, e.invoiced_micros, "
            "e.unpaid_micros from charging_rated_event e join charging_record r on r.tenant = e.tenant "
            "and r.usage_id = left(e.id, -strpos(reverse(e.id), '-')) where e.tenant = %s "
            "and e.reversed_by is null and e.reversal_of is null order by 1, 2",
            (tenant,),
        )
        buckets = uow.all(
            "select i.identifier, b.term_id, b.kind, case when b.kind <> 3 then b.start_at::text end, b.end_at::text, "
            "b.granted, b.used, b.moved "
            "from charging_bucket b left join subscriptions_identifier i on i.tenant = b.tenant "
            "and i.product_id = b.subject_id and i.identifier = any(%s) where b.tenant = %s "
            "and b.subject_id not like '.%%' "
            "and (b.used <> 0 or b.moved <> 0) order by 1, 2, 3, 4, 5",
            (list(NUMBERS), tenant),
        )
    return [tuple(row.values()) for row in charges], [tuple(row.values()) for row in buckets]


def rerate_everything(database: Database, tenant: str) -> int:
    with database.uow(tenant=tenant, actor="ann", cause="test") as uow:
        drafted = charging.rerating_dry_run(uow, selection=Selection(billing_account_id=story.ACCOUNT))
    with database.uow(tenant=tenant, actor="bob", cause="test") as uow:
        charging.rerate(uow, rerating_id=drafted.id)
    worker(database).drain()
    with database.uow(tenant=tenant, actor="bob", cause="test") as uow:
        done = charging.get_rerating(uow, rerating_id=drafted.id)
        assert (done.state, done.differing) == ("done", 0)
        assert (done.charged, done.changed_uses) == (drafted.charged, drafted.changed_uses)
    return done.changed_uses


@pytest.mark.parametrize("seed", range(6))
def test_late_and_shuffled_use_stands_as_if_it_had_come_in_order(
    database: Database, fresh_tenant: str, seed: int
) -> None:
    records = random_records(seed)
    shuffled = records.copy()
    random.Random(seed + 1_000).shuffle(shuffled)
    in_order = f"{fresh_tenant}-o"
    for tenant in (fresh_tenant, in_order):
        with database.uow(tenant=tenant, actor="tester", cause="test") as uow:
            open_shop(uow)
    take(database, in_order, sorted(records, key=lambda one: one.started_at), 1)
    take(database, fresh_tenant, shuffled, 4)
    assert rerate_everything(database, in_order) == 0
    assert rerate_everything(database, fresh_tenant) > 0
    assert stands(database, fresh_tenant) == stands(database, in_order)
    assert rerate_everything(database, fresh_tenant) == 0

"""A03 and A23: a wrong roaming zone is corrected for everyone in one go and credited; a price is tried before it is.

214 customers used 1,926 MB in Switzerland at 1.00 a MB where it should have been 0.50: she 12 MB in three records, 210
others 9 MB and three 8 MB; 12 + 210 × 9 + 3 × 8 = 1,926, and half of it is 963.00.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec
import pytest

from tandem.app.wiring import registry_of
from tandem.bss.billing.commands import issuing
from tandem.bss.billing.queries import bills
from tandem.bss.billing.terms import BillView
from tandem.bss.catalog import commands as catalog_commands
from tandem.bss.catalog import public as catalog
from tandem.bss.catalog import store as catalog_store
from tandem.bss.catalog.seed.documents import allowance, characteristic, entry, per, ref, table, usage
from tandem.bss.charging import public as charging
from tandem.bss.charging.commands.columns import charge_columns
from tandem.bss.charging.terms import UsageRecord
from tandem.bss.charging.terms.rerating import DraftInvalid, Selection
from tandem.bss.party import public as party
from tandem.bss.party.terms import Registered, Registration
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import NewProduct, Realization
from tandem.kernel.json import Doc
from tandem.kernel.period import instant, local_midnight
from tandem.kernel.steps import Worker
from tandem.kernel.store import Database, Uow
from tests.bss.charging import story
from tests.bss.charging.columns import columns_of

MB = 10**6
CUSTOMERS = 214
OCTOBER = story.OCTOBER
TRAVEL = "offer-travel"
ZONES = "table-zones"
SWITZERLAND = "22801"


def network_table(swiss_zone: str, **more: Doc | str) -> Doc:
    zones = {"zone2": ["204"], "zone3": ["302"]}
    zones[swiss_zone] = [*zones[swiss_zone], SWITZERLAND[:3]]
    return {**table(ZONES, "Roaming zones", networks=zones), **more}


def open_travel(uow: Uow) -> None:
    """An offering that prices roaming by zone; the catalogue wrongly has Switzerland in zone 3."""
    data = {"service": "data", "increments": "1/1"}
    prices = [
        allowance("t-data", "Data at home", per(20, "GB"), **data, **{"in": ["home"]}),
        usage("t-home", "Data past the allowance", "2.00", "GB", **data, **{"in": ["home"]}),
        usage("t-zone-2", "Roaming data, zone 2", "0.50", "MB", **data, **{"in": ["zone2"]}),
        usage("t-zone-3", "Roaming data, zone 3", "1.00", "MB", **data, **{"in": ["zone3"]}),
    ]
    catalog_commands.add_entry(catalog_store.PRICES, uow, network_table("zone3"))
    for doc in prices:
        catalog_commands.add_entry(catalog_store.PRICES, uow, doc)
    offering = entry(
        "ProductOffering",
        TRAVEL,
        "Travel",
        isBundle=False,
        isSellable=True,
        productSpecification=ref("prod-spec-mobile-plan", "ProductSpecification", "Mobile plan"),
        productOfferingPrice=[ref(doc["id"], "ProductOfferingPrice") for doc in prices],
        prodSpecCharValueUse=[characteristic("tariff", {"include": [ZONES, "table-networks"]})],
    )
    catalog_commands.create_offering(uow, offering)


def join(uow: Uow, place: int, offering_id: str) -> Registered:
    """A customer with a product and the number that ends with her place."""
    registered = party.register_customer(uow, registration=Registration("Ann", f"Number {place}", country="IE"))
    new = NewProduct(
        name="Line",
        customer_id=registered.customer_id,
        billing_account_id=registered.billing_account_id,
        offering_id=offering_id,
        order_id=f"order-{place}",
        order_item_id="1",
        characteristics={"msisdn": number(place)},
    )
    product = subscriptions.create_pending_product(uow, new=new)
    subscriptions.activate_product(uow, product_id=product.id, moment=story.ACTIVE_FROM, given=Realization())
    return registered


def number(place: int) -> str:
    return str(353_209_120_000 + place)


def roamed(place: int, megabytes: int, minute: int = 0, network: str = SWITZERLAND) -> UsageRecord:
    at = instant("2026-10-15T10:00:00Z") + timedelta(minutes=minute)
    return UsageRecord("data", number(place), "", at, megabytes * MB, network=network)


def wrongly_charged() -> list[UsageRecord]:
    hers = [roamed(0, 4, minute) for minute in range(3)]
    others = [roamed(place, 9 if place <= 210 else 8) for place in range(1, CUSTOMERS)]
    elsewhere = [roamed(place, 5, 30, network) for place in (0, 7, 214) for network in ("20404", "302220")]
    return [*hers, *others, *elsewhere]


@pytest.fixture
def shop(database: Database, fresh_tenant: str) -> Iterator[tuple[str, list[Registered]]]:
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        story.open_shop(uow)
        open_travel(uow)
        people = [join(uow, place, TRAVEL) for place in range(CUSTOMERS + 1)]
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        report = charge_columns(uow, columns_of(wrongly_charged()), source="tap.csv")
        assert (report.rated, report.micros["EUR"]) == (222, 1_926_000_000 + 3 * 7_500_000)
    yield fresh_tenant, people


def drain(database: Database) -> None:
    Worker(database, registry_of("bss")).drain()


def bill_of(uow: Uow, account_id: str, day: str) -> BillView:
    bill_date = date.fromisoformat(day)
    uow.now = local_midnight(bill_date, "Europe/Dublin")
    issued = issuing.issue_monthly_bill(uow, billing_account_id=account_id, bill_date=bill_date)
    assert issued is not None
    return bills.get_bill(uow, bill_id=issued.id)


def correct_zone(uow: Uow) -> None:
    """The table is written again with effect from 1 October."""
    stored = catalog_store.PRICES.get_for_update(uow, ZONES)
    again = network_table(
        "zone2", version="2026.10.1", validFor={"startDateTime": "2026-10-01T00:00:00Z"}, lifecycleStatus="Launched"
    )
    catalog_commands.change_part(catalog_store.PRICES, uow, stored, {**stored.doc, **again})


def test_a_wrong_zone_is_corrected_for_everyone(database: Database, shop: tuple[str, list[Registered]]) -> None:
    tenant, people = shop
    with database.uow(tenant=tenant, actor="tester", cause="test") as uow:
        bill = bill_of(uow, people[0].billing_account_id, "2026-11-01")
        (line,) = [one for one in bill.lines if one.name == "Roaming data, zone 3"]
        assert str(line.gross.amount) == "17.00", "12.00 in Switzerland, 5.00 elsewhere in the zone"
    with database.uow(tenant=tenant, actor="aoife", cause="test") as uow:
        correct_zone(uow)
    with database.uow(tenant=tenant, actor="ann", cause="test") as uow:
        shown = charging.rerating_dry_run(
            uow, selection=Selection(price_id="t-zone-3"), because="Switzerland is zone 2"
        )
        changes = charging.rerating_changes(uow, rerating_id=shown.id, limit=500)
    assert (shown.state, shown.changed_customers, shown.changed_accounts) == ("drafted", 214, 214)
    assert (shown.charged, shown.invoiced) == ({"EUR": -963_000_000}, {"EUR": -963_000_000})
    assert len(changes) == 214 and changes[0].customer_id == people[0].customer_id
    assert (changes[0].delta_micros, changes[0].changed) == (-6_000_000, 3)
    with database.uow(tenant=tenant, actor="bob", cause="test") as uow:
        charging.rerate(uow, rerating_id=shown.id)
    drain(database)
    with database.uow(tenant=tenant, actor="ann", cause="test") as uow:
        done = charging.get_rerating(uow, rerating_id=shown.id)
        assert (done.state, done.posted, done.differing) == ("done", 214, 0)
        told = uow.all("select doc from kernel_outbox where tenant = %s and name = 'charging.UsageRerated'", (tenant,))
        assert len(told) == 214
        assert sum(row["doc"]["amount_micros"] for row in told) == -963_000_000
        assert {row["doc"]["customer_id"] for row in told} == {one.customer_id for one in people[:CUSTOMERS]}
        again = charging.rerating_dry_run(uow, selection=Selection(offering_id=TRAVEL))
        assert (again.changed_accounts, again.changed_uses, again.accounts) == (0, 0, 215)
    with database.uow(tenant=tenant, actor="tester", cause="test") as uow:
        next_bill = bill_of(uow, people[0].billing_account_id, "2026-12-01")
        (credit,) = [one for one in next_bill.lines if one.gross.micros < 0]
        assert credit.name == f"Correction of bill {bill.number}: Roaming data, zone 3"
        # -6.00 with 23 % VAT in it is -4.88 and -1.12.
        assert [str(one.amount) for one in (credit.net, credit.vat, credit.gross)] == ["-4.88", "-1.12", "-6.00"]
        assert credit.facts["correctsBill"] == bill.bill_id


# -- what if ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def flex(database: Database, fresh_tenant: str) -> str:
    """Three customers of an offering with 20 GB: below, a little past and far past it."""
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        story.open_shop(uow)
        open_travel(uow)
        for place in range(3):
            join(uow, place, TRAVEL)
    used = [(0, 19_000), (1, 15_000), (1, 9_000), (2, 20_000), (2, 30_000)]
    records = [roamed(place, megabytes, minute, "") for minute, (place, megabytes) in enumerate(used)]
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        # 4 GB and 30 GB past the allowance, at 2.00 a GB
        assert charge_columns(uow, columns_of(records), source="net.csv").micros == {"EUR": 68_000_000}
    return fresh_tenant


def test_a_cheaper_overage_is_tried_on_the_month_as_it_was(database: Database, flex: str) -> None:
    with database.uow(tenant=flex, actor="ann", cause="test") as uow:
        tariff = catalog.tariff_at(uow, offering_id=TRAVEL, moment=OCTOBER.start)
        cheaper = [msgspec.structs.replace(one, amount="1.50") if one.id == "t-home" else one for one in tariff.prices]
        draft = msgspec.structs.replace(tariff, prices=tuple(cheaper))
        found = charging.what_if(uow, offering_id=TRAVEL, draft=draft, period=OCTOBER)
        assert (found.state, found.uses, found.accounts) == ("done", 5, 3)
        # 34 GB at 1.50 instead of 2.00
        assert (found.before_micros, found.after_micros) == (68_000_000, 51_000_000)
        assert (found.winners, found.losers, found.unchanged, found.uncovered) == (2, 0, 1, 0)
        assert [one.delta_micros for one in found.top] == [-15_000_000, -2_000_000]
        assert sum(bar.customers for bar in found.histogram) == 3
        assert (found.checked, found.reproduced, found.is_sound) == (5, 5, True)
        same = charging.what_if(uow, offering_id=TRAVEL, draft=tariff, period=OCTOBER)
        assert (same.after_micros, same.unchanged) == (same.before_micros, 3)


def test_a_draft_without_a_price_tells_what_it_does_not_cover(database: Database, flex: str) -> None:
    with database.uow(tenant=flex, actor="ann", cause="test") as uow:
        tariff = catalog.tariff_at(uow, offering_id=TRAVEL, moment=OCTOBER.start)
        left = msgspec.structs.replace(tariff, prices=tuple(one for one in tariff.prices if one.id != "t-home"))
        found = charging.what_if(uow, offering_id=TRAVEL, draft=left, period=OCTOBER)
        assert (found.uncovered, found.after_micros, found.reproduced) == (2, 0, 5)
        broken = msgspec.structs.replace(tariff, allowances=(), prices=(*tariff.prices, tariff.prices[0]))
        with pytest.raises(DraftInvalid):
            charging.what_if(uow, offering_id=TRAVEL, draft=broken, period=OCTOBER)
        kept = uow.one("select count(*) as n from charging_rated_event where tenant = %s", (flex,))
        assert kept is not None and kept["n"] == 6

"""The catalogue through its door: launching, as-of reads, files, the demonstration operator's plans."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from tandem.bss.catalog import commands, public, seed, store
from tandem.bss.catalog.rules import files
from tandem.bss.catalog.terms import (
    ImportRefused,
    InUse,
    OfferingNotLaunchable,
    OfferingNotSellable,
    OfferingUnknown,
    QueryRefused,
    RemoteFileRefused,
)
from tandem.kernel.json import Doc
from tandem.kernel.period import instant
from tandem.kernel.state import IllegalTransition, StateUnknown
from tandem.kernel.store import Database, Stored, Uow
from tests.bss.catalog.prices import monthly

OCTOBER = instant("2026-10-20T10:00:00Z")


@pytest.fixture
def plans(uow: Uow) -> None:
    seed.seed(uow)


def draft(uow: Uow, **more: object) -> Stored:
    """An offering in test, with a price and the seeded specification."""
    commands.add_entry(store.PRICES, uow, monthly(30, "monthly-30").doc)
    doc: Doc = {
        "id": "draft",
        "name": "Draft",
        "lifecycleStatus": "In Test",
        "productSpecification": {"id": seed.MOBILE_PLAN},
        "productOfferingPrice": [{"id": "monthly-30"}],
    }
    return commands.create_offering(uow, {**doc, **more})


# -- the plans that are for sale --------------------------------------------------------------------------------------


PLANS = {seed.MAX_100, seed.FLEX_20, seed.CONTROL_25, seed.FAMILY_300, seed.PREPAID, seed.UNLIMITED_EU}


def test_the_operator_sells_plans_of_every_kind(uow: Uow, plans: None) -> None:
    offers = public.list_sellable(uow, moment=OCTOBER)
    assert [(one.name, one.monthly_micros) for one in offers] == [
        ("Control 25", 25_000_000),
        ("Family 300", 20_000_000),
        ("Flex 20", 20_000_000),
        ("Max 100", 30_000_000),
        ("Prepaid", 0),
        ("Unlimited EU", 30_000_000),
    ]
    assert public.list_sellable(uow, moment=OCTOBER, category_id="other") == []


def test_max_100_costs_what_it_should(uow: Uow, plans: None) -> None:
    terms = public.get_plan_terms(uow, offering_id=seed.MAX_100, moment=OCTOBER)
    assert (terms.currency, terms.tax_included, terms.tax_rate_bp) == ("EUR", True, 2300)
    assert [(one.amount_micros, one.months, one.in_advance) for one in terms.recurring] == [(30_000_000, 1, True)]
    allowed = {one.usage_type: one.amount for one in terms.allowances}
    assert allowed == {"data": 100_000_000_000, "voice": 60_000}
    germany = next(one for one in terms.usage if one.prefixes == ("49",))
    assert (germany.amount_micros, germany.per_units, germany.first_increment, germany.next_increment) == (
        250_000,
        60,
        60,
        60,
    )


def test_a_plan_decomposes_into_the_service_of_the_other_half(uow: Uow, plans: None) -> None:
    found = public.service_specification_ids(uow, offering_id=seed.MAX_100, moment=OCTOBER)
    assert found == ("svc-spec-mobile-subscription",)
    assert public.check_offering(uow, offering_id=seed.MAX_100) == ()


def test_the_seed_may_be_sown_twice(uow: Uow, plans: None) -> None:
    before = public.get_offering(uow, offering_id=seed.MAX_100)
    seed.seed(uow)
    assert public.get_offering(uow, offering_id=seed.MAX_100) == before


# -- launching --------------------------------------------------------------------------------------------------------


def test_a_sound_offering_is_launched_and_sold(uow: Uow, plans: None) -> None:
    draft(uow)
    with pytest.raises(OfferingNotSellable) as refused:
        public.get_sellable_offering(uow, offering_id="draft", moment=uow.now)
    assert refused.value.facts["why"] == "not_launched"
    public.change_offering_status(uow, offering_id="draft", status="Active")
    public.change_offering_status(uow, offering_id="draft", status="Launched")
    assert public.get_sellable_offering(uow, offering_id="draft", moment=uow.now).id == "draft"


def test_an_offering_with_faults_is_not_launched_and_every_fault_is_named(uow: Uow, plans: None) -> None:
    draft(uow, lifecycleStatus="Active", productOfferingPrice=[], productSpecification={"id": "none"})
    with pytest.raises(OfferingNotLaunchable) as refused:
        public.change_offering_status(uow, offering_id="draft", status="Launched")
    assert [one["code"] for one in refused.value.facts["findings"]] == ["specification_unknown", "price_missing"]


def test_a_refused_launch_keeps_nothing(database: Database, fresh_tenant: str) -> None:
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        commands.create_offering(uow, {"id": "bare", "name": "Bare", "lifecycleStatus": "Active"})
    with pytest.raises(OfferingNotLaunchable), database.uow(tenant=fresh_tenant, actor="t", cause="test") as uow:
        public.change_offering_status(uow, offering_id="bare", status="Launched")
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        assert public.get_offering(uow, offering_id="bare").doc["lifecycleStatus"] == "Active"
        assert len(store.OFFERINGS.history(uow, "bare")) == 1


def test_a_retired_offering_is_closed_for_good(uow: Uow, plans: None) -> None:
    public.change_offering_status(uow, offering_id=seed.FLEX_20, status="Retired")
    with pytest.raises(OfferingNotSellable) as refused:
        public.get_sellable_offering(uow, offering_id=seed.FLEX_20, moment=uow.now)
    assert refused.value.facts["why"] == "retired"
    with pytest.raises(IllegalTransition):
        public.change_offering_status(uow, offering_id=seed.FLEX_20, status="Launched")
    with pytest.raises(StateUnknown):
        public.change_offering_status(uow, offering_id=seed.FLEX_20, status="Hidden")
    assert public.get_plan_terms(uow, offering_id=seed.FLEX_20, moment=uow.now).currency == "EUR"


def test_a_price_for_sale_cannot_be_made_unreadable(uow: Uow, plans: None) -> None:
    price = store.PRICES.get(uow, "price-max-100-monthly")
    with pytest.raises(OfferingNotLaunchable):
        commands.change_part(store.PRICES, uow, price, {**price.doc, "priceType": "guess"})


def test_what_is_for_sale_or_stood_on_is_not_deleted(uow: Uow, plans: None) -> None:
    with pytest.raises(InUse):
        commands.delete_offering(uow, public.get_offering(uow, offering_id=seed.MAX_100))
    with pytest.raises(InUse):
        commands.delete_price(uow, store.PRICES.get(uow, "price-voice-germany"))
    with pytest.raises(InUse):
        commands.delete_specification(uow, store.SPECIFICATIONS.get(uow, seed.MOBILE_PLAN))
    with pytest.raises(InUse):
        commands.delete_category(uow, store.CATEGORIES.get(uow, seed.MOBILE_CATEGORY))


# -- as of ------------------------------------------------------------------------------------------------------------


def test_terms_of_a_moment_are_those_that_stood_then(database: Database, fresh_tenant: str) -> None:
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        seed.seed(uow)
        sown = uow.now
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        price = store.PRICES.get(uow, "price-max-100-monthly")
        dearer = {**price.doc, "price": {"unit": "EUR", "value": 35}}
        commands.change_part(store.PRICES, uow, price, dearer)
        now = uow.now
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        then = public.get_plan_terms(uow, offering_id=seed.MAX_100, moment=sown).recurring[0]
        later = public.get_plan_terms(uow, offering_id=seed.MAX_100, moment=now).recurring[0]
    assert (then.amount_micros, then.source.entity_version) == (30_000_000, 1)
    assert (later.amount_micros, later.source.entity_version) == (35_000_000, 2)


def test_before_it_was_written_here_the_first_writing_counts_while_it_was_in_force(uow: Uow, plans: None) -> None:
    assert public.get_offering_as_of(uow, offering_id=seed.MAX_100, moment=OCTOBER).version == 1
    with pytest.raises(OfferingUnknown):
        public.get_offering_as_of(uow, offering_id=seed.MAX_100, moment=instant("2025-12-31T23:59:59Z"))
    with pytest.raises(OfferingUnknown):
        public.get_offering_as_of(uow, offering_id="none", moment=OCTOBER)


def test_a_price_past_its_validity_is_left_out(uow: Uow, plans: None) -> None:
    price = store.PRICES.get(uow, "price-voice-germany")
    ended = {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": (uow.now - timedelta(days=1)).isoformat()}
    commands.change_part(store.PRICES, uow, price, {**price.doc, "validFor": ended})
    terms = public.get_plan_terms(uow, offering_id=seed.MAX_100, moment=uow.now)
    assert [one.zone for one in terms.usage if one.usage_type == "voice"] == ["National"]


# -- files ------------------------------------------------------------------------------------------------------------


def exported(uow: Uow, **asked: str) -> list[Doc]:
    job = commands.ask_for_export(uow, {**asked})
    assert job.doc["status"] == "Not Started"
    commands.run_export(uow, {"job": job.id})
    done = store.EXPORT_JOBS.get(uow, job.id).doc
    assert done["status"] == "Succeeded" and done["completionDate"]
    return [entry for _, entry in files.entries_of(files.content_of(done["url"]))]


def test_an_export_holds_everything_and_an_import_elsewhere_makes_it_the_same(
    database: Database, uow: Uow, plans: None, fresh_tenant: str
) -> None:
    entries = exported(uow)
    kinds = Counter(entry["@type"] for entry in entries)
    assert (kinds["ProductOffering"], kinds["ProductSpecification"], kinds["Category"]) == (6, 1, 1)
    assert kinds["ProductOfferingPrice"] == 3 + 9 + 3 + 3 + 2 + 2 + 3 + 4
    with database.uow(tenant=f"{fresh_tenant}-2", actor="tester", cause="test") as elsewhere:
        job = commands.ask_for_import(elsewhere, {"url": files.address_of(files.lines_of(entries))})
        commands.run_import(elsewhere, {"job": job.id})
        commands.run_import(elsewhere, {"job": job.id})
        assert store.IMPORT_JOBS.get(elsewhere, job.id).doc["status"] == "Succeeded"
        here = public.get_plan_terms(uow, offering_id=seed.MAX_100, moment=OCTOBER)
        assert public.get_plan_terms(elsewhere, offering_id=seed.MAX_100, moment=OCTOBER) == here


def test_an_export_is_narrowed_by_path_and_status(uow: Uow, plans: None) -> None:
    draft(uow)
    assert {one["id"] for one in exported(uow, path="/productOffering")} == {*PLANS, "draft"}
    narrowed = exported(uow, path="/productOffering", query="lifecycleStatus=Launched")
    assert {one["id"] for one in narrowed} == PLANS


def test_an_export_to_another_host_or_of_something_else_is_refused(uow: Uow) -> None:
    with pytest.raises(RemoteFileRefused):
        commands.ask_for_export(uow, {"url": "https://corrib.example/put"})
    with pytest.raises(QueryRefused):
        commands.ask_for_export(uow, {"path": "/customer"})
    with pytest.raises(QueryRefused):
        commands.ask_for_export(uow, {"query": "name=Max"})


def test_an_import_that_fails_says_which_line_and_why(uow: Uow, plans: None) -> None:
    lines = files.lines_of([{"@type": "Category", "id": "c", "name": "C"}, {"@type": "Category", "name": 17}])
    job = commands.ask_for_import(uow, {"url": files.address_of(lines)})
    with pytest.raises(ImportRefused) as refused:
        commands.run_import(uow, {"job": job.id})
    assert refused.value.facts["line"] == 2
    commands.fail_import(uow, {"job": job.id}, refused.value)
    failed = store.IMPORT_JOBS.get(uow, job.id).doc
    assert failed["status"] == "Failed" and failed["errorLog"].startswith("line 2: ")


def test_an_import_of_something_else_is_refused(uow: Uow) -> None:
    job = commands.ask_for_import(uow, {"url": files.address_of(b'{"@type": "Customer", "name": "C"}')})
    with pytest.raises(ImportRefused):
        commands.run_import(uow, {"job": job.id})

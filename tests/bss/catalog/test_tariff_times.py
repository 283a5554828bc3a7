"""Tariffs by two times, in force and believed: Switzerland in the wrong zone, corrected with effect from before."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tandem.bss.catalog import commands, public, seed, store
from tandem.bss.catalog.rules.tariff.quantities import measure_of, quantity_of
from tandem.bss.catalog.terms import OfferingNotLaunchable, OfferingUnknown
from tandem.bss.catalog.terms.tariff import Tariff
from tandem.kernel.json import Doc
from tandem.kernel.period import Instant, instant
from tandem.kernel.store import Database, Stored, Uow
from tests.bss.catalog.prices import monthly, told

OCTOBER = instant("2026-10-01T00:00:00Z")
MIDDLE = instant("2026-10-15T12:00:00Z")
SWITZERLAND = "228"


def zones(version: str, start: str, **networks: list[str]) -> Doc:
    return {
        "id": "zones",
        "name": "Roaming zones",
        "version": version,
        "priceType": "tariffTable",
        "validFor": {"startDateTime": start},
        "prodSpecCharValueUse": told(tariff={"networks": networks}),
    }


def roaming(zone: str, amount: str) -> Doc:
    return {
        "id": f"roaming-{zone}",
        "name": f"Data in {zone}",
        "version": "2026.10",
        "priceType": "usage",
        "validFor": {"startDateTime": "2026-10-01T00:00:00Z"},
        "prodSpecCharValueUse": told(
            rating={"service": "data", "in": [zone], "amount": amount, "per": "1 MB", "increments": "1000000/1000000"}
        ),
    }


def on_sale(uow: Uow) -> None:
    """Catalogue v2026.10, in which Switzerland is in zone 3."""
    seed.seed(uow)
    for doc in (
        {**monthly(30, "monthly-30").doc, "validFor": {"startDateTime": "2026-01-01T00:00:00Z"}},
        zones("2026.10", "2026-10-01T00:00:00Z", zone2=["276"], zone3=[SWITZERLAND, "404"]),
        roaming("zone2", "0.50"),
        roaming("zone3", "1.00"),
    ):
        commands.add_entry(store.PRICES, uow, doc)
    offering: Doc = {
        "id": "abroad",
        "name": "Abroad",
        "version": "2026.10",
        "lifecycleStatus": "Launched",
        "validFor": {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2026-10-10T00:00:00Z"},
        "productSpecification": {"id": seed.MOBILE_PLAN},
        "productOfferingPrice": [{"id": one} for one in ("monthly-30", "roaming-zone2", "roaming-zone3")],
        "prodSpecCharValueUse": told(tariff={"include": ["zones"]}),
    }
    commands.create_offering(uow, offering)


def correct(uow: Uow, doc: Doc) -> Stored:
    return commands.change_part(store.PRICES, uow, store.PRICES.get(uow, doc["id"]), doc)


def switzerland_costs(tariff: Tariff) -> str | None:
    """Per MB, by the zone that lists it."""
    zone = next(name for name, codes in tariff.networks.items() if SWITZERLAND in codes)
    return next(price.amount for price in tariff.prices if zone in price.within)


class Times:
    """An operator whose units of work each have an instant of their own."""

    def __init__(self, database: Database, tenant: str) -> None:
        self._database, self._tenant = database, tenant

    def write(self, act: Any, *args: Any, actor: str = "tester") -> Instant:
        with self._database.uow(tenant=self._tenant, actor=actor, cause="test") as uow:
            act(uow, *args)
            return uow.now

    def at(self, moment: Instant, believed_at: Instant | None = None) -> Tariff:
        with self._database.uow(tenant=self._tenant, actor="reader", cause="test") as uow:
            return public.tariff_at(uow, offering_id="abroad", moment=moment, believed_at=believed_at)

    def ask(self, verb: Any, **asked: Any) -> Any:
        with self._database.uow(tenant=self._tenant, actor="reader", cause="test") as uow:
            return verb(uow, **asked)


@pytest.fixture
def times(database: Database, fresh_tenant: str) -> Times:
    return Times(database, fresh_tenant)


def test_a_correction_is_in_force_from_its_start_and_what_was_believed_before_stays_readable(times: Times) -> None:
    sold = times.write(on_sale)
    corrected = zones("2026.10.1", "2026-10-01T00:00:00Z", zone2=["276", SWITZERLAND], zone3=["404"])
    approved = times.write(correct, corrected, actor="aoife")
    assert switzerland_costs(times.at(MIDDLE)) == "0.50"
    assert switzerland_costs(times.at(MIDDLE, believed_at=sold)) == "1.00"
    assert switzerland_costs(times.at(MIDDLE, believed_at=approved)) == "0.50"
    assert times.at(MIDDLE).approved_at == approved.isoformat().replace("+00:00", "Z")
    sources = times.ask(public.tariff_sources, offering_id="abroad", moment=MIDDLE)
    assert list(sources) == ["abroad", "monthly-30", "roaming-zone2", "roaming-zone3", "zones"]
    table = sources["zones"]
    assert (table.version, table.write, table.approved_by, table.approved_at) == ("2026.10.1", 2, "aoife", approved)
    assert table.cited_as == "Roaming zones 2026.10.1 (zones, write 2)"
    assert sources["roaming-zone2"].approved_by == "tester"
    before = times.ask(public.tariff_sources, offering_id="abroad", moment=MIDDLE, believed_at=sold)
    assert (before["zones"].version, before["zones"].write) == ("2026.10", 1)


def test_what_is_changed_without_a_version_counts_from_when_it_was_written(times: Times) -> None:
    sold = times.write(on_sale)
    dearer = {**roaming("zone3", "1.00"), "prodSpecCharValueUse": roaming("zone3", "1.20")["prodSpecCharValueUse"]}
    changed = times.write(correct, dearer)
    assert [switzerland_costs(times.at(moment)) for moment in (MIDDLE, sold, changed)] == ["1.00", "1.00", "1.20"]


def test_a_later_version_waits_for_its_start(times: Times) -> None:
    sold = times.write(on_sale)
    start = sold + timedelta(days=30)
    next_month = {**roaming("zone3", "0.90"), "validFor": {"startDateTime": start.isoformat()}}
    times.write(correct, next_month)
    last_moment = start - timedelta(microseconds=1)
    assert [switzerland_costs(times.at(moment)) for moment in (last_moment, start)] == ["1.00", "0.90"]
    found = times.ask(public.tariff_changes, offering_id="abroad", first=sold, last=start + timedelta(days=1))
    assert found == [start]


def test_changes_are_told_where_another_version_is_in_force_and_nowhere_else(times: Times) -> None:
    sold = times.write(on_sale)
    corrected = zones("2026.10.1", "2026-10-10T00:00:00Z", zone2=["276", SWITZERLAND], zone3=["404"])
    times.write(correct, corrected)
    asked = {"offering_id": "abroad", "first": instant("2026-01-01T00:00:00Z"), "last": sold}
    seen_now = times.ask(public.tariff_changes, **asked)
    seen_then = times.ask(public.tariff_changes, **asked, believed_at=sold)
    assert seen_now == [OCTOBER, instant("2026-10-10T00:00:00Z")]
    assert seen_then == [OCTOBER]


@pytest.mark.parametrize(("version", "start"), [("2026.12", "2030-01-01"), ("2026.09", "2026-10-05")])
def test_what_cannot_be_priced_at_another_time_is_refused_when_it_is_written(
    times: Times, version: str, start: str
) -> None:
    """Whoever renames a zone in a table alone is told from when its prices name nothing; both at once are kept."""
    times.write(on_sale)
    begun = f"{start}T00:00:00Z"
    renamed = zones(version, begun, zone2=["276"], far=[SWITZERLAND, "404"])
    far = {**roaming("far", "1.00"), "id": "roaming-zone3", "version": version, "validFor": {"startDateTime": begun}}
    kept = zones(version, begun, zone2=["276"], zone3=["404"], far=[SWITZERLAND])
    with pytest.raises(OfferingNotLaunchable) as refused:
        times.write(correct, renamed)
    assert "there is no network zone3" in refused.value.reason
    with pytest.raises(OfferingNotLaunchable, match="there is no network far"):
        times.write(correct, far)
    times.write(correct, kept)
    times.write(correct, far)
    assert switzerland_costs(times.at(instant("2030-06-01T00:00:00Z"))) == "1.00"


def test_a_name_that_a_table_has_only_later_is_refused_until_then(times: Times) -> None:
    times.write(on_sale)
    times.write(correct, zones("2030", "2030-01-01T00:00:00Z", zone2=["276"], zone3=[SWITZERLAND], far=["404"]))
    with pytest.raises(OfferingNotLaunchable) as refused:
        times.write(correct, {**roaming("far", "1.00"), "id": "roaming-zone3"})
    assert [(one["code"], one["path"]) for one in refused.value.facts["findings"]] == [
        ("tariff.unknown_name", "productOfferingPrice[2].in")
    ]
    assert refused.value.facts["findings"][0]["reason"].startswith("from 20")


def test_who_has_a_plan_keeps_it_when_it_is_no_longer_sold(times: Times) -> None:
    sold = times.write(on_sale)
    tariff = times.at(sold + timedelta(days=1000))
    assert (tariff.valid_for, len(tariff.prices)) == (None, 2)


def test_there_is_no_tariff_before_the_offering(times: Times) -> None:
    times.write(on_sale)
    with pytest.raises(OfferingUnknown):
        times.at(instant("2025-12-31T23:59:59Z"))
    with pytest.raises(OfferingUnknown):
        times.at(MIDDLE, believed_at=MIDDLE)
    with pytest.raises(OfferingUnknown):
        times.ask(public.tariff_at, offering_id="none", moment=MIDDLE)


def test_the_revision_moves_with_every_writing_of_an_offering_or_a_price_and_with_nothing_else(times: Times) -> None:
    def revision() -> int:
        found: int = times.ask(public.tariff_revision)
        return found

    assert revision() == 0
    times.write(on_sale)
    after_seed = revision()
    times.write(correct, roaming("zone3", "0.80"))
    assert revision() == after_seed + 1
    times.write(lambda uow: public.change_offering_status(uow, offering_id="abroad", status="Retired"))
    assert revision() == after_seed + 2
    times.write(lambda uow: commands.add_entry(store.CATEGORIES, uow, {"id": "c", "name": "C"}))
    assert revision() == after_seed + 2


def test_many_histories_are_read_at_once_and_answer_without_the_database(times: Times) -> None:
    times.write(on_sale)
    found = times.ask(public.tariff_histories, offering_ids=["abroad", seed.MAX_100, "none"])
    assert sorted(found) == ["abroad", seed.MAX_100]
    assert found["abroad"].at(MIDDLE).tariff == times.at(MIDDLE)
    assert found[seed.MAX_100].at(MIDDLE).source_of("zones") is None


@pytest.mark.parametrize("offering_id", [seed.MAX_100, seed.FLEX_20])
def test_without_corrections_a_plan_and_its_tariff_say_the_same(times: Times, offering_id: str) -> None:
    """`get_plan_terms` reads what stood at the moment, `tariff_at` what is in force: they part with a correction."""
    times.write(seed.seed)

    def dearer(uow: Uow) -> None:
        price = store.PRICES.get(uow, "price-voice-germany").doc
        correct(uow, {**price, "price": {"unit": "EUR", "value": 1}})

    changed = times.write(dearer)
    for moment in (MIDDLE, changed - timedelta(microseconds=1), changed, changed + timedelta(days=400)):
        plan = times.ask(public.get_plan_terms, offering_id=offering_id, moment=moment)
        tariff = times.ask(public.tariff_at, offering_id=offering_id, moment=moment)
        by_id = {price.id: price for price in tariff.prices}
        for term in plan.usage:
            price = by_id[term.source.price_id]
            assert quantity_of(price.per or 1, measure=measure_of(tariff, price.service)) == term.per_units
            assert Decimal(price.amount or 0) * 1_000_000 == term.amount_micros
            prefixes = tuple(code for name in price.to for code in tariff.destinations[name])
            assert (price.service, prefixes) == (term.usage_type, term.prefixes)
            assert price.increments == f"{term.first_increment}/{term.next_increment}"
        allowed = [(one.id, one.priority, one.unlimited) for one in tariff.allowances]
        assert allowed == [(one.source.price_id, one.priority, one.amount is None) for one in plan.allowances]

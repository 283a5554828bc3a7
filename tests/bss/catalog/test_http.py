"""Tariffs over TMF620: typed words travel unchanged in both versions, and wrong ones are refused with their place."""

from __future__ import annotations

from typing import Any

import pytest

from tandem.bss.catalog import http, public, seed
from tandem.kernel import json
from tandem.kernel.json import Doc
from tandem.kernel.period import instant
from tandem.kernel.store import Database
from tests.bss.catalog.prices import told
from tests.support.tmf_client import TmfClient, tmf_client

BASE = "/tmf-api/productCatalogManagement"
VALUE = "prodSpecCharValueUse[0].productSpecCharacteristicValue[0].value"
TIERS: Doc = {
    "kind": "graduated",
    "scope": "cycle",
    "steps": [{"upTo": "1 GB", "amount": "0"}, {"amount": "2.50", "per": "1 GB"}],
}
RATING: Doc = {"service": "data", "in": ["home"], "tiers": TIERS, "caps": [{"amount": "20.00", "scope": "cycle"}]}


@pytest.fixture
def client(database: Database, fresh_tenant: str) -> TmfClient:
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        seed.seed(uow)
    return tmf_client(http.EXPOSURES, database, fresh_tenant)


def tiered(**changes: Any) -> Doc:
    return {
        "name": "Data",
        "priceType": "usage",
        "version": "2026.10",
        "prodSpecCharValueUse": told(rating={**RATING, **changes}),
    }


def body_of(answer: Any, status: int) -> Doc:
    assert answer.status_code == status, answer.text
    found: Doc = json.loads(answer.content)
    return found


def rating_in(doc: Doc) -> Any:
    return next(iter(doc["prodSpecCharValueUse"][0]["productSpecCharacteristicValue"]))["value"]


@pytest.mark.parametrize("version", ["v4", "v5"])
def test_typed_words_are_answered_as_they_were_sent(client: TmfClient, version: str) -> None:
    path = f"{BASE}/{version}/productOfferingPrice"
    kept = body_of(client.post(path, tiered()), 201)
    assert rating_in(kept) == RATING
    for other in ("v4", "v5"):
        assert rating_in(body_of(client.get(f"{BASE}/{other}/productOfferingPrice/{kept['id']}"), 200)) == RATING
    narrower = {"prodSpecCharValueUse": told(rating={**RATING, "to": ["Germany"]})}
    assert rating_in(body_of(client.patch(f"{path}/{kept['id']}", narrower), 200)) == {**RATING, "to": ["Germany"]}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"colour": "red"}, VALUE),
        ({"tiers": {**TIERS, "steps": [{"amount": 1}]}}, f"{VALUE}.tiers.steps[0].amount"),
        ({"id": "another"}, f"{VALUE}.id"),
    ],
)
def test_a_wrong_word_is_refused_at_once_with_its_place(client: TmfClient, changes: Doc, path: str) -> None:
    refused = body_of(client.post(f"{BASE}/v5/productOfferingPrice", tiered(**changes)), 400)
    assert refused["code"] == "catalog.price_terms_invalid"
    assert refused["path"] == path
    kept = body_of(client.post(f"{BASE}/v5/productOfferingPrice", tiered()), 201)
    changed = {"prodSpecCharValueUse": told(rating={**RATING, **changes})}
    one = f"{BASE}/v5/productOfferingPrice/{kept['id']}"
    assert body_of(client.patch(one, changed), 400)["path"] == path
    assert rating_in(body_of(client.get(one), 200)) == RATING


def test_wrong_words_of_an_offering_are_refused_at_once(client: TmfClient) -> None:
    draft = {"name": "Draft", "prodSpecCharValueUse": told(tariff={"networks": {"eea": ["26"]}})}
    refused = body_of(client.post(f"{BASE}/v5/productOffering", draft), 400)
    assert refused["path"].startswith(f"{VALUE}.networks")


def test_a_table_for_sale_cannot_lose_a_word_that_a_price_names(client: TmfClient) -> None:
    changed = {"prodSpecCharValueUse": told(tariff={"networks": {"home": ["272"], "eea": ["262"]}})}
    refused = body_of(client.patch(f"{BASE}/v5/productOfferingPrice/table-networks", changed), 409)
    assert refused["code"] == "catalog.offering_not_launchable"
    assert "there is no network world" in refused["reason"]
    assert (
        "228"
        in rating_in(body_of(client.get(f"{BASE}/v5/productOfferingPrice/table-networks"), 200))["networks"]["world"]
    )


def test_a_table_that_an_offering_includes_is_not_deleted(client: TmfClient) -> None:
    refused = body_of(client.delete(f"{BASE}/v5/productOfferingPrice/table-quota"), 409)
    assert refused["code"] == "catalog.in_use"


def test_a_correction_over_the_api_is_in_force_from_its_start(client: TmfClient, database: Database) -> None:
    path = f"{BASE}/v5/productOfferingPrice/price-roaming-data"
    before = body_of(client.get(path), 200)
    changed = {
        "version": "2026.10.1",
        "validFor": {"startDateTime": "2026-10-01T00:00:00Z"},
        "price": {**before["price"], "value": 3},
    }
    body_of(client.patch(path, changed), 200)
    with database.uow(tenant=client.caller.tenant, actor="reader", cause="test") as uow:
        history = public.tariff_histories(uow, offering_ids=[seed.PREPAID])[seed.PREPAID]
    september, october = (history.at(instant(f"{day}T00:00:00Z")) for day in ("2026-09-30", "2026-10-01"))
    amounts = [
        next(price.amount for price in one.tariff.prices if price.id == "price-roaming-data")
        for one in (september, october)
    ]
    assert amounts == ["6.15", "3.00"]
    source = october.source_of("price-roaming-data")
    assert source is not None
    assert (source.version, source.write, source.approved_by) == ("2026.10.1", 2, "tester")

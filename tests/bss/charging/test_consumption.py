"""What a product used and has left, over TMF677 in both versions: figures worked out by hand; each sees her own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tandem.bss.catalog import seed as catalog_seed
from tandem.bss.charging.http import CONSUMPTION_EXPOSURES
from tandem.kernel import json
from tandem.kernel.access.policy import Caller, Policy, grant
from tandem.kernel.json import Doc
from tandem.kernel.store import Database
from tests.bss.charging.online.network import ACCOUNT, CUSTOMER, GB, MB, NUMBER, Network
from tests.support.tmf_client import TmfClient, tmf_client

V4 = "/tmf-api/usageConsumption/v4/queryUsageConsumption"
V5 = "/tmf-api/usageConsumption/v5/queryUsageConsumption"
REPORT = "/tmf-api/usageConsumption/v5/usageConsumptionReport"
NOVEMBER = {"startDateTime": "2026-11-01T00:00:00Z", "endDateTime": "2026-12-01T00:00:00Z"}
SISTER = "353209110002"
AT = {"validPeriod": {"startDateTime": "2026-11-10T12:00:00Z"}}


@pytest.fixture
def network(database: Database, fresh_tenant: str) -> Network:
    made = Network(database, fresh_tenant)
    made.open_shop()
    return made


def client_of(network: Network) -> TmfClient:
    return tmf_client(CONSUMPTION_EXPOSURES, network.database, network.tenant)


def asked(client: TmfClient, url: str, body: Doc) -> Any:
    answer = client.post(url, body)
    assert answer.status_code == 201, answer.text
    doc = json.loads(answer.content)
    assert json.loads(client.get(f"{url}/{doc['id']}").content) == doc
    return doc


def query(client: TmfClient, **criteria: Any) -> Any:
    return asked(client, V5, {"searchCriteria": {**AT, **criteria}})


def octets(amount: int) -> Doc:
    return {"amount": amount, "units": "octet"}


def euro(amount: str) -> Doc:
    return {"amount": Decimal(amount), "units": "EUR"}


def bucket(report: Doc, name: str) -> Doc:
    return next(one for one in report["bucket"] if one["name"] == name)


def counters(holder: Doc, name: str = "consumptionSummary") -> dict[tuple[str, str, str], Doc]:
    return {(one["counterType"], one["level"], one.get("valueName", "")): one["value"] for one in holder[name]}


def test_an_idle_product_has_all_that_it_was_sold_and_owes_nothing(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.MAX_100)
    (report,) = query(client_of(network), product=[{"id": product}])["usageConsumption"]
    assert report["validPeriod"] == NOVEMBER
    data, minutes = bucket(report, "100 GB of data"), bucket(report, "1000 national minutes")
    assert (data["remainingValue"], data["reservedValue"], data["isShared"]) == (octets(100 * GB), octets(0), False)
    assert minutes["remainingValue"] == {"amount": 60_000, "units": "second"}
    assert counters(data, "bucketCounter") == {
        ("used", "global", ""): octets(0),
        ("granted", "global", ""): octets(100 * GB),
    }
    assert "id" not in data
    assert counters(report["product"][0]) == {("charged", "individual", "all"): euro("0")}


def test_used_reserved_and_left_are_told_while_a_session_is_open(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.CONTROL_25)
    network.top_up("5.00")
    network.ask(network.create())
    network.ask(network.update("s-1", 1, 100 * MB))
    (report,) = query(client_of(network), logicalResource=[{"id": f"+{NUMBER}"}])["usageConsumption"]
    data = bucket(report, "25 GB of data")
    (wallet,) = [one for one in report["bucket"] if one["usageType"] == "monetary"]
    held = data["reservedValue"]["amount"]
    assert held > 0
    assert data["remainingValue"] == octets(25 * GB - 100 * MB - held)
    assert counters(data, "bucketCounter")["used", "global", ""] == octets(100 * MB)
    assert (data["validFor"], data["product"][0]["id"]) == (NOVEMBER, product)
    assert (wallet["remainingValue"], wallet["id"]) == (euro("5"), f"{ACCOUNT}.1")
    assert counters(report["product"][0])["used", "individual", "data"] == octets(100 * MB)


def test_what_is_past_the_allowance_is_charged_by_service(network: Network) -> None:
    network.subscribe(offering=catalog_seed.PREPAID)
    network.top_up("5.00")
    network.ask(network.create())
    network.ask(network.release("s-1", 1, 50 * MB))
    (report,) = query(client_of(network), partyAccount=[{"id": ACCOUNT}])["usageConsumption"]
    told = counters(report["product"][0])
    assert told["charged", "individual", "data"] == told["charged", "individual", "all"] == euro("1")
    assert told["used", "individual", "data"] == octets(50 * MB)
    (wallet,) = report["bucket"]
    assert (wallet["remainingValue"], counters(wallet, "bucketCounter")["used", "global", ""]) == (euro("4"), euro("1"))


def test_a_member_of_a_shared_pool_sees_the_pool_and_her_own_part(network: Network) -> None:
    mine = network.subscribe(offering=catalog_seed.FAMILY_300)
    hers = network.subscribe(SISTER, offering=catalog_seed.FAMILY_300)
    for session, number, used in (("s-1", NUMBER, 30 * MB), ("s-2", SISTER, 50 * MB)):
        network.ask(network.create(session, subscriber=number))
        network.ask(network.release(session, 1, used, subscriber=number))
    client = client_of(network)
    for product, own in ((mine, 30 * MB), (hers, 50 * MB)):
        (report,) = query(client, product=[{"id": product}])["usageConsumption"]
        (pool,) = [one for one in report["bucket"] if one["isShared"]]
        assert (pool["remainingValue"], "product" in pool) == (octets(300 * GB - 80 * MB), False)
        assert counters(pool, "bucketCounter")["used", "global", ""] == octets(80 * MB)
        assert counters(report["product"][0])["used", "individual", pool["name"]] == octets(own)
    both = asked(client, REPORT, {**AT, "partyAccount": [{"id": ACCOUNT}]})
    assert [one["id"] for one in both["product"]] == sorted([mine, hers])
    assert len([one for one in both["bucket"] if one["isShared"]]) == 1


def test_version_4_says_the_same_in_its_own_words(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.MAX_100)
    client = client_of(network)
    told = asked(client, V4, {"searchCriteria": {"product": [{"id": product}]}})
    (consumption,) = told["usageConsumption"]
    assert (consumption["@type"], consumption["state"]) == ("UsageConsumption", "done")
    assert {one["name"] for one in consumption["bucketRefOrValue"]} == {"100 GB of data", "1000 national minutes"}
    assert (told["relatedParty"][0]["id"], "queryUsageConsumptionDate" in told) == (CUSTOMER, True)
    same = json.loads(client.get(f"{V5}/{told['id']}").content)
    assert (same["state"], same["usageConsumption"][0]["bucket"]) == ("done", consumption["bucketRefOrValue"])
    assert client.delete(f"{V4}/{told['id']}").status_code == 204
    assert client.get(f"{V5}/{told['id']}").status_code == 404


def test_a_customer_asks_for_her_own_only(network: Network) -> None:
    product = network.subscribe(offering=catalog_seed.MAX_100)
    kept = query(client_of(network), product=[{"id": product}])
    everything = "list get create delete"
    policy = Policy(grant("customer", "QueryUsageConsumption", everything, "own"), roles=("customer",))
    own = tmf_client(CONSUMPTION_EXPOSURES, network.database, network.tenant, policy=policy)
    for party_id, seen in ((CUSTOMER, True), ("cust-1002", False)):
        own.caller = Caller(network.tenant, party_id, frozenset({"customer"}), party_id=party_id)
        herself = [{"role": "customer", "partyOrPartyRole": {"id": party_id, "@referredType": "Customer"}}]
        body = {"relatedParty": herself, "searchCriteria": {"product": [{"id": product}]}}
        answer = own.post(V5, body)
        assert answer.status_code == (201 if seen else 400), answer.text
        assert own.post(V5, {"searchCriteria": {"product": [{"id": product}]}}).status_code == 403
        assert own.get(f"{V5}/{kept['id']}").status_code == (200 if seen else 404)
        assert [one["id"] for one in own.get(V5).json()] == ([kept["id"], answer.json()["id"]] if seen else [])
        assert own.delete(f"{V5}/{kept['id']}").status_code == (204 if seen else 404)


def test_who_asks_for_nobody_is_told_so(network: Network) -> None:
    client = client_of(network)
    for criteria, path in (({}, "product"), ({"product": [{"id": "none"}]}, "searchCriteria")):
        answer = client.post(V5, {"searchCriteria": criteria})
        assert (answer.status_code, answer.json()["code"]) == (400, "charging.consumption_not_found")
        assert answer.json()["path"] == path
    assert client.get(V5).json() == []

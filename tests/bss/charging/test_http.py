"""Usage over TMF635: what a network sends, what it is answered, and whose eyes see it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tandem.bss.charging import seed, store
from tandem.bss.charging.http import BASE, EXPOSURES
from tandem.kernel import json
from tandem.kernel.access.policy import Caller, Policy, grant
from tandem.kernel.store import Database
from tests.bss.charging import story
from tests.support.tmf_client import TmfClient, tmf_client

USAGE = f"{BASE}/usage"
NOBODY = "353209119999"


def opened(database: Database, tenant: str) -> TmfClient:
    story.keep_story(database, tenant)
    return tmf_client(EXPOSURES, database, tenant)


def body_of(answer: Any) -> Any:
    return json.loads(answer.content)


def test_the_storys_call_is_posted_charged_and_read(database: Database, fresh_tenant: str) -> None:
    client = opened(database, fresh_tenant)
    answer = client.post(USAGE, story.call(story.BERLIN, 440))
    assert answer.status_code == 201
    doc = body_of(client.get(f"{USAGE}/{body_of(answer)['id']}"))
    assert doc == body_of(answer)
    (charge,) = doc["ratedProductUsage"]
    assert doc["status"] == "rated"
    assert {name: charge[name] for name in charge if name not in ("ratedEventId", "ratingDate", "productRef")} == {
        "@type": "RatedProductUsage",
        "isBilled": False,
        "isTaxExempt": False,
        "offerTariffType": "Calls to Germany",
        "ratingAmountType": "Total",
        "taxRate": 23,
        "usageRatingTag": "usage",
        "taxIncludedRatingAmount": {"unit": "EUR", "value": Decimal("2.00")},
        "taxExcludedRatingAmount": {"unit": "EUR", "value": Decimal("1.63")},
    }
    assert charge["productRef"]["name"] == "Max 100"
    assert doc["relatedParty"] == [
        {"@type": "RelatedParty", "role": "customer", "id": story.CUSTOMER, "@referredType": "Customer"}
    ]
    assert [one["id"] for one in body_of(client.get(f"{USAGE}?usageDate.gte=2026-10-20&status=rated"))] == [doc["id"]]
    assert body_of(client.get(f"{USAGE}?usageDate.gt=2026-10-21")) == []


def test_the_same_record_posted_again_is_the_same_one(database: Database, fresh_tenant: str) -> None:
    client = opened(database, fresh_tenant)
    first = client.post(USAGE, story.call(story.BERLIN, 440, recordId="g-3"))
    again = client.post(USAGE, story.call(story.BERLIN, 440, recordId="g-3"))
    assert (again.status_code, body_of(again), again.headers["location"]) == (
        201,
        body_of(first),
        first.headers["location"],
    )
    other = client.post(USAGE, story.call(story.BERLIN, 441, recordId="g-3"))
    assert (other.status_code, other.json()["code"]) == (409, "charging.usage_differs")
    assert len(client.get(USAGE).json()) == 1


def test_a_record_that_waits_is_corrected_and_recycled(database: Database, fresh_tenant: str) -> None:
    client = opened(database, fresh_tenant)
    waits = body_of(client.post(USAGE, story.call(story.BERLIN, 440, servedNumber=NOBODY)))
    assert (waits["status"], waits["suspension"]["code"]) == ("rejected", "unknown_number")
    assert [one["id"] for one in client.get(f"{USAGE}?suspension.code=unknown_number").json()] == [waits["id"]]
    right = story.call(story.BERLIN, 440)["usageCharacteristic"]
    url = f"{USAGE}/{waits['id']}"
    rated = body_of(client.patch(url, {"usageCharacteristic": right, "status": "recycled"}))
    assert (rated["status"], "suspension" in rated) == ("rated", False)
    assert client.patch(url, {"usageType": "data"}).json()["code"] == "charging.usage_charged"
    assert client.patch(url, {"status": "billed"}).json()["code"] == "state.illegal_transition"
    assert client.patch(url, {"ratedProductUsage": []}).json()["code"] == "tmf.server_set_attribute"
    assert client.delete(url).json()["code"] == "charging.usage_charged"
    assert body_of(client.get(url)) == rated


def test_a_customer_sees_her_own_use_only(database: Database, fresh_tenant: str) -> None:
    client = opened(database, fresh_tenant)
    hers = body_of(client.post(USAGE, story.call(story.BERLIN, 440)))
    client.post(USAGE, story.call(story.BERLIN, 440, servedNumber=NOBODY))
    policy = Policy(grant("customer", "Usage", "list get", "own"), roles=("customer",))
    own = tmf_client(EXPOSURES, database, fresh_tenant, policy=policy)
    for party_id, seen in ((story.CUSTOMER, [hers["id"]]), ("cust-1002", [])):
        own.caller = Caller(fresh_tenant, party_id, frozenset({"customer"}), party_id=party_id)
        assert [one["id"] for one in own.get(USAGE).json()] == seen
        assert own.get(f"{USAGE}/{hers['id']}").status_code == (200 if seen else 404)
        assert own.post(USAGE, story.call(story.BERLIN, 1)).status_code == 403


def test_forms_of_usage_records_are_described_once(database: Database, fresh_tenant: str) -> None:
    client = opened(database, fresh_tenant)
    for _ in range(2):
        with database.uow(tenant=fresh_tenant, actor="seed", cause="seed:charging") as uow:
            seed.seed(uow)
    specifications = client.get(f"{BASE}/usageSpecification?sort=id").json()
    assert [one["id"] for one in specifications] == ["usage-spec-data", "usage-spec-message", "usage-spec-voice"]
    told = {one["name"] for one in specifications[2]["specCharacteristic"]}
    assert told == {"servedNumber", "destinationNumber", "recordId", "duration"}
    follows = {"usageSpecification": {"id": "usage-spec-voice", "@referredType": "UsageSpecification"}}
    client.post(USAGE, {**story.call(story.BERLIN, 440), **follows})
    answer = client.delete(f"{BASE}/usageSpecification/usage-spec-voice")
    assert (answer.status_code, answer.json()["code"]) == (409, "charging.specification_in_use")
    assert client.delete(f"{BASE}/usageSpecification/usage-spec-data").status_code == 204


def test_what_is_refused_leaves_nothing(database: Database, fresh_tenant: str) -> None:
    client = opened(database, fresh_tenant)
    for wrong, path in (
        (story.usage("voice", {"destinationNumber": story.BERLIN, "duration": -1}), "usageCharacteristic[2].value"),
        (story.usage("voice", {"destinationNumber": "Berlin", "duration": 1}), "usageCharacteristic[1].value"),
        (story.usage("telex", {"messages": 1}), "usageType"),
        ({**story.call(story.BERLIN, 1), "usageSpecification": {"id": "none"}}, "usageSpecification.id"),
    ):
        answer = client.post(USAGE, wrong)
        assert (answer.status_code, answer.json()["path"]) == (400, path)
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        assert store.USAGE.count(uow) == 0
        assert store.tally(uow).accepted == 0
        row = uow.one(
            "select count(*) as n from kernel_outbox where tenant = %s and subject_type = 'Usage'", (fresh_tenant,)
        )
    assert row is not None and row["n"] == 0

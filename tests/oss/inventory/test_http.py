"""The inventory over TMF638 and TMF639: what its rules refuse there, and one version seen from the other."""

from __future__ import annotations

from typing import Any

from tandem.kernel.store import Database
from tandem.oss.inventory import public
from tandem.oss.inventory.http import EXPOSURES
from tests.oss.inventory.stock import stock, subscription
from tests.support.tmf_client import TmfClient, tmf_client

SERVICES_V4, SERVICES_V5 = "/tmf-api/serviceInventory/v4/service", "/tmf-api/serviceInventory/v5/service"
RESOURCES_V4, RESOURCES_V5 = (
    "/tmf-api/resourceInventoryManagement/v4/resource",
    "/tmf-api/resourceInventory/v5/resource",
)


def opened(database: Database, tenant: str) -> tuple[TmfClient, str]:
    """A client, and a living subscription's id."""
    with database.uow(tenant=tenant, actor="tester", cause="test") as uow:
        stock(uow)
        service_id = subscription(uow, "o1")
    return tmf_client(EXPOSURES, database, tenant), service_id


def test_a_suspended_service_stays_so_when_version_4_changes_something_else(
    database: Database, fresh_tenant: str
) -> None:
    client, service_id = opened(database, fresh_tenant)
    assert client.patch(f"{SERVICES_V5}/{service_id}", {"state": "suspended"}).json()["state"] == "suspended"
    changed = client.patch(f"{SERVICES_V4}/{service_id}", {"description": "changed"}).json()
    assert (changed["state"], changed["description"]) == ("inactive", "changed")
    assert client.get(f"{SERVICES_V5}/{service_id}").json()["state"] == "suspended"


def test_a_state_patched_on_the_wire_moves_number_and_sim(database: Database, fresh_tenant: str) -> None:
    client, service_id = opened(database, fresh_tenant)
    answer = client.patch(f"{SERVICES_V4}/{service_id}", {"state": "terminated"})
    assert answer.status_code == 200 and answer.json()["endDate"]
    kinds = {one["category"]: one["resourceStatus"] for one in client.get(f"{RESOURCES_V4}?name.ne=HLR").json()}
    assert kinds["subscriber"] == "unknown"
    rests = client.get(f"{RESOURCES_V4}?value=353890000000").json()[0]
    assert (rests["resourceStatus"], rests["administrativeState"], rests["operationalState"]) == (
        "standby",
        "locked",
        "enable",
    )
    again = client.patch(f"{SERVICES_V4}/{service_id}", {"state": "active"})
    assert (again.status_code, again.json()["code"]) == (409, "state.illegal_transition")


def test_a_living_service_is_not_deleted_nor_what_carries_it(database: Database, fresh_tenant: str) -> None:
    client, service_id = opened(database, fresh_tenant)
    answer = client.delete(f"{SERVICES_V5}/{service_id}")
    assert (answer.status_code, answer.json()["code"]) == (409, "inventory.service_in_use")
    number = client.get(f"{RESOURCES_V5}?value=353890000000").json()[0]
    answer = client.delete(f"{RESOURCES_V5}/{number['id']}")
    assert (answer.status_code, answer.json()["code"]) == (409, "inventory.resource_in_use")
    answer = client.delete(f"{RESOURCES_V5}/hlr-1")
    assert (answer.status_code, answer.json()["code"]) == (409, "inventory.resource_in_use")
    free = client.get(f"{RESOURCES_V5}?value=353890000002").json()[0]
    assert client.delete(f"{RESOURCES_V5}/{free['id']}").status_code == 204
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        assert public.find_number(uow, msisdn="353890000002") is None


def test_a_numbers_state_is_not_changed_by_hand(database: Database, fresh_tenant: str) -> None:
    client, _ = opened(database, fresh_tenant)
    number = client.get(f"{RESOURCES_V4}?value=353890000001").json()[0]
    answer = client.patch(f"{RESOURCES_V4}/{number['id']}", {"resourceStatus": "reserved"})
    assert (answer.status_code, answer.json()["code"], answer.json()["path"]) == (
        409,
        "inventory.pooled_state_fixed",
        "resourceStatus",
    )
    assert client.patch(f"{RESOURCES_V4}/{number['id']}", {"description": "golden"}).status_code == 200


def test_a_service_may_not_take_anothers_resource(database: Database, fresh_tenant: str) -> None:
    client, service_id = opened(database, fresh_tenant)
    number = client.get(f"{RESOURCES_V4}?value=353890000000").json()[0]
    body: dict[str, Any] = {
        "state": "active",
        "serviceSpecification": {"id": "s"},
        "supportingResource": [{"id": number["id"]}],
    }
    answer = client.post(SERVICES_V4, body)
    assert (answer.status_code, answer.json()["code"]) == (409, "inventory.resource_owned")
    assert len(client.get(SERVICES_V4).json()) == 1
    free = client.get(f"{RESOURCES_V4}?value=353890000001").json()[0]
    assert client.post(SERVICES_V4, {**body, "supportingResource": [{"id": free["id"]}]}).status_code == 201
    with database.uow(tenant=fresh_tenant, actor="tester", cause="test") as uow:
        taken = public.find_number(uow, msisdn="353890000001")
    assert taken is not None and taken.state == "in_use"


def test_a_number_may_come_over_the_wire_and_a_sim_may_not(database: Database, fresh_tenant: str) -> None:
    client, _ = opened(database, fresh_tenant)
    body = {
        "name": "Golden",
        "value": "+353 89 777 7777",
        "resourceSpecification": {"id": "res-spec-msisdn"},
        "resourceCharacteristic": [{"name": "pool", "value": "numbers"}],
    }
    made = client.post(RESOURCES_V5, body).json()
    assert (made["value"], made["resourceStatus"]) == ("353897777777", "available")
    assert client.post(RESOURCES_V5, body).status_code == 409
    sim = client.post(RESOURCES_V5, {"name": "SIM", "resourceSpecification": {"id": "res-spec-sim"}})
    assert (sim.status_code, sim.json()["code"]) == (400, "inventory.sim_needs_keys")
    key = client.post(RESOURCES_V5, {"name": "x", "resourceCharacteristic": [{"name": "ki", "value": "00"}]})
    assert (key.status_code, key.json()["path"]) == (400, "resourceCharacteristic[0].name")


def test_keys_are_not_shown_by_any_answer(database: Database, fresh_tenant: str) -> None:
    client, _ = opened(database, fresh_tenant)
    shown = client.get(f"{RESOURCES_V5}?limit=100").text + client.get(f"{RESOURCES_V4}?limit=100").text
    assert "00112233445566778899AABBCCDDEEFF" not in shown.upper() and "tandem1." not in shown

"""Services and subscribers asked for over TMF640 and TMF702 become true on a register, and their monitors say so."""

from __future__ import annotations

from typing import Any

from tandem.kernel import json
from tandem.kernel.steps import Registry, Worker
from tandem.kernel.store import Database
from tandem.oss.activation.http import EXPOSURES
from tandem.oss.activation.steps import STEPS
from tandem.oss.elements import public as elements
from tandem.oss.elements.drivers.osmo_hlr.launch import RunningHlr
from tandem.oss.inventory import public as inventory
from tests.oss.inventory.stock import NUMBERS, iccid, stock
from tests.support.tmf_client import TmfClient, tmf_client

Doc = dict[str, Any]
SERVICES = "/tmf-api/ServiceActivationAndConfiguration/v4"
RESOURCES = "/tmf-api/ResourceActivationAndConfiguration/v4"
IMSI, MSISDN = "001010000000001", "353890000000"


class Network:
    """A stocked tenant in front of a register."""

    def __init__(self, database: Database, tenant: str, hlr: RunningHlr) -> None:
        self.database, self.tenant = database, tenant
        self.client: TmfClient = tmf_client(EXPOSURES, database, tenant)
        with self.uow() as uow:
            stock(uow)
            elements.register_element(
                uow, name="hlr-1", kind="osmo_hlr", address=hlr.address_doc, software=hlr.software
            )

    def uow(self) -> Any:
        return self.database.uow(tenant=self.tenant, actor="tester", cause="test")

    def work(self) -> None:
        """Everything that waits is done."""
        registry = Registry()
        registry.add_steps(STEPS)
        Worker(self.database, registry).drain()

    def attaches(self) -> bool:
        with self.uow() as uow:
            return elements.can_attach(uow, element_id="hlr-1", imsi=IMSI).accepted

    def resource(self, category: str) -> str:
        """The number or SIM that the tests take."""
        with self.uow() as uow:
            found = (
                inventory.find_number(uow, msisdn=MSISDN)
                if category == "number"
                else inventory.find_sim(uow, iccid=iccid(1))
            )
        assert found is not None
        return found.id

    def state_of(self, resource_id: str) -> str | None:
        with self.uow() as uow:
            return inventory.get_resource(uow, resource_id=resource_id).state

    def service(self) -> Doc:
        """An active mobile service is asked for."""
        body = {
            "state": "active",
            "name": "Mobile",
            "serviceSpecification": {"id": "svc-spec-mobile-subscription"},
            "supportingResource": [{"id": self.resource("number")}, {"id": self.resource("sim")}],
        }
        answer = self.client.post(f"{SERVICES}/service", body)
        assert answer.status_code == 201, answer.text
        doc: Doc = answer.json()
        return doc

    def monitors(self, base: str, entity: str) -> list[Doc]:
        found: list[Doc] = self.client.get(f"{base}/monitor?sort=id&sourceHref={entity}").json()
        return found


def test_a_service_becomes_a_subscriber_that_can_attach(database: Database, fresh_tenant: str, hlr: RunningHlr) -> None:
    network = Network(database, fresh_tenant, hlr)
    asked = network.service()
    assert asked["state"] == "reserved"
    source = f"{SERVICES}/service/{asked['id']}"
    assert [one["state"] for one in network.monitors(SERVICES, source)] == ["InProgress"]
    network.work()
    assert network.client.get(source).json()["state"] == "active"
    monitor = network.monitors(SERVICES, source)[0]
    assert (monitor["state"], monitor["response"]["statusCode"]) == ("Completed", "200")
    assert json.loads(monitor["response"]["body"])["subject"] == IMSI
    assert "00112233445566778899AABBCCDDEEFF" not in str(monitor).upper()
    assert network.attaches()
    assert network.state_of(network.resource("number")) == "in_use"
    with network.uow() as uow:
        found = inventory.services_depending_on(uow, resource_id="hlr-1")
    assert [one.id for one in found] == [asked["id"]]


def test_a_barred_service_cannot_attach_and_comes_back(database: Database, fresh_tenant: str, hlr: RunningHlr) -> None:
    network = Network(database, fresh_tenant, hlr)
    source = f"{SERVICES}/service/{network.service()['id']}"
    network.work()
    assert network.client.patch(source, {"state": "inactive"}).json()["state"] == "active"
    refused = network.client.patch(source, {"state": "terminated"})
    assert (refused.status_code, refused.json()["code"]) == (409, "activation.still_in_progress")
    network.work()
    assert network.client.get(source).json()["state"] == "inactive"
    assert not network.attaches()
    network.client.patch(source, {"state": "active"})
    network.work()
    assert network.client.get(source).json()["state"] == "active"
    assert network.attaches()


def test_a_terminated_service_is_gone_from_the_register(database: Database, fresh_tenant: str, hlr: RunningHlr) -> None:
    network = Network(database, fresh_tenant, hlr)
    source = f"{SERVICES}/service/{network.service()['id']}"
    network.work()
    network.client.patch(source, {"state": "terminated"})
    network.work()
    assert network.client.get(source).json()["state"] == "terminated"
    assert not network.attaches()
    assert network.state_of(network.resource("number")) == "quarantined"
    assert network.client.delete(source).status_code == 204


def test_what_the_register_refuses_is_undone_and_told(database: Database, fresh_tenant: str, hlr: RunningHlr) -> None:
    network = Network(database, fresh_tenant, hlr)
    asked = network.service()
    with network.uow() as uow:
        elements.set_administrative_state(uow, element_id="hlr-1", state="locked")
    network.work()
    source = f"{SERVICES}/service/{asked['id']}"
    monitor = network.monitors(SERVICES, source)[0]
    assert (monitor["state"], monitor["response"]["statusCode"]) == ("Failed", "409")
    assert json.loads(monitor["response"]["body"])["code"] == "elements.element_locked"
    assert network.client.get(source).json()["state"] == "terminated"
    assert network.state_of(network.resource("number")) == "available"
    assert network.state_of(network.resource("sim")) == "in_stock"


def test_a_service_without_a_place_on_the_network_is_recorded_at_once(
    database: Database, fresh_tenant: str, hlr: RunningHlr
) -> None:
    network = Network(database, fresh_tenant, hlr)
    body = {"state": "active", "serviceSpecification": {"id": "s"}}
    doc = network.client.post(f"{SERVICES}/service", body).json()
    assert doc["state"] == "active"
    source = f"{SERVICES}/service/{doc['id']}"
    assert network.client.patch(source, {"state": "inactive"}).json()["state"] == "inactive"
    assert [one["state"] for one in network.monitors(SERVICES, source)] == ["Completed", "Completed"]


def test_a_subscriber_is_a_resource_too(database: Database, fresh_tenant: str, hlr: RunningHlr) -> None:
    network = Network(database, fresh_tenant, hlr)
    identity = {"imsi": IMSI, "msisdn": MSISDN, "iccid": iccid(1)}
    body = {
        "@type": "LogicalResource",
        "name": "Subscriber",
        "resourceSpecification": {"id": "res-spec-hlr-subscriber"},
        "resourceCharacteristic": [{"name": name, "value": value} for name, value in identity.items()],
    }
    doc = network.client.post(f"{RESOURCES}/resource", body).json()
    assert doc["administrativeState"] == "locked"
    network.work()
    source = f"{RESOURCES}/resource/{doc['id']}"
    assert network.client.get(source).json()["administrativeState"] == "unlocked"
    assert network.attaches()
    refused = network.client.delete(source)
    assert (refused.status_code, refused.json()["code"]) == (409, "activation.still_on_network")
    network.client.patch(source, {"administrativeState": "shutdown"})
    network.work()
    gone = network.client.get(source).json()
    assert (gone["administrativeState"], gone["operationalState"]) == ("shutdown", "disable")
    assert not network.attaches()
    assert network.client.delete(source).status_code == 204


def test_a_subscriber_without_identity_is_refused(database: Database, fresh_tenant: str, hlr: RunningHlr) -> None:
    network = Network(database, fresh_tenant, hlr)
    body = {"name": "Nobody", "resourceSpecification": {"id": "res-spec-hlr-subscriber"}}
    answer = network.client.post(f"{RESOURCES}/resource", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "activation.identity_incomplete")
    assert network.client.get(f"{RESOURCES}/resource?name=Nobody").json() == []
    with network.uow() as uow:
        assert [level.by_state for level in inventory.pool_levels(uow) if level.pool == NUMBERS] == [{"available": 3}]

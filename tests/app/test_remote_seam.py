"""The thread with the seam remote: two operators' halves as processes of their own, TM Forum APIs between them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tandem.app.network import HLR
from tandem.bss.ordering import public as ordering
from tandem.kernel import json
from tandem.kernel.json import Doc
from tandem.kernel.store.embedded.holder import wait_until
from tandem.oss.elements import public as elements
from tests.support.halves import LIMIT_S, Halves, halves
from tests.support.operator import tell_simulator

pytestmark = pytest.mark.slow

HUB_BASES = ("/serviceOrdering/v4", "/alarm/v4")


@pytest.fixture(scope="module")
def operator(admin_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Halves]:
    with halves(admin_url, tmp_path_factory.mktemp("halves")) as opened:
        yield opened


def product_of(operator: Halves, order: Doc) -> Doc:
    product_id = json.at(order, "productOrderItem[0].product.id")
    found: Doc = operator.bss.call("GET", f"/productInventory/v5/product/{product_id}", role="agent")
    return found


def characteristics(doc: Doc, name: str) -> dict[str, str]:
    return {one["name"]: one["value"] for one in doc.get(name, ())}


def problem_of(order: Doc) -> str | None:
    return next((one["code"] for one in order.get("productOrderErrorMessage", ())), None)


def service_orders_of(operator: Halves, order_id: str) -> list[Doc]:
    found: list[Doc] = operator.oss.call("GET", f"/serviceOrdering/v4/serviceOrder?externalId={order_id}")
    return found


def test_a_plan_ordered_at_one_half_is_delivered_by_the_other(operator: Halves) -> None:
    order = operator.wait_for_state(operator.order(), "completed")
    passed = [one["name"] for one in order["productOrderMilestone"]]
    assert passed == ["reserved", "configured", "verified", "activated", "completed"]
    product = product_of(operator, order)
    msisdn = characteristics(product, "productCharacteristic")["msisdn"]
    assert product["status"] == "active"

    service_id = json.at(product, "realizingService[0].id")
    service = operator.oss.call("GET", f"/serviceInventory/v4/service/{service_id}")
    assert service["state"] == "active"
    given = service_orders_of(operator, order["id"])[0]["serviceOrderItem"][0]["x-facts"]
    assert given["msisdn"] == msisdn
    with operator.oss.database.uow(tenant="corrib", actor="tester", cause="test") as uow:
        held = elements.read_back(uow, element_id=HLR, subject=given["imsi"])
    assert held.attributes is not None
    assert held.attributes["msisdn"] == msisdn
    assert operator.bss.count("inventory_service") == 0
    assert operator.oss.count("subscriptions_product") == 0


def test_orders_wait_for_a_half_that_was_killed_say_so_and_complete(operator: Halves) -> None:
    operator.hlr.kill()
    under_way = operator.order(customer="cust-1002")
    operator.wait_for(under_way, lambda order: problem_of(order) is not None)
    operator.oss.kill()
    placed_meanwhile = operator.order(customer="cust-1003")
    for order_id in (under_way, placed_meanwhile):
        waiting = operator.wait_for(order_id, lambda order: problem_of(order) == "seam.other_half_silent")
        assert waiting["state"] == "inProgress"
        assert waiting["productOrderErrorMessage"][0]["status"] == "waiting"
    operator.reconnect(operator.hlr.start_again())
    operator.oss.start()
    operator.oss.await_ready()
    for order_id in (under_way, placed_meanwhile):
        done = operator.wait_for_state(order_id, "completed")
        assert "productOrderErrorMessage" not in done
        assert product_of(operator, done)["status"] == "active"
        assert len(service_orders_of(operator, order_id)) == 1


def test_an_order_is_called_off_at_both_halves_before_the_point_of_no_return(operator: Halves) -> None:
    operator.hlr.kill()
    order_id = operator.order(customer="cust-1004")
    operator.wait_for(order_id, lambda order: problem_of(order) is not None)
    task = cancel(operator, order_id)
    order = operator.wait_for_state(order_id, "cancelled")
    operator.reconnect(operator.hlr.start_again())
    assert cancellation(operator, task)["state"] == "done"
    assert product_of(operator, order)["status"] == "cancelled"
    assert [one["state"] for one in service_orders_of(operator, order_id)] == ["cancelled"]
    assert operator.oss.count("inventory_pool_item", "state = 'reserved'") == 0


def test_after_the_point_of_no_return_the_other_half_refuses_and_the_order_completes(operator: Halves) -> None:
    operator.oss.kill("worker")
    order_id = operator.order(customer="cust-1004")
    assert wait_until(lambda: bool(service_orders_of(operator, order_id)), limit_s=LIMIT_S)
    work_by_hand_until_configured(operator, order_id)
    task = cancel(operator, order_id)
    assert wait_until(lambda: cancellation(operator, task)["state"] == "terminatedWithError", limit_s=LIMIT_S)
    assert cancellation(operator, task)["x-error"]["code"] == "seam.point_of_no_return"
    operator.oss.start("worker")
    operator.wait_for_state(order_id, "completed")


def test_a_fault_of_the_network_is_felt_by_the_business_half_and_is_over_there_too(operator: Halves) -> None:
    order = operator.wait_for_state(operator.order(customer="cust-1003"), "completed")
    service_id = json.at(product_of(operator, order), "realizingService[0].id")

    def told(name: str) -> list[Doc]:
        return [event for event in operator.bss.events(name) if service_id in event["service_ids"]]

    operator.hlr.kill()
    assert wait_until(lambda: bool(told("seam.ServiceImpacted")), limit_s=LIMIT_S)
    operator.reconnect(operator.hlr.start_again())
    assert wait_until(lambda: bool(told("seam.ServiceImpactEnded")), limit_s=LIMIT_S)
    (begun,), (ended,) = told("seam.ServiceImpacted"), told("seam.ServiceImpactEnded")
    assert (begun["severity"], begun["impact_id"]) == ("outage", ended["impact_id"])
    assert begun["since"] < ended["ended_at"]
    assert wait_until(lambda: told_to(operator, "cust-1003")[-1:] == ["Your service works again"], limit_s=LIMIT_S)
    assert told_to(operator, "cust-1003")[-2:] == ["Your service is interrupted", "Your service works again"]


def test_an_order_held_by_one_half_is_retried_from_the_other(operator: Halves) -> None:
    tell_simulator(operator.hlr.address, "simulated.fault", "refuse,1,msisdn")
    order_id = operator.order(customer="cust-1001")
    held = operator.wait_for_state(order_id, "held")
    assert held["productOrderErrorMessage"][0]["reason"]
    assert [one["state"] for one in service_orders_of(operator, order_id)] == ["held"]
    with operator.bss.database.uow(tenant="corrib", actor="tester", cause="test") as uow:
        ordering.retry_order(uow, order_id=order_id)
    operator.wait_for_state(order_id, "completed")
    assert len(service_orders_of(operator, order_id)) == 1


def test_a_subscription_that_the_other_half_forgot_is_made_anew(operator: Halves) -> None:
    def hubs() -> set[str]:
        return {str(hub["id"]) for base in HUB_BASES for hub in operator.oss.call("GET", f"{base}/hub")}

    forgotten = hubs()
    assert len(forgotten) == 5
    for base in HUB_BASES:
        for hub in operator.oss.call("GET", f"{base}/hub"):
            operator.oss.call("DELETE", f"{base}/hub/{hub['id']}")
    assert wait_until(lambda: len(hubs() - forgotten) == 5, limit_s=LIMIT_S)
    operator.wait_for_state(operator.order(customer="cust-1002"), "completed")


def work_by_hand_until_configured(operator: Halves, order_id: str) -> None:
    """Do the operations half's steps one by one in this process, up to the point of no return."""
    worker = operator.oss.worker_by_hand()

    def step_on() -> bool:
        with operator.oss.database.connection() as connection:
            worker.relay.relay_batch(connection)
            worker.work_once(connection)
        passed = service_orders_of(operator, order_id)[0].get("milestone", ())
        return any(one["name"] == "configured" for one in passed)

    assert wait_until(step_on, limit_s=LIMIT_S)


def told_to(operator: Halves, customer_id: str) -> list[str]:
    """What the business half wrote to a customer, the oldest first."""
    messages = operator.bss.call("GET", "/communicationManagement/v4/communicationMessage?sort=id", role="agent")
    return [one["subject"] for one in messages if json.at(one, "receiver[0].party.id") == customer_id]


def cancel(operator: Halves, order_id: str) -> str:
    wish: Doc = {"productOrder": {"id": order_id, "@type": "ProductOrderRef"}, "cancellationReason": "changed her mind"}
    made = operator.bss.call("POST", "/productOrderingManagement/v5/cancelProductOrder", wish, role="agent")
    return str(made["id"])


def cancellation(operator: Halves, task_id: str) -> Doc:
    found: Doc = operator.bss.call("GET", f"/productOrderingManagement/v5/cancelProductOrder/{task_id}", role="agent")
    return found

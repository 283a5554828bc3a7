"""What TMF641 and TMF652 may change, delete and call off, and when."""

from __future__ import annotations

from typing import Any

import pytest

from tandem.kernel.errors import Conflict, Invalid
from tandem.kernel.json import Doc
from tandem.kernel.store import Stored, Uow
from tandem.oss.provisioning import store
from tandem.oss.provisioning.commands import standard
from tandem.oss.provisioning.commands.standard import OrderStillOpen
from tandem.oss.provisioning.terms import NotHeld, OrderIsFinal
from tandem.seam.terms import PointOfNoReturnPassed
from tests.oss.provisioning import placing


def test_one_external_id_makes_one_order(uow: Uow) -> None:
    first = placing.service_order(uow, externalId="web-1")
    again = placing.service_order(uow, externalId="web-1")
    assert (again.id, again.doc["state"]) == (first.id, "acknowledged")
    assert placing.service_order(uow, externalId="web-2").id != first.id


def test_a_client_does_not_say_in_which_state_an_order_begins(uow: Uow) -> None:
    with pytest.raises(Invalid) as refused:
        placing.service_order(uow, state="completed")
    assert (refused.value.path, refused.value.error_code) == ("state", "tmf.server_set_attribute")


def test_a_description_can_be_changed_at_any_time(uow: Uow) -> None:
    order = placing.service_order(uow)
    for state in ("inProgress", "completed"):
        order = placing.moved(uow, store.SERVICE_ORDERS, order, state)
        order = standard.patch_service_order(uow, order, {**order.doc, "description": state})
        assert (order.doc["description"], order.doc["state"]) == (state, state)


def test_items_stand_once_the_order_is_under_way(uow: Uow) -> None:
    order = placing.service_order(uow)
    others = [{**item, "quantity": 1} for item in order.doc["serviceOrderItem"]]
    order = standard.patch_service_order(uow, order, {**order.doc, "serviceOrderItem": others})
    assert order.doc["serviceOrderItem"] == others
    begun = placing.moved(uow, store.SERVICE_ORDERS, order, "inProgress")
    with pytest.raises(OrderIsFinal) as refused:
        standard.patch_service_order(uow, begun, {**begun.doc, "serviceOrderItem": [others[0], others[0]]})
    assert refused.value.path == "serviceOrderItem"
    assert store.SERVICE_ORDERS.get(uow, order.id).version == begun.version


def test_making_a_held_order_in_progress_tries_it_again(uow: Uow) -> None:
    order = placing.moved(uow, store.SERVICE_ORDERS, placing.service_order(uow), "inProgress")
    store.add_plan(uow, order.id, ())
    held = placing.moved(uow, store.SERVICE_ORDERS, order, "held")
    tried = standard.patch_service_order(uow, held, {**held.doc, "state": "inProgress"})
    assert tried.doc["state"] == "inProgress"


@pytest.mark.parametrize("state", ["completed", "cancelled", "held"])
def test_a_client_moves_an_order_to_no_other_state(uow: Uow, state: str) -> None:
    order = placing.service_order(uow)
    with pytest.raises(Invalid) as refused:
        standard.patch_service_order(uow, order, {**order.doc, "state": state})
    assert refused.value.path == "state"
    with pytest.raises(NotHeld):
        standard.patch_service_order(uow, order, {**order.doc, "state": "inProgress"})
    assert store.SERVICE_ORDERS.get(uow, order.id).version == order.version


@pytest.mark.parametrize("state", ["acknowledged", "inProgress", "held"])
def test_an_order_under_way_is_not_deleted(uow: Uow, state: str) -> None:
    order = placing.service_order(uow)
    order = order if state == "acknowledged" else placing.moved(uow, store.SERVICE_ORDERS, order, state)
    with pytest.raises(OrderStillOpen):
        standard.delete_service_order(uow, order)
    assert store.SERVICE_ORDERS.exists(uow, order.id)


def test_an_order_that_has_ended_is_deleted(uow: Uow) -> None:
    order = placing.moved(uow, store.SERVICE_ORDERS, placing.service_order(uow), "completed")
    standard.delete_service_order(uow, order)
    assert not store.SERVICE_ORDERS.exists(uow, order.id)


def test_an_order_without_a_plan_is_called_off_at_once(uow: Uow) -> None:
    order = placing.service_order(uow)
    task = standard.cancel_service_order(uow, {"serviceOrder": {"id": order.id}, "cancellationReason": "changed"})
    after = store.SERVICE_ORDERS.get(uow, order.id).doc
    assert (task.doc["state"], after["state"], after["cancellationReason"]) == ("done", "cancelled", "changed")
    assert after["serviceOrderItem"][0]["state"] == "cancelled"


@pytest.mark.parametrize(
    ("state", "task", "code"),
    [("completed", "pending", OrderIsFinal.code), ("inProgress", "done", PointOfNoReturnPassed.code)],
)
def test_a_cancellation_that_comes_too_late_says_why(uow: Uow, state: str, task: str, code: str) -> None:
    order = placing.service_order(uow)
    placing.planned(uow, order, {"1.configure": task})
    placing.moved(uow, store.SERVICE_ORDERS, order, state)
    asked = standard.cancel_service_order(uow, {"serviceOrder": {"id": order.id}})
    assert (asked.doc["state"], asked.doc["errorMessage"]["code"]) == ("terminatedWithError", code)
    assert store.SERVICE_ORDERS.get(uow, order.id).doc["state"] == state


def test_a_resource_order_that_no_pool_can_meet_is_rejected_whole(uow: Uow) -> None:
    order = standard.place_resource_order(uow, {"orderItem": [resource_item("res-spec-port")]})
    assert (order.doc["state"], order.doc["orderItem"][0]["state"]) == ("rejected", "rejected")
    assert "res-spec-port" in order.doc["note"][0]["text"]


def resource_item(specification: str, **more: Any) -> Doc:
    return {"id": "1", "action": "add", "resourceSpecification": {"id": specification}, **more}


def test_the_resource_order_of_a_service_order_is_not_called_off_by_itself(uow: Uow) -> None:
    of_service = store.RESOURCE_ORDERS.add(uow, {"category": "serviceOrder", "state": "inProgress", "orderItem": []})
    asked = standard.cancel_resource_order(uow, {"resourceOrder": {"id": of_service.id}})
    assert asked.doc["state"] == "terminatedWithError"
    with pytest.raises(Conflict):
        standard.delete_resource_order(uow, of_service)


def test_a_resource_order_keeps_its_items_once_it_is_decided(uow: Uow) -> None:
    order: Stored = standard.place_resource_order(uow, {"orderItem": [resource_item("res-spec-port")]})
    changed = standard.patch_resource_order(uow, order, {**order.doc, "description": "noted"})
    assert changed.doc["description"] == "noted"
    with pytest.raises(OrderIsFinal):
        standard.patch_resource_order(uow, changed, {**changed.doc, "orderItem": []})
    standard.delete_resource_order(uow, changed)
    assert not store.RESOURCE_ORDERS.exists(uow, order.id)

"""A mobile plan from order to active on the register; and what happens when it does not go well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tandem.app.network import HLR
from tandem.bss.ordering import public as ordering
from tandem.bss.ordering.terms import NotInFallout, NumberNotFree, OfferingNotSellable, OrderIsFinal
from tandem.bss.subscriptions import public as subscriptions
from tandem.oss.elements import public as elements
from tandem.oss.inventory import public as inventory
from tandem.oss.provisioning import public as provisioning
from tests.support.operator import Operator, operator, order_doc


@pytest.fixture
def story(admin_url: str, tmp_path: Path) -> Iterator[Operator]:
    with operator(admin_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def real_story(admin_url: str, tmp_path: Path) -> Iterator[Operator]:
    with operator(admin_url, tmp_path, hlr="real") as opened:
        yield opened


def pool(story: Operator, name: str) -> dict[str, int]:
    with story.uow() as uow:
        return next(dict(level.by_state) for level in inventory.pool_levels(uow) if level.pool == name)


def test_a_plan_is_delivered_and_every_link_holds(story: Operator) -> None:
    order = story.settle_order(story.order().id, "completed")
    assert [name for name, _ in order.milestones] == ["reserved", "configured", "verified", "completed"]
    assert (order.problem, order.is_final) == (None, True)
    with story.uow() as uow:
        (product,) = subscriptions.products_of_customer(uow, customer_id="cust-1001")
        service = inventory.find_service_by_number(uow, msisdn=product.msisdn or "")
        assert service is not None
        assert (product.status, service.state) == ("active", "active")
        assert [found.product_id for found in subscriptions.products_of_services(uow, service_ids=[service.id])] == [
            product.product_id
        ]
        imsi = next(
            str(resource.characteristics["imsi"])
            for resource in inventory.list_resources_of(uow, service_id=service.id)
            if resource.specification_id == "res-spec-hlr-subscriber"
        )
        held = elements.read_back(uow, element_id=HLR, subject=imsi)
    assert held.attributes is not None
    assert held.attributes["msisdn"] == product.msisdn
    assert pool(story, "mobile-numbers") == {"available": 499, "in_use": 1}
    assert pool(story, "sim-cards") == {"in_stock": 499, "active": 1}


@pytest.mark.hlr
def test_on_the_real_register_a_phone_attaches_and_suspend_refuses_it(real_story: Operator) -> None:
    story = real_story
    order = story.settle_order(story.order().id, "completed")
    with story.uow() as uow:
        (product,) = subscriptions.products_of_customer(uow, customer_id="cust-1001")
        plan = provisioning.get_plan(uow, service_order_id=provisioning.order_of_request(uow, external_id=order.id).id)
        imsi = next(str(task.answer["imsi"]) for task in plan.tasks if task.kind == "build")
        attached = elements.can_attach(uow, element_id=HLR, imsi=imsi)
    assert (attached.accepted, attached.vectors > 0, attached.msisdn) == (True, True, product.msisdn)
    suspend = order_doc()
    suspend["productOrderItem"] = [
        {"id": "1", "action": "modify", "product": {"id": product.product_id, "status": "suspended"}}
    ]
    with story.uow() as uow:
        suspended = ordering.place_product_order(uow, order=suspend)
    story.settle_order(suspended.id, "completed")
    with story.uow() as uow:
        refused = elements.can_attach(uow, element_id=HLR, imsi=imsi)
        (product,) = subscriptions.products_of_customer(uow, customer_id="cust-1001")
    assert (refused.accepted, product.status) == (False, "suspended")


def test_an_end_is_ordered_and_the_number_rests(story: Operator) -> None:
    story.settle_order(story.order().id, "completed")
    with story.uow() as uow:
        (product,) = subscriptions.products_of_customer(uow, customer_id="cust-1001")
        end = order_doc()
        end["productOrderItem"] = [{"id": "1", "action": "delete", "product": {"id": product.product_id}}]
        ended = ordering.place_product_order(uow, order=end)
    story.settle_order(ended.id, "completed")
    with story.uow() as uow:
        (product,) = subscriptions.products_of_customer(uow, customer_id="cust-1001")
    assert product.status == "terminated"
    assert pool(story, "mobile-numbers") == {"available": 499, "quarantined": 1}


@pytest.mark.parametrize("fault", ["refuse", "wrong-read-back"])
def test_a_failed_step_is_rolled_back_and_a_retry_from_fall_out_completes(story: Operator, fault: str) -> None:
    story.fault(f"{fault},1,msisdn")
    order_id = story.order().id
    held = story.settle_order(order_id, "held")
    assert held.problem is not None
    assert held.problem.reason and held.problem.next_action and not held.problem.waits
    assert pool(story, "mobile-numbers") == {"available": 500}
    assert pool(story, "sim-cards") == {"in_stock": 500}
    with story.uow() as uow:
        waiting, total = ordering.fallout(uow)
        assert ([order.id for order in waiting], total) == ([order_id], 1)
        ordering.retry_order(uow, order_id=order_id)
    story.settle_order(order_id, "completed")
    assert pool(story, "mobile-numbers") == {"available": 499, "in_use": 1}
    with story.uow() as uow:
        assert len(subscriptions.products_of_customer(uow, customer_id="cust-1001")) == 1
        with pytest.raises(NotInFallout):
            ordering.retry_order(uow, order_id=order_id)


def test_an_order_waits_while_the_register_is_silent_says_so_and_completes(story: Operator) -> None:
    story.hlr.kill()
    order_id = story.order().id
    story.settle(lambda: (problem := story.order_of(order_id).problem) is not None and problem.waits)
    waiting = story.order_of(order_id)
    assert waiting.state == "inProgress"
    assert waiting.problem is not None and waiting.problem.reason == "hlr-1 does not answer at the moment"
    story.reconnect(story.hlr.start_again())
    done = story.settle_order(order_id, "completed")
    assert done.problem is None


def test_a_customer_cancels_before_the_point_of_no_return(story: Operator) -> None:
    story.hlr.kill()
    order_id = story.order().id
    story.settle(lambda: story.order_of(order_id).problem is not None)
    with story.uow() as uow:
        ordering.cancel_order(uow, order_id=order_id, reason="changed her mind")
    story.settle_order(order_id, "cancelled")
    with story.uow() as uow:
        (product,) = subscriptions.products_of_customer(uow, customer_id="cust-1001")
        assert product.status == "cancelled"
        with pytest.raises(OrderIsFinal):
            ordering.cancel_order(uow, order_id=order_id, reason="again")
    assert pool(story, "mobile-numbers") == {"available": 500}


def test_after_the_point_of_no_return_a_cancellation_is_refused_and_the_order_completes(story: Operator) -> None:
    order_id = story.order().id
    with story.database.connection() as connection:
        while not any(name == "configured" for name, _ in story.order_of(order_id).milestones):
            story.worker.relay.relay_batch(connection)
            story.worker.work_once(connection)
    with story.uow() as uow:
        task_id = ordering.cancel_order(uow, order_id=order_id, reason="too late")
    story.settle_order(order_id, "completed")
    with story.uow() as uow:
        task = uow.one("select doc from ordering_cancel_product_order where id = %s", (task_id,))
    assert task is not None and task["doc"]["state"] == "terminatedWithError"


def test_what_cannot_be_sold_is_refused_and_nothing_is_kept(story: Operator) -> None:
    with story.uow() as uow:
        uow.execute(
            "update catalog_product_offering set doc = jsonb_set(doc, '{lifecycleStatus}', '\"Retired\"'), "
            "lifecycle_status = 'Retired' where id = 'offer-flex-20'"
        )
    with pytest.raises(OfferingNotSellable) as refused:
        story.order("offer-flex-20")
    assert refused.value.path == "productOrderItem[0].productOffering"
    taken = story.settle_order(story.order(msisdn="353890000007").id, "completed")
    assert taken.state == "completed"
    with pytest.raises(NumberNotFree):
        story.order(customer="cust-1002", msisdn="353890000007")
    assert story.count("ordering_product_order") == 1


def test_twenty_orders_at_once_take_twenty_numbers(story: Operator) -> None:
    orders = [story.order(customer=f"cust-100{number % 4 + 1}").id for number in range(20)]
    story.worker.start()
    story.settle(lambda: all(story.order_of(order_id).state == "completed" for order_id in orders))
    story.worker.stop()
    assert pool(story, "mobile-numbers") == {"available": 480, "in_use": 20}
    assert story.count("subscriptions_product", "status = 'active'") == 20
    with story.uow() as uow:
        numbers = uow.all("select distinct identifier from subscriptions_identifier")
    assert sum(row["identifier"].startswith("imsi:") for row in numbers) == 20
    assert len(numbers) == 40

"""The worker is killed in the middle of each step of an order, and after each: one subscriber, one product, one number.

A killed worker leaves its transaction, and nothing else; what it did on the register is found there by the next try.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tandem.app.network import HLR
from tandem.bss.subscriptions import public as subscriptions
from tandem.oss.elements import public as elements
from tandem.oss.inventory import public as inventory
from tests.support.operator import TENANT, Operator, operator
from tests.support.shared import ROOT

KILLED = -9
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def story(admin_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    with operator(admin_url, tmp_path_factory.mktemp("operator")) as opened:
        yield opened


def work_and_die(story: Operator, mode: str, number: int) -> int:
    """Let another process work on what waits until it is killed. Returns its exit code."""
    command = [sys.executable, "-m", "tests.support.mortal_worker", story.database.url, str(story.settings.data)]
    return subprocess.run([*command, mode, str(number)], cwd=ROOT, check=False, timeout=60).returncode


def require_exactly(story: Operator, orders: int) -> None:
    """As many products, numbers, SIMs, services and subscribers as orders, each linked both ways, and nothing waits."""
    with story.uow() as uow:
        products = subscriptions.products_of_customer(uow, customer_id="cust-1001")
        levels = {level.pool: dict(level.by_state) for level in inventory.pool_levels(uow)}
        assert len(products) == orders
        assert {product.status for product in products} == {"active"}
        assert len({product.msisdn for product in products}) == orders
        assert levels["mobile-numbers"] == {"available": 500 - orders, "in_use": orders}
        assert levels["sim-cards"] == {"in_stock": 500 - orders, "active": orders}
        services = inventory.list_services_of_party(uow, party_id="cust-1001")
        assert len(services) == orders
        subjects = {
            str(resource.characteristics["imsi"])
            for service in services
            for resource in inventory.list_resources_of(uow, service_id=service.id)
            if resource.specification_id == "res-spec-hlr-subscriber"
        }
        held = [elements.read_back(uow, element_id=HLR, subject=imsi) for imsi in subjects]
        assert {state.attributes["msisdn"] for state in held if state.attributes} == {p.msisdn for p in products}
        dead = uow.one("select count(*) as n from kernel_step where tenant = %s and state = 'dead'", (TENANT,))
        assert dead == {"n": 0}


@pytest.mark.parametrize("mode", ["within", "after"])
def test_an_order_survives_a_kill_at_every_step(story: Operator, mode: str) -> None:
    number, orders = 0, story.count("ordering_product_order")
    while True:
        number += 1
        order_id = story.order().id
        orders += 1
        code = work_and_die(story, mode, number)
        story.settle_order(order_id, "completed")
        story.settle()
        require_exactly(story, orders)
        if code != KILLED:
            break
    assert number > 12, "the order has more steps than that; the worker was not killed at each"

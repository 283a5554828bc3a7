"""Finding service orders, and what a person sees of one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tandem.kernel.json import Doc
from tandem.kernel.period import text_of
from tandem.kernel.store import Uow
from tandem.oss.provisioning import public as provisioning
from tandem.oss.provisioning import store
from tandem.oss.provisioning.rules.plan import PlannedTask
from tandem.oss.provisioning.store import Outcome
from tandem.oss.provisioning.terms import OrderFilter, OrderNotFound

FIRST = datetime(2026, 10, 12, 9, 0, tzinfo=UTC)


def keep(uow: Uow, order_id: str, state: str, hours: int, **changes: object) -> None:
    """A service order that stands there."""
    doc: Doc = {
        "id": order_id,
        "state": state,
        "externalId": f"PO-{order_id}",
        "orderDate": text_of(FIRST + timedelta(hours=hours)),
        "relatedParty": [{"id": "cust-1", "role": "customer"}],
        "serviceOrderItem": [
            {"id": "1", "action": "add", "service": {"serviceSpecification": {"id": "svc-spec-mobile"}}}
        ],
        **changes,
    }
    store.SERVICE_ORDERS.add(uow, doc)


@pytest.fixture
def orders(uow: Uow) -> Uow:
    keep(uow, "a", "completed", 0, completionDate=text_of(FIRST + timedelta(hours=5)))
    keep(uow, "b", "held", 1, errorMessage=[{"code": "pool.empty", "reason": "empty", "message": "fill it"}])
    keep(uow, "c", "inProgress", 2)
    return uow


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (None, ["c", "b", "a"]),
        (OrderFilter(states=("held", "completed"), descending=False), ["a", "b"]),
        (OrderFilter(text="po-B"), ["b"]),
        (OrderFilter(sort="completion_date"), ["a", "c", "b"]),
        (OrderFilter(since=FIRST + timedelta(hours=1), until=FIRST + timedelta(hours=2)), ["b"]),
    ],
)
def test_orders_are_found(orders: Uow, wanted: OrderFilter | None, found: list[str]) -> None:
    page, total = provisioning.list_orders(orders, wanted=wanted)
    assert ([order.id for order in page], total) == (found, len(found))


def test_an_order_reads_as_a_person_sees_it(orders: Uow) -> None:
    order = provisioning.get_order(orders, service_order_id="b")
    assert (order.customer_id, order.external_id, order.wants) == ("cust-1", "PO-b", (("add", "svc-spec-mobile"),))
    assert (order.problem or {})["message"] == "fill it"
    assert (order.taken_at, order.ended_at, order.is_final) == (FIRST + timedelta(hours=1), None, False)
    assert provisioning.get_order(orders, service_order_id="a").ended_at == FIRST + timedelta(hours=5)
    with pytest.raises(OrderNotFound):
        provisioning.get_order(orders, service_order_id="z")


def test_a_plan_says_when_it_is_too_late_and_keeps_what_failed(orders: Uow) -> None:
    store.add_plan(orders, "c", [PlannedTask("1.configure", "1", "configure"), PlannedTask("1.verify", "1", "verify")])
    assert provisioning.get_plan(orders, service_order_id="c").past_no_return is False
    store.save_outcome(orders, "c", "1.configure", Outcome("done"))
    assert provisioning.get_plan(orders, service_order_id="c").past_no_return is True
    store.save_outcome(orders, "c", "1.verify", Outcome("failed", problem={"reason": "differs"}))
    store.save_outcome(orders, "c", "1.verify", Outcome("undone"))
    (_configure, verify) = provisioning.get_plan(orders, service_order_id="c").tasks
    assert (verify.state, verify.problem) == ("undone", {"reason": "differs"})

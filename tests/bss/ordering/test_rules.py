"""What an order may ask, what is asked of the network for it, and how it stands after each news."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.bss.ordering import lifecycle
from tandem.bss.ordering.rules import asking, checks, decompose, progress, reading
from tandem.bss.ordering.rules.decompose import ItemNeeds
from tandem.bss.ordering.terms import NewOrder, OrderRefused
from tandem.kernel.json import Doc
from tandem.kernel.state import IllegalTransition
from tandem.seam.terms import Problem, ServiceItemProgress, ServiceOrderProgressed

NOW = datetime(2026, 10, 12, 9, 0, tzinfo=UTC)
NOW_TEXT = "2026-10-12T09:00:00Z"
WAITS = Problem(code="elements.timeout", reason="it does not answer", next_action="nothing to do")


def item(item_id: str = "1", action: str = "add", **more: Any) -> Doc:
    return {"id": item_id, "action": action, "productOffering": {"id": "offer-max-100"}, **more}


def order(*items: Doc, state: str = "inProgress", **more: Any) -> Doc:
    placed = [{"state": "inProgress", **one} for one in items or (item(),)]
    return {"id": "o1", "state": state, "productOrderItem": placed, **more}


def news(state: str, items: dict[str, str] | None = None, **more: Any) -> ServiceOrderProgressed:
    told = tuple(ServiceItemProgress(item_id=name, state=each) for name, each in (items or {}).items())  # type: ignore[arg-type]
    return ServiceOrderProgressed(service_order_id="s1", external_id="o1", state=state, items=told, **more)  # type: ignore[arg-type]


# -- checks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ({"productOrderItem": []}, "productOrderItem"),
        ({"productOrderItem": [item(), item()]}, "productOrderItem[1].id"),
        ({"productOrderItem": [item(quantity=2)]}, "productOrderItem[0].quantity"),
        ({"productOrderItem": [item(quantity=0)]}, "productOrderItem[0].quantity"),
        ({"productOrderItem": [item(productOffering={})]}, "productOrderItem[0].productOffering"),
        ({"productOrderItem": [item(action="delete")]}, "productOrderItem[0].product.id"),
        ({"productOrderItem": [item(action="modify", product={"name": "Max"})]}, "productOrderItem[0].product.id"),
        ({"productOrderItem": [item(productOrderItem=[item()])]}, "productOrderItem[1].id"),
    ],
)
def test_an_order_that_contradicts_itself_is_refused_with_the_place(asked: Doc, path: str) -> None:
    with pytest.raises(OrderRefused) as refused:
        checks.require_sound(asked)
    assert refused.value.path == path


def test_what_names_its_offering_or_its_product_is_sound() -> None:
    checks.require_sound(
        {
            "productOrderItem": [
                item("1", product={"productOffering": {"id": "offer"}}, productOffering={}),
                item("2", action="delete", product={"id": "p1"}),
                item("3", action="noChange"),
                item("4", quantity=1, productOrderItem=[item("5")]),
            ]
        }
    )


# -- decomposition ----------------------------------------------------------------------------------------------------


def test_an_offering_of_two_services_asks_for_both_and_each_leads_back_to_its_item() -> None:
    wished = item(product={"productCharacteristic": [{"name": "msisdn", "value": "353209110001"}]})
    placed = order(wished, description="Hers", requestedStartDate=NOW_TEXT)
    asked = decompose.service_request(placed, "cust-1", [ItemNeeds(wished, ("svc-mobile", "svc-mail"))])
    assert asked is not None
    assert (asked.external_id, asked.customer_reference, asked.description) == ("o1", "cust-1", "Hers")
    assert asked.requested_start_at == NOW
    assert [(one.item_id, one.action, one.specification_id, one.state) for one in asked.items] == [
        ("1/0", "add", "svc-mobile", "active"),
        ("1/1", "add", "svc-mail", "active"),
    ]
    assert asked.items[0].characteristics == {"msisdn": "353209110001"}
    assert {decompose.product_item_id(one.item_id) for one in asked.items} == {"1"}


@pytest.mark.parametrize(
    ("action", "status", "expected"),
    [
        ("delete", None, ("delete", "terminated")),
        ("modify", "suspended", ("modify", "inactive")),
        ("modify", "active", ("modify", "active")),
        ("modify", None, ("modify", "active")),
    ],
)
def test_a_change_asks_the_services_of_the_product_for_another_state(
    action: str, status: str | None, expected: tuple[str, str]
) -> None:
    product: Doc = {"id": "p1", **({"status": status} if status else {})}
    changed = item(action=action, product=product)
    asked = decompose.service_request(order(changed), "cust-1", [ItemNeeds(changed, services=(("s1", "svc-mobile"),))])
    assert asked is not None
    (one,) = asked.items
    assert (one.service_id, one.specification_id, one.action, one.state) == ("s1", "svc-mobile", *expected)


def test_an_order_that_needs_nothing_of_the_network_asks_nothing() -> None:
    assert decompose.service_request(order(), "cust-1", [ItemNeeds(item(action="noChange")), ItemNeeds(item())]) is None


def test_what_a_desk_asks_for_is_read_back_from_the_order() -> None:
    new = NewOrder(
        customer_id="cust-1", offering_id="offer-max-100", billing_account_id="acc-1", wished={"msisdn": "353"}
    )
    doc = asking.order_of(new)
    (one,) = reading.items_of(doc)
    assert (reading.customer_of(doc), reading.billing_account_of(doc, one)) == ("cust-1", "acc-1")
    assert (reading.offering_of(one), reading.characteristics_of(one)) == ("offer-max-100", {"msisdn": "353"})
    checks.require_sound(doc)


# -- progress ---------------------------------------------------------------------------------------------------------


def test_a_new_order_and_its_items_are_acknowledged_as_deep_as_they_nest() -> None:
    taken = progress.acknowledged({"productOrderItem": [item(productOrderItem=[item("2")])]}, NOW)
    assert (taken["state"], taken["creationDate"]) == ("acknowledged", NOW_TEXT)
    assert [one["state"] for one in reading.items_of(taken)] == ["acknowledged", "acknowledged"]
    draft = progress.acknowledged({"requestedInitialState": "draft", "productOrderItem": [item()]}, NOW)
    assert draft["state"] == "draft"


def test_a_milestone_is_kept_once_and_moves_no_state() -> None:
    once = progress.progressed(order(), news("inProgress", milestone="reserved"), NOW)
    twice = progress.progressed(once, news("inProgress", milestone="reserved"), NOW)
    assert twice["productOrderMilestone"] == [
        {
            "@type": "ProductOrderMilestone",
            "id": "reserved",
            "name": "reserved",
            "status": "Completed",
            "milestoneDate": NOW_TEXT,
        }
    ]
    assert twice["state"] == "inProgress"


def test_an_order_that_waits_says_why_and_forgets_it_when_it_goes_on() -> None:
    waiting = progress.progressed(order(), news("inProgress", milestone="waiting", problem=WAITS), NOW)
    (message,) = waiting["productOrderErrorMessage"]
    assert (message["code"], message["status"], waiting["state"]) == ("elements.timeout", "waiting", "inProgress")
    assert "productOrderMilestone" not in waiting
    gone_on = progress.progressed(waiting, news("inProgress", milestone="reserved"), NOW)
    assert "productOrderErrorMessage" not in gone_on


def test_an_order_that_is_held_says_what_to_do() -> None:
    held = progress.progressed(order(), news("held", {"1/0": "held"}, problem=WAITS), NOW)
    assert (held["state"], held["productOrderItem"][0]["state"]) == ("held", "held")
    assert held["productOrderErrorMessage"][0]["message"] == "nothing to do"


def test_an_item_is_completed_once_all_its_services_are() -> None:
    half = progress.progressed(order(), news("inProgress", {"1/0": "completed", "1/1": "inProgress"}), NOW)
    assert half["productOrderItem"][0]["state"] == "inProgress"
    whole = progress.progressed(half, news("completed", {"1/0": "completed", "1/1": "completed"}), NOW)
    assert (whole["productOrderItem"][0]["state"], whole["completionDate"]) == ("completed", NOW_TEXT)


def test_nested_items_follow_the_network_and_get_their_products() -> None:
    placed = order(item(productOrderItem=[item("2", state="inProgress")]))
    moved = progress.progressed(placed, news("held", {"2/0": "held"}, problem=WAITS), NOW)
    assert [one["state"] for one in reading.items_of(moved)] == ["inProgress", "held"]
    made = progress.with_products(placed, [("1", "p1"), ("2", "p2")])
    assert [reading.product_of(one) for one in reading.items_of(made)] == ["p1", "p2"]
    done = progress.delivered(placed, NOW)
    assert [done["state"], *(one["state"] for one in reading.items_of(done))] == ["completed"] * 3


def test_news_for_an_order_that_has_ended_changes_nothing() -> None:
    ended = order(state="cancelled")
    assert progress.progressed(ended, news("completed", {"1/0": "completed"}), NOW) is ended


def test_while_a_cancellation_is_assessed_only_the_end_moves_the_order() -> None:
    assessed = order(state="assessingCancellation")
    assert progress.progressed(assessed, news("inProgress"), NOW)["state"] == "assessingCancellation"
    assert progress.progressed(assessed, news("completed"), NOW)["state"] == "completed"
    assert progress.progressed(assessed, news("cancelled"), NOW)["state"] == "cancelled"


def test_a_rejected_order_says_where_the_fault_is() -> None:
    placed = order(item(state="acknowledged"), state="acknowledged")
    refused = progress.rejected(placed, code="ordering.x", reason="closed", path="productOrderItem[0]", at=NOW)
    assert (refused["state"], refused["productOrderItem"][0]["state"]) == ("rejected", "rejected")
    assert refused["productOrderErrorMessage"][0]["message"] == "at productOrderItem[0]"


def test_a_move_that_the_table_has_not_is_refused() -> None:
    with pytest.raises(IllegalTransition):
        progress.moved_to(order(state="completed"), "inProgress")


# -- along the tables -------------------------------------------------------------------------------------------------

STATES = sorted(lifecycle.PRODUCT_ORDER.states)
TOLD = sorted(lifecycle.PRODUCT_ORDER.states - {"draft"})


@given(st.sampled_from(STATES), st.lists(st.tuples(st.sampled_from(TOLD), st.sampled_from(TOLD)), max_size=8))
def test_whatever_the_network_says_states_move_only_along_the_tables(start: str, told: list[tuple[str, str]]) -> None:
    doc = order(item(state="acknowledged"), state=start)
    for state, item_state in told:
        after = progress.progressed(doc, news(state, {"1/0": item_state}), NOW)
        before_item, after_item = doc["productOrderItem"][0]["state"], after["productOrderItem"][0]["state"]
        assert reachable(lifecycle.PRODUCT_ORDER.edges, doc["state"], after["state"])
        assert reachable(lifecycle.PRODUCT_ORDER_ITEM.edges, before_item, after_item)
        doc = after


def reachable(edges: Any, start: str, end: str) -> bool:
    """Whether a table leads from one state to another, or they are the same."""
    seen, ahead = {start}, [start]
    while ahead:
        fresh = set(edges.get(ahead.pop(), ())) - seen
        seen |= fresh
        ahead += fresh
    return end in seen


@given(st.sampled_from(STATES), st.sampled_from(STATES))
def test_the_shortest_way_is_made_of_edges(start: str, end: str) -> None:
    way = progress.path_to(lifecycle.PRODUCT_ORDER, start, end)
    assert all(lifecycle.PRODUCT_ORDER.allows(a, b) for a, b in zip([start, *way], way, strict=False))
    assert bool(way) == (start != end and reachable(lifecycle.PRODUCT_ORDER.edges, start, end))

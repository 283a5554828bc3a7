"""What may be changed of an order, and deleted, and when; nothing is kept and nobody told of what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tandem.bss.catalog import seed as catalog
from tandem.bss.ordering import commands, lifecycle, store
from tandem.bss.ordering.terms import OrderIsFinal, OrderRefused
from tandem.kernel.json import Doc
from tandem.kernel.store import Stored, Uow

ITEM: Doc = {"id": "1", "action": "add", "productOffering": {"id": catalog.MAX_100}}


@pytest.fixture
def sale(uow: Uow) -> Uow:
    """A tenant that sells the demonstration operator's plans."""
    catalog.seed(uow)
    return uow


def placed(uow: Uow, **more: Any) -> Stored:
    return commands.place_product_order(uow, {"productOrderItem": [dict(ITEM)], **more})


def in_state(uow: Uow, state: str) -> Stored:
    """An order as if work had brought it there."""
    order = placed(uow)
    return store.PRODUCT_ORDERS.save(uow, order.id, {**order.doc, "state": state})


def asked(uow: Uow, order: Stored) -> list[str]:
    """The steps that wait for an order."""
    uow.flush()
    rows = uow.all(
        "select kind from kernel_step where tenant = %s and payload ->> 'order' = %s and state = 'ready' order by id",
        (uow.tenant, order.id),
    )
    return [row["kind"] for row in rows]


def patched(uow: Uow, order: Stored, **changes: Any) -> Stored:
    return commands.patch_product_order(uow, order, {**order.doc, **changes})


def test_a_new_order_is_asked_to_start_and_a_draft_is_not(sale: Uow) -> None:
    assert asked(sale, placed(sale)) == [commands.START]
    draft = placed(sale, requestedInitialState="draft")
    assert (draft.doc["state"], asked(sale, draft)) == ("draft", [])


def test_a_client_does_not_say_in_which_state_an_order_begins(sale: Uow) -> None:
    with pytest.raises(OrderRefused) as refused:
        placed(sale, state="completed")
    assert (refused.value.path, refused.value.error_code) == ("state", "tmf.server_set_attribute")
    assert store.PRODUCT_ORDERS.count(sale, "true", ()) == 0


def test_a_draft_may_be_changed_and_is_placed_by_making_it_acknowledged(sale: Uow) -> None:
    draft = placed(sale, requestedInitialState="draft")
    changed = patched(sale, draft, productOrderItem=[{**ITEM, "id": "2", "state": "acknowledged"}])
    assert changed.doc["productOrderItem"][0]["id"] == "2"
    with pytest.raises(OrderRefused):
        patched(sale, changed, productOrderItem=[])
    done = patched(sale, changed, state="acknowledged")
    assert (done.doc["state"], asked(sale, done)) == ("acknowledged", [commands.START])


def test_items_stand_once_the_order_is_under_way(sale: Uow) -> None:
    order = placed(sale)
    described = patched(sale, order, description="for her mother")
    assert described.doc["description"] == "for her mother"
    with pytest.raises(OrderIsFinal) as refused:
        patched(sale, described, productOrderItem=[{**described.doc["productOrderItem"][0], "quantity": 1}])
    assert refused.value.path == "productOrderItem"
    assert store.PRODUCT_ORDERS.get(sale, order.id).version == described.version


def test_making_a_held_order_in_progress_tries_it_again(sale: Uow) -> None:
    held = in_state(sale, "held")
    tried = patched(sale, held, state="inProgress")
    assert tried.doc["state"] == "inProgress"
    assert asked(sale, held)[-1] == commands.RETRY


@pytest.mark.parametrize(
    ("present", "wanted"), [("acknowledged", "completed"), ("inProgress", "held"), ("held", "failed")]
)
def test_a_client_moves_an_order_to_no_other_state(sale: Uow, present: str, wanted: str) -> None:
    order = in_state(sale, present)
    with pytest.raises(OrderRefused) as refused:
        patched(sale, order, state=wanted)
    assert refused.value.path == "state"
    assert store.PRODUCT_ORDERS.get(sale, order.id).version == order.version


@pytest.mark.parametrize("state", lifecycle.PRODUCT_ORDER.final)
def test_an_order_that_has_ended_is_changed_no_more_and_may_be_deleted(sale: Uow, state: str) -> None:
    order = in_state(sale, state)
    with pytest.raises(OrderIsFinal):
        patched(sale, order, description="later")
    commands.delete_product_order(sale, order)
    assert not store.PRODUCT_ORDERS.exists(sale, order.id)


@pytest.mark.parametrize("state", sorted(lifecycle.OPEN_STATES - {"draft"}))
def test_an_order_under_way_is_not_deleted(sale: Uow, state: str) -> None:
    order = in_state(sale, state)
    with pytest.raises(OrderIsFinal) as refused:
        commands.delete_product_order(sale, order)
    assert refused.value.next_action == "call it off before it is deleted"
    assert store.PRODUCT_ORDERS.exists(sale, order.id)


def test_a_second_wish_to_cancel_is_the_first_one(sale: Uow) -> None:
    order = placed(sale)
    first = commands.cancel_product_order(sale, {"productOrder": {"id": order.id}})
    again = commands.cancel_product_order(sale, {"productOrder": {"id": order.id}})
    assert (again.id, first.doc["state"]) == (first.id, "acknowledged")
    assert store.PRODUCT_ORDERS.get(sale, order.id).doc["state"] == "assessingCancellation"
    with pytest.raises(OrderIsFinal):
        commands.cancel_product_order(sale, {"productOrder": {"id": in_state(sale, "completed").id}})

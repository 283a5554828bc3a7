"""What desks ask of ordering: one product once for a key, and lists by state, words and days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tandem.app import wiring
from tandem.bss.ordering import public as ordering
from tandem.bss.ordering.terms import NewOrder, OfferingNotSellable, OrderFilter
from tandem.kernel.errors import Refused
from tandem.kernel.store import Uow


@pytest.fixture
def shop(uow: Uow) -> Uow:
    """A tenant with the demonstration operator's customers and plans."""
    for room in ("bss.party", "bss.catalog"):
        seed = wiring.part(room, "seed")
        assert seed is not None
        seed.seed(uow)
    return uow


def order(uow: Uow, customer: str = "cust-1001", key: str = "k-1", offering: str = "offer-max-100") -> str:
    return ordering.order_offering(uow, new=NewOrder(customer_id=customer, offering_id=offering), key=key).id


def test_a_key_makes_one_order_however_often_it_comes(shop: Uow) -> None:
    assert order(shop) == order(shop)
    assert order(shop, key="k-2") != order(shop)
    assert ordering.list_orders(shop)[1] == 2


def test_a_key_with_another_wish_is_refused(shop: Uow) -> None:
    order(shop)
    with pytest.raises(Refused) as refused:
        order(shop, offering="offer-flex-20")
    assert refused.value.error_code == "idempotency.key_reused"


def test_what_is_not_for_sale_is_refused(shop: Uow) -> None:
    with pytest.raises(OfferingNotSellable) as refused:
        order(shop, offering="offer-nothing")
    assert refused.value.path == "productOrderItem[0].productOffering"
    assert ordering.list_orders(shop)[1] == 0


def test_an_order_is_called_by_what_was_ordered(shop: Uow) -> None:
    view = ordering.get_order(shop, order_id=order(shop))
    assert [(item.offering_name, item.action) for item in view.items] == [("Max 100", "add")]


def test_orders_are_found_by_state_words_customer_and_day(shop: Uow) -> None:
    first = order(shop, "cust-1001", "a")
    second = order(shop, "cust-1002", "b")

    def found(**wanted: object) -> list[str]:
        rows, total = ordering.list_orders(shop, wanted=OrderFilter(**wanted))  # type: ignore[arg-type]
        assert total == len(rows)
        return [row.id for row in rows]

    assert found(sort="customer", descending=False) == [first, second]
    assert found(states=("completed",)) == []
    assert set(found(states=("acknowledged",))) == {first, second}
    assert found(text=second[-12:].upper()) == [second]
    assert found(text="fenn", customer_ids=("cust-1001",)) == [first]
    assert found(since=shop.now + timedelta(days=1)) == []
    assert set(found(until=shop.now + timedelta(days=1))) == {first, second}
    rows, total = ordering.list_orders(shop, limit=1, offset=1)
    assert (len(rows), total) == (1, 2)

"""Finding the orders that do not go on: by standing, cause, words, customers and days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tandem.bss.ordering import public as ordering
from tandem.bss.ordering import store
from tandem.bss.ordering.terms import FalloutFilter
from tandem.kernel.json import Doc
from tandem.kernel.period import text_of
from tandem.kernel.store import Uow

FIRST = datetime(2026, 10, 12, 9, 0, tzinfo=UTC)


def keep(
    uow: Uow, order_id: str, *, state: str = "held", code: str | None, hours: int = 0, customer: str = "c-1"
) -> None:
    """An order that stands there, with its problem where it has one."""
    at = text_of(FIRST + timedelta(hours=hours))
    doc: Doc = {
        "id": order_id,
        "state": state,
        "creationDate": at,
        "relatedParty": [{"role": "customer", "partyOrPartyRole": {"id": customer, "@referredType": "Customer"}}],
        "productOrderItem": [],
    }
    if code:
        status = "held" if state == "held" else "waiting"
        message = {"code": code, "reason": f"because of 100% {code}", "message": "", "status": status, "timestamp": at}
        doc["productOrderErrorMessage"] = [message]
    store.PRODUCT_ORDERS.add(uow, doc)


@pytest.fixture
def orders(uow: Uow) -> Uow:
    keep(uow, "a", code="pool.empty")
    keep(uow, "b", code="element.refused", hours=1, customer="c-2")
    keep(uow, "c", code="element.refused", hours=2)
    keep(uow, "d", state="inProgress", code="element.silent", hours=3)
    keep(uow, "e", state="inProgress", code=None)
    keep(uow, "f", state="completed", code=None)
    return uow


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (FalloutFilter(), ["a", "b", "c"]),
        (FalloutFilter(sort="since", descending=True), ["c", "b", "a"]),
        (FalloutFilter(sort="code"), ["b", "c", "a"]),
        (FalloutFilter(standing="waiting"), ["d"]),
        (FalloutFilter(codes=("element.refused", "no.such")), ["b", "c"]),
        (FalloutFilter(text="POOL"), ["a"]),
        (FalloutFilter(text="100%"), ["a", "b", "c"]),
        (FalloutFilter(text="byrne", customer_ids=("c-2",)), ["b"]),
        (FalloutFilter(since=FIRST + timedelta(hours=1)), ["b", "c"]),
        (FalloutFilter(since=FIRST + timedelta(hours=1), until=FIRST + timedelta(hours=2)), ["b"]),
    ],
)
def test_orders_are_found_by_what_keeps_them(orders: Uow, wanted: FalloutFilter, found: list[str]) -> None:
    page, total = ordering.fallout(orders, wanted=wanted)
    assert ([order.id for order in page], total) == (found, len(found))


def test_a_page_is_a_part_of_all(orders: Uow) -> None:
    page, total = ordering.fallout(orders, limit=1, offset=1)
    assert ([order.id for order in page], total) == (["b"], 3)


def test_orders_are_counted_by_cause_and_by_standing(orders: Uow) -> None:
    assert ordering.fallout_by_error(orders) == {"element.refused": 2, "pool.empty": 1}
    assert ordering.count_by_state(orders) == {"held": 3, "waiting": 1, "inProgress": 1, "completed": 1}


def test_history_and_wishes_are_told(orders: Uow) -> None:
    assert [change.version for change in ordering.history_of(orders, order_id="a")] == [1]
    ordering.cancel_order(orders, order_id="a", reason="moved")
    (asked,) = ordering.cancellations_of(orders, order_id="a")
    assert (asked.state, asked.reason, asked.refusal) == ("acknowledged", "moved", None)
    changes = ordering.history_of(orders, order_id="a")
    assert [(change.before or {}).get("state") for change in changes] == [None, "held"]

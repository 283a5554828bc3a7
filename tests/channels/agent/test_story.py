"""An agent's line of time, and who may open what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tandem.bss.ordering.terms import OrderItemView, OrderProblem, OrderView
from tandem.bss.subscriptions.terms import Subscription
from tandem.channels.agent import story
from tandem.channels.agent.desk import make_desk
from tandem.channels.agent.rights import ACT, MONEY

AT = datetime(2026, 10, 12, 9, 0, tzinfo=UTC)


def order(state: str, *, ended: bool, problem: OrderProblem | None = None) -> OrderView:
    item = OrderItemView(id="1", action="add", state=state, offering_id="m", offering_name="Max 100", product_id=None)
    return OrderView(
        id="o-1",
        state=state,
        customer_id="c-1",
        billing_account_id="a-1",
        placed_at=AT,
        completed_at=AT + timedelta(minutes=1) if ended else None,
        is_final=ended,
        items=(item,),
        milestones=(),
        problem=problem,
        version=1,
    )


def product() -> Subscription:
    start = AT + timedelta(seconds=30)
    return Subscription("p-1", "Max 100", "active", "c-1", "a-1", "m", "o-1", "353890000000", start, None, 1)


def test_the_newest_comes_first_whatever_it_is() -> None:
    entries = story.told((story.of_orders([order("completed", ended=True)]), story.of_products([product()])))
    assert [str(entry.title) for entry in entries] == [
        "Order for Max 100: Completed",
        "Max 100 became active",
        "Order for Max 100 placed",
    ]
    assert entries[1].why == "+353 89 000 0000"


def test_an_order_that_waits_says_why() -> None:
    problem = OrderProblem(code="x", reason="no answer", next_action="wait", since=AT + timedelta(hours=1), waits=True)
    (waits, _placed) = story.told((story.of_orders([order("inProgress", ended=False, problem=problem)]),))
    assert (str(waits.title), waits.why, waits.tone) == ("Order for Max 100 waits", "no answer", "warning")


def test_whoever_may_not_act_finds_no_page_that_acts() -> None:
    pages = make_desk().pages
    assert all(page.roles == ACT for page in pages if "POST" in page.methods)
    assert all(page.roles == MONEY for page in pages if "/bills/" in page.path or "/rated/" in page.path)

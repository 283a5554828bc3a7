"""How a product order stands after the network has said how far it is: a pure function of both.

The order's state follows its items': all completed → completed; held → held, with the problem; and it says that it
waits while the network does not answer. Standard: TMF622 v5, states and ProductOrderMilestone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tandem.bss.ordering import lifecycle
from tandem.bss.ordering.rules.decompose import product_item_id
from tandem.bss.ordering.rules.reading import with_items
from tandem.kernel.json import Doc
from tandem.kernel.period import Instant, text_of
from tandem.kernel.state import StateTable
from tandem.seam.terms import ServiceOrderProgressed

WAITING = "waiting"


def progressed(order: Doc, news: ServiceOrderProgressed, at: Instant) -> Doc:
    """The order after the news. News that comes late, for an order that has ended, changes nothing.

    While it is assessed whether the order is called off, only its end moves it: the wish is still to be decided.
    """
    if order["state"] in lifecycle.PRODUCT_ORDER.final:
        return order
    if order["state"] == "assessingCancellation" and news.state not in lifecycle.PRODUCT_ORDER.final:
        changed = dict(order)
    else:
        states = _states_of_items(news)
        changed = with_items(_moved(order, news.state), lambda item: _item_moved(item, states))
    if news.milestone and news.milestone != WAITING:
        changed["productOrderMilestone"] = _milestones(order, news.milestone, at)
    _told(changed, news, at)
    if news.state in ("completed", "cancelled"):
        changed["completionDate" if news.state == "completed" else "cancellationDate"] = text_of(at)
    return changed


def moved_to(order: Doc, state: str) -> Doc:
    """The order and its open items in another state, if the table allows. Raises: IllegalTransition."""
    lifecycle.PRODUCT_ORDER.require(order["state"], state)
    table = lifecycle.PRODUCT_ORDER_ITEM
    moved = with_items(
        order, lambda item: {**item, "state": state} if table.allows(item.get("state", ""), state) else item
    )
    return {**moved, "state": state}


def _moved(order: Doc, state: str) -> Doc:
    path = path_to(lifecycle.PRODUCT_ORDER, order["state"], state)
    return {**order, "state": path[-1]} if path else dict(order)


def path_to(table: StateTable, current: str, wanted: str) -> list[str]:
    """The shortest way along a table, without the first state; empty where it stands there, or no way leads there."""
    if current == wanted:
        return []
    ways: list[list[str]] = [[current]]
    seen = {current}
    while ways:
        way = ways.pop(0)
        for state in table.edges.get(way[-1], ()):
            if state == wanted:
                return [*way[1:], state]
            if state not in seen:
                seen.add(state)
                ways.append([*way, state])
    return []


def _states_of_items(news: ServiceOrderProgressed) -> dict[str, str]:
    """How each product item stands by the services that it needs: completed once all are."""
    told: dict[str, set[str]] = {}
    for item in news.items:
        told.setdefault(product_item_id(item.item_id), set()).add(item.state)
    return {item_id: _together(states) for item_id, states in told.items()}


def _together(states: set[str]) -> str:
    if len(states) == 1:
        return next(iter(states))
    return next((state for state in ("failed", "held") if state in states), "inProgress")


def _item_moved(item: Doc, states: Mapping[str, str]) -> Doc:
    """News may come late or leave states out: an item follows it where its table leads there, and else stays."""
    path = path_to(lifecycle.PRODUCT_ORDER_ITEM, item.get("state", ""), states.get(item["id"], ""))
    return {**item, "state": path[-1]} if path else item


def _milestones(order: Doc, name: str, at: Instant) -> list[Doc]:
    passed = [one for one in order.get("productOrderMilestone") or () if one.get("name") != name]
    new = {"id": name, "name": name, "status": "Completed", "milestoneDate": text_of(at)}
    return [*passed, {**new, "@type": "ProductOrderMilestone"}]


def _told(order: Doc, news: ServiceOrderProgressed, at: Instant) -> None:
    """Keep why it waits or is held; forget it when it goes on."""
    if news.problem is None:
        order.pop("productOrderErrorMessage", None)
        return
    order["productOrderErrorMessage"] = [
        {
            "@type": "ProductOrderErrorMessage",
            "code": news.problem.code,
            "reason": news.problem.reason,
            "message": news.problem.next_action,
            "status": WAITING if news.milestone == WAITING else news.state,
            "timestamp": text_of(at),
        }
    ]


def acknowledged(order: Doc, at: Instant) -> Doc:
    """A new order as it is taken in."""
    state = order.get("requestedInitialState") or "acknowledged"
    taken = with_items(order, lambda item: {**item, "state": "acknowledged"})
    return {**taken, "state": state, "creationDate": text_of(at)}


def rejected(order: Doc, *, code: str, reason: str, path: str | None, at: Instant) -> Doc:
    """An order that the rules of sale refuse, with the reason on it."""
    message = {
        "@type": "ProductOrderErrorMessage",
        "code": code,
        "reason": reason,
        "message": f"at {path}" if path else reason,
        "status": "rejected",
        "timestamp": text_of(at),
    }
    return {**moved_to(order, "rejected"), "productOrderErrorMessage": [message], "completionDate": text_of(at)}


def with_products(order: Doc, products: Iterable[tuple[str, str]]) -> Doc:
    """The order whose items name the products that were made for them, by item id."""
    made = dict(products)

    def with_product(item: Doc) -> Doc:
        product = {"@type": "Product", **(item.get("product") or {})}
        return {**item, "product": {**product, "id": made[item["id"]]}} if item["id"] in made else item

    return with_items(order, with_product)


def delivered(order: Doc, at: Instant) -> Doc:
    """The order whose items are all done, at an instant."""
    moved = order if order["state"] == "completed" else moved_to(order, "completed")
    done = with_items(moved, lambda item: {**item, "state": "completed"})
    return {**done, "completionDate": text_of(at)}

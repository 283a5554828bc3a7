"""Orders as they go: the list, the live tracker, and calling one off while that is possible."""

from __future__ import annotations

from starlette.responses import Response

from tandem.bss.ordering import public as ordering
from tandem.bss.subscriptions import public as subscriptions
from tandem.channels.kit.i18n import _
from tandem.channels.kit.visit import Visit
from tandem.channels.selfcare import mine, words
from tandem.kernel.errors import Refused


def show_orders(visit: Visit) -> Response:
    """GET /my/orders."""
    found = ordering.orders_of_customer(visit.uow, customer_id=mine.customer_of(visit))
    return visit.page("selfcare/orders.html", orders=found, words=words)


def show_order(visit: Visit) -> Response:
    """GET /my/orders/{order_id}: the tracker."""
    order = mine.my_order(visit)
    wishes = ordering.cancellations_of(visit.uow, order_id=order.id)
    products = subscriptions.products_of_order(visit.uow, order_id=order.id)
    return visit.page(
        "selfcare/tracker.html",
        order=order,
        steps=words.steps_of(order),
        may_cancel=words.may_cancel(order),
        refused=words.refused_wish(order, wishes),
        product=next(iter(products), None),
        words=words,
    )


def ask_to_cancel(visit: Visit) -> Response:
    """GET /my/orders/{order_id}/cancel."""
    return _ask(visit, mine.my_order(visit).id)


def _ask(visit: Visit, order_id: str, *, missing: bool = False) -> Response:
    here = f"/my/orders/{order_id}"
    return visit.page(
        "kit/confirm.html",
        status=422 if missing else 200,
        heading=_("Cancel the order"),
        says=_("We stop it and give back what was reserved. That works until your SIM is set up in the network."),
        path=f"{here}/cancel",
        back=here,
        reason=True,
        danger=True,
        missing=missing,
    )


def cancel(visit: Visit) -> Response:
    """POST /my/orders/{order_id}/cancel."""
    order = mine.my_order(visit)
    reason = visit.sent("reason").strip()
    if not reason:
        return _ask(visit, order.id, missing=True)
    here = f"/my/orders/{order.id}"
    try:
        ordering.cancel_order(visit.uow, order_id=order.id, reason=reason[:500])
    except Refused as refusal:
        return visit.see(here, refusal.reason, tone="warning")
    return visit.see(here, _("We are cancelling your order."), tone="info")

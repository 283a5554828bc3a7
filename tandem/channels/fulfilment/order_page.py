"""An order's page: how far it is, its plan live, what is wrong, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from tandem.bss.ordering import public as ordering
from tandem.bss.ordering.terms import CancellationView
from tandem.channels.fulfilment import drawing, standing
from tandem.channels.fulfilment.fallout import ORDERS, PATH, wants
from tandem.channels.fulfilment.standing import Standing, service_words
from tandem.channels.fulfilment.words import CAUSES, ORDER_STATES, WAITING, short_id
from tandem.channels.kit import formats
from tandem.channels.kit.i18n import _
from tandem.channels.kit.parts import Action, Chip, Entry, Fact, Tab
from tandem.channels.kit.visit import Crumb, Desk, Visit
from tandem.kernel.access.users import display_names
from tandem.kernel.store import Uow
from tandem.oss.provisioning import public as provisioning

SERVICE_ORDERS: Final = "/desk/fulfilment/service-orders"
_VIEWS: Final = ("plan", "history", "why")
_LONGEST_REASON: Final = 500

Find = Callable[[Uow, str], Standing]


def add_order_pages(desk: Desk) -> None:
    """The same page for a product order and for a service order, each with its two deeds."""
    _add(desk, ORDERS, standing.of_product_order, _retry_product_order, _cancel_product_order)
    _add(desk, SERVICE_ORDERS, standing.of_service_order, _retry_service_order, _cancel_service_order)


def _add(desk: Desk, base: str, find: Find, retry: Retry, cancel: Cancel) -> None:
    path = base + "/{order_id}"

    @desk.get(path)
    def show(visit: Visit) -> Response:
        order = find(visit.uow, visit.named("order_id"))
        if order.product and base == SERVICE_ORDERS:
            return visit.see(f"{ORDERS}/{order.product.id}")
        return _show(visit, order, base)

    @desk.post(path + "/retry")
    def try_again(visit: Visit) -> Response:
        order_id = visit.named("order_id")
        retry(visit.uow, order_id)
        return visit.see(visit.back(f"{base}/{order_id}"), _("The order is tried again."))

    @desk.get(path + "/cancel")
    def ask(visit: Visit) -> Response:
        return _ask_for_reason(visit, base, missing=False)

    @desk.post(path + "/cancel")
    def call_off(visit: Visit) -> Response:
        order_id, reason = visit.named("order_id"), visit.sent("reason").strip()[:_LONGEST_REASON]
        if not reason:
            return _ask_for_reason(visit, base, missing=True)
        cancel(visit.uow, order_id, reason)
        return visit.see(f"{base}/{order_id}", _("The order is being called off."))


Retry = Callable[[Uow, str], object]
Cancel = Callable[[Uow, str, str], object]


def _retry_product_order(uow: Uow, order_id: str) -> None:
    ordering.retry_order(uow, order_id=order_id)


def _cancel_product_order(uow: Uow, order_id: str, reason: str) -> None:
    ordering.cancel_order(uow, order_id=order_id, reason=reason)


def _retry_service_order(uow: Uow, order_id: str) -> None:
    provisioning.retry(uow, service_order_id=order_id)


def _cancel_service_order(uow: Uow, order_id: str, reason: str) -> None:
    provisioning.cancel(uow, service_order_id=order_id, reason=reason)


def _show(visit: Visit, order: Standing, base: str) -> Response:
    here = f"{base}/{order.id}"
    view = visit.asked("view", "plan")
    view = view if view in _VIEWS else "plan"
    return visit.page(
        "fulfilment/order.html",
        order=order,
        title=_("Order %(id)s", id=order.id[-10:]) if order.product else _("Service order %(id)s", id=order.id[-10:]),
        chip=WAITING if order.difficulty and order.difficulty.waits else ORDER_STATES(order.state),
        crumbs=_crumbs(order),
        actions=actions(order, here),
        tabs=_tabs(view, here),
        view=view,
        tracker=drawing.tracker(order),
        facts=_facts(visit.uow, order),
        cause=CAUSES(order.difficulty.code) if order.difficulty else None,
        plan=drawing.plan(order, here),
        now=visit.uow.now,
        tasks=drawing.task_cards(order),
        timeline=_timeline(visit.uow, order) if view == "history" else (),
        why=drawing.why(order, standing.wish_behind(visit.uow, order)) if view == "why" else None,
        cancellation=cancellation(order),
    )


def _timeline(uow: Uow, order: Standing) -> list[Entry]:
    changes = standing.history_of(uow, order)
    return drawing.timeline(changes, display_names(uow, sorted({change.actor for _kind, change in changes})))


def _crumbs(order: Standing) -> list[Crumb]:
    if order.product:
        return [Crumb(_("Fall-out"), PATH)]
    return [Crumb(_("Service orders"), SERVICE_ORDERS)]


def _tabs(view: str, here: str) -> list[Tab]:
    return [
        Tab(_("Plan"), here, view == "plan"),
        Tab(_("History"), f"{here}?view=history", view == "history"),
        Tab(_("Why?"), f"{here}?view=why", view == "why"),
    ]


def actions(order: Standing, here: str) -> list[Action]:
    """What a person can do with an order as it stands."""
    offered = []
    if order.state == "held":
        offered.append(Action(_("Try again"), f"{here}/retry", icon="retry", primary=True))
    if not order.is_final and order.state not in ("assessingCancellation", "pendingCancellation"):
        why_not = _("The network is set up already: let it complete, then order the end of the product.")
        too_late = order.plan is not None and order.plan.past_no_return
        cancel = Action(
            _("Call off"), f"{here}/cancel", "get", "close", danger=True, why_not=why_not if too_late else None
        )
        offered.append(cancel)
    return offered


def _facts(uow: Uow, order: Standing) -> list[Fact]:
    facts = [Fact(_("Customer"), order.customer or "–")]
    product, service = order.product, order.service
    if product:
        facts += [
            Fact(_("Wants"), wants(uow, product)),
            Fact(_("Order number"), product.id),
            Fact(_("Customer number"), product.customer_id or "–"),
            Fact(_("Placed"), formats.instant(product.placed_at, seconds=True)),
        ]
        if product.completed_at:
            facts.append(Fact(_("Completed"), formats.instant(product.completed_at, seconds=True)))
    if service and product:
        facts.append(Fact(_("Service order"), service.id))
    elif service:
        facts += [Fact(_("Wants"), service_words(uow, service)), Fact(_("Order number"), service.id)]
        facts += [Fact(_("Taken in"), formats.instant(service.taken_at, seconds=True))]
        facts += [Fact(_("Asked for by"), short_id(service.external_id))] if service.external_id else []
    return [*facts, *_network_facts(order)]


def _network_facts(order: Standing) -> list[Fact]:
    """What the network gave to the order."""
    words = {"msisdn": _("Number"), "iccid": _("SIM card"), "imsi": _("IMSI")}
    given: dict[str, str] = {}
    for task in order.tasks:
        if task.state == "done":
            given |= {name: str(task.answer[name]) for name in words if task.answer.get(name)}
    return [Fact(words[name], value) for name, value in given.items()]


@dataclass(frozen=True, slots=True)
class ToldCancellation:
    """A wish to call the order off, and what became of it."""

    asked: CancellationView
    chip: Chip


def cancellation(order: Standing) -> ToldCancellation | None:
    """The last wish to call the order off, while it is undecided or after it was refused."""
    if not order.cancellations:
        return None
    asked = order.cancellations[0]
    words = {
        "done": Chip(_("Called off"), "muted", "close"),
        "terminatedWithError": Chip(_("Refused"), "bad", "alert"),
        "rejected": Chip(_("Refused"), "bad", "alert"),
    }
    return ToldCancellation(asked, words.get(asked.state, Chip(_("Being decided"), "warning", "clock")))


def _ask_for_reason(visit: Visit, base: str, *, missing: bool) -> Response:
    here = f"{base}/{visit.named('order_id')}"
    return visit.page(
        "kit/confirm.html",
        status=422 if missing else 200,
        heading=_("Call the order off"),
        says=_(
            "What was reserved and set up for it is undone, and what was paid is due back. "
            "Once the network is set up it is too late, and the order says so."
        ),
        path=f"{here}/cancel",
        back=here,
        reason=True,
        danger=True,
        missing=missing,
    )

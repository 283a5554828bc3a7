"""Orders: all of them as a list, one with its live timeline and reasons, and placing one for a customer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from starlette.responses import Response

from tandem.bss.catalog import public as catalog
from tandem.bss.catalog.terms import OfferingView
from tandem.bss.ordering import public as ordering
from tandem.bss.ordering.terms import NewOrder, OrderFilter, OrderView
from tandem.bss.party import public as party
from tandem.bss.party.terms import CustomerView, SearchTooShort
from tandem.channels.agent import words
from tandem.channels.agent.rights import ACT
from tandem.channels.agent.search import CUSTOMER_PATH, CUSTOMERS_PATH
from tandem.channels.kit import formats
from tandem.channels.kit.forms import CheckField, ChoiceField, Filled, Form
from tandem.channels.kit.i18n import Text, _, speaking
from tandem.channels.kit.lists import Choice, Column, DayRange, ListPage, Query, Rows, Search, View
from tandem.channels.kit.parts import Action, Chip, Entry, TrackerStep, differences
from tandem.channels.kit.visit import Crumb, Visit
from tandem.channels.kit.why import Cause, cause_of
from tandem.kernel.access import users
from tandem.kernel.errors import NotFound, Refused
from tandem.kernel.money import Money
from tandem.kernel.period import Instant, local_midnight
from tandem.kernel.store import Change
from tandem.kernel.why import changes_of
from tandem.oss.inventory import public as inventory
from tandem.oss.provisioning import public as provisioning
from tandem.oss.provisioning.terms import PlanView, TaskView
from tandem.oss.service_catalog.terms import NUMBER_POOL

ORDERS_PATH: Final = "/desk/agent/orders"
ANY: Final = "any"
_NUMBERS: Final = 20
_STEPS: Final = ("reserved", "configured", "verified", "completed")


def chip_of(order: OrderView) -> Chip:
    """The order's state as a chip; an order that waits for the network says so."""
    if order.problem is not None and order.problem.waits and not order.is_final:
        return words.WAITING
    return words.ORDERS(order.state)


def _what(order: OrderView) -> str:
    return ", ".join(item.offering_name or item.offering_id or item.action for item in order.items)


ORDERS: Final = ListPage(
    path=ORDERS_PATH,
    title=_("Orders"),
    topics=("ProductOrder",),
    sort="-placed",
    columns=(
        Column("id", _("Order"), words.short, link=ORDERS_PATH + "/{id}"),
        Column("what", _("What"), value=_what),
        Column("customer_id", _("Customer"), link=CUSTOMER_PATH + "/{customer_id}", sort="customer"),
        Column("state", _("State"), chip_of, value=lambda order: order, sort="state", export=lambda order: order.state),
        Column("placed_at", _("Placed"), formats.instant, sort="placed"),
        Column("completed_at", _("Ended"), formats.instant, narrow=False),
        Column("problem.reason", _("Waits because"), narrow=False),
    ),
    filters=(
        Search(label=_("Order or customer")),
        Choice("state", _("State"), words.ORDERS.options()),
        DayRange("placed", _("Placed")),
    ),
    views=(View(_("Open"), "state=acknowledged&state=inProgress&state=held"), View(_("In fall-out"), "state=held")),
    empty=_("No orders yet."),
    rows=lambda visit, query: _rows(visit, query),
)


def _rows(visit: Visit, query: Query) -> Rows:
    text = query.one("q") or ""
    until = query.day("placed_to")
    wanted = OrderFilter(
        states=query.all("state"),
        text=text,
        customer_ids=_customers(visit, text),
        since=_midnight(query.day("placed_from")),
        until=_midnight(until + timedelta(days=1)) if until else None,
        sort={"state": "state", "customer": "customer"}.get(query.sort, "placed"),  # type: ignore[arg-type]
        descending=query.descending,
    )
    return Rows(*ordering.list_orders(visit.uow, wanted=wanted, limit=query.limit, offset=query.offset))


def _customers(visit: Visit, text: str) -> tuple[str, ...]:
    try:
        return tuple(one.customer_id for one in party.find_customers(visit.uow, text=text)) if text else ()
    except SearchTooShort:
        return ()


def _midnight(day: date | None) -> Instant | None:
    return None if day is None else local_midnight(day, str(speaking().zone))


# -- one order --------------------------------------------------------------------------------------------------------


def show_order(visit: Visit) -> Response:
    """GET /desk/agent/orders/{order_id}."""
    order = ordering.get_order(visit.uow, order_id=visit.named("order_id"))
    here = f"{ORDERS_PATH}/{order.id}"
    name = party.contact_of(visit.uow, customer_id=order.customer_id).name if order.customer_id else ""
    return visit.page(
        "agent/order.html",
        order=order,
        title=_what(order),
        here=here,
        name=name,
        chip=chip_of(order),
        crumbs=_crumbs(order, name),
        actions=_actions(visit, order, here),
        steps=list(_steps(order)),
        entries=_timeline(visit, order),
        wishes=ordering.cancellations_of(visit.uow, order_id=order.id),
        plan=plan_of(visit, order),
        customer_path=CUSTOMER_PATH,
        words=words,
    )


def _crumbs(order: OrderView, name: str) -> list[Crumb]:
    if not order.customer_id:
        return [Crumb(_("Orders"), ORDERS_PATH)]
    return [
        Crumb(_("Customers"), CUSTOMERS_PATH),
        Crumb(name, f"{CUSTOMER_PATH}/{order.customer_id}"),
        Crumb(_("Orders"), f"{CUSTOMER_PATH}/{order.customer_id}?tab=orders"),
    ]


def _actions(visit: Visit, order: OrderView, here: str) -> list[Action]:
    actions = [Action(_("Why?"), f"{here}/why", "get", "info")]
    if visit.has_role(*ACT) and not order.is_final:
        passed = any(name == "configured" for name, _at in order.milestones)
        too_late = _("Its SIM is set up in the network already.") if passed else None
        actions.append(Action(_("Cancel the order"), f"{here}/cancel", "get", "close", danger=True, why_not=too_late))
    return actions


def _steps(order: OrderView) -> Iterator[TrackerStep]:
    """Taken in, and each milestone; the first that has not passed is the present one."""
    yield TrackerStep(_("Taken in"), "done", order.placed_at)
    passed = dict(order.milestones)
    adds = any(item.action == "add" for item in order.items)
    ahead = False
    for name in _STEPS if adds else _STEPS[-1:]:
        if name in passed:
            yield TrackerStep(words.MILESTONES[name], "done", passed[name])
            continue
        if order.is_final and order.state != "completed":
            yield TrackerStep(words.MILESTONES[name], "skipped")
        else:
            note = order.problem.reason if order.problem is not None and not ahead else ""
            held = order.state == "held" and not ahead
            yield TrackerStep(
                words.MILESTONES[name], "waiting" if ahead else "failed" if held else "current", None, note
            )
        ahead = True


def _timeline(visit: Visit, order: OrderView) -> list[Entry]:
    """Every recorded change, the newest first, with who made it."""
    changes = ordering.history_of(visit.uow, order_id=order.id)
    names = users.display_names(visit.uow, [change.actor for change in changes])
    return [_entry(change, names.get(change.actor, change.actor)) for change in reversed(changes)]


def _entry(change: Change, who: str) -> Entry:
    before, after = (change.before or {}).get("state"), str(change.after.get("state"))
    if change.before is None:
        return Entry(change.at, _("Taken in"), who, change.why or "", "info", "box")
    chip = words.ORDERS(after)
    moved = before != after
    passed = _new_milestone(change)
    title: Text = chip.word if moved else words.MILESTONES.get(passed, passed) if passed else _("Changed")
    return Entry(
        at=change.at,
        title=title,
        who=who,
        why=change.why or "",
        tone=chip.tone if moved else "good" if passed else "neutral",
        icon=chip.icon if moved else "check" if passed else "edit",
        changes=differences(change.before, change.after),
    )


def _new_milestone(change: Change) -> str:
    known = {one["name"] for one in (change.before or {}).get("productOrderMilestone") or ()}
    names = [one["name"] for one in change.after.get("productOrderMilestone") or ()]
    return next((str(name) for name in names if name not in known), "")


def plan_of(visit: Visit, order: OrderView) -> PlanView | None:
    """What the network does for it; none before it is asked, and none where the network is another program."""
    try:
        asked = provisioning.order_of_request(visit.uow, external_id=order.id)
        return provisioning.get_plan(visit.uow, service_order_id=asked.id)
    except NotFound:
        return None


# -- why --------------------------------------------------------------------------------------------------------------


def show_why(visit: Visit) -> Response:
    """GET /desk/agent/orders/{order_id}/why: from the order's state to the element's answers."""
    order = ordering.get_order(visit.uow, order_id=visit.named("order_id"))
    plan = plan_of(visit, order)
    causes = [_task_cause(task) for task in plan.tasks] if plan is not None else []
    if order.problem is not None:
        problem = order.problem
        causes.insert(0, Cause(problem.reason, ground=f"{problem.code}: {problem.next_action}", at=problem.since))
    recorded = [cause_of(change) for change in changes_of(visit.uow, "ProductOrder", order.id)]
    causes.append(Cause(_("What was recorded, the newest first"), causes=recorded))
    cause = Cause(_("The order is: %(state)s", state=chip_of(order).word), at=order.completed_at, causes=causes)
    return visit.page(
        "agent/why.html",
        heading=_("Why is it so?"),
        under=_what(order),
        cause=cause,
        crumbs=(Crumb(_("Orders"), ORDERS_PATH), Crumb(words.short(order.id), f"{ORDERS_PATH}/{order.id}")),
    )


def _task_cause(task: TaskView) -> Cause:
    """A task, and what the element was asked and answered."""
    answer, problem = task.answer, task.problem or {}
    told = [
        Cause(str(one.get("answer", "")), ground=str(one.get("request", ""))) for one in answer.get("exchanges") or ()
    ]
    held = (answer.get("readBack") or {}).get("attributes") or {}
    told += [Cause(f"{name} {value}", ground="read back") for name, value in held.items()]
    if problem.get("reason"):
        told.insert(0, Cause(str(problem["reason"]), ground=str(problem.get("code", ""))))
    facts = [f"{name} {answer[name]}" for name in ("msisdn", "iccid", "imsi", "elementName") if answer.get(name)]
    says = _("%(task)s: %(state)s", task=words.task_word(task), state=words.TASKS(task.state).word)
    return Cause(says, ground=", ".join(facts), at=task.finished_at, causes=told)


# -- calling off ------------------------------------------------------------------------------------------------------


def ask_to_cancel(visit: Visit) -> Response:
    """GET /desk/agent/orders/{order_id}/cancel."""
    return _ask(ordering.get_order(visit.uow, order_id=visit.named("order_id")), visit, missing=False)


def _ask(order: OrderView, visit: Visit, *, missing: bool) -> Response:
    here = f"{ORDERS_PATH}/{order.id}"
    return visit.page(
        "kit/confirm.html",
        status=422 if missing else 200,
        heading=_("Cancel the order"),
        says=_("The number and the SIM are given back, and so is what was paid. It works until the SIM is set up."),
        path=f"{here}/cancel",
        back=here,
        reason=True,
        danger=True,
        missing=missing,
    )


def cancel(visit: Visit) -> Response:
    """POST /desk/agent/orders/{order_id}/cancel."""
    order = ordering.get_order(visit.uow, order_id=visit.named("order_id"))
    reason = visit.sent("reason").strip()[:500]
    if not reason:
        return _ask(order, visit, missing=True)
    ordering.cancel_order(visit.uow, order_id=order.id, reason=reason)
    return visit.see(f"{ORDERS_PATH}/{order.id}", _("The order is being cancelled."), tone="info")


# -- placing one ------------------------------------------------------------------------------------------------------


def show_form(visit: Visit) -> Response:
    """GET /desk/agent/customers/{customer_id}/order."""
    view = party.get_customer_view(visit.uow, customer_id=visit.named("customer_id"))
    form = _form(view, _offers(visit), _numbers(visit))
    return _page(visit, view, form.blank(offering=visit.asked("offering") or None, msisdn=ANY))


def _page(visit: Visit, view: CustomerView, form: Filled, status: int = 200) -> Response:
    back = f"{CUSTOMER_PATH}/{visit.named('customer_id')}"
    return visit.page(
        "agent/new_order.html",
        status=status,
        form=form,
        back=back,
        name=view.contact.name,
        offers=_offers(visit),
        crumbs=(Crumb(_("Customers"), CUSTOMERS_PATH), Crumb(view.contact.name, back)),
        money=lambda micros, currency: formats.money(Money(micros, currency)),
    )


def _offers(visit: Visit) -> list[OfferingView]:
    return catalog.list_sellable(visit.uow, moment=visit.uow.now)


def _numbers(visit: Visit) -> list[str]:
    free = inventory.list_free_numbers(visit.uow, pool=NUMBER_POOL, limit=_NUMBERS)
    chosen = visit.sent("msisdn")
    return [*free, chosen] if chosen.isdecimal() and chosen not in free else free


def _form(view: CustomerView, offers: Sequence[OfferingView], numbers: Sequence[str]) -> Form:
    accounts = [(str(doc["id"]), f"{doc['id']} · {doc.get('name', '')}") for doc in view.billing_accounts]
    plans = [
        (one.offering_id, f"{one.name} · {formats.money_text(Money(one.monthly_micros, one.terms.currency))}")
        for one in offers
    ]
    picks: list[tuple[str, Text]] = [(ANY, _("Any free number"))]
    picks += [(number, formats.phone(number)) for number in numbers]
    wish = "productOrderItem[0].product.productCharacteristic"
    chosen = "productOrderItem[0].productOffering"
    return Form(
        ChoiceField("offering", _("Plan"), options=plans, as_radio=True, path=chosen),
        *([ChoiceField("account", _("Billing account"), options=accounts)] if len(accounts) > 1 else []),
        ChoiceField("msisdn", _("Number"), options=picks, path=wish),
        CheckField("told", _("I have read the price and the terms to the customer, who agreed.")),
    )


def place(visit: Visit) -> Response:
    """POST /desk/agent/customers/{customer_id}/order: once for a drawn form."""
    customer_id = visit.named("customer_id")
    view = party.get_customer_view(visit.uow, customer_id=customer_id)
    filled = _form(view, _offers(visit), _numbers(visit)).read(visit)
    if filled.wrong:
        return _page(visit, view, filled, status=422)
    msisdn = filled.typed["msisdn"]
    new = NewOrder(
        customer_id=customer_id,
        offering_id=filled.typed["offering"],
        billing_account_id=filled.typed.get("account"),
        wished={} if msisdn == ANY else {"msisdn": msisdn},
    )
    try:
        order = ordering.order_offering(visit.uow, new=new, key=visit.idempotency_key)
    except Refused as refusal:
        return _page(visit, view, filled.refused(refusal), status=422)
    return visit.see(f"{ORDERS_PATH}/{order.id}", _("The order is placed."))

"""A bill as an agent explains it: its lines beside those of the bills before, and each line down to its records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from tandem.bss.billing import public as billing
from tandem.bss.billing.terms import BillView, LineUnknown
from tandem.bss.charging import public as charging
from tandem.channels.agent import words
from tandem.channels.agent.search import CUSTOMER_PATH, CUSTOMERS_PATH
from tandem.channels.kit import formats
from tandem.channels.kit.i18n import _
from tandem.channels.kit.parts import Action, Fact, Link
from tandem.channels.kit.visit import Crumb, Visit
from tandem.channels.kit.why import cause_of
from tandem.kernel.money import Money
from tandem.kernel.why import Why

BILLS_PATH: Final = "/desk/agent/bills"
_COMPARED: Final = 3


def show_bill(visit: Visit) -> Response:
    """GET /desk/agent/bills/{bill_id}."""
    bill = billing.get_bill(visit.uow, bill_id=visit.named("bill_id"))
    here = f"{BILLS_PATH}/{bill.bill_id}"
    actions = [Action(_("Why?"), f"{here}/why", "get", "info")]
    if bill.has_document:
        actions.append(Action(_("PDF"), f"{here}/pdf", "get", "download"))
    compared = _earlier(visit, bill)
    return visit.page(
        "agent/bill.html",
        bill=bill,
        here=here,
        actions=actions,
        facts=_facts(bill),
        crumbs=_crumbs(bill),
        compared=compared,
        rows=_side_by_side(compared),
        words=words,
    )


def _facts(bill: BillView) -> list[Fact]:
    return [
        Fact(_("Customer"), Link(bill.name, f"{CUSTOMER_PATH}/{bill.customer_id}")),
        Fact(_("Billing account"), bill.billing_account_id),
        Fact(_("Date"), formats.day(bill.bill_date)),
        Fact(_("Due on"), formats.day(bill.due_on)),
        Fact(_("Total"), formats.money(bill.gross)),
        Fact(_("Left to pay"), formats.money(bill.remaining)),
    ]


def _crumbs(bill: BillView) -> tuple[Crumb, ...]:
    customer = f"{CUSTOMER_PATH}/{bill.customer_id}"
    return Crumb(_("Customers"), CUSTOMERS_PATH), Crumb(bill.name, customer), Crumb(_("Bills"), f"{customer}?tab=bills")


def _earlier(visit: Visit, bill: BillView) -> list[BillView]:
    """This bill and the two before it, with their lines."""
    of_account = billing.bills_of_account(visit.uow, billing_account_id=bill.billing_account_id)
    before = [one for one in of_account if (one.bill_date, one.bill_id) < (bill.bill_date, bill.bill_id)]
    before.sort(key=lambda one: (one.bill_date, one.bill_id), reverse=True)
    return [bill, *(billing.get_bill(visit.uow, bill_id=one.bill_id) for one in before[: _COMPARED - 1])]


def _side_by_side(bills: Sequence[BillView]) -> list[tuple[str, list[Money | None]]]:
    """What each charge came to on each bill."""
    sums: dict[str, dict[str, Money]] = {}
    for bill in bills:
        for line in bill.lines:
            of_name = sums.setdefault(line.name, {})
            known = of_name.get(bill.bill_id)
            of_name[bill.bill_id] = line.gross if known is None else known + line.gross
    return [(name, [of_name.get(bill.bill_id) for bill in bills]) for name, of_name in sums.items()]


def pdf(visit: Visit) -> Response:
    """GET /desk/agent/bills/{bill_id}/pdf."""
    bill = billing.get_bill(visit.uow, bill_id=visit.named("bill_id"))
    body = billing.bill_pdf(visit.uow, bill.bill_id)
    headers = {"Content-Disposition": f'inline; filename="{bill.number}.pdf"'}
    return Response(body, media_type="application/pdf", headers=headers)


# -- why --------------------------------------------------------------------------------------------------------------


def show_why(visit: Visit) -> Response:
    """GET /desk/agent/bills/{bill_id}/why: the whole bill."""
    bill = billing.get_bill(visit.uow, bill_id=visit.named("bill_id"))
    return _why_page(visit, bill, billing.why_bill(visit.uow, bill.bill_id))


def show_why_line(visit: Visit) -> Response:
    """GET /desk/agent/bills/{bill_id}/why/{rate_id}: one line."""
    bill = billing.get_bill(visit.uow, bill_id=visit.named("bill_id"))
    if visit.named("rate_id") not in {line.rate_id for line in bill.lines}:
        raise LineUnknown("The bill has no such line.", bill=bill.bill_id)
    return _why_page(visit, bill, billing.why_line(visit.uow, visit.named("rate_id")))


def _why_page(visit: Visit, bill: BillView, why: Why) -> Response:
    return visit.page(
        "agent/why.html",
        heading=_("Why is it so?"),
        under=bill.number,
        cause=cause_of(why, _opened),
        crumbs=(*_crumbs(bill), Crumb(bill.number, f"{BILLS_PATH}/{bill.bill_id}")),
    )


def show_why_rated(visit: Visit) -> Response:
    """GET /desk/agent/rated/{event_id}: one charge for use."""
    why = charging.why_rated(visit.uow, rated_event_id=visit.named("event_id"))
    crumbs = (Crumb(_("Customers"), CUSTOMERS_PATH),)
    return visit.page(
        "agent/why.html", heading=_("Why is it so?"), under=why.what, cause=cause_of(why, _opened), crumbs=crumbs
    )


def _opened(why: Why) -> str | None:
    """Where a node's thing can be looked at on this desk."""
    if why.entity == "RatedEvent" and why.id:
        return f"/desk/agent/rated/{why.id}"
    if why.entity == "ProductOrder" and why.id:
        return f"/desk/agent/orders/{why.id}"
    return None

"""The first page: what she has, what is used, what is to pay, what is under way, and the one thing to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from tandem.bss.billing.terms import BillView
from tandem.bss.charging import public as charging
from tandem.bss.charging.terms import UsageSummary
from tandem.bss.crm import public as crm
from tandem.bss.ordering import public as ordering
from tandem.bss.ordering.terms import OrderView
from tandem.bss.party import public as party
from tandem.bss.party.terms import BillingTerms
from tandem.bss.subscriptions.terms import Subscription
from tandem.channels.kit.i18n import _, speaking
from tandem.channels.kit.parts import Action, Usage
from tandem.channels.kit.visit import Visit
from tandem.channels.selfcare import mine, words
from tandem.kernel.errors import Refused
from tandem.kernel.json import at
from tandem.kernel.money import Money, total
from tandem.kernel.period import bill_month, local_date


@dataclass(frozen=True, slots=True)
class PlanCard:
    """One product as it stands this month."""

    product: Subscription
    summary: UsageSummary | None
    bars: Sequence[Usage]

    @property
    def renews_on(self) -> date | None:
        """The day on which the allowances begin anew."""
        return self.summary.period.end.astimezone(speaking().zone).date() if self.summary else None


@dataclass(frozen=True, slots=True)
class Due:
    """What is to pay, by when, with the bill that is due first."""

    amount: Money
    due_on: date
    overdue: bool
    first: BillView


def show(visit: Visit) -> Response:
    """GET /my."""
    account = mine.my_account(visit)
    open_orders = _open_orders(visit)
    due = due_now(visit, mine.my_bills(visit), account)
    plans = [plan_card(visit, product) for product in mine.my_products(visit)]
    return visit.page(
        "selfcare/home.html",
        name=_first_name(visit),
        notices=crm.active_notices_of_customer(visit.uow, mine.customer_of(visit)),
        plans=plans,
        orders=open_orders,
        due=due,
        next_bill_on=_next_bill(visit, account),
        act=_main_action(plans, open_orders, due),
        words=words,
    )


def _first_name(visit: Visit) -> str:
    view = party.get_customer_view(visit.uow, customer_id=mine.customer_of(visit))
    given = at(view.party or {}, "givenName")
    return str(given) if given else view.contact.name


def _open_orders(visit: Visit) -> list[OrderView]:
    found = ordering.orders_of_customer(visit.uow, customer_id=mine.customer_of(visit), limit=20)
    return [order for order in found if not order.is_final]


def plan_card(visit: Visit, product: Subscription) -> PlanCard:
    """A product with its use; without where it cannot be summed up just now."""
    try:
        summary = charging.usage_summary(visit.uow, product_id=product.product_id, moment=visit.uow.now)
    except Refused:
        return PlanCard(product, None, ())
    return PlanCard(product, summary, tuple(words.bars_of(summary.buckets)))


def due_now(visit: Visit, bills: Sequence[BillView], account: BillingTerms | None) -> Due | None:
    """What is open of all bills; none when nothing is."""
    open_bills = sorted((bill for bill in bills if bill.is_payable), key=lambda bill: (bill.due_on, bill.bill_id))
    if not open_bills or account is None:
        return None
    first = open_bills[0]
    amount = total([bill.remaining for bill in open_bills], first.remaining.currency)
    today = local_date(visit.uow.now, account.zone_name)
    return Due(amount, first.due_on, first.due_on < today, first)


def _next_bill(visit: Visit, account: BillingTerms | None) -> date | None:
    if account is None:
        return None
    return bill_month(local_date(visit.uow.now, account.zone_name), account.bill_day, account.zone_name).end


def _main_action(plans: Sequence[PlanCard], orders: Sequence[OrderView], due: Due | None) -> Action | None:
    """The one thing that most likely is to be done."""
    if due is not None:
        return Action(_("Pay now"), f"/my/bills/{due.first.bill_id}/pay", "get", "pay", primary=True, sends=True)
    if orders:
        return Action(_("Follow your order"), f"/my/orders/{orders[0].id}", "get", "clock", primary=True)
    if not plans:
        return Action(_("Choose a plan"), "/my/offers", "get", "tag", primary=True)
    return Action(_("See your usage"), "/my/usage", "get", "gauge", primary=True)

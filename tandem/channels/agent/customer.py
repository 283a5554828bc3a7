"""A customer on one screen: accounts at the left, tabs in the middle, what is wrong on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from tandem.bss.billing import public as billing
from tandem.bss.billing.terms import BillView
from tandem.bss.charging import public as charging
from tandem.bss.charging.terms import RatedEvent, UsageSummary
from tandem.bss.crm import public as crm
from tandem.bss.ordering import public as ordering
from tandem.bss.party import public as party
from tandem.bss.party.terms import CustomerView
from tandem.bss.receivables import public as receivables
from tandem.bss.receivables.terms import PaymentView
from tandem.bss.subscriptions import public as subscriptions
from tandem.bss.subscriptions.terms import Subscription
from tandem.channels.agent import story, words
from tandem.channels.agent.rights import ACT, MONEY
from tandem.channels.agent.search import CUSTOMER_PATH, CUSTOMERS_PATH
from tandem.channels.agent.words import Balance
from tandem.channels.kit import formats
from tandem.channels.kit.charts import Chart, Series
from tandem.channels.kit.i18n import LANGUAGES, Text, _
from tandem.channels.kit.parts import Action, Fact, Tab, Usage
from tandem.channels.kit.visit import Crumb, Visit
from tandem.kernel.errors import Refused
from tandem.kernel.money import Money, total

_TABS: Final[tuple[tuple[str, Text, tuple[str, ...], bool], ...]] = (
    ("products", _("Products"), ("Product", "ProductOrder"), False),
    ("orders", _("Orders"), ("ProductOrder",), False),
    ("bills", _("Bills"), ("CustomerBill", "Payment"), True),
    ("usage", _("Balances and usage"), ("Usage", "Bucket"), True),
    ("messages", _("Messages"), ("CommunicationMessage",), False),
    ("history", _("History"), ("ProductOrder", "Product", "CustomerBill", "Payment", "CommunicationMessage"), False),
)
"""Word in the address, label, topics that refresh it, and whether it shows money."""
_GONE: Final = frozenset({"terminated", "cancelled", "aborted "})
_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Account:
    """A billing account with what it owes, and the products that it pays."""

    account_id: str
    name: str
    state: str
    balance: Money | None
    products: Sequence[Subscription]


@dataclass(frozen=True, slots=True)
class PlanCard:
    """A product with its use this month."""

    product: Subscription
    summary: UsageSummary | None
    bars: Sequence[Usage]


@dataclass(frozen=True, slots=True)
class UseRow:
    """A charge, and the ways to its reasons."""

    event: RatedEvent

    @property
    def what(self) -> Text:
        """The kind of use, and with whom."""
        kind = words.USES[self.event.usage_type]
        number = formats.phone(self.event.destination)
        return _("%(kind)s to %(number)s", kind=kind, number=number) if self.event.destination else kind

    @property
    def amount(self) -> str:
        """How much was used."""
        return formats.amount_of_use(self.event.quantity, self.event.unit)


def show(visit: Visit) -> Response:
    """GET /desk/agent/customers/{customer_id}."""
    customer_id = visit.named("customer_id")
    view = party.get_customer_view(visit.uow, customer_id=customer_id)
    products = subscriptions.products_of_customer(visit.uow, customer_id=customer_id)
    shown = [tab for tab in _TABS if visit.has_role(*MONEY) or not tab[3]]
    tab = next((one for one in shown if one[0] == visit.asked("tab")), shown[0])
    here = f"{CUSTOMER_PATH}/{customer_id}"
    accounts = _accounts(visit, view, products)
    return visit.page(
        "agent/customer.html",
        view=view,
        customer_id=customer_id,
        here=here,
        crumbs=(Crumb(_("Customers"), CUSTOMERS_PATH),),
        chip=words.CUSTOMERS(str(view.customer.get("status") or "")),
        actions=_actions(visit, here),
        facts=_facts(view, accounts),
        accounts=accounts,
        notices=crm.active_notices_of_customer(visit.uow, customer_id),
        tab=tab[0],
        topics=tab[2],
        tabs=[Tab(label, f"{here}?tab={name}", name == tab[0]) for name, label, _topics, _money in shown],
        words=words,
        **_CONTENT[tab[0]](visit, customer_id, products),
    )


def _actions(visit: Visit, here: str) -> list[Action]:
    if not visit.has_role(*ACT):
        return []
    return [Action(_("New order"), f"{here}/order", "get", "plus", primary=True)]


def _accounts(visit: Visit, view: CustomerView, products: Sequence[Subscription]) -> list[Account]:
    sees_money = visit.has_role(*MONEY)
    return [
        Account(
            account_id=doc["id"],
            name=str(doc.get("name") or doc["id"]),
            state=str(doc.get("state") or ""),
            balance=receivables.balance_of(visit.uow, billing_account_id=doc["id"]) if sees_money else None,
            products=[one for one in products if one.billing_account_id == doc["id"] and one.status not in _GONE],
        )
        for doc in view.billing_accounts
    ]


def _facts(view: CustomerView, accounts: Sequence[Account]) -> list[Fact]:
    contact = view.contact
    language = LANGUAGES.get(contact.language or "")
    facts = [
        Fact(_("Phone"), formats.phone(contact.phone)),
        Fact(_("E-mail"), contact.email or formats.NOTHING),
        Fact(_("Address"), ", ".join(contact.address) or formats.NOTHING),
        Fact(_("Language"), language.endonym if language else contact.language or formats.NOTHING),
    ]
    balances = [account.balance for account in accounts if account.balance is not None]
    if balances and len({balance.currency for balance in balances}) == 1:
        facts.insert(0, Fact(_("Balance"), formats.money(total(balances, balances[0].currency))))
    return facts


# -- what a tab shows -------------------------------------------------------------------------------------------------


def _products(visit: Visit, customer_id: str, products: Sequence[Subscription]) -> dict[str, Any]:
    cards = [_card(visit, product) for product in products if product.status not in _GONE]
    return {"cards": cards, "gone": [product for product in products if product.status in _GONE]}


def _card(visit: Visit, product: Subscription) -> PlanCard:
    if product.active_from is None or not visit.has_role(*MONEY):
        return PlanCard(product, None, ())
    try:
        summary = charging.usage_summary(visit.uow, product_id=product.product_id, moment=visit.uow.now)
    except Refused:
        return PlanCard(product, None, ())
    return PlanCard(product, summary, tuple(words.bars_of(summary.buckets)))


def _orders(visit: Visit, customer_id: str, products: Sequence[Subscription]) -> dict[str, Any]:
    return {"orders": ordering.orders_of_customer(visit.uow, customer_id=customer_id)}


def _bills(visit: Visit, customer_id: str, products: Sequence[Subscription]) -> dict[str, Any]:
    bills = billing.bills_of_customer(visit.uow, customer_id=customer_id)
    return {"bills": bills, "chart": _chart(bills[:12][::-1]), "payments": _payments(visit, customer_id)}


def _payments(visit: Visit, customer_id: str) -> list[PaymentView]:
    accounts = party.billing_accounts_of(visit.uow, customer_id=customer_id)
    return [
        payment
        for account in accounts
        for payment in receivables.payments_of_account(visit.uow, billing_account_id=account.id)
    ]


def _chart(bills: Sequence[BillView]) -> Chart | None:
    if len(bills) < 2:
        return None
    currency = bills[0].gross.currency
    return Chart(
        title=_("Bills"),
        labels=[formats.day_text(bill.bill_date) for bill in bills],
        series=(Series(_("Total"), [float(bill.gross.amount) for bill in bills]),),
        show=lambda value: formats.money_text(Money.of(f"{value:.2f}", currency)),
    )


def _usage(visit: Visit, customer_id: str, products: Sequence[Subscription]) -> dict[str, Any]:
    had = [product for product in products if product.active_from is not None]
    chosen = next((one for one in had if one.product_id == visit.asked("product")), had[0] if had else None)
    if chosen is None:
        return {"chosen": None}
    asked = visit.asked("page")
    page = max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1
    found = charging.rated_events_of_product(
        visit.uow, product_id=chosen.product_id, limit=_PAGE, offset=(page - 1) * _PAGE
    )
    here = f"{CUSTOMER_PATH}/{customer_id}?tab=usage&product={chosen.product_id}"
    return {
        "chosen": chosen,
        "card": _card(visit, chosen),
        "had": had,
        "balances": _balances(visit, chosen),
        "account_id": chosen.billing_account_id,
        "rows": [UseRow(event) for event in found.events],
        "total": found.total,
        "earlier": f"{here}&page={page + 1}" if page * _PAGE < found.total else None,
        "later": f"{here}&page={page - 1}" if page > 1 else None,
    }


def _balances(visit: Visit, chosen: Subscription) -> list[Balance]:
    """What the account holds beside the product's own allowances, which have bars already; money first."""
    views = charging.balances_of_account(visit.uow, billing_account_id=chosen.billing_account_id)
    beside = [view for view in views if view.kind != "allowance" or view.product_id != chosen.product_id]
    return [words.balance_of(view) for view in sorted(beside, key=lambda view: view.currency is None)]


def _messages(visit: Visit, customer_id: str, products: Sequence[Subscription]) -> dict[str, Any]:
    return {"messages": crm.messages_of_customer(visit.uow, customer_id)}


def _history(visit: Visit, customer_id: str, products: Sequence[Subscription]) -> dict[str, Any]:
    parts = [
        story.of_orders(ordering.orders_of_customer(visit.uow, customer_id=customer_id)),
        story.of_products(products),
        story.of_messages(crm.messages_of_customer(visit.uow, customer_id)),
    ]
    if visit.has_role(*MONEY):
        parts.append(story.of_bills(billing.bills_of_customer(visit.uow, customer_id=customer_id)))
        parts.append(story.of_payments(_payments(visit, customer_id)))
    return {"entries": story.told(parts)}


_CONTENT: Final = {
    "products": _products,
    "orders": _orders,
    "bills": _bills,
    "usage": _usage,
    "messages": _messages,
    "history": _history,
}

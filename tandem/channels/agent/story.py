"""What happened with a customer, as one line of time: orders, products, bills, payments, messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from tandem.bss.billing.terms import BillView
from tandem.bss.crm.terms import MessageView
from tandem.bss.ordering.terms import OrderView
from tandem.bss.receivables.terms import PaymentView
from tandem.bss.subscriptions.terms import Subscription
from tandem.channels.agent import words
from tandem.channels.kit import formats
from tandem.channels.kit.i18n import _
from tandem.channels.kit.parts import Entry
from tandem.kernel.period import local_midnight


def told(parts: Iterable[Iterable[Entry]]) -> list[Entry]:
    """All of it, the newest first."""
    return sorted((entry for part in parts for entry in part), key=_when, reverse=True)


def _when(entry: Entry) -> datetime:
    return entry.at


def of_orders(orders: Sequence[OrderView]) -> Iterator[Entry]:
    """When each order was placed, and when it ended."""
    for order in orders:
        name = next((item.offering_name or item.offering_id for item in order.items), None) or order.id
        href = f"/desk/agent/orders/{order.id}"
        yield Entry(order.placed_at, _("Order for %(name)s placed", name=name), icon="box", tone="info", href=href)
        if order.completed_at is not None:
            chip = words.ORDERS(order.state)
            title = _("Order for %(name)s: %(state)s", name=name, state=chip.word)
            yield Entry(order.completed_at, title, icon=chip.icon, tone=chip.tone, href=href)
        elif order.problem is not None:
            title = _("Order for %(name)s waits", name=name)
            yield Entry(order.problem.since, title, why=order.problem.reason, icon="pause", tone="warning", href=href)


def of_products(products: Sequence[Subscription]) -> Iterator[Entry]:
    """When each product began, and when it ended."""
    for product in products:
        number = formats.phone(product.msisdn)
        if product.active_from is not None:
            title = _("%(name)s became active", name=product.name)
            yield Entry(product.active_from, title, why=number, icon="sim", tone="good")
        if product.active_to is not None:
            yield Entry(product.active_to, _("%(name)s ended", name=product.name), why=number, icon="sim")


def of_bills(bills: Sequence[BillView]) -> Iterator[Entry]:
    """When each bill was drawn up."""
    for bill in bills:
        title = _("Bill %(number)s over %(amount)s", number=bill.number, amount=formats.money_text(bill.gross))
        at = local_midnight(bill.bill_date, bill.zone_name)
        yield Entry(at, title, icon="bill", href=f"/desk/agent/bills/{bill.bill_id}")


def of_payments(payments: Sequence[PaymentView]) -> Iterator[Entry]:
    """Each payment, taken or not."""
    for payment in payments:
        chip = words.PAYMENTS(payment.status)
        title = _("Payment of %(amount)s: %(state)s", amount=formats.money_text(payment.amount), state=chip.word)
        yield Entry(payment.paid_at, title, why=payment.reason or payment.method, icon="pay", tone=chip.tone)


def of_messages(messages: Sequence[MessageView]) -> Iterator[Entry]:
    """What we wrote."""
    for message in messages:
        chip = words.MESSAGES(message.state)
        yield Entry(message.sent_at or message.created_at, message.subject, why=chip.word, icon="bell", tone=chip.tone)

"""Finding customers from anywhere: by name, mail, customer or account id, number, order or bill."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tandem.bss.billing import public as billing
from tandem.bss.billing.terms import BillView
from tandem.bss.ordering import public as ordering
from tandem.bss.party import public as party
from tandem.bss.party.terms import CustomerFilter, CustomerFound, SearchTooShort
from tandem.bss.subscriptions import public as subscriptions
from tandem.channels.agent import words
from tandem.channels.kit import formats
from tandem.channels.kit.i18n import _
from tandem.channels.kit.lists import Choice, Column, ListPage, Query, Rows, Search, View
from tandem.channels.kit.parts import Link
from tandem.channels.kit.visit import Visit
from tandem.kernel.errors import NotFound
from tandem.kernel.store import Uow

CUSTOMERS_PATH: Final = "/desk/agent"
CUSTOMER_PATH: Final = "/desk/agent/customers"
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Row:
    """A customer, and by which thing she was found where it was not by herself."""

    customer: CustomerFound
    by: Link | None = None

    @property
    def id(self) -> str:
        """The customer's id."""
        return self.customer.customer_id


CUSTOMERS: Final = ListPage(
    path=CUSTOMERS_PATH,
    title=_("Customers"),
    topics=("Customer",),
    sort="name",
    columns=(
        Column("customer.name", _("Name"), link=CUSTOMER_PATH + "/{id}", sort="name"),
        Column("id", _("Customer")),
        Column("customer.status", _("Status"), words.CUSTOMERS),
        Column("customer.phone", _("Phone"), formats.phone),
        Column("customer.email", _("E-mail"), narrow=False),
        Column("accounts", _("Accounts"), value=lambda row: ", ".join(row.customer.billing_account_ids), narrow=False),
        Column("by", _("Found by"), lambda link: link or formats.NOTHING, export=lambda link: link and link.label),
    ),
    filters=(
        Search(label=_("Name, number, e-mail, customer, order or bill")),
        Choice("status", _("Status"), words.CUSTOMERS.options()),
    ),
    views=(View(_("Suspended"), "status=Suspended"),),
    empty=_("No customers yet."),
    rows=lambda visit, query: rows(visit, query),
)


def rows(visit: Visit, query: Query) -> Rows:
    """The page of customers: those found, or all by name."""
    text = query.one("q")
    if text is None:
        wanted = CustomerFilter(statuses=query.all("status"), descending=query.descending)
        found, total = party.list_customers(visit.uow, wanted=wanted, limit=query.limit, offset=query.offset)
        return Rows([Row(customer) for customer in found], total)
    statuses = query.all("status")
    matching = [row for row in find(visit.uow, text) if not statuses or row.customer.status in statuses]
    matching.sort(key=lambda row: row.customer.name, reverse=query.descending)
    return Rows(matching[query.offset : query.offset + query.limit], len(matching))


def find(uow: Uow, text: str) -> list[Row]:
    """Every customer that a text leads to, once each; first those that an order, a bill or a number names."""
    by: dict[str, Link | None] = dict(_named(uow, text))
    customers = party.customers_by_id(uow, customer_ids=list(by))
    with contextlib.suppress(SearchTooShort):
        customers += [one for one in party.find_customers(uow, text=text, limit=_MOST) if one.customer_id not in by]
    return [Row(customer, by.get(customer.customer_id)) for customer in customers]


def _named(uow: Uow, text: str) -> Iterator[tuple[str, Link | None]]:
    """The customers of the things that have this number or id."""
    for customer_id in subscriptions.customer_ids_by_number(uow, text=text, limit=_MOST):
        yield customer_id, None
    bill = _bill(uow, text)
    if bill is not None:
        yield bill.customer_id, Link(_("bill %(number)s", number=bill.number), f"/desk/agent/bills/{bill.bill_id}")
    try:
        order = ordering.get_order(uow, order_id=text)
    except NotFound:
        return
    if order.customer_id:
        yield (
            order.customer_id,
            Link(_("order %(id)s", id=words.short(order.id)), f"/desk/agent/orders/{order.id}"),
        )


def _bill(uow: Uow, text: str) -> BillView | None:
    found = billing.find_bill_by_number(uow, number=text.strip())
    if found is not None:
        return found
    try:
        return billing.get_bill(uow, bill_id=text.strip())
    except NotFound:
        return None

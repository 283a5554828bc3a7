"""The agent's desk as the program binds it."""

from __future__ import annotations

from pathlib import Path

from tandem.channels.agent import bills, customer, orders, search
from tandem.channels.agent.rights import ACT, MONEY, READ
from tandem.channels.kit.i18n import _
from tandem.channels.kit.list_view import ListRoutes
from tandem.channels.kit.visit import DESK, Desk, NavItem

_NAVIGATION = (
    NavItem(_("Customers"), search.CUSTOMERS_PATH, "people", ACT),
    NavItem(_("Orders"), orders.ORDERS_PATH, "box", ACT),
)


def make_desk() -> Desk:
    """Every page of it."""
    desk = Desk("agent", DESK, Path(__file__).parent, READ, _NAVIGATION, search=search.CUSTOMERS_PATH)
    desk.add(ListRoutes(search.CUSTOMERS))
    desk.add(ListRoutes(orders.ORDERS))
    desk.get("/desk/agent/customers/{customer_id}")(customer.show)
    desk.get("/desk/agent/customers/{customer_id}/order", roles=ACT)(orders.show_form)
    desk.post("/desk/agent/customers/{customer_id}/order", roles=ACT)(orders.place)
    desk.get("/desk/agent/orders/{order_id}")(orders.show_order)
    desk.get("/desk/agent/orders/{order_id}/why")(orders.show_why)
    desk.get("/desk/agent/orders/{order_id}/cancel", roles=ACT)(orders.ask_to_cancel)
    desk.post("/desk/agent/orders/{order_id}/cancel", roles=ACT)(orders.cancel)
    desk.get("/desk/agent/bills/{bill_id}", roles=MONEY)(bills.show_bill)
    desk.get("/desk/agent/bills/{bill_id}/pdf", roles=MONEY)(bills.pdf)
    desk.get("/desk/agent/bills/{bill_id}/why", roles=MONEY)(bills.show_why)
    desk.get("/desk/agent/bills/{bill_id}/why/{rate_id}", roles=MONEY)(bills.show_why_line)
    desk.get("/desk/agent/rated/{event_id}", roles=MONEY)(bills.show_why_rated)
    return desk

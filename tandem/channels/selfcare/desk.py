"""The customer's desk as the program binds it."""

from __future__ import annotations

from pathlib import Path

from tandem.channels.kit.i18n import _
from tandem.channels.kit.visit import MY, Desk, NavItem, roles
from tandem.channels.selfcare import bills, home, messages, orders, paying, profile, shop, usage, wallet

_NAVIGATION = (
    NavItem(_("Home"), "/my", "home"),
    NavItem(_("Usage"), "/my/usage", "gauge"),
    NavItem(_("Bills"), "/my/bills", "bill"),
    NavItem(_("Plans"), "/my/offers", "tag"),
    NavItem(_("You"), "/my/profile", "person"),
)


def make_desk() -> Desk:
    """Every page of it."""
    desk = Desk("selfcare", MY, Path(__file__).parent, roles("customer"), _NAVIGATION)
    desk.get("/my", kept=True)(home.show)
    desk.get("/my/usage", kept=True)(usage.show)
    desk.get("/my/top-up")(wallet.show_top_up)
    desk.post("/my/top-up")(wallet.top_up)
    desk.post("/my/voucher")(wallet.redeem)
    desk.get("/my/offers")(shop.show_offers)
    desk.get("/my/offers/{offering_id}")(shop.show_order_form)
    desk.post("/my/offers/{offering_id}")(shop.place)
    desk.get("/my/orders")(orders.show_orders)
    desk.get("/my/orders/{order_id}")(orders.show_order)
    desk.get("/my/orders/{order_id}/cancel")(orders.ask_to_cancel)
    desk.post("/my/orders/{order_id}/cancel")(orders.cancel)
    desk.get("/my/bills", kept=True)(bills.show_bills)
    desk.get("/my/bills/{bill_id}", kept=True)(bills.show_bill)
    desk.get("/my/bills/{bill_id}/pdf")(bills.pdf)
    desk.get("/my/bills/{bill_id}/why/{rate_id}", kept=True)(bills.show_why)
    desk.get("/my/bills/{bill_id}/pay")(paying.show_form)
    desk.post("/my/bills/{bill_id}/pay")(paying.pay)
    desk.get("/my/payments/{payment_id}")(paying.show_payment)
    desk.get("/my/messages")(messages.show_messages)
    desk.get("/my/profile")(profile.show)
    desk.post("/my/profile")(profile.change)
    return desk

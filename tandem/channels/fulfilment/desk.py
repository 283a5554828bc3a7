"""The fulfilment desk: orders on their way to the network, and what to do with those that do not get there."""

from __future__ import annotations

from pathlib import Path

from tandem.channels.fulfilment import dead_letters, fallout
from tandem.channels.fulfilment.order_page import SERVICE_ORDERS, add_order_pages
from tandem.channels.fulfilment.service_orders import service_orders_page
from tandem.channels.kit.i18n import _
from tandem.channels.kit.list_view import ListRoutes
from tandem.channels.kit.visit import DESK, Desk, NavItem, roles

WHO = roles("fulfilment", "admin")


def make_desk() -> Desk:
    """The desk."""
    desk = Desk(
        name="fulfilment",
        mount=DESK,
        folder=Path(__file__).parent,
        roles=WHO,
        navigation=(
            NavItem(_("Fall-out"), fallout.PATH, "alert"),
            NavItem(_("Service orders"), SERVICE_ORDERS, "box"),
            NavItem(_("Dead letters"), dead_letters.PATH, "empty"),
        ),
    )
    desk.add(ListRoutes(fallout.fallout_page()))
    desk.add(ListRoutes(service_orders_page()))
    desk.add(ListRoutes(dead_letters.dead_letters_page()))
    desk.post(f"{fallout.PATH}/retry")(fallout.retry_cause)
    add_order_pages(desk)
    desk.get(dead_letters.PATH + "/{step_id}")(dead_letters.show)
    desk.post(dead_letters.PATH + "/{step_id}/retry")(dead_letters.retry)
    return desk

"""The network operations desk: alarms as they come, whom they touch, and the elements behind them."""

from __future__ import annotations

from pathlib import Path

from tandem.channels.kit.i18n import _
from tandem.channels.kit.list_view import ListRoutes
from tandem.channels.kit.visit import DESK, Desk, NavItem, roles
from tandem.channels.noc import alarms, elements, overview
from tandem.channels.noc.alarm_page import add_alarm_page

WHO = roles("noc", "admin")


def make_desk() -> Desk:
    """The desk."""
    desk = Desk(
        name="noc",
        mount=DESK,
        folder=Path(__file__).parent,
        roles=WHO,
        navigation=(
            NavItem(_("Network"), overview.PATH, "gauge"),
            NavItem(_("Alarms"), alarms.PATH, "bell"),
            NavItem(_("Elements"), elements.ELEMENTS, "network"),
        ),
    )
    desk.get(overview.PATH)(overview.show)
    desk.add(ListRoutes(alarms.alarms_page()))
    desk.post(alarms.PATH + "/{alarm_id}/acknowledge")(alarms.acknowledge_one)
    add_alarm_page(desk)
    desk.add(ListRoutes(elements.elements_page()))
    desk.get(elements.ELEMENTS + "/{element_id}")(elements.show)
    return desk

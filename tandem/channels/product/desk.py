"""The product manager's desk: what is sold and what it costs, tried on typed uses and on a month as it was."""

from __future__ import annotations

from pathlib import Path

from tandem.channels.kit.i18n import _
from tandem.channels.kit.list_view import ListRoutes
from tandem.channels.kit.visit import DESK, Desk, NavItem
from tandem.channels.product import offering, offerings, trial, what_if
from tandem.channels.product.rights import ACT, READ


def make_desk() -> Desk:
    """The desk."""
    desk = Desk(
        name="product",
        mount=DESK,
        folder=Path(__file__).parent,
        roles=READ,
        navigation=(
            NavItem(_("Offerings"), offerings.PATH, "book", READ),
            NavItem(_("Try a price"), trial.PATH, "tag", READ),
            NavItem(_("What if"), what_if.PATH, "gauge", READ),
        ),
    )
    desk.add(ListRoutes(offerings.offerings_page()))
    desk.get(offerings.PATH + "/{offering_id}")(offering.show)
    desk.get(trial.PATH)(trial.show)
    desk.post(trial.PATH)(trial.try_it)
    desk.add(ListRoutes(what_if.what_if_page()))
    desk.get(what_if.PATH + "/new", roles=ACT)(what_if.show_form)
    desk.post(what_if.PATH + "/new", roles=ACT)(what_if.ask)
    desk.get(what_if.PATH + "/{what_if_id}")(what_if.show)
    return desk

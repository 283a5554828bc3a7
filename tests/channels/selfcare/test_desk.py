"""Every page of self-care asks whose the thing is before it shows it."""

from __future__ import annotations

from tandem.channels.kit.visit import MY, roles
from tandem.channels.selfcare.desk import make_desk


def test_every_page_is_for_customers_below_their_mount() -> None:
    desk = make_desk()
    assert desk.mount == MY
    assert all(page.path.startswith("/my") and page.roles == roles("customer") for page in desk.pages)


def test_a_phone_has_room_for_the_navigation() -> None:
    assert len(make_desk().navigation) <= 5

"""Who comes to the desks in browser tests: a customer and an agent, each in a watched profile of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

from tests.browser.support.chromium import Watched
from tests.browser.support.program import PASSWORD, Program

CUSTOMER: Final = "cust-1001"
PHONE: Final = {"width": 390, "height": 844}
DESKTOP: Final = {"width": 1280, "height": 900}


@contextmanager
def logged_in(running: Program, browser: Browser, name: str, mount: str, **options: Any) -> Iterator[Page]:
    """A profile of somebody who is logged in; its pages must stay without errors and calls outside."""
    context = browser.new_context(base_url=running.address, **{"locale": "en-IE", "viewport": DESKTOP, **options})
    context.set_default_timeout(15_000)
    page = context.new_page()
    watched = Watched(page, urlsplit(running.address).netloc)
    page.goto(f"{mount}/login")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(f"{mount}/login")
    yield page
    watched.require_clean()
    context.close()


def add_people(running: Program) -> None:
    """Niamh and Seán, who are customers, and Ann, who is an agent."""
    running.add_user("niamh", "customer", party_id=CUSTOMER)
    running.add_user("sean", "customer", party_id="cust-1002")
    running.add_user("ann", "agent")

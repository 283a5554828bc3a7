"""Who comes to the desks in browser tests: a customer and an agent, each in a watched profile of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

from tandem.bss.charging import public as charging
from tandem.bss.receivables.clients.psp import ADDRESS
from tandem.bss.receivables.simulated.psp import running
from tandem.kernel.clock import drag_to
from tandem.kernel.store import set_clock
from tests.browser.support.chromium import Watched
from tests.browser.support.program import PASSWORD, Program
from tests.support.operator import TENANT

CUSTOMER: Final = "cust-1001"
PHONE: Final = {"width": 390, "height": 844}
DESKTOP: Final = {"width": 1280, "height": 900}


_FOCUSED: Final = "document.activeElement.innerText || document.activeElement.ariaLabel || ''"


@contextmanager
def logged_in(on: Program, browser: Browser, name: str, mount: str, **options: Any) -> Iterator[Page]:
    """A profile of somebody who is logged in; its pages must stay without errors and calls outside."""
    context = browser.new_context(base_url=on.address, **{"locale": "en-IE", "viewport": DESKTOP, **options})
    context.set_default_timeout(15_000)
    page = context.new_page()
    watched = Watched(page, urlsplit(on.address).netloc)
    page.goto(f"{mount}/login")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(f"{mount}/login")
    yield page
    watched.require_clean()
    context.close()


def add_people(on: Program) -> None:
    """Niamh and Seán, who are customers, and Ann, who is an agent."""
    on.add_user("niamh", "customer", party_id=CUSTOMER)
    on.add_user("sean", "customer", party_id="cust-1002")
    on.add_user("ann", "agent")


@contextmanager
def card_processor(folder: Path) -> Iterator[None]:
    """The simulated card processor, as the installation is set up with it."""
    with running(journal=folder / "card-journal") as provider:
        before = os.environ.get(ADDRESS)
        os.environ[ADDRESS] = provider.url
        try:
            yield
        finally:
            os.environ.pop(ADDRESS) if before is None else os.environ.update({ADDRESS: before})


def use_a_month(on: Program, msisdn: str) -> None:
    """October's use of the story: data and a national call within the plan, and a call to Germany beside it."""
    load_use(on, f"u-1,data,{msisdn},,2026-10-15T10:00:00Z,12500000000")
    load_use(on, f"u-2,voice,{msisdn},353209100002,2026-10-16T18:00:00Z,190")
    load_use(on, f"u-3,voice,{msisdn},4930123456,2026-10-17T18:00:00Z,440")


def load_use(on: Program, line: str) -> None:
    """One usage record, as a file brings it."""
    content = f"record_id,usage_type,served_number,destination,started_at,quantity\n{line}".encode()
    with on.story.uow("usage") as uow:
        report = charging.load_usage_file(uow, content=content, source="october.csv")
    assert report.rated == 1, report


def begin_in_october(on: Program) -> None:
    """The story begins on 12 October 2026, in the morning."""
    set_clock(on.story.database, datetime(2026, 10, 12, 9, 0, tzinfo=UTC))


def turn_the_month(on: Program) -> None:
    """The business clock jumps to the last hour of October and runs into November: the bill run does its work."""
    set_clock(on.story.database, datetime(2026, 10, 31, 23, 0, tzinfo=UTC))
    on.story.worker.schedule_jobs(TENANT)
    drag_to(on.story.database, datetime(2026, 11, 1, 0, 30, tzinfo=UTC), timeout_s=120)


def tab_to(page: Page, name: str, most: int = 60) -> None:
    """Press Tab until what has this name has the focus."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if name in " ".join(page.evaluate(_FOCUSED).split()):
            return
    raise AssertionError(f"{name} cannot be reached by the keyboard")


def order_a_plan(page: Page, plan: str = "offer-max-100", number: str | None = None) -> str:
    """Order in self-care; the address of the tracker."""
    page.goto(f"/my/offers/{plan}")
    if number is not None:
        page.get_by_label(number).check()
    page.get_by_label("I have read the price").check()
    page.get_by_role("button", name="Order now").click()
    expect(page.get_by_text("Thank you, we have your order.")).to_be_visible()
    return page.url

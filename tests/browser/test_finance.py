"""Finance in a real browser: usage that waits is put right, balances are looked at and adjusted, charges explained."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tandem.bss.charging import public as charging
from tandem.bss.charging.terms.desks import WaitingFilter
from tandem.bss.subscriptions import public as subscriptions
from tests.browser.support import people
from tests.browser.support.looks import faults_in, untranslated_in
from tests.browser.support.people import CUSTOMER, logged_in
from tests.browser.support.program import Program, program

pytestmark = pytest.mark.browser

SUSPENDED = "/desk/finance/suspended"
HEAD = "record_id,usage_type,served_number,destination,started_at,quantity\n"
NOBODY = "353209119999"


@pytest.fixture(scope="module")
def running(admin_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """An operator in October: Niamh has a plan, has used it; some of her records wait."""
    folder: Path = tmp_path_factory.mktemp("finance")
    with people.card_processor(folder), program(admin_url, folder) as opened:
        people.begin_in_october(opened)
        people.add_people(opened)
        opened.add_user("finn", "finance")
        opened.story.settle_order(opened.story.order().id, "completed")
        people.use_a_month(opened, number_of(opened))
        yield opened


def number_of(running: Program) -> str:
    """Niamh's number."""
    with running.story.uow() as uow:
        (product, *_) = subscriptions.products_of_customer(uow, customer_id=CUSTOMER)
    return product.msisdn or ""


def waits(running: Program, name: str, *lines: str) -> None:
    """A file whose lines all wait."""
    with running.story.uow("usage") as uow:
        report = charging.load_usage_file(uow, content=(HEAD + "\n".join(lines)).encode(), source=name)
    assert report.suspended == len(lines), report


def record_of(running: Program, name: str) -> str:
    """The record of a file that waits."""
    with running.story.uow() as uow:
        (found, *_) = charging.find_waiting(uow, WaitingFilter(source=name)).usage
    return found.usage_id


@pytest.fixture
def finn(running: Program, chromium: Browser) -> Iterator[Page]:
    with logged_in(running, chromium, "finn", "/desk") as page:
        yield page


@pytest.fixture
def niamh(running: Program, chromium: Browser) -> Iterator[Page]:
    with logged_in(running, chromium, "niamh", "/my") as page:
        yield page


@pytest.fixture
def ann(running: Program, chromium: Browser) -> Iterator[Page]:
    with logged_in(running, chromium, "ann", "/desk") as page:
        yield page


# -- usage that waits -------------------------------------------------------------------------------------------------


def test_a_record_that_falls_out_appears_and_is_corrected_and_rated(running: Program, finn: Page) -> None:
    finn.goto(f"{SUSPENDED}?q=typo.csv")
    expect(finn.locator("[data-live-switch]")).to_have_attribute("data-state", "live")
    waits(running, "typo.csv", f"s-1,voice,{NOBODY},353209100002,2026-10-16T18:00:00Z,120")
    row = finn.locator("tbody [data-row]")
    expect(row).to_contain_text("Nobody's number")
    row.get_by_role("link", name="+353 20 911 9999", exact=True).click()
    expect(finn.locator("#record-now")).to_contain_text("was nobody's number")
    expect(finn.locator("#record-now")).to_contain_text("typo.csv")
    finn.get_by_role("link", name="Correct").click()
    finn.get_by_label("Number").fill("no digits")
    finn.get_by_label("Quantity").fill("90")
    finn.get_by_role("button", name="Correct and release").click()
    expect(finn.get_by_role("alert")).to_contain_text("international digits")
    expect(finn.get_by_label("Quantity")).to_have_value("90")
    finn.get_by_label("Number").fill(number_of(running))
    finn.get_by_role("button", name="Correct and release").click()
    expect(finn.locator("#flashes")).to_contain_text("Released and rated.")
    expect(finn.locator("#record-now .chip").first).to_have_text("Rated")
    expect(finn.locator("#record-now")).to_contain_text("1 min 30 sec")
    expect(finn.locator(".timeline")).to_contain_text("finn")


def test_a_cause_is_filtered_and_its_picked_records_are_put_aside(running: Program, finn: Page) -> None:
    waits(
        running,
        "test-calls.csv",
        f"t-1,voice,{NOBODY},353209100002,2026-10-16T18:00:00Z,1",
        f"t-2,voice,{NOBODY},353209100002,2026-10-16T18:01:00Z,2",
    )
    finn.goto(f"{SUSPENDED}?q=test-calls.csv&cause=unknown_number&started_from=2026-10-16&started_to=2026-10-16")
    expect(finn.locator("tbody [data-row]")).to_have_count(2)
    for box in finn.locator("tbody input[type=checkbox]").all():
        box.check()
    finn.get_by_role("group", name="For the picked rows").get_by_role("button", name="Put aside").click()
    finn.get_by_label("Reason").fill("Calls of our own test set")
    finn.get_by_role("button", name="Put aside").click()
    expect(finn.locator("#flashes")).to_contain_text("2 rows done")
    finn.goto(f"{SUSPENDED}?q=test-calls.csv")
    expect(finn.locator("tbody [data-row]")).to_have_count(0)


def test_a_release_that_changes_nothing_says_why_it_still_waits(running: Program, finn: Page) -> None:
    waits(running, "still.csv", f"u-9,voice,{NOBODY},353209100002,2026-10-16T18:00:00Z,7")
    finn.goto(f"{SUSPENDED}/{record_of(running, 'still.csv')}")
    finn.get_by_role("button", name="Release").click()
    expect(finn.locator("#flashes")).to_contain_text("It still waits")
    finn.get_by_role("link", name="Put aside").click()
    finn.get_by_label("Reason").fill("A test call")
    finn.get_by_role("button", name="Put the record aside").click()
    expect(finn.locator("#record-now .chip").first).to_have_text("Put aside")


def test_what_waits_can_be_taken_along(running: Program, finn: Page) -> None:
    waits(running, "export.csv", f"e-1,voice,{NOBODY},353209100002,2026-10-16T18:00:00Z,7")
    exported = finn.context.request.get(f"{SUSPENDED}?q=export.csv&export=csv").text()
    assert "unknown_number" in exported and "export.csv, line 2" in exported


def test_an_agent_reads_why_a_record_waits_and_changes_nothing(running: Program, ann: Page) -> None:
    waits(running, "read.csv", f"r-1,voice,{NOBODY},353209100002,2026-10-16T18:00:00Z,7")
    ann.goto(f"{SUSPENDED}/{record_of(running, 'read.csv')}")
    expect(ann.locator("#record-now")).to_contain_text("was nobody's number")
    expect(ann.get_by_role("button", name="Release")).to_have_count(0)
    answer = ann.goto(f"{SUSPENDED}/{record_of(running, 'read.csv')}/correct")
    assert answer is not None and answer.status == 403

"""Self-care without a network: what was seen opens and says when it was saved, nothing is sent, nothing is left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tandem.bss.billing import public as billing
from tandem.bss.subscriptions import public as subscriptions
from tests.browser.support import people
from tests.browser.support.looks import faults_in, untranslated_in
from tests.browser.support.people import CUSTOMER, logged_in
from tests.browser.support.program import PASSWORD, Program, program

pytestmark = pytest.mark.browser

KEPT = """async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith("tandem:pages:"));
    const pages = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys())));
    return pages.flat().map(({ url }) => new URL(url).pathname).sort();
}"""
WORKS = "navigator.serviceWorker.ready.then(() => Boolean(navigator.serviceWorker.controller))"
TEXTS = """async () => {
    const texts = [];
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const { url } of await cache.keys()) {
            if (!url.includes("/static/")) texts.push(await (await cache.match(url)).text());
        }
    }
    return texts;
}"""
SAVED = "You are offline. Saved at"


@pytest.fixture(scope="module")
def running(admin_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    folder: Path = tmp_path_factory.mktemp("offline")
    with people.card_processor(folder), program(admin_url, folder) as opened:
        people.begin_in_october(opened)
        people.add_people(opened)
        opened.story.settle_order(opened.story.order().id, "completed")
        with opened.story.uow() as uow:
            (product, *_others) = subscriptions.products_of_customer(uow, customer_id=CUSTOMER)
        people.use_a_month(opened, product.msisdn or "")
        people.turn_the_month(opened)
        yield opened


@pytest.fixture
def niamh(running: Program, chromium: Browser) -> Iterator[Page]:
    with logged_in(running, chromium, "niamh", "/my") as page:
        yield page
        page.context.set_offline(False)


def kept(page: Page, *paths: str) -> None:
    """Waits until exactly these pages are kept."""
    for _try in range(50):
        found = page.evaluate(KEPT)
        if found == sorted(paths):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"kept are {found}")


def seen_home(page: Page) -> None:
    """Home, with the worker at work."""
    page.goto("/my")
    page.wait_for_function(WORKS)
    kept(page, "/my")


def test_home_opens_offline_as_it_was_saved_and_nothing_can_be_paid(running: Program, niamh: Page) -> None:
    seen_home(niamh)
    niamh.context.set_offline(True)
    niamh.reload()
    expect(niamh.locator("#home-now")).to_contain_text("€51.35")
    expect(niamh.locator("[data-offline]")).to_be_visible()
    expect(niamh.locator("[data-offline]")).to_contain_text(re.compile(rf"{SAVED} \d\d:\d\d$"))
    pay = niamh.get_by_role("link", name="Pay now")
    expect(pay).to_have_attribute("aria-disabled", "true")
    reason = niamh.locator("#home-now [data-why-offline]")
    expect(reason).to_have_text("Not while you are offline: nothing is sent later by itself.")
    expect(reason).to_be_visible()
    pay.click(force=True)
    expect(niamh).to_have_url(f"{running.address}/my")
    assert niamh.locator("input[name=csrf]").first.get_attribute("value") == ""
    niamh.context.set_offline(False)
    expect(niamh.locator("[data-offline]")).to_be_hidden()
    expect(niamh.locator("html")).not_to_have_attribute("data-saved-at", re.compile("."))
    niamh.get_by_role("link", name="Pay now").click()
    expect(niamh.get_by_role("heading", name="Pay by card")).to_be_visible()


def test_a_form_that_was_open_is_not_sent_and_not_queued(running: Program, niamh: Page) -> None:
    seen_home(niamh)
    niamh.get_by_role("link", name="Pay now").click()
    niamh.get_by_label("Card token").fill("tok_visa")
    niamh.context.set_offline(True)
    button = niamh.get_by_role("button", name="Pay now")
    expect(button).to_have_attribute("aria-disabled", "true")
    button.click(force=True)
    niamh.get_by_label("Card token").press("Enter")
    expect(niamh.get_by_role("heading", name="Pay by card")).to_be_visible()
    expect(niamh.get_by_label("Card token")).to_have_value("tok_visa")
    niamh.context.set_offline(False)
    expect(button).not_to_have_attribute("aria-disabled", "true")
    with running.story.uow() as uow:
        assert [bill.remaining.amount for bill in billing.bills_of_customer(uow, customer_id=CUSTOMER)][0] > 0
    kept(niamh, "/my")  # the way to pay is no page that is kept


def test_usage_and_bills_open_too_and_another_page_says_that_it_was_not_saved(niamh: Page) -> None:
    seen_home(niamh)
    for path in ("/my/usage", "/my/bills", "/my/offers"):
        niamh.goto(path)
    kept(niamh, "/my", "/my/bills", "/my/usage")
    niamh.context.set_offline(True)
    niamh.goto("/my/usage")
    expect(niamh.locator("tbody tr")).to_have_count(3)
    expect(niamh.get_by_text(SAVED)).to_be_visible()
    niamh.goto("/my/bills")
    expect(niamh.locator("tbody tr")).to_have_count(1)
    niamh.goto("/my/offers")
    expect(niamh.get_by_role("heading", name="You are offline")).to_be_visible()
    niamh.get_by_role("link", name="To the start page").click()
    expect(niamh.get_by_role("heading", name="Hello, Niamh")).to_be_visible()


def test_logging_out_leaves_nothing_on_the_device(niamh: Page) -> None:
    seen_home(niamh)
    niamh.locator("summary[aria-label='You']").click()
    niamh.get_by_role("button", name="Log out").click()
    expect(niamh.get_by_text("You are logged out.")).to_be_visible()
    kept(niamh)
    assert not [text for text in niamh.evaluate(TEXTS) if "Niamh" in text]
    niamh.context.set_offline(True)
    niamh.goto("/my")
    expect(niamh.get_by_role("heading", name="You are offline")).to_be_visible()


def test_another_customers_login_clears_what_was_kept(niamh: Page) -> None:
    seen_home(niamh)
    niamh.context.clear_cookies()  # her login is over, nobody logged out
    niamh.goto("/my/login")
    kept(niamh)
    niamh.get_by_label("Name").fill("sean")
    niamh.get_by_label("Password").fill(PASSWORD)
    niamh.keyboard.press("Enter")
    expect(niamh.get_by_role("heading", name="Hello, Seán")).to_be_visible()
    kept(niamh, "/my")
    niamh.context.set_offline(True)
    niamh.goto("/my")
    expect(niamh.get_by_role("heading", name="Hello, Seán")).to_be_visible()
    niamh.goto("/my/bills")
    expect(niamh.get_by_role("heading", name="You are offline")).to_be_visible()


def test_messages_and_tokens_are_not_in_what_is_kept(niamh: Page) -> None:
    seen_home(niamh)
    niamh.locator("summary[aria-label='Appearance and language']").click()
    niamh.locator("select[name=language]").first.select_option("de")
    niamh.get_by_role("button", name="Keep").first.click()
    expect(niamh.locator("#flashes")).not_to_be_empty()
    niamh.wait_for_function("document.documentElement.lang === 'de'")
    niamh.wait_for_timeout(500)
    niamh.context.set_offline(True)
    niamh.reload()
    expect(niamh.get_by_text("Sie sind offline. Gespeichert um")).to_be_visible()
    expect(niamh.locator("#flashes")).to_be_empty()
    niamh.goto("/my/offers")
    expect(niamh.get_by_role("heading", name="Sie sind offline")).to_be_visible()


def test_what_is_shown_offline_is_accessible_and_translated(niamh: Page) -> None:
    seen_home(niamh)
    assert faults_in(niamh, ["/my/offline"]) == []
    assert untranslated_in(niamh, ["/my/offline", "/my"]) == []
    niamh.context.set_offline(True)
    assert faults_in(niamh, ["/my"]) == []
    assert untranslated_in(niamh, ["/my"]) == []


def test_pages_stay_live_with_the_worker_between(running: Program, niamh: Page) -> None:
    seen_home(niamh)
    niamh.goto("/my/usage")
    expect(niamh.locator("[data-live-switch]")).to_have_attribute("data-state", "live")
    assert niamh.evaluate("Boolean(navigator.serviceWorker.controller)")
    with running.story.uow() as uow:
        (product, *_others) = subscriptions.products_of_customer(uow, customer_id=CUSTOMER)
    people.load_use(running, f"u-9,data,{product.msisdn},,2026-11-01T00:10:00Z,1000000000")
    expect(niamh.locator("tbody tr")).to_have_count(4)

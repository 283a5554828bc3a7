"""Live parts: refreshed by topics, gently; focus, picks and open menus stay; one stream for all tabs of a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.support.kit_app import FORM_TOKEN, Stream

pytestmark = pytest.mark.browser


def live_requests(page: Page) -> list[Request]:
    """The refreshes that the page makes from now on."""
    made: list[Request] = []
    page.on("request", lambda request: made.append(request) if "tandem-live" in request.headers else None)
    return made


def settled(page: Page, path: str) -> None:
    """Opens a page and waits until it is live and has caught up."""
    with page.expect_response(lambda answer: "tandem-live" in answer.request.headers):
        page.goto(path)
    expect(page.locator("[data-live-switch]")).to_have_attribute("data-state", "live")


def advance(page: Page) -> None:
    """Changes the sample behind the page's back."""
    page.context.request.post("/desk/kit/step", form={"csrf": FORM_TOKEN})


def test_a_part_follows_its_topic_by_itself(page: Page, stream: Stream) -> None:
    settled(page, "/desk/kit")
    tracker = page.locator("#order-tracker")
    expect(tracker.locator("[data-state=done]")).to_have_count(1)
    advance(page)
    stream.tell("Sample")
    expect(tracker.locator("[data-state=done]")).to_have_count(2)


def test_another_topic_moves_nothing(page: Page, stream: Stream) -> None:
    settled(page, "/desk/kit")
    made = live_requests(page)
    stream.tell("Another")
    stream.tell("Sample")
    page.wait_for_timeout(700)
    assert len(made) == 1


def test_a_storm_of_topics_asks_at_most_every_400_ms(page: Page, stream: Stream) -> None:
    settled(page, "/desk/kit")
    made = live_requests(page)
    for _ in range(60):
        stream.tell("Sample")
        page.wait_for_timeout(20)
    page.wait_for_timeout(500)
    starts = [request.timing["startTime"] for request in made]
    gaps = [later - before for before, later in zip(starts, starts[1:], strict=False)]
    assert 3 <= len(made) <= 6
    assert min(gaps) >= 350


def test_a_paused_page_stays_and_catches_up_when_it_goes_on(page: Page, stream: Stream) -> None:
    settled(page, "/desk/kit")
    switch = page.get_by_role("button", name="Live updates")
    switch.click()
    expect(switch).to_have_text("Paused Live updates", use_inner_text=True)
    advance(page)
    made = live_requests(page)
    stream.tell("Sample")
    page.wait_for_timeout(600)
    assert made == []
    switch.click()
    expect(page.locator("#order-tracker [data-state=done]")).to_have_count(2)


def test_a_broken_stream_is_said_and_made_good(page: Page, stream: Stream) -> None:
    settled(page, "/desk/kit")
    stream.drop()
    expect(page.locator("[data-live-switch]")).to_have_attribute("data-state", "reconnecting")
    advance(page)
    expect(page.locator("[data-live-switch]")).to_have_attribute("data-state", "live", timeout=15_000)
    expect(page.locator("#order-tracker [data-state=done]")).to_have_count(2)


def test_focus_picks_and_open_menus_stay_when_rows_change(page: Page, stream: Stream) -> None:
    settled(page, "/desk/kit/list")
    page.get_by_role("checkbox", name="Pick PO-10418").check()
    page.locator("summary", has_text="Columns").click()
    page.get_by_role("link", name="PO-10416", exact=True).focus()
    row = page.locator("#row-o004")
    row.evaluate("(element) => { element.kept = true; }")
    sent = {"csrf": FORM_TOKEN, "action": "cancel", "pick": "o001", "confirmed": "1", "reason": "gone"}
    page.context.request.post("/desk/kit/list", form=sent)
    stream.tell("Sample")
    expect(page.locator("#row-o001")).to_have_count(0)
    expect(page.get_by_role("link", name="PO-10416", exact=True)).to_be_focused()
    expect(page.get_by_role("checkbox", name="Pick PO-10418")).to_be_checked()
    expect(page.locator("[data-picked]")).to_have_text("1")
    expect(page.get_by_text("Shown columns")).to_be_visible()
    assert row.evaluate("(element) => element.kept") is True
    expect(page.locator("tr.fresh")).to_have_count(1)


def test_the_focus_of_a_row_that_leaves_goes_to_the_next(page: Page, stream: Stream) -> None:
    settled(page, "/desk/kit/list")
    page.get_by_role("link", name="PO-10419", exact=True).focus()
    sent = {"csrf": FORM_TOKEN, "action": "cancel", "pick": "o001", "confirmed": "1", "reason": "gone"}
    page.context.request.post("/desk/kit/list", form=sent)
    stream.tell("Sample")
    expect(page.locator("#row-o001")).to_have_count(0)
    assert page.evaluate("document.activeElement.closest('[data-row]').id") == "row-o002"


def test_the_tabs_of_a_browser_share_one_stream(page: Page, stream: Stream) -> None:
    settled(page, "/desk/kit")
    second = page.context.new_page()
    settled(second, "/desk/kit")
    assert stream.open_now() == 1
    advance(page)
    stream.tell("Sample")
    for tab in (page, second):
        expect(tab.locator("#order-tracker [data-state=done]")).to_have_count(2)
    second.close()
    advance(page)
    expect(page.locator("[data-live-switch]")).to_have_attribute("data-state", "live")
    stream.tell("Sample")
    expect(page.locator("#order-tracker [data-state=done]")).to_have_count(3)


def test_filters_and_pages_turn_without_a_reload_and_stay_in_the_address(page: Page) -> None:
    settled(page, "/desk/kit/list")
    page.evaluate("window.same = true")
    page.get_by_role("link", name="Customer").click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Customer")
    expect(page).to_have_url("/desk/kit/list?sort=customer")
    page.get_by_role("searchbox", name="Order or customer").fill("byrne")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(20)
    expect(page).to_have_url("/desk/kit/list?sort=customer&q=byrne")
    page.locator("summary", has_text="Filters").click()
    page.get_by_label("Completed", exact=True).check()
    page.get_by_role("button", name="Apply").first.click()
    expect(page.locator(".filter-chip")).to_have_count(2)
    assert page.evaluate("window.same") is True
    page.go_back()
    expect(page.locator(".filter-chip")).to_have_count(1)

"""Keyboard: everything can be reached and done without a pointer; single keys have an off switch."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.support.chromium import look

pytestmark = pytest.mark.browser


def test_the_first_tab_skips_to_the_content(page: Page) -> None:
    page.goto("/desk/kit")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_rows_are_walked_picked_and_opened(page: Page) -> None:
    page.goto("/desk/kit/list")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="PO-10419", exact=True)).to_be_focused()
    page.keyboard.press("x")
    expect(page.get_by_role("checkbox", name="Pick PO-10419")).to_be_checked()
    expect(page.locator("[data-picked]")).to_have_text("1")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/desk/kit/thing/o000")


def test_search_filters_and_the_sheet_open_by_a_key_and_close_by_escape(page: Page) -> None:
    page.goto("/desk/kit/list")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Order or customer")).to_be_focused()
    page.keyboard.type("j?")
    expect(page.get_by_role("searchbox", name="Order or customer")).to_have_value("j?")
    page.keyboard.press("Tab")
    page.keyboard.press("f")
    expect(page.get_by_label("Acknowledged", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("summary", has_text="Filters")).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()


def test_single_keys_can_be_switched_off(page: Page) -> None:
    look(page, keys="off")
    page.goto("/desk/kit/list")
    for key in ("j", "?", "/"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement === document.body") is True
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_form_is_filled_and_put_right_by_keyboard(page: Page) -> None:
    page.goto("/desk/kit/form")
    page.get_by_label("Amount").focus()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Amount: At least €5.00.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Amount")).to_be_focused()
    expect(page.get_by_label("Amount")).to_have_value("2")
    expect(page.get_by_label("Amount")).to_have_attribute("aria-invalid", "true")


def test_a_form_is_sent_once_however_often_it_is_pressed(page: Page) -> None:
    page.goto("/desk/kit")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_role("button", name="Take a step").evaluate("(button) => { button.click(); button.click(); }")
    expect(page.locator("#order-tracker [data-state=done]")).to_have_count(2)
    assert len(sent) == 1


def test_a_draft_outlives_a_reload_and_ends_with_the_form(page: Page) -> None:
    page.goto("/desk/kit/form")
    page.get_by_label("Note (optional)").fill("Half a thought")
    page.reload()
    expect(page.get_by_label("Note (optional)")).to_have_value("Half a thought")


def test_a_wizard_is_walked_by_keyboard_to_its_end(page: Page) -> None:
    page.goto("/desk/kit/order")
    page.get_by_label("Max 100").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_label("Customer").fill("Ann Byrne")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    page.get_by_role("button", name="Place the order").press("Enter")
    expect(page.get_by_text("Ordered for Ann Byrne.")).to_be_visible()

"""How the kit looks: accessible in light and dark, on a phone and a desk, translated, right to left, small."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.support.chromium import axe_violations, look
from tests.browser.support.kit_app import COOKIE, MAINTENANCE, SampleDoors

pytestmark = pytest.mark.browser

PAGES = (
    "/desk/kit",
    "/desk/kit/list?state=failed",
    "/desk/kit/list?q=nobody",
    "/desk/kit/form",
    "/desk/kit/thing/o001?view=history",
    "/desk/kit/order/plan?given=plan",
    "/desk/kit/order/check?plan=max100&customer=Ann",
    "/desk/kit/confirm",
    "/desk/kit/nowhere",
    "/desk/login",
)
WIDTHS = (390, 1280)
_OPEN_ALL = """document.querySelectorAll("details:not(.menu)").forEach((one) => { one.open = true; })"""
_TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"
# Words outside of ⟦ ⟧ that are neither data (translate="no"), times nor places where nothing is said.
_UNTRANSLATED = """() => {
    const found = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const text = walk.currentNode.data.replace(/⟦[^⟦⟧]*[⟧…]/g, "").trim();
        const place = walk.currentNode.parentElement;
        if (/\\p{L}/u.test(text) && !place.closest("[translate=no], time, data, script, style, option[lang]")) {
            found.push(text);
        }
    }
    for (const place of document.querySelectorAll("[aria-label], [placeholder], [title]")) {
        for (const name of ["aria-label", "placeholder"]) {
            const text = (place.getAttribute(name) ?? "").replace(/⟦[^⟦⟧]*⟧/g, "");
            const data = place.closest("[translate=no], [name=pick]");
            if (/\\p{L}/u.test(text) && !data) found.push(text);
        }
    }
    return found;
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_and_nothing_is_too_wide(page: Page, theme: str, width: int) -> None:
    look(page, theme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    for path in PAGES:
        page.goto(path)
        page.evaluate(_OPEN_ALL)
        assert (path, axe_violations(page), page.evaluate(_TOO_WIDE)) == (path, [], 0)


def test_a_word_without_an_end_stays_inside_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto("/desk/kit/list")
    cell = page.locator(".rows tbody td[data-label]").nth(1)
    cell.evaluate("(one) => { one.innerHTML = `<a href='#'>${'01a20cb1'.repeat(9)}</a><small>and a note</small>`; }")
    assert page.evaluate(_TOO_WIDE) == 0
    link, note = (cell.locator(name).bounding_box() for name in ("a", "small"))
    assert link is not None and note is not None and note["y"] >= link["y"] + link["height"] - 1


def test_axe_finds_nothing_in_what_opens(page: Page) -> None:
    page.goto("/desk/kit/list")
    for name in ("Filters", "Columns", "Export"):
        page.locator("summary", has_text=name).click()
        assert axe_violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("checkbox", name="Pick PO-10420").check()
    assert axe_violations(page) == []
    page.keyboard.press("?")
    assert axe_violations(page) == []


def test_axe_finds_a_planted_fault(page: Page) -> None:
    page.goto("/desk/login")
    page.evaluate("document.querySelector('label').remove()")
    assert any(line.startswith("label:") for line in axe_violations(page))


def test_every_word_was_given_for_translation(page: Page) -> None:
    look(page, language="en-XA")
    for path in PAGES:
        page.goto(path)
        page.evaluate(_OPEN_ALL)
        assert (path, page.evaluate(_UNTRANSLATED)) == (path, [])


def test_an_untranslated_word_is_found(page: Page) -> None:
    look(page, language="en-XA")
    page.goto("/desk/login")
    page.evaluate("document.querySelector('h1').append(' Forgotten')")
    assert page.evaluate(_UNTRANSLATED) == ["Forgotten"]


@pytest.mark.parametrize("width", WIDTHS)
def test_right_to_left_mirrors_the_page_and_breaks_nothing(page: Page, width: int) -> None:
    look(page, language="ar-XB")
    page.set_viewport_size({"width": width, "height": 900})
    for path in PAGES:
        page.goto(path)
        page.evaluate(_OPEN_ALL)
        assert (path, page.evaluate(_TOO_WIDE)) == (path, 0)
    page.goto("/desk/kit")
    brand = page.locator(".bar .brand").bounding_box()
    assert brand is not None and brand["x"] > width / 2


def test_french_and_dark_are_chosen_by_a_form_and_kept(page: Page) -> None:
    page.goto("/desk/kit")
    page.locator("summary[aria-label='Appearance and language']").click()
    page.get_by_role("combobox", name="Language").select_option("fr")
    page.get_by_role("combobox", name="Theme").select_option("dark")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text("Enregistré pour ce navigateur.")).to_be_visible()
    page.goto("/desk/kit/list")
    expect(
        page.get_by_role("button", name="Exporter").or_(page.locator("summary", has_text="Exporter"))
    ).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(17, 21, 28)"


def test_a_maintenance_window_is_announced(page: Page, doors: SampleDoors) -> None:
    doors.announced = MAINTENANCE
    page.goto("/desk/kit")
    expect(page.get_by_text("Maintenance tonight from 02:00 to 03:00.")).to_be_visible()


def test_a_lost_network_is_said_with_the_time_of_what_is_shown(page: Page) -> None:
    page.goto("/desk/kit/form")
    page.context.set_offline(True)
    expect(page.get_by_text("You are offline.")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("You are offline.")).to_be_hidden()


def test_the_first_load_fits_on_a_slow_line(page: Page) -> None:
    received = 0
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")

    def count(event: dict[str, float]) -> None:
        nonlocal received
        received += int(event["encodedDataLength"])

    client.on("Network.loadingFinished", count)
    page.goto("/desk/kit/list", wait_until="load")
    assert 10_000 < received <= 80_000


def test_everything_works_without_a_script(chromium: Browser, gallery: str) -> None:
    context = chromium.new_context(base_url=gallery, java_script_enabled=False)
    context.add_cookies([{"name": COOKIE, "value": "admin", "url": f"{gallery}/desk"}])
    page = context.new_page()
    page.goto("/desk/kit/list")
    page.locator("summary", has_text="Filters").click()
    page.get_by_label("Held", exact=True).check()
    page.get_by_role("button", name="Apply").first.click()
    expect(page.locator("tbody tr")).to_have_count(20)
    page.get_by_role("checkbox", name="Pick PO-10417").check()
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_text("Retry: 1 row done.")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(19)
    page.goto("/desk/kit/form")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("Amount: Please fill this in.")
    context.close()

"""A customer's way in a real browser: order, follow, use, understand the bill, pay; with and without a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tandem.bss.subscriptions import public as subscriptions
from tests.browser.support import people
from tests.browser.support.looks import faults_in, untranslated_in
from tests.browser.support.people import CUSTOMER, PHONE, logged_in, order_a_plan
from tests.browser.support.program import Program, program

pytestmark = pytest.mark.browser

PAGES = ("/my", "/my/usage", "/my/offers", "/my/offers/offer-max-100", "/my/orders", "/my/bills", "/my/messages")


@pytest.fixture(scope="module")
def running(admin_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    folder: Path = tmp_path_factory.mktemp("selfcare")
    with people.card_processor(folder), program(admin_url, folder) as opened:
        people.begin_in_october(opened)
        people.add_people(opened)
        yield opened


@pytest.fixture
def niamh(running: Program, chromium: Browser) -> Iterator[Page]:
    with logged_in(running, chromium, "niamh", "/my") as page:
        yield page


@pytest.fixture
def sean(running: Program, chromium: Browser) -> Iterator[Page]:
    with logged_in(running, chromium, "sean", "/my") as page:
        yield page


@pytest.fixture
def ann(running: Program, chromium: Browser) -> Iterator[Page]:
    with logged_in(running, chromium, "ann", "/desk") as page:
        yield page


@pytest.fixture(scope="module")
def billed(running: Program, chromium: Browser) -> str:
    """Niamh's number, after October: she has a plan, has used it, and has a bill."""
    with running.story.uow() as uow:
        known = subscriptions.products_of_customer(uow, customer_id=CUSTOMER)
    if not any(product.status == "active" for product in known):
        running.story.settle_order(running.story.order().id, "completed")
    with running.story.uow() as uow:
        (product, *_others) = subscriptions.products_of_customer(uow, customer_id=CUSTOMER)
    number = product.msisdn or ""
    people.use_a_month(running, number)
    people.turn_the_month(running)
    return number


def hidden_in(page: Page) -> dict[str, str]:
    """What the page's form carries along."""
    return {
        name: page.locator(f"form.fields input[name={name}]").last.get_attribute("value") or ""
        for name in ("csrf", "idempotency_key")
    }


def test_she_orders_and_both_pages_follow_by_themselves(niamh: Page, ann: Page) -> None:
    ann.goto(f"/desk/agent/customers/{CUSTOMER}?tab=orders")
    expect(ann.get_by_text("No orders yet")).to_be_visible()
    expect(ann.locator("[data-live-switch]")).to_have_attribute("data-state", "live")
    niamh.goto("/my")
    expect(niamh.get_by_role("heading", name="Hello, Niamh")).to_be_visible()
    niamh.get_by_role("link", name="Choose a plan").click()
    niamh.get_by_role("link", name="Choose Max 100").click()
    expect(niamh.get_by_text("€49.35")).to_be_visible()  # 20/31 of October and all of November
    order_a_plan(niamh)
    expect(niamh.get_by_role("heading", name="Max 100")).to_be_visible()
    for step in ("Number and SIM reserved", "SIM set up in the network", "Connection tested", "Ready to use"):
        expect(niamh.locator(".tracker li[data-state=done]", has_text=step)).to_contain_text("12 Oct 2026")
    expect(niamh.get_by_role("link", name="To your plan")).to_be_visible()
    expect(ann.locator("#customer-tab tbody tr")).to_have_count(1)
    expect(ann.locator("#customer-tab")).to_contain_text("Completed")
    niamh.get_by_role("link", name="To your plan").click()
    expect(niamh.get_by_text("0 of 100 GB")).to_be_visible()
    ann.get_by_role("link", name="Products").click()
    expect(ann.locator("#customer-tab")).to_contain_text("Active since")


def test_what_is_wrong_is_said_and_what_was_chosen_is_kept(sean: Page) -> None:
    sean.goto("/my/offers/offer-flex-20?digits=0077")
    sean.get_by_label("+353 89 000 0077").check()
    sean.get_by_role("button", name="Order now").click()
    expect(sean.get_by_role("alert")).to_contain_text("Please tick this.")
    expect(sean.get_by_label("+353 89 000 0077")).to_be_checked()


def test_a_number_that_somebody_took_meanwhile_is_refused_at_its_field(running: Program, sean: Page) -> None:
    sean.goto("/my/offers/offer-flex-20?digits=0088")
    sean.get_by_label("+353 89 000 0088").check()
    sean.get_by_label("I have read the price").check()
    taken = running.story.order(customer="cust-1003", msisdn="353890000088")
    running.story.settle(lambda: running.story.order_of(taken.id).state == "completed")
    sean.get_by_role("button", name="Order now").click()
    expect(sean.get_by_role("alert")).to_contain_text("Your number")
    expect(sean.get_by_label("I have read the price")).to_be_checked()


def test_sending_the_form_twice_makes_one_order(running: Program, sean: Page) -> None:
    sean.goto("/my/offers/offer-flex-20")
    sent = {**hidden_in(sean), "msisdn": "any", "agreed": "1"}
    first = sean.context.request.post("/my/offers/offer-flex-20", form=sent)
    again = sean.context.request.post("/my/offers/offer-flex-20", form=sent)
    assert (first.url, first.status) == (again.url, 200)
    assert running.story.count("ordering_product_order", "customer_id = 'cust-1002'") == 1


def test_an_order_that_waits_says_why_and_can_be_cancelled(running: Program, sean: Page) -> None:
    running.story.hlr.kill()
    order_a_plan(sean)
    expect(sean.get_by_text("It goes on by itself.")).to_be_visible()
    sean.get_by_role("link", name="Cancel the order").click()
    sean.get_by_label("Reason").fill("I chose the wrong plan")
    sean.get_by_role("button", name="Cancel the order").click()
    expect(sean.locator(".chip", has_text="Cancelled")).to_be_visible()
    running.story.reconnect(running.story.hlr.start_again())


def test_an_outage_shows_on_her_open_page_and_goes_by_itself(running: Program, billed: str, niamh: Page) -> None:
    niamh.goto("/my")
    expect(niamh.locator("[data-live-switch]")).to_have_attribute("data-state", "live")
    running.story.hlr.kill()
    expect(niamh.locator("#home-now .notice")).to_contain_text("Max 100", timeout=15_000)
    running.story.reconnect(running.story.hlr.start_again())
    expect(niamh.locator("#home-now .notice")).to_have_count(0, timeout=15_000)
    niamh.get_by_role("link", name="Messages").click()
    expect(niamh.locator("article")).not_to_have_count(0)


def test_nobody_sees_what_is_anothers(niamh: Page, sean: Page) -> None:
    sean.goto("/my/orders")
    theirs = sean.locator("h2 a").first.get_attribute("href") or ""
    answer = niamh.goto(theirs)
    assert answer is not None and answer.status == 404
    expect(niamh.get_by_text("You have no such order.")).to_be_visible()
    assert niamh.goto("/desk/agent") is not None
    expect(niamh).to_have_url(re.compile("/desk/login"))


def test_the_bill_says_why_and_is_paid_until_nothing_is_left(billed: str, niamh: Page) -> None:
    niamh.goto("/my")
    expect(niamh.locator("#home-now")).to_contain_text("€51.35")
    niamh.get_by_role("link", name="See the bill").click()
    expect(niamh.locator("tfoot")).to_contain_text("€41.75")
    expect(niamh.locator("tfoot")).to_contain_text("€9.60")
    niamh.get_by_role("row", name="Calls to Germany").get_by_role("link", name="Why?").click()
    expect(niamh.get_by_text("The last lines add up to the whole:")).to_contain_text("€2.00")
    niamh.get_by_role("link", name="Back to the bill").click()
    expect(niamh.get_by_role("link", name="PDF")).to_be_visible()
    pdf = niamh.context.request.get(niamh.get_by_role("link", name="PDF").get_attribute("href") or "")
    assert pdf.body().startswith(b"%PDF")
    niamh.get_by_role("link", name="Pay €51.35").click()
    niamh.get_by_label("Amount").fill("60.00")
    niamh.get_by_label("Card token").fill("tok_insufficient_funds")
    niamh.get_by_role("button", name="Pay now").click()
    expect(niamh.get_by_role("alert")).to_contain_text("At most €51.35.")
    expect(niamh.get_by_label("Card token")).to_have_value("tok_insufficient_funds")
    niamh.get_by_label("Amount").fill("51.35")
    niamh.get_by_role("button", name="Pay now").click()
    expect(niamh.get_by_text("Nothing was taken from your card:")).to_contain_text("insufficient funds")
    niamh.get_by_role("link", name="Try another card").click()
    niamh.get_by_label("Card token").fill("tok_visa")
    sent = {**hidden_in(niamh), "amount": "51.35", "card_token": "tok_visa"}
    form = niamh.url
    niamh.get_by_role("button", name="Pay now").click()
    expect(niamh.get_by_text("Thank you, we have your money.")).to_be_visible()
    assert niamh.context.request.post(form, form=sent).url == niamh.url  # the same form again: the same receipt
    expect(niamh.get_by_text("Visa •••• 4242")).to_be_visible()
    niamh.goto("/my")
    expect(niamh.get_by_role("heading", name="Nothing to pay")).to_be_visible()


def test_every_use_is_listed(billed: str, niamh: Page) -> None:
    niamh.goto("/my/usage")
    expect(niamh.locator("tbody tr")).to_have_count(3)
    expect(niamh.locator("tbody tr").first).to_contain_text("Call to +49")
    expect(niamh.locator("tbody tr").first).to_contain_text("€2.00")
    expect(niamh.locator("tbody tr").last).to_contain_text("12.5 GB")


def test_what_is_used_shows_on_the_open_page_by_itself(running: Program, billed: str, niamh: Page) -> None:
    niamh.goto("/my/usage")
    expect(niamh.locator("[data-live-switch]")).to_have_attribute("data-state", "live")
    before = niamh.locator("tbody tr").count()
    people.load_use(running, f"u-4,data,{billed},,2026-11-01T00:10:00Z,90000000000")
    expect(niamh.locator("tbody tr")).to_have_count(before + 1)
    expect(niamh.get_by_text("90 GB of 100 GB")).to_be_visible()


def test_she_changes_how_she_is_reached_and_in_which_language(sean: Page) -> None:
    sean.goto("/my/profile")
    sean.get_by_label("E-mail").fill("not an address")
    sean.get_by_role("button", name="Keep").last.click()
    expect(sean.get_by_role("alert")).to_contain_text("An address such as name@example.com.")
    sean.get_by_label("E-mail").fill("sean@corrib.example")
    sean.locator("#f-language").select_option("fr")
    sean.get_by_role("button", name="Keep").last.click()
    expect(sean.locator("html")).to_have_attribute("lang", "fr")
    expect(sean.locator("#f-email")).to_have_value("sean@corrib.example")


def test_with_the_keyboard_alone_from_home_to_the_order(sean: Page) -> None:
    sean.goto("/my")
    people.tab_to(sean, "Plans")
    sean.keyboard.press("Enter")
    expect(sean).to_have_url(re.compile("/my/offers$"))
    people.tab_to(sean, "Choose Flex 20")
    sean.keyboard.press("Enter")
    expect(sean).to_have_url(re.compile("offer-flex-20$"))
    sean.locator("#f-agreed").focus()
    sean.keyboard.press("Space")
    people.tab_to(sean, "Order now")
    sean.keyboard.press("Enter")
    expect(sean.get_by_text("Thank you, we have your order.")).to_be_visible()


def test_everything_works_without_a_script(running: Program, billed: str, chromium: Browser) -> None:
    with logged_in(running, chromium, "niamh", "/my", java_script_enabled=False) as page:
        tracker = order_a_plan(page, "offer-flex-20")
        running.story.settle(lambda: running.story.order_of(tracker.rpartition("/")[2]).state == "completed")
        page.reload()
        expect(page.get_by_role("link", name="To your plan")).to_be_visible()
        page.goto("/my/bills")
        page.locator("tbody a").first.click()
        page.get_by_role("link", name="Why?").first.click()
        expect(page.get_by_text("The last lines add up to the whole:")).to_be_visible()


def test_the_first_load_fits_on_a_slow_line(billed: str, niamh: Page) -> None:
    received = 0
    niamh.wait_for_load_state("load")
    client = niamh.context.new_cdp_session(niamh)
    client.send("Network.enable")
    client.send("Network.setCacheDisabled", {"cacheDisabled": True})
    client.send("Network.setBypassServiceWorker", {"bypass": True})

    def count(event: dict[str, float]) -> None:
        nonlocal received
        received += int(event["encodedDataLength"])

    client.on("Network.loadingFinished", count)
    niamh.goto("/my", wait_until="load")
    page = received
    for later in ("/my/manifest.webmanifest", "/my/worker.js", "/my/offline"):  # what makes an app of it
        niamh.evaluate("(address) => fetch(address).then((answer) => answer.text())", later)
    assert 20_000 < page < received <= 40_000


def addresses(page: Page) -> list[str]:
    """Every page, with an order, a bill, its reasons and the way to pay it."""
    page.goto("/my/orders")
    order = page.locator("h2 a").first.get_attribute("href") or ""
    page.goto("/my/bills")
    bill = page.locator("tbody th a").first.get_attribute("href") or ""
    page.goto(bill)
    why = page.locator("a.why-link").first.get_attribute("href") or ""
    return [*PAGES, "/my/profile", order, f"{order}/cancel", bill, why]


def test_axe_finds_nothing_and_nothing_is_too_wide(billed: str, niamh: Page) -> None:
    assert faults_in(niamh, addresses(niamh)) == []


def test_every_word_was_given_for_translation(billed: str, niamh: Page) -> None:
    assert untranslated_in(niamh, addresses(niamh)) == []


def test_a_phone_has_its_navigation_at_the_foot(niamh: Page) -> None:
    niamh.set_viewport_size(PHONE)  # type: ignore[arg-type]
    niamh.goto("/my")
    foot = niamh.locator("nav.nav").bounding_box()
    assert foot is not None and foot["y"] > PHONE["height"] - 90

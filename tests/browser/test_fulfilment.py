"""Fulfilment in a real browser: orders fall out with their cause, are tried again, called off, and followed live."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tandem.kernel.steps import list_steps
from tests.browser.support.looks import faults_in, untranslated_in
from tests.browser.support.program import Program, program
from tests.support.operator import Operator

pytestmark = pytest.mark.browser

FALLOUT = "/desk/fulfilment/fallout"


@pytest.fixture(scope="module")
def running(admin_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    folder: Path = tmp_path_factory.mktemp("fulfilment")
    with program(admin_url, folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def fiona(running: Program, chromium: Browser) -> Iterator[BrowserContext]:
    context = running.profile(chromium, "fiona", "fulfilment")
    yield context
    context.close()


@pytest.fixture
def page(running: Program, fiona: BrowserContext) -> Iterator[Page]:
    with running.tab(fiona) as tab:
        yield tab
        tab.close()


@pytest.fixture
def story(running: Program) -> Operator:
    """The operator. Each fault that a test sets hits once."""
    return running.story


def live(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.locator("[data-live-switch]")).to_have_attribute("data-state", "live")


def held(story: Operator, fault: str = "refuse", customer: str = "cust-1001") -> str:
    """An order that the register made fall out."""
    story.fault(f"{fault},1,msisdn")
    order = story.order(customer=customer)
    story.settle(lambda: story.order_of(order.id).state == "held")
    return order.id


def test_an_order_that_falls_out_appears_with_its_cause_and_a_retry_completes_it(story: Operator, page: Page) -> None:
    live(page, FALLOUT)
    page.wait_for_timeout(600)
    order_id = held(story)
    row = page.locator(f"#row-{order_id}")
    expect(row).to_contain_text("Element refused")
    expect(row).to_contain_text("Niamh Fennelly")
    expect(page.locator("#overview")).to_contain_text("elements.element_refused")
    row.get_by_role("link", name=order_id[-10:]).click()
    expect(page.locator("#order-head")).to_contain_text("Refused on demand.")
    expect(page.locator("#order-view details.diff[open]")).to_contain_text("SET subscriber.create")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#order-head .chip").first).to_have_text("Completed")
    expect(page.locator(".tracker [data-state=done]")).to_have_count(5)
    assert story.order_of(order_id).state == "completed"


def test_picked_orders_are_tried_again_each_for_itself(story: Operator, page: Page) -> None:
    orders = [held(story), held(story, customer="cust-1002")]
    live(page, FALLOUT)
    for order_id in orders:
        page.get_by_role("checkbox", name=f"Pick {order_id[-10:]}").check()
    page.get_by_role("group", name="For the picked rows").get_by_role("button", name="Try again").click()
    expect(page.locator("#flashes")).to_contain_text("2 rows done")
    for order_id in orders:
        expect(page.locator(f"#row-{order_id}")).to_have_count(0)
        story.settle_order(order_id, "completed")


def test_all_orders_of_a_cause_are_tried_again_at_once(story: Operator, page: Page) -> None:
    refused, differs = held(story), held(story, "wrong-read-back", "cust-1002")
    live(page, f"{FALLOUT}?cause=elements.read_back_differs")
    expect(page.locator(f"#row-{differs}")).to_have_count(1)
    expect(page.locator(f"#row-{refused}")).to_have_count(0)
    page.get_by_role("button", name=re.compile("Try all again.*Read-back differs")).click()
    expect(page.locator("#flashes")).to_contain_text("1 order is tried again.")
    story.settle_order(differs, "completed")
    expect(page.locator(f"#row-{refused}")).to_have_count(1)
    page.get_by_role("searchbox", name="Order, customer or reason").fill("Fennelly")
    page.keyboard.press("Enter")
    expect(page.locator("tbody [data-row]")).to_have_count(1)
    page.locator(f"#row-{refused}").get_by_role("button", name="Try again").click()
    story.settle_order(refused, "completed")


def test_an_order_waits_for_a_silent_register_says_so_and_goes_on_before_ones_eyes(story: Operator, page: Page) -> None:
    story.hlr.kill()
    order_id = story.order().id
    story.settle(lambda: (problem := story.order_of(order_id).problem) is not None and problem.waits)
    live(page, f"{FALLOUT}?waiting=1")
    page.locator(f"#row-{order_id}").get_by_role("link", name=order_id[-10:]).click()
    expect(page.locator("#order-head .chip").first).to_have_text("Waiting for the network")
    expect(page.locator("#order-head")).to_contain_text("goes on by itself")
    expect(page.locator(".node[data-tone=warning]")).to_have_count(1)
    story.reconnect(story.hlr.start_again())
    expect(page.locator("#order-head .chip").first).to_have_text("Completed", timeout=30_000)
    expect(page.locator(".node[data-tone=good]")).to_have_count(7)


def test_an_order_is_called_off_with_a_reason(story: Operator, page: Page) -> None:
    order_id = held(story)
    live(page, f"/desk/fulfilment/orders/{order_id}")
    page.get_by_role("link", name="Call off").click()
    page.get_by_role("button", name="Call the order off").click()
    page.get_by_label("Reason").fill("The customer has moved")
    page.get_by_role("button", name="Call the order off").click()
    expect(page.locator("#order-head .chip").first).to_have_text("Called off")
    expect(page.locator("#order-head")).to_contain_text("The customer has moved")
    page.get_by_role("link", name="History").click()
    expect(page.locator(".timeline")).to_contain_text("Order: Called off")
    expect(page.locator(".timeline")).to_contain_text("fiona")


def test_an_order_that_has_ended_offers_nothing_and_refuses_with_the_reason(story: Operator, page: Page) -> None:
    order_id = story.order().id
    story.settle_order(order_id, "completed")
    page.goto(f"/desk/fulfilment/orders/{order_id}/cancel")
    page.get_by_label("Reason").fill("Too late")
    page.get_by_role("button", name="Call the order off").click()
    expect(page.get_by_role("main")).to_contain_text("is completed")
    expect(page.get_by_role("main")).to_contain_text("order the end of the product")
    page.goto(f"/desk/fulfilment/orders/{order_id}")
    expect(page.get_by_role("link", name="Call off")).to_have_count(0)
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)


def test_why_leads_from_the_state_to_the_elements_answer_and_to_who_asked(story: Operator, page: Page) -> None:
    order_id = held(story)
    live(page, f"/desk/fulfilment/orders/{order_id}?view=why")
    why = page.locator(".why")
    expect(why).to_contain_text("The order is: Held")
    why.locator("summary", has_text="Refused on demand").click()
    expect(why.locator("summary", has_text="Set up network")).to_be_visible()
    why.locator("summary", has_text="Set up network").click()
    expect(why).to_contain_text("SET subscriber.create")
    why.locator("summary", has_text="It was asked for").click()
    expect(why).to_contain_text("ProductOrder create")


def test_service_orders_are_listed_by_state_and_lead_to_their_order(story: Operator, page: Page) -> None:
    order_id = story.order(customer="cust-1002").id
    story.settle_order(order_id, "completed")
    live(page, "/desk/fulfilment/service-orders?state=completed")
    page.locator("tbody [data-row-link]").first.click()
    expect(page).to_have_url(f"/desk/fulfilment/orders/{order_id}")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Order {order_id[-10:]}")


def test_dead_letters_are_shown_and_made_ready_again(story: Operator, page: Page) -> None:
    held(story)
    with story.uow() as uow:
        dead = list_steps(uow, state="dead")[0]
    page.goto("/desk/fulfilment/dead-letters")
    page.locator(f"#row-{dead.id}").get_by_role("link", name=str(dead.id)).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Step {dead.id}")
    expect(page.locator("main")).to_contain_text("Refused on demand.")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#flashes")).to_contain_text("is ready again")
    expect(page.locator(f"#row-{dead.id}")).to_have_count(0)


def test_trying_again_needs_only_the_keyboard(story: Operator, page: Page) -> None:
    order_id = held(story)
    live(page, f"{FALLOUT}?q={order_id}")
    expect(page.locator("tbody [data-row]")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-picked]")).to_have_text("1")
    retry = page.get_by_role("group", name="For the picked rows").get_by_role("button", name="Try again")
    for _ in range(20):
        if retry.evaluate("(button) => button === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#flashes")).to_contain_text("1 row done")
    story.settle_order(order_id, "completed")


def test_the_list_can_be_taken_along(story: Operator, page: Page) -> None:
    order_id = held(story)
    page.goto(f"{FALLOUT}?q={order_id}")
    page.locator("summary", has_text="Export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Table as CSV").click()
    lines = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("Order,Customer,Cause,Reason,Since")
    assert lines[1].startswith(f"{order_id},Niamh Fennelly,elements.element_refused")


def test_every_page_is_accessible_in_its_room_and_translatable(story: Operator, page: Page) -> None:
    order_id = held(story)
    with story.uow() as uow:
        dead = list_steps(uow, state="dead")[0]
    paths = (
        FALLOUT,
        f"{FALLOUT}?q=nothing-like-it&cause=some.other",
        f"/desk/fulfilment/orders/{order_id}",
        f"/desk/fulfilment/orders/{order_id}?view=history",
        f"/desk/fulfilment/orders/{order_id}?view=why",
        f"/desk/fulfilment/orders/{order_id}/cancel",
        "/desk/fulfilment/service-orders",
        "/desk/fulfilment/dead-letters",
        f"/desk/fulfilment/dead-letters/{dead.id}",
    )
    assert faults_in(page, paths) == []
    assert untranslated_in(page, paths) == []
